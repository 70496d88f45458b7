"""Weighting of respondents, and sums that do not depend on the order of addition.

Floating-point sums depend on their order, which differs by engine, thread and part of a file.
Numbers are therefore split into parts on grids (powers of two) coarse enough that the sum of each
part is exact; the few exact sums are added once, correctly rounded. This is the pre-rounding of
Demmel and Nguyen (2013), "Fast reproducible floating-point summation", with grids fine enough that
nothing is rounded away. It needs only additions and subtractions in the engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.engine import cached_per_survey, cancellable, is_cached, query_rows
from cxtui.analysis.query.expressions.filters import is_usable_weight
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.expressions.number_sizes import Sizes, size_columns, sizes_in
from cxtui.analysis.query.expressions.replicate_weights import (
    replicate_patterns,
    replicate_values,
    replicates_of,
)
from cxtui.analysis.query.expressions.sample_sums import weight_sizes
from cxtui.analysis.query.sample import Numbers
from cxtui.errors import ViewError, near_among
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_DIGITS = 53
_SMALLEST_POWER = -1074
_NARROW = ((nw.Int8, 7), (nw.UInt8, 8))
_SMALL, _LARGE = 100.0, 1e15
"""Means of numbers that are counted as differences from them."""


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


def split_numbers(numbers: Numbers, shifts: Sequence[float]) -> Iterator[Numbers]:
    """Yield the parts of numbers in memory that `split_columns` makes, in the order of names."""
    for shift in shifts:
        part = numbers + shift - shift
        numbers = numbers - part
        yield part
    yield numbers


def sum_parts(sums: Sequence[Numbers]) -> Numbers:
    """Return the totals of groups from the exact sums of a column's parts, the coarsest first.

    Each total is the exact one, rounded once: the rounding errors of the additions are added at
    last (Neumaier 1974, ZAMM 54:39–51), and where what is lost of these may decide how the total
    is rounded, `math.fsum` adds the parts.
    """
    total, *rest = sums
    if len(rest) < 2:  # noqa: PLR2004
        return total + rest[0] if rest else total
    lost, doubt = np.zeros_like(total), np.zeros_like(total)
    for part in rest:
        total, error = _add(total, part)
        lost, more = _add(lost, error)
        doubt = doubt + np.abs(more)
    total, cut = _add(total, lost)
    found = np.array(total)
    half_a_bit = np.abs(found - np.nextafter(found, 0)) / 2
    is_doubtful = (doubt > 0) & (np.abs(cut) + 2 * doubt >= half_a_bit)
    for place in zip(*np.nonzero(np.atleast_1d(is_doubtful)), strict=True):
        at = place if found.ndim else ()
        found[at] = math.fsum(float(part[at]) for part in sums)
    return found


def _add(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers]:
    """Return the sum of two numbers, and what rounding took from it."""
    added = a + b
    rounded = added - a
    return added, (a - (added - rounded)) + (b - rounded)


@dataclass(frozen=True, slots=True)
class Parts:
    """Which rows of an array, (parts, …), are the parts of each total.

    Parts are added exactly: totals are rounded once, when no more is to be added to them.
    """

    spans: tuple[slice, ...]

    @staticmethod
    def of(widths: Sequence[int]) -> Parts:
        """Return the parts of totals that stand one after the other, by their numbers."""
        ends = accumulate(widths, initial=0)
        return Parts(tuple(slice(a, b) for a, b in pairwise(ends)))

    @property
    def size(self) -> int:
        """Return the number of parts of all totals."""
        return max(int(span.stop) for span in self.spans)

    def total(self, parts: Numbers, at: int) -> Numbers:
        """Return one of the totals."""
        return sum_parts([*parts[self.spans[at]]])

    def totals(self, parts: Numbers) -> list[Numbers]:
        """Return each total; those of the same parts are one array."""
        found = {(one.start, one.stop): sum_parts([*parts[one]]) for one in self.spans}
        return [found[one.start, one.stop] for one in self.spans]


@dataclass(frozen=True, slots=True)
class Weighting:
    """Columns to sum for n, W and Q.

    `w` and `q` are the parts of w and w², empty without a weight, when all three are equal.
    `everyone` says that all weights are usable, so that n is the number of rows. `others` are the
    columns of other weights: before calibration, or replicates. `usable` is the number of usable
    weights, and `varies` says that they differ.
    """

    rows: int
    n: str
    everyone: bool = True
    w: tuple[str, ...] = ()
    q: tuple[str, ...] = ()
    extent: Extent = ONE
    others: tuple[str, ...] = ()
    usable: int = 0
    varies: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns to sum."""
        return (*(() if self.everyone else (self.n,)), *self.w, *self.q, *self.others)

    @property
    def parts(self) -> Parts:
        """Return the parts of n, W and Q in those of `totals`; n is W and Q without a weight."""
        if not self.w:
            return Parts((slice(0, 1),) * 3)
        return Parts.of([1, len(self.w), len(self.q)])

    def totals(self, counted: Numbers, sums: Sequence[Numbers]) -> Numbers:
        """Return n, the parts of W and Q, and other weights of groups, (groups, parts).

        They come from the numbers of rows and the sums of `columns`, one array each.
        """
        return np.column_stack([counted, *sums] if self.everyone else [*sums])

    def weight(self) -> nw.Expr:
        """Return the weight of a respondent."""
        return nw.sum_horizontal(*self.w) if self.w else nw.lit(1.0)


