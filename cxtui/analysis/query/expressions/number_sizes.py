"""Sizes of the numbers of a column: they tell how its sums are split to be exact.

The columns of `size_columns` are aggregated by `size_sums`, and what comes of it by them again: by
group, then of all groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.survey.model import Survey

_LARGEST, _SMALLEST, _BROKEN = "__largest", "__smallest", "__broken"

SizeSums = tuple[Any, ...]
"""The largest, the smallest, and how many are not whole: of a group, `None` where it is empty."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of some numbers: how many, the largest, the smallest but 0; signs apart."""

    count: int
    largest: float
    smallest: float
    are_whole: bool


def size_columns(x: nw.Expr) -> list[nw.Expr]:
    """Return the columns to aggregate of a column of numbers."""
    return [
        x.abs().alias(_LARGEST),
        nw.when(x != 0).then(x.abs()).alias(_SMALLEST),
        (x != x.round(0)).cast(nw.Int64).alias(_BROKEN),
    ]


def size_sums() -> list[nw.Expr]:
    """Return the aggregates of the columns; they keep their names."""
    return [nw.col(_LARGEST).max(), nw.col(_SMALLEST).min(), nw.col(_BROKEN).sum()]


def merge_sizes(count: float, sums: Sequence[SizeSums]) -> Sizes:
    """Return the sizes of `count` numbers from the aggregates of their groups."""
    return Sizes(
        int(count),
        max((largest for largest, _, _ in sums if largest), default=0.0),
        min((smallest for _, smallest, _ in sums if smallest), default=0.0),
        not any(broken for _, _, broken in sums),
    )


def sizes_in(survey: Survey, numbers: nw.LazyFrame[Any]) -> Sizes:
    """Return the sizes of the numbers whose `size_columns` are in a frame (one query)."""
    every = cancellable(survey, numbers).select(nw.len().alias("__count"), *size_sums())
    ((count, *sums),) = query_rows(survey, every)
    return merge_sizes(count, [tuple(sums)])
