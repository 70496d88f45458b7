"""A first look at a sample: columns of many texts are described by some of their respondents.

They take most of the time, and hardly ever decide the first table of a survey.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.codebook.completion_listener import Look
from cxtui.survey.inference.column_values import Column, count_values
from cxtui.survey.inference.missing_words import LONGEST_WORD
from cxtui.survey.model import Codebook, ColumnLabel

_SOME = 500
"""Respondents whose answers describe a column of many texts at first."""
_MANY_TEXTS = 60
"""A column in which they give more different texts is no choice among a few answers."""
_WORTH = 200_000
"""The fewest cells of such columns for which a first look saves more time than it takes."""
_ROUNDS = 3


def look_first(
    sample: nw.DataFrame[Any],
    names: Sequence[str],
    labels: Mapping[str, ColumnLabel],
    infer: Callable[[Mapping[str, Column], Collection[Column]], Codebook],
    look: Look,
) -> dict[str, Column]:
    """Let `look` see a codebook that `infer` makes of a part; return the columns counted for it.

    `infer` takes the columns, and what says whether their file fills blank cells with words. No
    look is given where little of the time would be saved.
    """
    some = sample.gather_every(max(len(sample) // _SOME, 1))
    brief = _columns_of_many_texts(some, names, labels)
    if len(brief) * len(sample) < _WORTH or len(some) == len(sample):
        return {}
    short = {one.name: one for one in _short_texts(sample, brief)}
    exact = _counted(sample, [name for name in names if name not in brief], labels)
    for _ in range(_ROUNDS):
        columns = {name: exact.get(name) or brief[name] for name in names}
        codebook = infer(columns, [short.get(one.name, one) for one in columns.values()])
        needed = [name for name in look(codebook, brief.keys()) if name in brief]
        if not needed:
            break
        exact |= _counted(sample, needed, labels)
        brief = {name: one for name, one in brief.items() if name not in exact}
        short = {name: one for name, one in short.items() if name in brief}
    return exact


def _counted(
    sample: nw.DataFrame[Any], names: Sequence[str], labels: Mapping[str, ColumnLabel]
) -> dict[str, Column]:
    return {one: count_values(sample.get_column(one), labels.get(one)) for one in names}


def _columns_of_many_texts(
    some: nw.DataFrame[Any], names: Sequence[str], labels: Mapping[str, ColumnLabel]
) -> dict[str, Column]:
    """Return the columns of lists and of many different texts, as these respondents answered."""
    found = {}
    for series in map(some.get_column, names):
        is_list = series.dtype == nw.List
        if is_list or (series.dtype == nw.String and series.n_unique() > _MANY_TEXTS):
            column = count_values(series, labels.get(series.name))
            found[series.name] = replace(column, is_brief=True)
    return found


def _short_texts(sample: nw.DataFrame[Any], names: Collection[str]) -> list[Column]:
    """Return the columns of texts with their short ones alone, and how many answered in all."""
    columns = []
    for series in map(sample.get_column, names):
        if series.dtype != nw.String:
            continue
        native = series.to_native()
        texts = native.filter(native.str.len_bytes() <= LONGEST_WORD)  # null is not
        counted = count_values(nw.from_native(texts, series_only=True))
        blank = len(texts) - counted.answered
        answered = len(series) - series.null_count() - blank
        columns.append(replace(counted, rows=len(series), answered=answered))
    return columns
