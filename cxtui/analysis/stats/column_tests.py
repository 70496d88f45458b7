"""Significance tests between columns, from the sums of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Row
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.stats.cell_statistics import (
    FEW_EXPECTED,
    FIXED,
    LONE_CLUSTER,
    NOTHING,
    ONE_CLUSTER,
    CellErrors,
    is_classical,
)
from cxtui.analysis.stats.column_sides import Sides, gap_freedom, share_respondents, sides_of_pairs
from cxtui.analysis.stats.intervals import newcombe, normal_quantile
from cxtui.analysis.stats.row_sums import RowBlock, RowSums
from cxtui.analysis.stats.significance import (
    NO_BASE,
    TOO_SMALL,
    Pairs,
    adjust_by_banner,
    all_or_none,
    column_pairs,
    expect_few_cases,
    fisher_p,
    have_same_respondents,
    is_too_small,
    pooled_t,
    t_quantile,
    two_sided_p,
)
from cxtui.analysis.stats.variance import (
    variance_of_gap,
    variance_of_log_ratio,
)
from cxtui.analysis.view.view import Family, View
from cxtui.messages import tr

_POINTS = 100.0

ReasonsNotTested = Callable[[Sequence[Row], Pairs], NDArray[np.object_]]
"""Returns why pairs of columns are not tested, (rows, pairs); empty for tested pairs."""


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests of all pairs of columns; arrays of the shape (rows, pairs).

    `gap`, its errors and its interval are in percentage points, or in the unit of the mean. `se` is
    the error behind test and interval, `se_linearized` that of the design, which `guarded` ones
    exceed. `p` is the test's; `p_fisher` is Fisher's where few cases are expected in separate
    columns; `p_used`, the larger of the two, is corrected in `p_adjusted`: both are NaN for pairs
    that are not tested, and `why_not` is the reason. `few_a` and `few_b` say whether the pair's
    cells have few expected cases.
    """

    pairs: Pairs
    gap: Numbers
    se: Numbers
    se_linearized: Numbers
    guarded: NDArray[np.bool_]
    low: Numbers
    high: Numbers
    t: Numbers
    df: Numbers
    p: Numbers
    p_fisher: Numbers
    p_used: Numbers
    p_adjusted: Numbers
    why_not: NDArray[np.str_]
    few_a: NDArray[np.bool_]
    few_b: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Errors and intervals of gaps, as shares or in the unit of the mean."""

    se: Numbers
    linearized: Numbers
    guarded: NDArray[np.bool_]
    low: Numbers
    high: Numbers
    t: Numbers
    df: Numbers


def compare_blocks(
    blocks: Sequence[RowBlock],
    errors: Sequence[CellErrors],
    columns: tuple[Column, ...],
    view: View,
    refused: Sequence[ReasonsNotTested | None],
) -> list[Tests]:
    """Return the tests of each block, corrected within the family of the view.

    `refused` has why pairs are not tested, by block.
    """
    tests = [
        compare_columns(block, own, columns, view, reasons)
        for block, own, reasons in zip(blocks, errors, refused, strict=True)
    ]
    if view.family is Family.ROW or not tests:
        return tests
    together = np.concatenate([one.p_used for one in tests])
    adjusted = adjust_by_banner(together, tests[0].pairs, view.correction, view.family)
    parts = np.split(adjusted, np.cumsum([len(one.p_used) for one in tests])[:-1])
    return [replace(one, p_adjusted=p) for one, p in zip(tests, parts, strict=True)]


def compare_columns(
    block: RowBlock,
    errors: CellErrors,
    columns: tuple[Column, ...],
    view: View,
    refused: ReasonsNotTested | None,
) -> Tests:
    """Return the tests of columns in every row, of one banner variable, or with the Total or rest.

    Pairs with a reason from `refused` are not tested.
    """
    pairs = column_pairs(columns, view.against)
    sides = sides_of_pairs(block, pairs, errors)
    first, second = sides.whole.first, sides.whole.second
    classical = is_classical(block.sample)
    found = (_classical_gaps if classical else _designed_gaps)(sides, block, view.level)
    found = replace(
        found,
        t=np.where(have_same_respondents(first, second, sides.whole.shared), 0.0, found.t),
    )
    why_not = _why_not(sides, block, found)
    if refused is not None:
        reasons = refused(block.heads, pairs)
        why_not = np.where(reasons != "", reasons, why_not).astype(np.str_)
    few_a = few_b = np.zeros(found.t.shape, dtype=bool)
    if not block.is_mean:
        few_a, few_b = expect_few_cases(first, second)
    p = two_sided_p(found.t, found.df)
    p_fisher = _fisher_where(first, second, (few_a | few_b) & ~share_respondents(sides))
    tested = why_not == ""
    p_used = np.where(tested, np.fmax(p, p_fisher), np.nan)
    scale = 1.0 if block.is_mean else _POINTS
    return Tests(
        pairs=pairs,
        gap=scale * sides.gap,
        se=scale * found.se,
        se_linearized=scale * found.linearized,
        guarded=found.guarded,
        low=scale * found.low,
        high=scale * found.high,
        t=found.t,
        df=found.df,
        p=p,
        p_fisher=p_fisher,
        p_used=p_used,
        p_adjusted=adjust_by_banner(p_used, pairs, view.correction),
        why_not=why_not,
        few_a=few_a & tested,
        few_b=few_b & tested,
    )


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios first/second of pairs, (rows, pairs), and the half widths of their logarithms.

    A ratio is NaN if the second is not positive, a half width if there is no interval.
    """

    ratio: Numbers
    half: Numbers


