"""Weighting of respondents, and sums that do not depend on the order of addition.

Floating-point sums depend on their order, which differs by engine, thread and part of a file.
Numbers are therefore split into parts on grids (powers of two) coarse enough that the sum of each
part is exact; the few exact sums are added once, correctly rounded. This is the pre-rounding of
Demmel and Nguyen (2013), "Fast reproducible floating-point summation", with grids fine enough that
nothing is rounded away. It needs only additions and subtractions in the engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey, cancellable, query_rows
from cxtui.analysis.query.expressions.filters import is_countable
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

Triple = tuple[float, float, float]
"""n, W and Q of a group."""

_SMALLEST_WEIGHT = 1e-60
"""Smaller weights count as 0, since their squares would underflow."""

_DIGITS = 53
_SMALLEST_POWER = -1074
_NARROW = ((nw.Int8, 7), (nw.UInt8, 8), (nw.Int16, 15), (nw.UInt16, 16))


@dataclass(frozen=True, slots=True)
class Extent:
    """Range of absolute values: 0, or from 2**`low` to under 2**`top`; whether all are whole."""

    low: int
    top: int
    whole: bool = False

    def __mul__(self, other: Extent) -> Extent:
        """Return the extent of the rounded products of two columns."""
        return Extent(self.low + other.low, self.top + other.top, self.whole and other.whole)

    @property
    def step(self) -> int:
        """Return the power of two of which all numbers are multiples."""
        return max(self.low - _DIGITS + 1, 0 if self.whole else _SMALLEST_POWER)

    def shifts(self, rows: int) -> tuple[float, ...]:
        """Return the numbers to add and subtract again to split off each part but the last.

        Adding 1.5 · 2**(k + 52) leaves no digits below 2**k. Any sum of `rows` parts is exact:
        it is a multiple of their 2**k and at most 2**(k + 53).
        """
        carried = max(math.ceil(math.log2(max(rows, 1))), 2)
        shifts = []
        top = self.top
        while (grid := top + carried - _DIGITS) > self.step:
            shifts.append(math.ldexp(1.5, grid + _DIGITS - 1))
            top = grid - 1
        return tuple(shifts)


ONE = Extent(0, 1, whole=True)
"""The extent of a column of 0 and 1."""


def extent_of(largest: float, smallest: float, whole: bool) -> Extent:
    """Return the extent of numbers by the largest and smallest of them but 0, signs apart."""
    if not largest:
        return ONE
    return Extent(math.frexp(smallest)[1] - 1, math.frexp(largest)[1], whole)


def part_names(name: str, extent: Extent, rows: int) -> tuple[str, ...]:
    """Return the names of the columns into which `split_columns` splits a column."""
    return (*(f"{name}_{part}" for part in range(len(extent.shifts(rows)))), name)


def split_columns(
    frame: nw.LazyFrame[Any], extents: Mapping[str, Extent], rows: int
) -> nw.LazyFrame[Any]:
    """Return the frame with columns split for `rows` rows; a column keeps its last part."""
    shifts = {name: extent.shifts(rows) for name, extent in extents.items()}
    for part in range(max(map(len, shifts.values()), default=0)):
        longer = {name: shift[part] for name, shift in shifts.items() if part < len(shift)}
        frame = frame.with_columns(
            *((nw.col(name) + s - s).alias(f"{name}_{part}") for name, s in longer.items())
        ).with_columns(*(nw.col(name) - nw.col(f"{name}_{part}") for name in longer))
    return frame


def sum_parts(sums: Sequence[Any]) -> float:
    """Return the correctly rounded total of the sums of a column's parts, 0 for an empty group."""
    return math.fsum(one or 0.0 for one in sums)


