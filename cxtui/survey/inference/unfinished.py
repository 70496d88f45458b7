"""Previews, tests and unfinished interviews among the respondents, that the file still has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.messages import tr_count
from cxtui.survey.conditions import Filter
from cxtui.survey.inference.column_values import name_words
from cxtui.survey.languages.language_choice import all_languages, exports_of
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import fold

_NAME_WORDS = 3


def find_unfinished(codebook: Codebook, sample: nw.DataFrame[Any]) -> Iterator[str]:
    """Yield a note for each question that tells previews or unfinished interviews apart."""
    for question in codebook.questions:
        if question.kind is not Kind.SINGLE or len(question.columns) > 1:
            continue
        wordings = [(fold(one), name_words(one)) for one in (question.id, question.label)]
        if not _may_tell(question, wordings):
            continue
        counts: Mapping[object, int] = dict(
            sample[question.columns[0]].alias("values").value_counts().iter_rows()
        )
        for what, message in _MESSAGES.items():
            found = [one for one in question.categories if _is(what, one, wordings)]
            if found and len(found) < len(question.categories):
                number = sum(n for value, n in counts.items() if _is_any(value, found))
                others = Filter(question.id, "!=", tuple(one.code for one in found))
                if number:
                    yield tr_count(number, *message, others)


_MESSAGES = {
    "preview": (
        "{:,} interview is a preview or test; `f` or --where '{}' excludes it",
        "{:,} interviews are previews or tests; `f` or --where '{}' excludes them",
    ),
    "partial": (
        "{:,} interview is not finished; `f` or --where '{}' excludes it",
        "{:,} interviews are not finished; `f` or --where '{}' excludes them",
    ),
}


def _may_tell(question: Question, wordings: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Return whether a question has a name of a status in any language of its texts."""
    labels = " ".join(fold(one.label) for one in question.categories)
    return any(
        _names(exports[kind], plain, words)
        for plain, words in wordings
        for exports in exports_of(f"{plain} {labels}")
        for kind in ("status_names", "finished_names")
    )


def _is(what: str, category: Category, wordings: Iterable[tuple[str, frozenset[str]]]) -> bool:
    """Return whether an answer means a preview or an unfinished interview in some language.

    `wordings` are folded, each with its words. "No" does, of a question that is named "Finished".
    """
    label = fold(category.label)
    for plain, words in wordings:
        for exports in exports_of(f"{plain} {label}"):
            named = _names(exports["status_names"], plain, words)
            if named and label in exports[what]:
                return True
            finished = _names(exports["finished_names"], plain, words)
            if what == "partial" and finished and _denies(category):
                return True
    return False


def _names(names: frozenset[str], plain: str, words: frozenset[str]) -> bool:
    return plain in names or (len(words) <= _NAME_WORDS and not words.isdisjoint(names))


def _denies(category: Category) -> bool:
    text = fold(category.code)
    return text in {"0", "false"} or any(text in one.unchosen for one in all_languages(text))


def _is_any(value: object, categories: Iterable[Category]) -> bool:
    return value is not None and any(code_of(value) in one.texts for one in categories)
