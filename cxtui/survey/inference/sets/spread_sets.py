"""Sets of columns that are a single choice, and columns that repeat a set in one cell."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.column_values import Column
from cxtui.survey.languages.word_search import find_words
from cxtui.survey.question import Kind, Question, code_of, is_null

_FEWEST, _FEWEST_OPTIONS = 20, 2
_FIRST = 50


def as_single_choice(
    question: Question, columns: Mapping[str, Column], sample: nw.DataFrame[Any]
) -> Question | None:
    """Return a multiple response as a single choice if every respondent ticked exactly one option.

    Returns `None` if few respondents answered or the wording allows several answers.
    """
    if find_words("several", question.label) or not _may_be_single(question, columns, sample):
        return None
    chosen = column_ticks(question, sample)
    if sum(bool(ticks.any()) for ticks in chosen) < _FEWEST_OPTIONS:
        return None
    ticked = reduce(operator.add, (ticks.cast(nw.Int64) for ticks in chosen))
    asked = reduce(
        operator.or_, (_is_filled(sample[name].alias("values")) for name in question.columns)
    )
    answered = int(asked.sum())
    if answered < _FEWEST or not bool((ticked.filter(asked) == 1).all()):
        return None
    message = "single: one choice spread over {} columns: all {:,} who answered ticked exactly one"
    guess = tr(message, len(question.columns), answered)
    return replace(question, kind=Kind.SINGLE, guess=guess)


def _may_be_single(
    question: Question, columns: Mapping[str, Column], sample: nw.DataFrame[Any]
) -> bool:
    """Return whether counts and the first respondents allow a single choice; a quick check."""
    unchosen = {*question.unticked}
    counts = [columns[name].counts.items() for name in question.columns]
    ticks = sum(n for one in counts for value, n in one if code_of(value) not in unchosen)
    most = max(columns[name].answered for name in question.columns)
    if not (ticks == most if unchosen else most <= ticks <= len(sample)):
        return False
    first = sample.select(file_column(*question.columns)).head(_FIRST).rows()
    return all(
        sum(not is_null(value) and code_of(value) not in unchosen for value in row) <= 1
        for row in first
    )


def column_ticks(question: Question, sample: nw.DataFrame[Any]) -> list[nw.Series[Any]]:
    """Return a boolean series a column: whether the respondent ticked it."""
    unchosen = {*question.unticked}
    found = []
    for name in question.columns:
        values = sample[name].alias("values")
        filled = _is_filled(values)
        if values.dtype == nw.Categorical or isinstance(values.dtype, nw.Enum):
            values = values.cast(nw.String)
        no_mark = [one for one in values.drop_nulls().unique() if code_of(one) in unchosen]
        found.append(filled & ~values.is_in(no_mark).fill_null(value=False) if no_mark else filled)
    return found


def _is_filled(values: nw.Series[Any]) -> nw.Series[Any]:
    return ~(values.is_nan().fill_null(value=True) if values.dtype.is_float() else values.is_null())


def find_repeating_column(question: Question, columns: Mapping[str, Column]) -> str | None:
    """Return the column `q` that repeats the set `q/a`, `q/b` (or `q_1`, `q_2`), else `None`."""
    first = question.columns[0]
    names = [first[:place] for place, sign in enumerate(first) if sign in "/_"]
    column = next((columns[name] for name in names[::-1] if name in columns), None)
    if question.kind is not Kind.MULTI or column is None or not column.is_text:
        return None
    options = [one.removeprefix(column.name)[1:] for one in question.columns]
    return column.name if all(_is_made_of(options, text) for text in column.counts) else None


def _is_made_of(options: Sequence[str], text: str) -> bool:
    """Return whether a text consists of options separated by blanks."""
    rest = f" {text} "
    for option in sorted(options, key=len, reverse=True):
        rest = rest.replace(f" {option} ", "  ")
    return not rest.strip()
