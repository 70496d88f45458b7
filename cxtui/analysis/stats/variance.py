"""Variances of shares, means, counts and differences from the sums of sampling units.

Every number θ is a smooth function of totals Σwx; its influence u tells how θ moves with the weight
of a respondent, and z = w·u (Lumley, Complex Surveys, 2010, §2.2; Binder 1983, Int. Stat. Rev.
51:279–292). With the u = 1 … k_h clusters (or respondents) of stratum h in the whole file,

    V = Σ_h (1 − f_h)·k_h/(k_h − 1)·Σ_u (z_hu − z̄_h)²

A filter, a missing answer or a column sets z = 0 and changes no k_h: R survey's `svyrecvar`. Where
a second stage is declared, Σ_hu f_h·(1 − m_u/M_u)·m_u/(m_u − 1)·Σ_i (z_i − z̄_u)² is added (Särndal,
Swensson and Wretman 1992, §4.3). With calibrated weights u is replaced by its residual u_i − x_iᵀB
on the margins x, B = (Σ d x xᵀ)⁻¹ Σ d x u (Deville and Särndal 1992, JASA 87:376–382). With
replicate weights V = Σ_r scale_r (θ_r − θ̄)².

Arrays have the shape (…, rows, places); those of units or replicates have them as first axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.sample import (
    MarginCells,
    Numbers,
    Replication,
    Sample,
    SecondStage,
)
from cxtui.analysis.stats.intervals import exact_difference
from cxtui.analysis.stats.row_sums import Layers, RowSums

_RANK_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class PairSums:
    """Sums of both columns of each pair, and of their overlap; (…, rows, pairs)."""

    first: RowSums
    second: RowSums
    shared: RowSums


@dataclass(frozen=True, slots=True)
class _Influence:
    """Σwu, Σw²u, Σw²u² and Σdu of each unit; d are the weights before calibration."""

    w: Numbers
    q: Numbers
    qq: Numbers
    d: Numbers | None = None


def variance_of_mean(sums: Layers[RowSums], sample: Sample) -> Numbers:
    """Return the variance of each share (0–1) or mean; NaN where the base is empty."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if sample.replication:
            variance = replicated(sample.replication, sums.each(lambda one: one.mean))
        else:
            variance = _linearized(_of_mean(sums), sample)
    return np.where(sums.whole.base.w > 0, variance, np.nan)


def replicates_left_out(sums: Layers[RowSums], sample: Sample) -> Numbers | None:
    """Return how many replicates have no respondent in each base, `None` without replicates."""
    if not sample.replication or sums.others is None:
        return None
    empty = (sums.whole.base.w > 0) & ~np.isfinite(sums.others.mean)
    return np.asarray(empty.sum(axis=0), dtype=np.float64)


def variance_of_count(sums: Layers[RowSums], sample: Sample) -> Numbers:
    """Return the variance of each weighted count Σw; NaN where the base is empty."""
    if sample.replication:
        variance = replicated(sample.replication, sums.each(lambda one: one.cells.w))
    else:
        cells, others = sums.units.cells, sums.others
        influence = _Influence(cells.w, cells.q, cells.q, others.cells.w if others else None)
        variance = _linearized(influence, sample)
    return np.where(sums.whole.base.w > 0, variance, np.nan)


def variance_of_gap(pairs: Layers[PairSums], sample: Sample) -> Numbers:
    """Return the variance of first − second; NaN where either base is empty."""
    if sample.replication:
        gaps = pairs.each(lambda one: one.first.mean - one.second.mean)
        return replicated(sample.replication, gaps)
    return _linearized_gap(pairs, sample, 1.0, 1.0)


