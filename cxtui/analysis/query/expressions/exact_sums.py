"""How respondents are weighed, and sums of weights that are the same in whatever order they run.

Floating-point sums depend on their order, and an engine adds in any: by thread, by part of a file.
So what is summed is first split into parts that lie on grids (powers of two) so coarse that every
sum of a part is exact; only the few exact sums are then added up, once and correctly rounded. This
is the pre-rounding of Demmel and Nguyen (2013), "Fast reproducible floating-point summation",
with grids fine enough that nothing is rounded away: a sum is that of its terms as if added
without any error. It takes plus and minus only, in every engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.filters import is_countable
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.once_per_survey import cached_per_survey
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Kind, Question, Survey

Triple = tuple[float, float, float]
"""n, W and Q of a group."""

_SMALLEST_WEIGHT = 1e-60
"""Whatever is smaller counts as zero: its square has to be a number."""

_DIGITS = 53
_SMALLEST_POWER = -1074
_NARROW = ((nw.Int8, 7), (nw.UInt8, 8), (nw.Int16, 15), (nw.UInt16, 16))


@dataclass(frozen=True, slots=True)
class Extent:
    """What numbers are, signs apart: 0, or from 2**`low` to under 2**`top`; whether whole."""

    low: int
    top: int
    whole: bool = False

    def __mul__(self, other: Extent) -> Extent:
        """Return the extent of the products of two columns, rounded as they are."""
        return Extent(self.low + other.low, self.top + other.top, self.whole and other.whole)

    @property
    def step(self) -> int:
        """The power of two of which all numbers are multiples."""
        return max(self.low - _DIGITS + 1, 0 if self.whole else _SMALLEST_POWER)

    def shifts(self, rows: int) -> tuple[float, ...]:
        """Return what to add and take away again to cut each part but the last off a number.

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
    """Return the columns into which `split` parts a column."""
    return (*(f"{name}_{part}" for part in range(len(extent.shifts(rows)))), name)


def split_columns(
    frame: nw.LazyFrame[Any], extents: Mapping[str, Extent], rows: int
) -> nw.LazyFrame[Any]:
    """Part columns of a frame of at most so many rows; each keeps its own last part."""
    shifts = {name: extent.shifts(rows) for name, extent in extents.items()}
    for part in range(max(map(len, shifts.values()), default=0)):
        longer = {name: shift[part] for name, shift in shifts.items() if part < len(shift)}
        frame = frame.with_columns(
            *((nw.col(name) + s - s).alias(f"{name}_{part}") for name, s in longer.items())
        ).with_columns(*(nw.col(name) - nw.col(f"{name}_{part}") for name in longer))
    return frame


def sum_parts(sums: Sequence[Any]) -> float:
    """Add up the sums of the parts of a column, correctly rounded; an empty group has none."""
    return math.fsum(one or 0.0 for one in sums)


@dataclass(frozen=True, slots=True)
class Weighting:
    """How the respondents of a survey are weighed: what to sum for n, W and Q.

    `n` names the column that is 1 where the weight is usable, else 0; `w` and `q` name the parts
    of w and w², the last part last. Without a weight there are none, all three being the same.
    `everyone` says that no weight is unusable: then n is counted, not summed.
    """

    rows: int
    n: str
    everyone: bool = True
    w: tuple[str, ...] = ()
    q: tuple[str, ...] = ()
    extent: Extent = ONE

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to sum."""
        return (*(() if self.everyone else (self.n,)), *self.w, *self.q)

    def triple(self, counted: float, sums: Sequence[Any]) -> Triple:
        """Return n, W and Q of respondents by the sums of `columns`, and how many there are."""
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
    """Return how `weight` weighs; one query of its column. Raises `ViewError` if it cannot."""
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


def _names(survey: Survey) -> tuple[str, str, str]:
    """Return the names of the columns of 1, w and w²: no column of the file begins like them."""
    prefix = "__"
    while any(name.startswith(prefix) for name in survey.schema):
        prefix += "_"
    return f"{prefix}n", f"{prefix}w", f"{prefix}q"


def add_weights(frame: nw.LazyFrame[Any], survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Add the columns of the weighting, all 0 where the weight is no positive number."""
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
    """Return the extent of the numbers given to a question; one query, but of narrow integers."""
    column = question.columns[0]
    for dtype, digits in _NARROW:
        if isinstance(survey.schema[column], dtype):
            return Extent(0, digits + 1, whole=True)
    x = file_column(column).cast(nw.Float64).alias("__x")
    return _extent_in(
        survey, survey.frame.filter(is_valid_number(survey, question)).select(x), "__x"
    )[1]


def question_of_column(survey: Survey, column: str) -> Question | None:
    """Return the question whose categories the numbers of a column are, if they are.

    A weight of the codebook is one, whatever else it is.
    """
    if column in {survey.codebook.weight, *survey.codebook.weights}:
        return None
    of_column = (one for one in survey.codebook.questions if column in one.columns)
    return next((one for one in of_column if one.kind is not Kind.NUMERIC), None)


def require_weight(survey: Survey, weight: str) -> None:
    """Raise `ViewError` where a column is not there or holds no numbers that could be weights."""
    if weight not in survey.schema or not survey.schema[weight].is_numeric():
        raise ViewError(
            f"{weight!r} cannot be a weight: {survey.location} has no such number column"
        )
    question = question_of_column(survey, weight)
    if question and any(one.label != one.code for one in question.categories):
        raise ViewError(
            f"{weight!r} cannot be a weight: its numbers are answers to {question.id!r}; where it "
            "is one, declare it as weight in the codebook"
        )


def _extent_in(survey: Survey, frame: nw.LazyFrame[Any], name: str) -> tuple[int, Extent]:
    """Return how many numbers there are in a column, and their extent."""
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