@dataclass(frozen=True, slots=True)
class Weighting:
    """Columns to sum for n, W and Q.

    `w` and `q` are the parts of w and w², empty without a weight, when all three are equal.
    `everyone` says that all weights are usable, so that n is the number of rows.
    """

    rows: int
    n: str
    everyone: bool = True
    w: tuple[str, ...] = ()
    q: tuple[str, ...] = ()
    extent: Extent = ONE

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns to sum."""
        return (*(() if self.everyone else (self.n,)), *self.w, *self.q)

    def triple(self, counted: float, sums: Sequence[Any]) -> Triple:
        """Return n, W and Q from the number of rows and the sums of `columns`."""
        n, *parts = [counted, *sums] if self.everyone else sums
        n = float(n or 0)
        if not self.w:
            return n, n, n
        return n, sum_parts(parts[: len(self.w)]), sum_parts(parts[len(self.w) :])

    def weight(self) -> nw.Expr:
        """Return the weight of a respondent."""
        return nw.sum_horizontal(*self.w) if self.w else nw.lit(1.0)


@cached_per_survey
def weighting_of(survey: Survey, weight: str | None) -> Weighting:
    """Return the weighting by a column (one query); raises `ViewError` if it cannot be a weight."""
    rows, (n, w, q) = survey.respondents, _names(survey)
    if weight is None:
        return Weighting(rows, n)
    require_weight(survey, weight)
    weights = file_column(weight).cast(nw.Float64).alias(w)
    found = survey.frame.filter(is_countable(survey, weight, _SMALLEST_WEIGHT)).select(weights)
    count, extent = _extent_in(survey, found, w)
    square = extent * extent
    return Weighting(
        rows, n, count == rows, part_names(w, extent, rows), part_names(q, square, rows), extent
    )


@cached_per_survey
def _names(survey: Survey) -> tuple[str, str, str]:
    """Return the names of the columns of 1, w and w²: no column of the file begins like them."""
    prefix = "__"
    while any(name.startswith(prefix) for name in survey.schema):
        prefix += "_"
    return f"{prefix}n", f"{prefix}w", f"{prefix}q"


def add_weights(frame: nw.LazyFrame[Any], survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Return the frame with the columns of the weighting, 0 for unusable weights."""
    n, w, q = _names(survey)
    if weight is None:
        return frame.with_columns(nw.lit(1.0).alias(n))
    weighting = weighting_of(survey, weight)
    weights = file_column(weight).cast(nw.Float64)
    usable = nw.when(is_countable(survey, weight, _SMALLEST_WEIGHT))
    parts = {n: nw.lit(1.0), w: weights, q: weights * weights}
    added_to = frame.with_columns(
        *(usable.then(part).otherwise(nw.lit(0.0)).alias(name) for name, part in parts.items())
    )
    extents = {w: weighting.extent, q: weighting.extent * weighting.extent}
    return split_columns(added_to, extents, weighting.rows)


@cached_per_survey
def extent_of_numbers(survey: Survey, question: Question) -> Extent:
    """Return the extent of a question's numbers; one query, none for narrow integers."""
    column = question.columns[0]
    for dtype, digits in _NARROW:
        if isinstance(survey.schema[column], dtype):
            return Extent(0, digits + 1, whole=True)
    x = file_column(column).cast(nw.Float64).alias("__x")
    numbers = survey.frame.filter(is_valid_number(survey, question)).select(x)
    return _extent_in(survey, numbers, "__x")[1]


def question_of_column(survey: Survey, column: str) -> Question | None:
    """Return the question whose category codes are in a column, `None` for other columns.

    A declared weight is never one.
    """
    if column in {survey.codebook.weight, *survey.codebook.weights}:
        return None
    of_column = (one for one in survey.codebook.questions if column in one.columns)
    return next((one for one in of_column if one.kind is not Kind.NUMERIC), None)


def require_weight(survey: Survey, weight: str) -> None:
    """Raise `ViewError` if a column does not exist or does not hold weights."""
    if weight not in survey.schema or not survey.schema[weight].is_numeric():
        raise ViewError(
            "{!r} cannot be a weight: {} has no such number column", weight, survey.location
        )
    question = question_of_column(survey, weight)
    if question and any(one.label != one.code for one in question.categories):
        raise ViewError(
            "{!r} cannot be a weight: its numbers are answers to {!r}; where it "
            "is one, declare it as weight in the codebook",
            weight,
            question.id,
        )


def _extent_in(survey: Survey, frame: nw.LazyFrame[Any], name: str) -> tuple[int, Extent]:
    """Return the number of rows of a column, and its extent."""
    x = nw.col(name)
    size = x.abs()
    found = cancellable(survey, frame).select(
        nw.len().alias("__count"),
        size.max().alias("__largest"),
        nw.when(x != 0).then(size).min().alias("__smallest"),
        (x != x.round(0)).cast(nw.Int64).sum().alias("__broken"),
    )
    count, largest, smallest, broken = query_rows(survey, found)[0]
    return int(count), extent_of(largest or 0.0, smallest or 0.0, not broken)
