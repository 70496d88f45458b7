"""Statistics of each cell, and significance tests between columns, from the sums of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Design, Numbers, Row, Sums
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.fisher import fisher_p
from cxtui.analysis.stats.intervals import newcombe, share, standard_deviation, wilson
from cxtui.analysis.stats.linearization import (
    PairSums,
    variance_of_count,
    variance_of_gap,
    variance_of_mean,
)
from cxtui.analysis.stats.row_sums import RowBlock, RowSums
from cxtui.analysis.stats.significance import Pairs
from cxtui.analysis.view.view import Against, Family, Measure, View

_POINTS = 100.0

ReasonsNotTested = Callable[[Sequence[Row], Pairs], NDArray[np.object_]]
"""Returns why pairs of columns are not tested, (rows, pairs); empty for tested pairs."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of cells, (rows, columns); `value` and its interval are shares (0–1) or means.

    `count_se` is the standard error of the weighted count, whose interval is count ± t·SE.
    """

    base: Sums
    effective: Numbers
    value: Numbers
    low: Numbers
    high: Numbers
    sd: Numbers
    index: Numbers
    count_se: Numbers
    count_low: Numbers
    count_high: Numbers


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests of all pairs of columns; arrays of the shape (rows, pairs).

    `gap` and its interval are in percentage points, or in the unit of the mean. p is NaN for pairs
    that were not tested; `why_not` is the reason. `few_a` and `few_b` say whether the pair's cells
    have few expected cases; `p_fisher` is NaN for all others and for overlapping columns.
    """

    pairs: Pairs
    gap: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    t: Numbers
    df: Numbers
    p: Numbers
    p_adjusted: Numbers
    why_not: NDArray[np.str_]
    few_a: NDArray[np.bool_]
    few_b: NDArray[np.bool_]
    p_fisher: Numbers


def cell_statistics(
    block: RowBlock, measure: Measure, level: float | None, *, weighted: bool
) -> Statistics:
    """Return the share or mean of each cell, with intervals at `level` percent unless it is `None`.

    Counts have standard errors only if they are `weighted`.
    """
    none = np.full(block.cells.n.shape, np.nan)
    low = high = sd = index = count_se = half_count = none
    base = block.base if block.is_mean else block.by(measure)
    if block.is_mean:
        value, sd = block.columns.mean, standard_deviation(base, block.columns.moments)
        if level is not None:
            quantile = tests_of.t_quantile(level, block.design.degrees_of_freedom)
            half = quantile * np.sqrt(_own_variance(block))
            half = np.where(base.n > 1, half, np.nan)
            low, high = value - half, value + half
    else:
        value = share(block.cells.w, base.w)
        index = 100 * share(value, np.broadcast_to(value[:, :1], value.shape))
        if level is not None and measure is not Measure.RESPONSES:
            own = measure not in {Measure.ROW, Measure.TOTAL}
            effective = base.effective
            if own:
                effective = _effective_base(block.columns, _unit_columns(block), block.design)
            low, high = wilson(value, effective, level)
        if level is not None and weighted:
            count_se = np.sqrt(variance_of_count(block.columns, _unit_columns(block), block.design))
            half_count = tests_of.t_quantile(level, block.design.degrees_of_freedom) * count_se
    count = block.cells.w
    return Statistics(
        base, base.effective, value, low, high, sd, index,
        count_se, count - half_count, count + half_count,
    )  # fmt: skip


def _unit_columns(block: RowBlock) -> list[tuple[int, RowSums]]:
    """Return the stratum and the column sums of each unit."""
    return [(unit.stratum, unit.columns) for unit in block.units]


def _own_variance(block: RowBlock) -> Numbers:
    """Return the linearized variance of each cell's share or mean."""
    return variance_of_mean(block.columns, _unit_columns(block), block.design)


def _effective_base(part: RowSums, units: list[tuple[int, RowSums]], design: Design) -> Numbers:
    """Return the effective base of each share: Kish's, or that of a declared design.

    With strata or clusters it is p(1 − p)/variance, after Korn and Graubard (1998), Survey
    Methodology 24:193–201, and Kish's if p is 0 or 1.
    """
    kish = part.base.effective
    if not design.declared:
        return kish
    p = part.mean
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = p * (1 - p) / variance_of_mean(part, units, design)
    return np.where(np.isfinite(drawn) & (drawn > 0), drawn, kish)


def compare_blocks(
    blocks: Sequence[RowBlock],
    columns: tuple[Column, ...],
    view: View,
    refused: ReasonsNotTested | None,
) -> list[Tests]:
    """Return the tests of each block, corrected within the family of the view."""
    tests = [compare_columns(block, columns, view, refused) for block in blocks]
    if view.family is Family.ROW or not tests:
        return tests
    together = tests_of.adjust_over_table([one.p for one in tests], tests[0].pairs, view.correction)
    return [replace(one, p_adjusted=p) for one, p in zip(tests, together, strict=True)]