def compare_ratios(
    block: RowBlock, errors: CellErrors, columns: tuple[Column, ...], view: View
) -> Ratios | None:
    """Return the ratios of all pairs of columns with t·SE of their logarithms.

    The covariance of the columns is in SE. `None` without a weight or design.
    """
    if is_classical(block.sample):
        return None
    pairs = column_pairs(columns, view.against)
    sides = sides_of_pairs(block, pairs, errors)
    first, second = (one.value + block.centre for one in (sides.first, sides.second))
    df = gap_freedom(sides, block)
    variance = variance_of_log_ratio(sides.sums, block.sample, block.centre)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = t_quantile(view.level, np.where(df > 0, df, np.nan)) * np.sqrt(variance)
        ratio = np.where((second > 0) & (first >= 0), first / second, np.nan)
    certain = (variance <= NOTHING) | ((first >= 1) & (second >= 1) & (not block.is_mean))
    return Ratios(ratio, np.where(certain, np.nan, half))


def _classical_gaps(sides: Sides, block: RowBlock, level: float) -> _Gaps:
    """Return the errors of gaps without a design: pooled tests and Newcombe's intervals of shares.

    Means, and the intervals of overlapping columns, are linearized.
    """
    first, second = sides.first, sides.second
    se = np.sqrt(variance_of_gap(sides.sums, block.sample))
    df = gap_freedom(sides, block)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(se > 0, sides.gap / se, np.nan)
    half = t_quantile(level, df) * se
    low, high = sides.gap - half, sides.gap + half
    guarded = np.zeros(se.shape, dtype=bool)
    if block.is_mean:
        return _Gaps(se, se, guarded, low, high, t, df)
    quantile = normal_quantile(level)
    ends = newcombe(first.value, first.kish, second.value, second.kish, quantile)
    low, high = (
        np.where(sides.overlapping, linear, hybrid)
        for linear, hybrid in zip((low, high), ends, strict=True)
    )
    pooled, t, df = pooled_t(sides.whole.first, sides.whole.second, sides.whole.shared)
    return _Gaps(pooled, se, guarded, low, high, t, df)


