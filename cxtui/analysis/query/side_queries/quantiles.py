"""Weighted median and quartiles of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner, BannerColumns
from cxtui.analysis.query.banner_counts import GroupTable, group_keys
from cxtui.analysis.query.cube import QUARTILES, Quartiles
from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.analysis.query.expressions.number_classes import (
    COUNT,
    X,
    count_numbers,
    is_valid_number,
)
from cxtui.analysis.query.groups.distinct_keys import Key, group_sort_key
from cxtui.analysis.query.sample import Numbers
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

_SLACK = 1e-12

_Group = tuple[Key, Numbers, Numbers]
"""Banner keys, the different numbers of their respondents, sorted, and the weight of each."""


def weighted_quantile(x: Numbers, w: Numbers, share: float) -> float:
    """Return the weighted quantile of the sorted values `x`.

    It is the smallest value at which the cumulative weight reaches `share` of the total and, if it
    equals it, the midpoint to the next value: Hyndman and Fan (1996), The American Statistician
    50:361–365, definition 2; `qrule = "school"` in R survey's `svyquantile`.
    """
    reached = np.cumsum(w) / np.sum(w)
    place = int(np.searchsorted(reached, share - _SLACK))
    if abs(reached[place] - share) <= _SLACK and place + 1 < len(x):
        return float(x[place] + x[place + 1]) / 2
    return float(x[place])


def column_quartiles(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    banners: Sequence[BannerColumns],
    weighting: Weighting,
) -> Quartiles:
    """Return the quartiles of each column, the Total first.

    `frame` has the weights. The engine returns each distinct number of a group with its weight.
    """
    usable = frame.filter(is_valid_number(survey, question))
    if not weighting.everyone:
        usable = usable.filter(nw.col(weighting.n) > 0)
    found = [_groups(survey, usable, question, one.banner, weighting) for one in banners]
    rounded = any(is_rounded for _, is_rounded in found)
    return _of_columns([groups for groups, _ in found], banners, rounded=rounded)


def quartiles_of_groups(
    tables: Sequence[GroupTable], banners: Sequence[BannerColumns], weighting: Weighting
) -> Quartiles:
    """Return the quartiles of each column from the groups of the different numbers, by banner."""
    return _of_columns([list(_numbers_of(table, weighting)) for table in tables], banners)


def _numbers_of(table: GroupTable, weighting: Weighting) -> Iterator[_Group]:
    """Yield the numbers of each banner key that have a usable weight."""
    keys, answers = table.answers
    x = np.array([np.nan if key is None else key for (key,) in keys], dtype=np.float64)[answers]
    w = np.ascontiguousarray(table.totals[:, weighting.parts.spans[1]]).sum(axis=1)
    is_used = ~np.isnan(x) & (table.totals[:, 0] > 0)
    for place, key in enumerate(table.values[0]):
        own = is_used & (table.values[1] == place)
        if own.any():
            yield key, x[own], w[own]


def _of_columns(
    found: Sequence[Sequence[_Group]], banners: Sequence[BannerColumns], *, rounded: bool = False
) -> Quartiles:
    """Return the quartiles of the columns of banners, each with its groups."""
    columns = 1 + sum(len(banner.positions) for banner in banners)
    values: list[list[tuple[Numbers, Numbers]]] = [[] for _ in range(columns)]
    for number, (banner, groups) in enumerate(zip(banners, found, strict=True)):
        for keys, x, w in groups:
            for column in [*([0] if number == 0 else []), *banner.of(keys)]:
                values[column].append((x, w))
    numbers = tuple(map(_sorted_numbers, values))
    quartiles = tuple(
        tuple(weighted_quantile(x, w, share) if len(x) else None for share in QUARTILES.values())
        for x, w in numbers
    )
    return Quartiles(quartiles, numbers, rounded)


def _groups(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    banner: Banner,
    weighting: Weighting,
) -> tuple[list[_Group], bool]:
    """Return the numbers of each group of a banner, the weight of each, and if they are rounded."""
    keys = group_keys(survey, banner, ())
    names = list(keys)
    number = file_column(question.columns[0]).cast(nw.Float64).alias(X)
    chosen = frame.select(number, *map(nw.col, weighting.w), *keys.values())
    found, rounded = count_numbers(survey, chosen, weighting.w, names)
    groups = found.group_by(*names) if names else [((), found)]
    parts = weighting.w or (COUNT,)
    return [
        (key, group[X].to_numpy(), group.select(*parts).to_numpy().sum(axis=1, dtype=np.float64))
        for key, group in sorted(groups, key=lambda one: group_sort_key(one[0]))
    ], rounded


def _sorted_numbers(found: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """Return the sorted numbers of a column and their weights, from its groups, each sorted."""
    if not found:
        return np.zeros(0), np.zeros(0)
    x, w = map(np.concatenate, zip(*found, strict=True))
    # a stable sort merges the sorted runs of the groups
    order = np.argsort(x, kind="stable")
    return x[order], w[order]
