"""Words of tick columns: chosen, not chosen, not asked, and reasons, in any language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Column
from cxtui.survey.languages.lexicon import all_languages, english, matcher
from cxtui.survey.question import code_of
from cxtui.text import fold

_FEWEST_OPTIONS, _OPTION_WORDS = 3, 2
_SIGNS = frozenset({"1", "true", "y"})
_NOT_APPLICABLE, _DONT_KNOW, _REASONS = 2, 3, (4, 5)
"""Places of these wordings in `Lexicon.apart`."""

_CODE = re.compile(r"-\d{1,4}|[789]|9[789]|([6789])\1{1,3}|99[789]|999[789]")


def find_likely_options(columns: Iterable[Column]) -> dict[str, str]:
    """Return a doubt by column for three or more short names beside each other, all yes or no.

    `R`, `Python` and `Stata` may be options of one question, `Member` and `Married` are questions
    of their own: only a person can tell.
    """
    texts = {one.name: [*map(code_of, one.counts)] for one in columns if one.is_text}
    doubts: dict[str, str] = {}
    for is_option, run in groupby(texts, lambda name: _may_be_option(name, texts[name])):
        names = list(run)
        if is_option and len(names) >= _FEWEST_OPTIONS:
            message = "undecided: may be an option of one question with {} … {}; `d` joins them: {}"
            how = tr("mark them by m, then t")
            doubts |= dict.fromkeys(names, tr(message, names[0], names[-1], how))
    return doubts


def _may_be_option(name: str, texts: Collection[str]) -> bool:
    is_short = len(name.split()) <= _OPTION_WORDS and "?" not in name
    unchosen = sum(map(is_unchosen, texts))
    return is_short and len(texts) == 2 and unchosen == 1 and any(map(is_plain_yes, texts))  # noqa: PLR2004


class Beside(StrEnum):
    """What a text in a tick column means that is neither "chosen" nor "not chosen"."""

    UNASKED = "not asked"
    REASON = "no answer"
    DONT_KNOW = "don't know"


@lru_cache(maxsize=4096)
def is_unchosen(text: str) -> bool:
    """Return whether a text means "not chosen"."""
    plain = fold(text.strip())
    return any(plain in one.unchosen for one in all_languages(plain))


@lru_cache(maxsize=4096)
def is_chosen(text: str) -> bool:
    """Return whether a text only means "chosen"."""
    plain = fold(text.strip())
    return any(plain in one.chosen for one in all_languages(plain))


@lru_cache(maxsize=4096)
def is_plain_yes(text: str) -> bool:
    """Return whether a text answers any yes-or-no question, too: `1`, `yes`, `ja`."""
    plain = fold(text.strip())
    yes = english().grades["yes"]
    return plain in _SIGNS or any(one.grades.get(plain) == yes for one in all_languages(plain))


@lru_cache(maxsize=4096)
def meaning_beside_ticks(text: str) -> Beside | None:
    """Return what a text means beside ticks, `None` if it is no known reason; codes are reasons."""
    plain = fold(text.strip())
    if _CODE.fullmatch(plain):
        return Beside.REASON
    languages = list(all_languages(plain))
    if any(plain in one.unasked for one in languages):
        return Beside.UNASKED

    def is_one_of(*places: int) -> bool:
        return any(
            bool(one.apart[place]) and bool(matcher(one.apart[place]).match(plain))
            for one in languages
            for place in places
        )

    if is_one_of(_NOT_APPLICABLE):
        return Beside.UNASKED
    if is_one_of(*_REASONS):
        return Beside.REASON
    return Beside.DONT_KNOW if is_one_of(_DONT_KNOW) else None
