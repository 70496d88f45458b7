"""Linearized (Taylor) variances for any sampling design that a codebook can declare.

Lumley, Complex Surveys, 2010, §2.2: a mean or a difference of two is the sum of
z = w·[I₁(y − m₁)/W₁ − I₂(y − m₂)/W₂] over all respondents, and its variance is, over strata h,
Σ (1 − f_h)·k_h/(k_h − 1)·Σ (z_u − z̄_h)², where u are the k_h clusters, or respondents, of the
whole file. R's `survey` gives the same with `svydesign(id = ~cluster, strata = ~strata, nest =
TRUE)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Design, Numbers
from cxtui.analysis.stats.intervals import exact_difference
from cxtui.analysis.stats.row_sums import RowSums


@dataclass(frozen=True, slots=True)
class PairSums:
    """Sums of both columns of each pair, and of their overlap; (rows, pairs)."""

    first: RowSums
    second: RowSums
    shared: RowSums


Unit = tuple[Numbers, Numbers]
"""Σz and Σz² of one stratum or cluster."""


def variance_of_mean(
    whole: RowSums, units: Iterable[tuple[int, RowSums]], design: Design
) -> Numbers:
    """Return the variance of each share (0–1) or mean; of the shape of `whole`.

    `units` are the stratum and the sums of each unit. A stratum with one cluster or respondent
    contributes 0. NaN if the base is empty or all strata have one unit.
    """
    parts = ((h, (_linear(whole, unit), _squares(whole, unit))) for h, unit in units)
    return _stratified_variance(parts, design, whole.base.w > 0)


def variance_of_count(
    whole: RowSums, units: Iterable[tuple[int, RowSums]], design: Design
) -> Numbers:
    """Return the variance of each weighted count Σw.

    Lumley, §2.2, with z = w for respondents who gave the answer, as in R's `svytotal`. Shapes,
    strata of one unit and NaN are as in `variance_of_mean`.
    """
    parts = ((h, (unit.cells.w, unit.cells.q)) for h, unit in units)
    return _stratified_variance(parts, design, whole.base.w > 0)


def variance_of_gap(
    whole: PairSums, units: Iterable[tuple[int, PairSums]], design: Design
) -> Numbers:
    """Return the variance of first − second, (rows, pairs); otherwise as `variance_of_mean`."""
    parts = ((h, _gap_sums(whole, unit)) for h, unit in units)
    exists = (whole.first.base.w > 0) & (whole.second.base.w > 0)
    return _stratified_variance(parts, design, exists)


def _stratified_variance(
    units: Iterable[tuple[int, Unit]], design: Design, exists: NDArray[np.bool_]
) -> Numbers:
    """Return the variance as the sum over strata of the variances between their units."""
    linear = np.zeros((len(design.sizes), *exists.shape))
    squares = np.zeros_like(linear)
    with np.errstate(invalid="ignore", divide="ignore"):
        for stratum, (total, square) in units:
            linear[stratum] += total
            squares[stratum] += total**2 if design.clustered else square
        # With one unit in every stratum, the variance cannot be estimated.
        variance = np.full(exists.shape, 0.0 if max(design.sizes, default=0) > 1 else np.nan)
        for stratum, size, factor in design.factors:
            spread = squares[stratum] - linear[stratum] ** 2 / size
            variance += factor * exact_difference(spread, squares[stratum])
    return np.where(exists, variance, np.nan)


def _gap_sums(whole: PairSums, unit: PairSums) -> Unit:
    first, second = whole.first, whole.second
    linear = _linear(first, unit.first) - _linear(second, unit.second)
    both = _products(unit.shared, first.mean, second.mean) / (first.base.w * second.base.w)
    apart = _squares(first, unit.first) + _squares(second, unit.second)
    return linear, exact_difference(apart - 2 * both, apart)


def _linear(whole: RowSums, unit: RowSums) -> Numbers:
    """Return Σ w(x − m)/W of one unit."""
    return (unit.moments.wx - whole.mean * unit.base.w) / whole.base.w


def _squares(whole: RowSums, unit: RowSums) -> Numbers:
    """Return Σ [w(x − m)/W]² of one unit's respondents."""
    squares = exact_difference(_products(unit, whole.mean, whole.mean), unit.moments.qxx)
    return squares / whole.base.w**2


def _products(part: RowSums, m1: Numbers, m2: Numbers) -> Numbers:
    """Return Σw²(x − m₁)(x − m₂)."""
    return part.moments.qxx - (m1 + m2) * part.moments.qx + m1 * m2 * part.base.q