def variance_of_log_ratio(
    pairs: Layers[PairSums], sample: Sample, centre: Numbers | float = 0.0
) -> Numbers:
    """Return the variance of log(first/second); NaN where either is not positive.

    Means of numbers are differences from `centre`.
    """
    first, second = pairs.whole.first.mean + centre, pairs.whole.second.mean + centre
    with np.errstate(invalid="ignore", divide="ignore"):
        if sample.replication:
            ratios = pairs.each(
                lambda one: np.log((one.first.mean + centre) / (one.second.mean + centre))
            )
            variance = replicated(sample.replication, ratios)
        else:
            variance = _linearized_gap(pairs, sample, 1 / first, 1 / second)
        return np.where((first > 0) & (second > 0), variance, np.nan)


@dataclass(frozen=True, slots=True)
class Vector:
    """Several numbers whose covariance is wanted, and their influence in each unit.

    `w`, `q` and `d` are Σwu, Σw²u and Σdu, (units, numbers); `qq` is Σw² u uᵀ, (units, numbers,
    numbers), `None` where only clusters count. With replicate weights `w` are the θ_r instead.
    """

    values: Numbers
    w: Numbers
    q: Numbers
    qq: Numbers | None = None
    d: Numbers | None = None


def covariance(vector: Vector, sample: Sample) -> Numbers:
    """Return the covariance matrix of several numbers."""
    if sample.replication:
        used = vector.w[np.isfinite(vector.w).all(axis=1)]
        weights = sample.replication.scales[np.isfinite(vector.w).all(axis=1)]
        middle = vector.values if sample.replication.mse else used[weights > 0].mean(axis=0)
        deviations = used - middle
        return np.asarray((deviations.T * weights) @ deviations)
    totals, products = vector.w, vector.qq
    if sample.calibration and vector.d is not None:
        offset = _offset(vector.d, sample.calibration)
        totals = totals - offset * sample.calibration.w[:, np.newaxis]
        if products is not None:
            both = offset[:, :, np.newaxis] * vector.q[:, np.newaxis, :]
            squares = offset[:, :, np.newaxis] * offset[:, np.newaxis, :]
            squares *= sample.calibration.q[:, np.newaxis, np.newaxis]
            products = products - both - both.transpose(0, 2, 1) + squares
    if sample.present_clusters is not None:
        return np.asarray(totals.T @ totals)
    a, c = sample.factors
    clusters = sample.by_cluster(totals)
    strata = sample.by_stratum(clusters)
    linear = _products_by(a * c, strata)
    if not sample.is_clustered and products is not None:
        return np.tensordot(a, sample.by_stratum(products), axes=1) - linear
    matrix = _products_by(a[sample.strata], clusters) - linear
    if sample.second_stage and products is not None:
        factor, m = _second_stage_factor(sample.second_stage, sample), sample.second_stage.drawn
        within = np.tensordot(factor, sample.by_cluster(products), axes=1)
        matrix += within - _products_by(factor / m, clusters)
    return matrix


def _products_by(factor: Numbers, rows: Numbers) -> Numbers:
    """Return Σ factor·z zᵀ of the rows z."""
    return np.asarray((rows * factor[:, np.newaxis]).T @ rows)


def degrees_of_freedom(n: Numbers, sample: Sample) -> Numbers:
    """Return the degrees of freedom of bases with `n` respondents in each unit, (units, …).

    Clusters with a respondent minus strata with one; without clusters, respondents minus strata:
    R's `degf(subset(design, …))`. With replicate weights as declared, else the rank of the
    replicate weights of the base's respondents minus 1.
    """
    if sample.replication:
        return _replicate_freedom(n, sample.replication)
    if sample.present_clusters is not None:
        return _reduced_units(n, sample.present_clusters)
    units = present_units(n, sample)
    strata = sample.by_stratum(units)
    return np.asarray(units.sum(axis=0) - (strata > 0).sum(axis=0), dtype=np.float64)


