"""Contrasts of several columns, and tests of a question as a whole from their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cxtui.analysis.query.sample import Numbers, Positions, Sample
from cxtui.analysis.stats.row_sums import Layers, RowSums
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.stats.variance import Vector, covariance, linearized_contrast, replicated


@dataclass(frozen=True, slots=True)
class ContrastSums:
    """Sums of the columns of each contrast, and of the respondents in two of them.

    Of the shape (…, rows, contrasts); `shared` has the positions of the two columns as its key.
    """

    columns: tuple[RowSums, ...]
    shared: Mapping[tuple[int, int], RowSums]

    def at(self, rows: Positions, place: int) -> ContrastSums:
        """Return some rows of one contrast; (…, rows)."""

        def own(sums: RowSums) -> RowSums:
            return sums.each(lambda part: part[..., rows, place])

        shared = {pair: own(one) for pair, one in self.shared.items()}
        return ContrastSums(tuple(map(own, self.columns)), shared)

    def value(self, coefficients: Sequence[float]) -> Numbers:
        """Return Σ c·m of the shares or means m of the columns."""
        parts = (c * one.mean for c, one in zip(coefficients, self.columns, strict=True))
        return np.asarray(sum(parts))


class QuadraticTest(NamedTuple):
    """F with its degrees of freedom and p; all are NaN without a variance."""

    statistic: float
    df: float
    df2: float
    p: float


NO_TEST = QuadraticTest(np.nan, np.nan, np.nan, np.nan)


def variance_of_contrast(
    sums: Layers[ContrastSums], coefficients: Sequence[float], sample: Sample
) -> Numbers:
    """Return the variance of Σ c·m of columns, which may overlap; NaN if a base is empty."""
    if sample.replication:
        return replicated(sample.replication, sums.each(lambda one: one.value(coefficients)))
    columns = [
        sums.each(lambda one, place=place: one.columns[place])  # type: ignore[misc]
        for place in range(len(coefficients))
    ]
    return linearized_contrast(columns, sums.units.shared, coefficients, sample)


def test_contrast(
    sums: Layers[ContrastSums], coefficients: Sequence[float], sample: Sample, freedom: float
) -> QuadraticTest:
    """Return the test of Σ c·p = 0 in all answers of a question; sums are of the shape (answers,).

    With d the contrast, V its covariance and A = diag(1/P), P the shares in all columns together,
    F = dᵀAd / tr(AV) on (tr AV)²/tr((AV)²) and that times `freedom` degrees of freedom: Rao and
    Scott (1984), Annals of Statistics 12:46–60, second order.
    """
    columns, shared = sums.whole.columns, tuple(sums.whole.shared.values())
    if len(columns) == 2:  # noqa: PLR2004 -- a pair pools both of its columns, as its table does
        shared = ()
    gave, base = (
        np.asarray(sum(map(part, columns)) - sum(map(part, shared)))
        for part in (lambda one: one.cells.w, lambda one: one.base.w)
    )
    given = gave / base
    inside = (given > 0) & (given < 1)
    if not inside.any() or freedom <= 0:
        return NO_TEST
    vector = contrast_vector(sums, coefficients, sample)
    d, matrix = vector.values[inside], covariance(vector, sample)[np.ix_(inside, inside)]
    scaled = matrix / given[inside, np.newaxis]
    trace, square = float(np.trace(scaled)), float((scaled * scaled.T).sum())
    if not (np.isfinite(scaled).all() and trace > 0 and square > 0):
        return NO_TEST
    statistic, df = float((d**2 / given[inside]).sum()) / trace, trace**2 / square
    p = float(special_functions().fdtrc(df, df * freedom, statistic))
    return QuadraticTest(statistic, df, df * freedom, p)


test_contrast.__test__ = False  # type: ignore[attr-defined]


def contrast_vector(
    sums: Layers[ContrastSums], coefficients: Sequence[float], sample: Sample
) -> Vector:
    """Return Σ c·p of each answer of one question, and its influence in each unit.

    A respondent gives one answer: Σw² of two answers together is 0.
    """
    whole, units = sums.whole, sums.units
    values = whole.value(coefficients)
    if sample.replication and sums.others:
        each = sums.others.value(coefficients)
        return Vector(values, each, each)
    with np.errstate(divide="ignore"):
        scales = [c / one.base.w for c, one in zip(coefficients, whole.columns, strict=True)]
    m = [one.mean for one in whole.columns]
    columns = list(enumerate(units.columns))
    others = sums.others
    return Vector(
        values,
        w=np.asarray(sum(scales[g] * (one.cells.w - m[g] * one.base.w) for g, one in columns)),
        q=np.asarray(sum(scales[g] * (one.cells.q - m[g] * one.base.q) for g, one in columns)),
        qq=None if sample.is_clustered and not sample.second_stage else _squares(units, scales, m),
        d=None
        if others is None
        else np.asarray(
            sum(
                scales[g] * (one.cells.w - m[g] * one.base.w)
                for g, one in enumerate(others.columns)
            )
        ),
    )


def _squares(units: ContrastSums, scales: Sequence[Numbers], m: Sequence[Numbers]) -> Numbers:
    """Return Σw² u uᵀ of the influence u of the answers in each unit, (units, answers, answers)."""
    pairs: list[tuple[int, int, RowSums]] = [
        *((g, g, one) for g, one in enumerate(units.columns)),
        *((a, b, one) for (a, b), one in units.shared.items()),
        *((b, a, one) for (a, b), one in units.shared.items()),
    ]
    answers = len(m[0])
    total = np.zeros((len(units.columns[0].cells.q), answers, answers))
    own = np.arange(answers)
    for a, b, one in pairs:
        q, base = one.cells.q, one.base.q[:, :, np.newaxis]
        products = base * m[a][:, np.newaxis] * m[b]
        products -= q[:, :, np.newaxis] * m[b] + m[a][:, np.newaxis] * q[:, np.newaxis, :]
        products[:, own, own] += q
        total += scales[a][:, np.newaxis] * scales[b] * products
    return total
