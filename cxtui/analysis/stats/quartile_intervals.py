"""Confidence intervals of medians and quartiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.cube import QUARTILES, CountLayer, Counts, Cube, Moments, Sums
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.query.side_queries.quantiles import weighted_quantile
from cxtui.analysis.stats.cell_statistics import NOTHING
from cxtui.analysis.stats.row_sums import Layers, RowSums
from cxtui.analysis.stats.significance import t_quantile
from cxtui.analysis.stats.variance import degrees_of_freedom, variance_of_mean
from cxtui.analysis.view.view import Base


@dataclass(frozen=True, slots=True)
class QuartileErrors:
    """Errors of quartiles, (quartiles, columns): NaN where an end does not exist."""

    se: Numbers
    low: Numbers
    high: Numbers
    df: Numbers


def quartile_errors(cube: Cube, level: float) -> QuartileErrors | None:
    """Return Woodruff's intervals of the quartiles at `level` percent, `None` without a design.

    Woodruff (1952), JASA 47:635–646: the ends of F ± t·SE, of the weighted share F of numbers up to
    the quartile, are mapped back through the same quantile. SE is the width over 2t. As R survey's
    `svyquantile(interval.type = "mean", qrule = "school")`.
    """
    if cube.quartiles is None or cube.below is None:
        return None
    shares = _shares(cube.below)
    df = degrees_of_freedom(shares.counted.base.n, cube.below.sample)
    df = np.where(df > 0, df, np.nan)
    quantile = t_quantile(level, df)
    variance = variance_of_mean(shares, cube.below.sample)
    half = quantile * np.sqrt(np.where(variance <= NOTHING, 0.0, variance))
    middle = shares.whole.mean
    low, high = (_mapped_back(cube, ends) for ends in (middle - half, middle + half))
    return QuartileErrors((high - low) / (2 * quantile), low, high, df)


def _shares(below: Cube) -> Layers[RowSums]:
    """Return the shares of numbers up to each quartile of the column itself."""
    columns = len(below.columns)
    rows = np.arange(len(QUARTILES))[:, np.newaxis] + len(QUARTILES) * np.arange(columns)

    def sums(layer: CountLayer) -> RowSums:
        counts: Counts = layer.columns
        cells: Sums = counts.cells.each(
            lambda part: np.take_along_axis(
                part[..., 0, :, :], rows[(np.newaxis,) * (part.ndim - 3)], axis=-2
            )
        )
        base = counts.bases[Base.ANSWERED]
        base = base.each(lambda part: np.repeat(part, len(QUARTILES), axis=-2))
        return RowSums(cells, base, Moments(cells.w, cells.w, cells.q, cells.q))

    return Layers(below.whole, below.units, below.others, below.present).each(sums)


def _mapped_back(cube: Cube, shares: Numbers) -> Numbers:
    """Return the quantile of each column at a share, NaN outside 0–1."""
    ends = np.full(shares.shape, np.nan)
    if cube.quartiles is None:
        return ends
    for column, (x, w) in enumerate(cube.quartiles.numbers):
        for row, share in enumerate(shares[:, column]):
            if 0 < share < 1 and len(x):
                # R's svyquantile takes the second number for a share below the first one's weight.
                least = w[0] / w.sum()
                ends[row, column] = x[:2][-1] if share < least else weighted_quantile(x, w, share)
    return ends