def compare_columns(
    block: RowBlock, columns: tuple[Column, ...], view: View, refused: ReasonsNotTested | None
) -> Tests:
    """Return the tests of columns in every row, of one banner variable, or with the Total or rest.

    Shares are tested by the pooled t-test, or linearized if a design is declared; means are
    linearized. Pairs with a reason from `refused` are not tested.
    """
    pairs = tests_of.column_pairs(columns, view.against)
    sides = _pair_sums(block, block.columns, block.shared, pairs)
    units = [
        (unit.stratum, _pair_sums(block, unit.columns, unit.shared, pairs)) for unit in block.units
    ]
    first, second = sides.first, sides.second
    se = np.sqrt(variance_of_gap(sides, units, block.design))
    gap = first.mean - second.mean
    e1, e2 = first.base.effective, second.base.effective
    few_a = few_b = np.zeros(gap.shape, dtype=bool)
    overlapping = _are_overlapping(block, pairs)
    df = np.broadcast_to(_degrees_of_freedom(block.design, overlapping), gap.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(se > 0, gap / se, np.nan)
    half = tests_of.t_quantile(view.level, df) * se
    low, high = gap - half, gap + half
    if not block.is_mean:
        ends = newcombe(
            first.mean,
            _effective_base(first, [(h, unit.first) for h, unit in units], block.design),
            second.mean,
            _effective_base(second, [(h, unit.second) for h, unit in units], block.design),
            view.level,
        )
        low, high = (
            np.where(overlapping, linear, hybrid)
            for linear, hybrid in zip((low, high), ends, strict=True)
        )
        if not block.design.declared:
            t, df = tests_of.pooled_t(first, second, sides.shared)
        few_a, few_b = tests_of.expect_few_cases(first, second)
        gap, se, low, high = (_POINTS * one for one in (gap, se, low, high))
    t = np.where(tests_of.have_same_respondents(first, second, sides.shared), 0.0, t)
    alike = np.zeros(gap.shape, dtype=bool)
    if not block.is_mean:
        alike = tests_of.all_or_none(first, second)
        t = np.where(alike, np.nan, t)
    small = tests_of.is_too_small(e1) | tests_of.is_too_small(e2)
    why_not = np.select(
        [(e1 <= 0) | (e2 <= 0), small, alike, np.isnan(t)],
        [tests_of.NO_BASE, tests_of.SMALL_BASE, tests_of.NO_SPREAD, tests_of.NO_ERROR],
        default="",
    )
    if refused is not None:
        reasons = refused(block.heads, pairs)
        why_not = np.where(reasons != "", reasons, why_not).astype(np.str_)
    tested = why_not == ""
    p = np.where(tested, tests_of.two_sided_p(t, df), np.nan)
    p_adjusted = tests_of.adjust_by_banner(p, pairs, view.correction)
    few_a, few_b = few_a & tested, few_b & tested
    p_fisher = _fisher_where(first, second, (few_a | few_b) & ~overlapping)
    return Tests(pairs, gap, se, low, high, t, df, p, p_adjusted, why_not, few_a, few_b, p_fisher)


def _fisher_where(first: RowSums, second: RowSums, few: NDArray[np.bool_]) -> Numbers:
    """Return Fisher's p of the `few` pairs, from unweighted counts; NaN for all others."""
    p = np.full(few.shape, np.nan)
    p[few] = fisher_p(
        first.cells.n[few], first.base.n[few], second.cells.n[few], second.base.n[few]
    )
    return p


def _degrees_of_freedom(design: Design, overlapping: NDArray[np.bool_]) -> Numbers:
    """Return the degrees of freedom of each pair, by the rule of `Design.degrees_of_freedom`."""
    return np.maximum(
        np.where(overlapping, design.degrees_of_freedom, design.degrees_of_freedom - 1.0), 1.0
    )


def _are_overlapping(block: RowBlock, pairs: Pairs) -> NDArray[np.bool_]:
    """Return whether the two columns of each pair can share respondents."""
    if pairs.against is Against.TOTAL:
        return np.ones(len(pairs.a), dtype=bool)
    return _overlap_places(block, pairs) >= 0


def _overlap_places(block: RowBlock, pairs: Pairs) -> NDArray[np.intp]:
    """Return the place of each pair's shared sums, −1 (the empty place) if it has none."""
    found = [
        block.overlaps.get((int(a), int(b)), -1) for a, b in zip(pairs.a, pairs.b, strict=True)
    ]
    return np.array(found, dtype=np.intp)


def _pair_sums(block: RowBlock, columns: RowSums, shared: RowSums, pairs: Pairs) -> PairSums:
    """Return the sums of the first and second column of each pair, and of their overlap."""
    first, second = columns.at(pairs.a), columns.at(pairs.b)
    match pairs.against:
        case Against.TOTAL:
            return PairSums(first, second, first)
        case Against.REST:
            return PairSums(first, second - first, shared.at(np.full(len(pairs.a), -1)))
        case _:
            return PairSums(first, second, shared.at(_overlap_places(block, pairs)))


def few_cases(tests: Tests, columns: int) -> NDArray[np.bool_]:
    """Return whether each cell has few expected cases in a tested pair; (rows, columns)."""
    few = np.zeros((len(tests.gap), columns), dtype=bool)
    for side, is_few in ((tests.pairs.a, tests.few_a), (tests.pairs.b, tests.few_b)):
        for pair, column in enumerate(side):
            few[:, column] |= is_few[:, pair]
    return few