@cached_per_survey
def weighting_of(survey: Survey, weight: str | None) -> Weighting:
    """Return the weighting by a column; raises `ViewError` if it cannot be a weight."""
    rows, (n, w, q) = survey.respondents, _names(survey)
    if weight is None:
        return Weighting(rows, n, others=tuple(_other_weights(survey, weight)))
    require_weight(survey, weight)
    sizes = weight_sizes(survey, weight)
    count, extent = sizes.count, _extent(sizes)
    square = extent * extent
    return Weighting(
        *(rows, n, count == rows),
        *(part_names(w, extent, rows), part_names(q, square, rows), extent),
        others=tuple(_other_weights(survey, weight)),
        usable=count,
        varies=sizes.smallest != sizes.largest,
    )


@cached_per_survey
def _names(survey: Survey) -> tuple[str, str, str]:
    """Return the names of the columns of 1, w and w²: no column of the file begins like them."""
    prefix = "__"
    while any(name.startswith(prefix) for name in survey.schema):
        prefix += "_"
    return f"{prefix}n", f"{prefix}w", f"{prefix}q"


def _other_weights(survey: Survey, weight: str | None) -> dict[str, nw.Expr]:
    """Return the weights to sum beside the survey's own: before calibration, or replicates.

    Replicates with few patterns are counted by pattern instead.
    """
    codebook = survey.codebook
    prefix = _names(survey)[0]
    replicates = replicates_of(survey, weight)
    values: list[nw.Expr] = []
    if replicates and replicate_patterns(survey, replicates) is None:
        values = replicate_values(survey, replicates)
    elif codebook.calibrated and weight and weight == codebook.weight and not replicates:
        base = codebook.calibrated.base
        values = [file_column(base).cast(nw.Float64) if base else nw.lit(1.0)]
    return {f"{prefix}{place}": value for place, value in enumerate(values)}


def add_weights(frame: nw.LazyFrame[Any], survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Return the frame with the columns of the weighting, 0 for unusable weights."""
    n, w, q = _names(survey)
    if weight is None:
        others = (one.alias(name) for name, one in _other_weights(survey, weight).items())
        return frame.with_columns(nw.lit(1.0).alias(n), *others)
    weighting = weighting_of(survey, weight)
    weights = file_column(weight).cast(nw.Float64)
    usable = nw.when(is_usable_weight(survey, weight))
    parts = {n: nw.lit(1.0), w: weights, q: weights * weights, **_other_weights(survey, weight)}
    added_to = frame.with_columns(
        *(usable.then(part).otherwise(nw.lit(0.0)).alias(name) for name, part in parts.items())
    )
    extents = {w: weighting.extent, q: weighting.extent * weighting.extent}
    return split_columns(added_to, extents, weighting.rows)


def centre_of_numbers(survey: Survey, question: Question) -> tuple[float, Extent]:
    """Return the rounded mean of a question's numbers, and the extent of their differences from it.

    Sums of squares would lose the spread of numbers that are large beside it. The centre of small
    numbers is 0; narrow integers need no query.
    """
    return _centre(survey, _bare(question))


def is_centre_known(survey: Survey, question: Question) -> bool:
    """Return whether the centre of a question's numbers needs no query any more."""
    return is_cached(_centre, survey, _bare(question))


def _bare(question: Question) -> Question:
    return replace(question, nets=(), classes=())


@cached_per_survey
def _centre(survey: Survey, question: Question) -> tuple[float, Extent]:
    column = question.columns[0]
    for dtype, digits in _NARROW:
        if isinstance(survey.schema[column], dtype):
            return 0.0, Extent(0, digits + 1, whole=True)
    x = file_column(column).cast(nw.Float64).alias("__x")
    numbers = survey.frame.filter(is_valid_number(survey, question)).select(x)
    ((mean,),) = query_rows(survey, cancellable(survey, numbers).select(nw.col("__x").mean()))
    centre = float(round(mean)) if mean and _SMALL < abs(mean) < _LARGE else 0.0
    if centre:
        numbers = numbers.with_columns(nw.col("__x") - centre)
    sizes = sizes_in(survey, numbers.select(*size_columns(nw.col("__x"))))
    return centre, _extent(sizes)


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
        message = "{!r} cannot be a weight: {} has no such number column"
        numbers = (name for name, kind in survey.schema.items() if kind.is_numeric())
        raise ViewError(message, weight, survey.location, near_among(weight, numbers))
    question = question_of_column(survey, weight)
    if question and any(one.label != one.code for one in question.categories):
        raise ViewError(
            "{!r} cannot be a weight: its numbers are answers to {!r}; where it "
            "is one, declare it as weight in the codebook",
            weight,
            question.id,
        )


def _extent(sizes: Sizes) -> Extent:
    return extent_of(sizes.largest, sizes.smallest, sizes.are_whole)
