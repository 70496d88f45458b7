"""Both columns of each compared pair: sums, errors and overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.analysis.stats.cell_statistics import (
    CellErrors,
    cell_errors,
)
from cxtui.analysis.stats.row_sums import Layer, Layers, RowBlock
from cxtui.analysis.stats.significance import (
    Pairs,
)
from cxtui.analysis.stats.variance import (
    PairSums,
    degrees_of_freedom,
)
from cxtui.analysis.view.view import Against


@dataclass(frozen=True, slots=True)
class Sides:
    """Both columns of each pair: their sums, the errors of their cells, and their overlap.

    `overlapping` says whether the two can share respondents.
    """

    sums: Layers[PairSums]
    first: CellErrors
    second: CellErrors
    overlapping: NDArray[np.bool_]

    @property
    def whole(self) -> PairSums:
        """The sums of all respondents."""
        return self.sums.whole

    @property
    def gap(self) -> Numbers:
        """The first minus the second, as shares or in the unit of the mean."""
        return self.first.value - self.second.value


def sides_of_pairs(block: RowBlock, pairs: Pairs, errors: CellErrors) -> Sides:
    """Return both columns of each pair; against the rest, the second is the Total less it."""
    places = _overlap_places(block, pairs)

    def both(layer: Layer) -> PairSums:
        first, second = layer.columns.at(pairs.a), layer.columns.at(pairs.b)
        match pairs.against:
            case Against.TOTAL:
                return PairSums(first, second, first)
            case Against.REST:
                return PairSums(first, second - first, layer.shared.at(places))
            case _:
                return PairSums(first, second, layer.shared.at(places))

    second = errors.at(pairs.b)
    if pairs.against is Against.REST:
        second = cell_errors(_rest_of(block, pairs))
    return Sides(
        sums=block.layers.each(both),
        first=errors.at(pairs.a),
        second=second,
        overlapping=(places >= 0) | (pairs.against is Against.TOTAL),
    )


def _rest_of(block: RowBlock, pairs: Pairs) -> RowBlock:
    """Return the block whose columns are the respondents outside the first column of each pair."""

    def rest(layer: Layer) -> Layer:
        columns = layer.columns
        return replace(layer, columns=columns.at(pairs.b) - columns.at(pairs.a))

    answers = block.answers
    if answers is not None:
        answers = replace(answers, layers=answers.layers.each(rest))
    return replace(block, layers=block.layers.each(rest), answers=answers)


def _overlap_places(block: RowBlock, pairs: Pairs) -> Positions:
    """Return the place of each pair's shared sums, −1 (the empty place) if it has none."""
    if pairs.against is not Against.COLUMNS:
        return np.full(len(pairs.a), -1)
    found = [
        block.overlaps.get((int(a), int(b)), -1) for a, b in zip(pairs.a, pairs.b, strict=True)
    ]
    return np.array(found, dtype=np.intp)


def share_respondents(sides: Sides) -> NDArray[np.bool_]:
    """Return whether respondents are in both columns of a pair, (rows, pairs)."""
    return np.asarray(sides.overlapping & (sides.whole.shared.base.n > 0))


def gap_freedom(sides: Sides, block: RowBlock) -> Numbers:
    """Return the degrees of freedom of each gap, 0 where either column has none.

    Those of both columns together, one less if they are separate; of clusters at most those of
    each column: R's t on fewer clusters in one column rejects too often.
    """
    units = sides.sums.counted
    together = units.first.base.n + units.second.base.n - units.shared.base.n
    df = degrees_of_freedom(together, block.sample) - ~share_respondents(sides)
    if block.sample.is_clustered:
        df = np.minimum(df, np.minimum(sides.first.df, sides.second.df))
    has_error = np.minimum(sides.first.df, sides.second.df) > 0
    return np.where(has_error, np.maximum(df, 1.0), 0.0)