def present_units(n: Numbers, sample: Sample) -> Numbers:
    """Return the clusters with a respondent of bases with `n` respondents in each unit, (units, …).

    Without clusters they are the respondents, and of reduced ones their number is in one unit.
    """
    if sample.present_clusters is not None:
        return _reduced_units(n, np.maximum(sample.present_clusters, 0.0))[np.newaxis]
    units = sample.by_cluster(n)
    return (units > 0).astype(np.float64) if sample.is_clustered else units


def _reduced_units(n: Numbers, numbers: Numbers) -> Numbers:
    """Return the sums of the `numbers` of those units that have respondents in the bases."""
    return np.asarray(np.tensordot(numbers, n > 0, axes=1), dtype=np.float64)


def _of_mean(sums: Layers[RowSums]) -> _Influence:
    """Return the influence of each mean m: u = (x − m)/W in the base."""
    m, total = sums.whole.mean, sums.whole.base.w
    units, others = sums.units, sums.others
    squares = _products(units, m, m)
    return _Influence(
        w=(units.moments.wx - m * units.base.w) / total,
        q=(units.moments.qx - m * units.base.q) / total,
        qq=exact_difference(squares, units.moments.qxx) / total**2,
        d=None if others is None else (others.moments.wx - m * others.base.w) / total,
    )


def _linearized_gap(
    pairs: Layers[PairSums], sample: Sample, s: Numbers | float, t: Numbers | float
) -> Numbers:
    """Return the variance of s·first − t·second; NaN where either base is empty."""
    columns = [pairs.each(lambda one: one.first), pairs.each(lambda one: one.second)]
    return linearized_contrast(columns, {(0, 1): pairs.units.shared}, (s, -t), sample)


def linearized_contrast(
    columns: Sequence[Layers[RowSums]],
    shared: Mapping[tuple[int, int], RowSums],
    coefficients: Sequence[Numbers | float],
    sample: Sample,
) -> Numbers:
    """Return the variance of Σ c·m; `shared` are the units' respondents in two columns."""
    whole = [one.whole for one in columns]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [(c, _of_mean(one)) for c, one in zip(coefficients, columns, strict=True)]
        apart = np.asarray(sum(c * c * one.qq for c, one in parts))
        joint = apart
        for (a, b), both in shared.items():
            products = _products(both, whole[a].mean, whole[b].mean)
            weight = 2 * coefficients[a] * coefficients[b]
            joint = joint + weight * products / (whole[a].base.w * whole[b].base.w)
        before = [c * one.d for c, one in parts if one.d is not None]
        influence = _Influence(
            w=np.asarray(sum(c * one.w for c, one in parts)),
            q=np.asarray(sum(c * one.q for c, one in parts)),
            qq=exact_difference(joint, apart),
            d=np.asarray(sum(before)) if before else None,
        )
        variance = _linearized(influence, sample)
    has_base = np.all([one.base.w > 0 for one in whole], axis=0)
    return np.where(has_base, variance, np.nan)


def _products(part: RowSums, m1: Numbers, m2: Numbers) -> Numbers:
    """Return Σw²(x − m₁)(x − m₂)."""
    return part.moments.qxx - (m1 + m2) * part.moments.qx + m1 * m2 * part.base.q


def _linearized(influence: _Influence, sample: Sample) -> Numbers:
    """Return the linearized variance; of the shape of the influence without its units."""
    totals, squares = influence.w, influence.qq
    if sample.calibration and influence.d is not None:
        totals, squares = _residuals(influence, influence.d, sample.calibration)
    if sample.present_clusters is not None:
        return np.asarray((totals**2).sum(axis=0))
    clusters = sample.by_cluster(totals)
    own = clusters**2 if sample.is_clustered else squares
    variance = _between(sample.by_stratum(clusters) ** 2, sample.by_stratum(own), sample)
    if sample.second_stage:
        within = sample.by_cluster(squares)
        variance += _second_stage(sample.second_stage, sample, clusters**2, within)
    return exact_difference(variance, own.sum(axis=0))