def _designed_gaps(sides: Sides, block: RowBlock, level: float) -> _Gaps:
    """Return the errors of gaps under a weight or design, the same for test and interval.

    The standard error is linearized (or from replicates). Where under 10 cases are expected it is
    at least that of the pooled share on the effective bases: alone it would be almost nothing for
    a rare answer in a small column beside a large one.
    """
    variance = variance_of_gap(sides.sums, block.sample)
    df = gap_freedom(sides, block)
    variance = np.where(df > 0, variance, np.nan)
    used, guarded = variance, np.zeros(variance.shape, dtype=bool)
    if block.is_mean:
        alike = (sides.first.variance == 0) & (sides.second.variance == 0)
        used = variance = np.where(alike, 0.0, variance)
    else:
        pooled, is_guarded = _pooled_variance(sides, variance)
        guarded = is_guarded & (pooled > variance)
        used = np.where(guarded, pooled, variance)
        used = np.where((used <= NOTHING), 0.0, used)
    se = np.sqrt(used)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(se > 0, sides.gap / se, np.nan)
    half = t_quantile(level, np.where(df > 0, df, np.nan)) * np.where(se > 0, se, np.nan)
    linearized = np.sqrt(np.maximum(variance, 0.0))
    return _Gaps(se, linearized, guarded, sides.gap - half, sides.gap + half, t, df)


def _pooled_variance(sides: Sides, variance: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return the variance of a gap under a common share P, and where it is a lower bound.

    P(1 − P)·(1/b₁ + 1/b₂ − 2ρ/√(b₁b₂)), b the smaller of each share's effective base and Kish's,
    ρ the correlation of the two shares.
    """
    first, second = sides.first, sides.second
    b1, b2 = (np.fmin(one.own_base, one.kish) for one in (first, second))
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (first.variance + second.variance - variance) / 2
        spread = np.sqrt(first.variance * second.variance)
        bases = (sides.whole.first.base.q, sides.whole.second.base.q, sides.whole.shared.base.q)
        rho = np.where(
            np.minimum(first.variance, second.variance) > NOTHING,
            covariance / spread,
            bases[2] / np.sqrt(bases[0] * bases[1]),
        )
        cells = sides.whole.first.cells.w + sides.whole.second.cells.w
        share = cells / (sides.whole.first.base.w + sides.whole.second.base.w)
        pooled = share * (1 - share) * (1 / b1 + 1 / b2 - 2 * rho / np.sqrt(b1 * b2))
        extreme = ~_is_inside(first.value) & ~_is_inside(second.value)
        few = np.minimum(share, 1 - share) * np.minimum(b1, b2) < FEW_EXPECTED
    return pooled, np.asarray(extreme | (few & (variance > NOTHING)))


def _is_inside(value: Numbers) -> NDArray[np.bool_]:
    return np.asarray((value > 0) & (value < 1))


def _why_not(sides: Sides, block: RowBlock, found: _Gaps) -> NDArray[np.str_]:
    """Return why each pair is not tested, empty if it is."""
    first, second = sides.first, sides.second
    alike = np.zeros(found.t.shape, dtype=bool)
    if not block.is_mean:
        alike = all_or_none(sides.whole.first, sides.whole.second)
    unknown = np.isnan(found.t)
    reasons = [
        ((first.n <= 0) | (second.n <= 0), tr(NO_BASE)),
        (
            is_too_small(first.smallest_base) | is_too_small(second.smallest_base),
            tr("base under {}", TOO_SMALL),
        ),
        (alike, tr("all or none in both columns")),
        (unknown & (found.df <= 0), tr(ONE_CLUSTER)),
        (unknown & (found.se == 0) & (not block.is_mean), tr(FIXED)),
        (unknown & np.isnan(found.linearized), tr(LONE_CLUSTER)),
        (unknown, tr("no spread to tell an error from")),
    ]
    conditions, texts = zip(*reasons, strict=True)
    return np.select(conditions, texts, default="")


def _fisher_where(first: RowSums, second: RowSums, few: NDArray[np.bool_]) -> Numbers:
    """Return Fisher's p of the `few` pairs, from unweighted counts; NaN for all others."""
    p = np.full(few.shape, np.nan)
    p[few] = fisher_p(
        first.cells.n[few], first.base.n[few], second.cells.n[few], second.base.n[few]
    )
    return p


def few_cases(tests: Tests, columns: int) -> NDArray[np.bool_]:
    """Return whether each cell has few expected cases in a tested pair; (rows, columns)."""
    few = np.zeros((len(tests.gap), columns), dtype=bool)
    for side, is_few in ((tests.pairs.a, tests.few_a), (tests.pairs.b, tests.few_b)):
        for pair, column in enumerate(side):
            few[:, column] |= is_few[:, pair]
    return few
