"""Sums of the rows that a measure shows, from the counted rows of a cube.

Sums of all respondents have the shape (rows, places); those of units, (units, rows, places).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from cxtui.analysis.query.cube import (
    Change,
    Moments,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.query.sample import Numbers, Positions, Sample
from cxtui.analysis.stats.intervals import share
from cxtui.analysis.view.view import Measure

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class RowSums:
    """Sums of answers, of their base, and moments; of the shape (…, rows, places).

    A share is the mean of 1 for respondents with the answer and 0 for the others in the base.
    """

    cells: Sums
    base: Sums
    moments: Moments

    def each(self, change: Change) -> RowSums:
        """Return the sums with each array changed."""
        return RowSums(self.cells.each(change), self.base.each(change), self.moments.each(change))

    def at(self, places: Any) -> RowSums:
        """Return the sums at some places."""
        return self.each(lambda part: part[..., places])

    def rows(self, rows: Sequence[int]) -> RowSums:
        """Return some of the rows."""
        return self.each(lambda part: part[..., list(rows), :])

    def with_empty_place(self) -> RowSums:
        """Return the sums with an empty last place, for columns without an overlap."""
        if not self.base.n.shape[-1]:
            empty = np.zeros((*self.base.n.shape[:-1], 1))
            return self.each(lambda _: empty)

        def widened(part: Numbers) -> Numbers:
            return np.concatenate([part, np.zeros((*part.shape[:-1], 1))], axis=-1)

        return self.each(widened)

    def __sub__(self, other: RowSums) -> RowSums:
        return RowSums(
            self.cells - other.cells, self.base - other.base, self.moments - other.moments
        )

    @property
    def mean(self) -> Numbers:
        """Σwx/Σw, the share (0–1) or the mean; NaN if the base is empty."""
        return share(self.moments.wx, self.base.w)


@dataclass(frozen=True, slots=True)
class Layer:
    """Sums in columns and in overlaps of columns; the last place of `shared` is empty."""

    columns: RowSums
    shared: RowSums


@dataclass(frozen=True, slots=True)
class Layers(Generic[T]):
    """The same sums of all respondents, of each unit, and with other weights.

    `others` are those with the weights before calibration by unit, or with each replicate weight;
    `present` those of the patterns of reduced clusters.
    """

    whole: T
    units: T
    others: T | None = None
    present: T | None = None

    @property
    def counted(self) -> T:
        """The sums whose n tell in which units a base has respondents."""
        return self.units if self.present is None else self.present

    def each(self, change: Callable[[T], U]) -> Layers[U]:
        """Return all layers changed in the same way."""
        others, present = (
            None if one is None else change(one) for one in (self.others, self.present)
        )
        return Layers(change(self.whole), change(self.units), others, present)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of the questions behind the rows: their variances give the effective base.

    `groups` is the question (or item) of each answer, `of_row` that of each row of the block.
    """

    layers: Layers[Layer]
    groups: Positions
    of_row: Positions

    @property
    def size(self) -> int:
        """The number of questions, those without answers included."""
        return int(max(self.groups.max(initial=0), self.of_row.max(initial=0))) + 1


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows that are all shares or all means, in all columns of a cube.

    `banners` is the banner variable of each column, −1 for the Total; `overlaps` are the places of
    pairs of columns in the shared sums. `in_points` are means on −100 … 100: differences of shares.
    Numbers are differences from `centre`. `answers` is `None` for means; `measure` is the base of
    the shares.
    """

    heads: tuple[Row, ...]
    layers: Layers[Layer]
    sample: Sample
    banners: Positions
    overlaps: dict[tuple[int, int], int]
    is_mean: bool = False
    in_points: bool = False
    centre: Numbers | float = 0.0
    answers: Answers | None = None
    measure: Measure = Measure.COLUMN

    @property
    def columns(self) -> Layers[RowSums]:
        """The sums in the columns, without those in overlaps."""
        return self.layers.each(lambda layer: layer.columns)

    @property
    def base(self) -> Sums:
        """The sums of the base of each row and column."""
        return self.layers.whole.columns.base

    @property
    def cells(self) -> Sums:
        """The sums of each row and column."""
        return self.layers.whole.columns.cells

    def by(self, measure: Measure) -> RowBlock:
        """Return the block with the base of the percentages of `measure`."""
        if self.is_mean or measure not in {Measure.ROW, Measure.TOTAL, Measure.RESPONSES}:
            return self
        answers = [row for row, head in enumerate(self.heads) if head.status is Status.ANSWER]

        def rebased(layer: Layer) -> Layer:
            sums = layer.columns
            match measure:
                case Measure.ROW:
                    whole = sums.cells.pick(..., slice(0, 1))
                case Measure.TOTAL:
                    whole = sums.base.pick(..., slice(0, 1))
                case _:
                    whole = sums.cells.pick(..., answers, slice(None)).over(-2, keep=True)
            shape = sums.cells.n.shape
            base = whole.each(lambda part: np.broadcast_to(part, shape))
            return replace(layer, columns=replace(sums, base=base))

        return replace(self, layers=self.layers.each(rebased), measure=measure)
