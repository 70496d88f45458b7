"""Columns of ticks: their marks, and what stands beside them."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.inference.column_values import Column
from cxtui.survey.inference.ticks import (
    Beside,
    is_chosen,
    is_plain_yes,
    is_unchosen,
    meaning_beside_ticks,
)
from cxtui.survey.question import code_of
from cxtui.text import clean

_MARK_OR_NOT, _MOST_SPELLINGS = 2, 6
_YES = "yes"


def is_marked(column: Column) -> bool:
    """Return whether the cells hold only one mark and words for "not chosen", in any spelling."""
    simple = column.is_text or column.is_number or column.dtype == nw.Boolean
    if not simple or not 0 < len(column.counts) <= _MOST_SPELLINGS:
        return False
    beside = meanings_beside(column)
    ticks = (value for value in column.counts if value not in beside)
    values = {clean(code_of(value)).casefold() for value in ticks}
    marks = {clean(code_of(value)).casefold() for value in _marks(column, beside)}
    return len(values) <= _MARK_OR_NOT and len(marks) <= 1


def marks_of(column: Column) -> list[Any]:
    """Return the values of a column that are marks."""
    return _marks(column, meanings_beside(column))


def _marks(column: Column, beside: Container[Any]) -> list[Any]:
    return [one for one in column.counts if one not in beside and not is_unchosen(code_of(one))]


def meanings_beside(column: Column) -> dict[Any, Beside]:
    """Return what the values mean that are neither a mark nor "not chosen".

    Beside a plain yes or no, "don't know" is an answer of its own. A column whose only value is its
    own option is marked by it: the option may be `N/A`.
    """
    texts = {value: code_of(value) for value in column.counts}
    if column.dtype == nw.Boolean or not 0 < len(texts) <= _MOST_SPELLINGS:
        return {}
    ticks = [text for text in texts.values() if is_unchosen(text) or is_chosen(text)]
    others = {value: text for value, text in texts.items() if text not in ticks}
    found: dict[Any, Beside | None] = {}
    for value, text in others.items():
        found[value] = meaning_beside_ticks(text)
        if not ticks and not found[value]:
            return {}
    if not ticks and _says_own_name(column):
        return {}
    is_plain = column.is_text and any(is_plain_yes(one) and not one.isdigit() for one in ticks)
    return {
        value: what
        for value, what in found.items()
        if what and not (is_plain and what is Beside.DONT_KNOW)
    }


def _says_own_name(column: Column) -> bool:
    """Return whether the only value is the column's option, or ends its wording, as its mark."""
    (text, *more) = map(code_of, column.counts)
    named = (column.label.option if column.label else "") or column.wording
    return not more and comparable(named).endswith(comparable(text))


def tick_text(column: Column) -> str:
    """Return the mark of a column if it only means "chosen"; an unmarked column gets a default."""
    marks = marks_of(column)
    if not marks:
        return "1" if column.is_number else "true" if column.dtype == nw.Boolean else _YES
    text = code_of(marks[0]).strip().casefold()
    if not is_chosen(text):
        return ""
    return _YES if column.is_text and is_plain_yes(text) else text


def comparable(text: str) -> str:
    """Return a text without blanks, case, punctuation and a number at its end."""
    bare = "".join(filter(str.isalnum, clean(text).casefold()))
    return bare.rstrip("0123456789") or bare
