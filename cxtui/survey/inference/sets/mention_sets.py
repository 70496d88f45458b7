"""Detection of mentions: columns for the first, second … answer to one question.

They share one list of answers. A respondent without a first mention has no second one, so that
later columns are emptier; and hardly anyone mentions an answer twice, as items of a grid are rated
alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Column, Description, count_values
from cxtui.survey.inference.grids import pooled_column
from cxtui.survey.inference.number_columns import asks_for_quantity
from cxtui.survey.inference.question_kinds import answer_categories, describe_column
from cxtui.survey.question import Holds, Kind, Question, is_null
from cxtui.text import clean

_FEWEST_COLUMNS = 2
_PLACE_AT_END = re.compile(
    r"^(.*[^\W\d])[\s_.\-:]*[\[(#]?0*(\d{1,2})[\])]?$|^(.+\d)\s*[\[(_.\-]0*(\d{1,2})[\])]?$"
)
_CODED = frozenset({Kind.SINGLE, Kind.SCALE})
_IN_ORDER, _EMPTIER, _REPEATED, _SHARED = 0.98, 0.95, 0.05, 0.5

Rows = Sequence[Sequence[object]]


def are_mentions(rows: Rows) -> bool:
    """Return whether the answers of respondents, one row each, are mentions in their order."""
    given = [list(map(_is_given, row)) for row in rows]
    filled = [sum(column) for column in zip(*given, strict=True)]
    if not _thins_out(filled) or any(later > earlier for earlier, later in pairwise(filled)):
        return False
    answered = [row for row in given if any(row)]
    in_order = sum(all(row[: sum(row)]) for row in answered)
    if in_order < _IN_ORDER * len(answered):
        return False
    several = [
        [one for one, there in zip(row, own, strict=True) if there]
        for row, own in zip(rows, given, strict=True)
        if sum(own) > 1
    ]
    repeated = sum(len(set(row)) < len(row) for row in several)
    return repeated <= 1 + _REPEATED * len(several)


def _thins_out(filled: Sequence[int]) -> bool:
    """Return whether the last column has answers, and clearly fewer than the first one."""
    return bool(filled) and 0 < filled[-1] <= _EMPTIER * filled[0]


def _is_given(one: object) -> bool:
    return not is_null(one) and one != ""


def find_mentions(
    columns: Mapping[str, Column],
    found: Mapping[str, Description],
    rows_of: Callable[[Sequence[str]], Rows],
) -> Iterator[Question]:
    """Yield the multiple responses of mentions among adjacent columns, which are guesses."""
    for run in _runs(columns.values()):
        members = _sharing(run, found)
        names = [one.name for one in members]
        if len(members) < _FEWEST_COLUMNS:
            continue
        ends = zip(*rows_of([names[0], names[-1]]), strict=True)  # they tell most runs apart
        if not _thins_out([sum(map(_is_given, one)) for one in ends]):
            continue
        if not are_mentions(rows_of(names)):
            continue
        whole = describe_column(pooled_column(members))
        if whole.kind in _CODED and not _is_graded(whole, members):
            yield _question(members, whole)


def _question(members: Sequence[Column], whole: Description) -> Question:
    stem = _stem(members[0].name) or clean(members[0].name)
    label = _stem(members[0].wording) or stem
    message = "multiple response: {} columns hold the first, second … mention of one list; {}"
    is_coded = any(one.is_number for one in members)
    doubt = tr("; undecided: may be questions of their own; `D`, then O separates them")
    return Question(
        id=clean(stem),
        label=clean(label),
        kind=Kind.MULTI,
        columns=tuple(one.name for one in members),
        categories=tuple(whole.categories),
        holds=Holds.MENTIONS,
        guess=tr(message, len(members), whole.reason) + (doubt if is_coded else ""),
        undecided=is_coded,
    )


def _is_graded(whole: Description, members: Sequence[Column]) -> bool:
    """Return whether the answers are a worded scale, which items of a grid have in common."""
    return whole.kind is Kind.SCALE and not all(one.is_number for one in members)


def _runs(columns: Iterable[Column]) -> Iterator[list[Column]]:
    """Yield runs of adjacent columns whose names, or labels, count from 1 upwards."""
    run: list[Column] = []
    for column in columns:
        if run and any(_follows(run[-1], column, text) for text in (_name, _wording)):
            run.append(column)
            continue
        yield from [run] if len(run) >= _FEWEST_COLUMNS else []
        run = [column]
    yield from [run] if len(run) >= _FEWEST_COLUMNS else []


def _name(column: Column) -> str:
    return column.name


def _wording(column: Column) -> str:
    return column.wording


def _follows(one: Column, other: Column, text_of: Callable[[Column], str]) -> bool:
    first, second = _parts(text_of(one)), _parts(text_of(other))
    return bool(first and second) and first[0] == second[0] and second[1] == first[1] + 1


def _parts(text: str) -> tuple[str, int]:
    """Return the stem and the number at the end of a text, no stem and 0 without one."""
    match = _PLACE_AT_END.match(text)
    if match is None:
        return "", 0
    stem, place = (one for one in match.groups() if one is not None)
    return stem, int(place)


def _stem(text: str) -> str:
    return _parts(text)[0].strip(" _.-:([#")


def _sharing(run: Sequence[Column], found: Mapping[str, Description]) -> list[Column]:
    """Return the columns of a run if all hold codes of one list, else none."""
    first = run[0]
    described = [found.get(one.name) for one in run]
    coded = all(one is not None and one.kind in _CODED for one in described)
    kinds = {(one.is_text, one.whole_numbers) for one in run}
    alike = len(kinds) == 1 and (first.is_text or first.whole_numbers)
    counted = any(asks_for_quantity(one.name, one.wording) for one in run)
    if not coded or not alike or counted:
        return []
    lists = [set(one.counts) for one in run]
    shared = all(
        len(later & lists[0]) >= _SHARED * min(len(later), len(lists[0])) for later in lists[1:]
    )
    return list(run) if shared and len(lists[0]) > 1 else []


def add_mentioned(question: Question, sample: nw.DataFrame[Any]) -> Question:
    """Return a question of mentions with a category for every code that its columns hold."""
    pooled = pooled_column([count_values(sample[name]) for name in question.columns])
    known = {text for one in question.categories for text in one.texts} | {*question.unticked}
    found = answer_categories(Kind.SINGLE, pooled)
    beyond = tuple(one for one in found if known.isdisjoint(one.texts))
    valid = tuple(one for one in question.categories if not one.missing)
    missing = tuple(one for one in question.categories if one.missing)
    return replace(question, categories=(*valid, *beyond, *missing))