def _between(linear: Numbers, squares: Numbers, sample: Sample) -> Numbers:
    """Return Σ_h a_h·(S_h − c_h·L_h) of S = Σz² and L = (Σz)² of each stratum."""
    a, c = (factor.reshape(-1, *(1,) * (squares.ndim - 1)) for factor in sample.factors)
    return np.asarray((a * (squares - c * linear)).sum(axis=0))


def _second_stage(stage: SecondStage, sample: Sample, linear: Numbers, squares: Numbers) -> Numbers:
    """Return the variance within clusters from (Σz)² and Σz² of each cluster's respondents."""
    shape = (-1, *(1,) * (squares.ndim - 1))
    factor, m = _second_stage_factor(stage, sample).reshape(shape), stage.drawn.reshape(shape)
    return np.asarray((factor * (squares - linear / m)).sum(axis=0))


def _second_stage_factor(stage: SecondStage, sample: Sample) -> Numbers:
    """Return f_h·(1 − m/M)·m/(m − 1) of each cluster, 0 where one respondent was drawn."""
    m = stage.drawn
    factor = np.where(m > 1, (1 - m / stage.population) * m / np.maximum(m - 1, 1), 0.0)
    return np.asarray(sample.fractions[sample.strata] * factor)


def _residuals(
    influence: _Influence, d: Numbers, calibration: MarginCells
) -> tuple[Numbers, Numbers]:
    """Return Σz and Σz² of each unit with u replaced by its residual on the margins."""
    offset = _offset(d.reshape(len(d), -1), calibration).reshape(d.shape)
    w, q = (total.reshape(-1, *(1,) * (d.ndim - 1)) for total in (calibration.w, calibration.q))
    squares = influence.qq - 2 * offset * influence.q + offset**2 * q
    return influence.w - offset * w, squares


def _offset(d: Numbers, calibration: MarginCells) -> Numbers:
    """Return xᵀB of each unit's respondents from Σdu, (units, numbers)."""
    by_cell = np.zeros((len(calibration.margins), d.shape[1]))
    np.add.at(by_cell, calibration.cells, d)
    slopes = calibration.inverse @ (calibration.margins.T @ by_cell)
    return np.asarray((calibration.margins @ slopes)[calibration.cells])


def replicated(replication: Replication, numbers: Layers[Numbers]) -> Numbers:
    """Return the variance of numbers from their replicates; those without a number are left out."""
    whole, each = numbers.whole, numbers.others
    if each is None:
        raise ValueError("replicate weights were not summed")
    weights = replication.scales.reshape(-1, *(1,) * whole.ndim)
    exists = np.isfinite(each)
    middle = whole
    if not replication.mse:
        used = exists & (weights > 0)
        counted = np.maximum(used.sum(axis=0), 1)
        middle = np.where(used, each, 0.0).sum(axis=0) / counted
    deviations = np.where(exists, each - middle, 0.0)
    squares: Numbers = weights * deviations**2
    return np.asarray(squares.sum(axis=0))


def _replicate_freedom(n: Numbers, replication: Replication) -> Numbers:
    total = n.sum(axis=0)
    if replication.df:
        return np.where(total > 0, float(replication.df), 0.0)
    if replication.factors is None:
        return np.asarray(np.maximum(np.minimum(total, replication.rank) - 1, 0.0))
    present = n.reshape(len(n), -1) > 0
    patterns, which = np.unique(present, axis=1, return_inverse=True)
    ranks = [_rank(replication.factors[pattern]) for pattern in patterns.T]
    df = np.maximum(np.array(ranks, dtype=np.float64) - 1, 0.0)
    return np.asarray(df[which.ravel()].reshape(total.shape))


def _rank(factors: Numbers) -> int:
    """Return the rank of the replicate weights of some units, with the tolerance of R's `degf`."""
    sizes = np.linalg.svd(factors, compute_uv=False)
    return int((sizes > _RANK_TOLERANCE * sizes.max(initial=0.0)).sum())
