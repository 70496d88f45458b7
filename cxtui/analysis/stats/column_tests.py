"""Statistics of each cell, and significance tests between columns, from the sums of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Design, Numbers, Row
from cxtui.analysis.stats import significance as tests_of
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
from cxtui.messages import tr

_POINTS = 100.0

ReasonsNotTested = Callable[[Sequence[Row], Pairs], NDArray[np.object_]]
"""Returns why pairs of columns are not tested, (rows, pairs); empty for tested pairs."""


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
) -> dict[str, Numbers]:
    """Return the statistics of the cells, (rows, columns), by the name of `Cell`'s field.

    Intervals, at `level` percent, are missing if it is `None`. Weighted counts have a standard
    error SE and the interval count ± t·SE if they are `weighted` shares.
    """
    base = block.base if block.is_mean else block.by(measure)
    found = {
        "n": block.cells.n,
        "weighted_n": block.cells.w,
        "base": base.n,
        "weighted_base": base.w,
        "effective_base": base.effective,
    }
    units = [(unit.stratum, unit.columns) for unit in block.units]
    sums, design = block.columns, block.design
    if block.is_mean:
        found |= {"mean": sums.mean, "sd": standard_deviation(base, sums.moments)}
        if level is not None:
            se = np.sqrt(variance_of_mean(sums, units, design))
            half = tests_of.t_quantile(level, design.degrees_of_freedom) * np.where(
                base.n > 1, se, np.nan
            )
            found |= {"low": sums.mean - half, "high": sums.mean + half}
        return found
    value = share(block.cells.w, base.w)
    found |= {"percent": _POINTS * value, "index": 100 * share(value, value[:, :1])}
    if level is not None and measure is not Measure.RESPONSES:
        effective = base.effective
        if measure not in {Measure.ROW, Measure.TOTAL}:
            effective = _effective_base(sums, units, design)
        low, high = wilson(value, effective, level)
        found |= {"low": _POINTS * low, "high": _POINTS * high}
    if level is not None and weighted:
        se, count = np.sqrt(variance_of_count(sums, units, design)), block.cells.w
        half = tests_of.t_quantile(level, design.degrees_of_freedom) * se
        found |= {"weighted_n_se": se}
        found |= {"weighted_n_low": count - half, "weighted_n_high": count + half}
    return found


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
    together = np.concatenate([one.p for one in tests])
    adjusted = tests_of.adjust_by_banner(together, tests[0].pairs, view.correction, view.family)
    parts = np.split(adjusted, np.cumsum([len(one.p) for one in tests])[:-1])
    return [replace(one, p_adjusted=p) for one, p in zip(tests, parts, strict=True)]


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
    overlapping = _are_overlapping(block, pairs)
    gap = sides.first.mean - sides.second.mean
    se = np.sqrt(variance_of_gap(sides, units, block.design))
    df = np.where(overlapping, 0.0, -1.0) + block.design.degrees_of_freedom
    df = np.broadcast_to(np.maximum(df, 1.0), gap.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(se > 0, gap / se, np.nan)
    half = tests_of.t_quantile(view.level, df) * se
    low, high = gap - half, gap + half
    alike = few_a = few_b = np.zeros(gap.shape, dtype=bool)
    if not block.is_mean:
        hybrid_low, hybrid_high = _newcombe(sides, units, block.design, view.level)
        low = np.where(overlapping, low, hybrid_low)
        high = np.where(overlapping, high, hybrid_high)
        if not block.design.declared:
            t, df = tests_of.pooled_t(sides.first, sides.second, sides.shared)
        few_a, few_b = tests_of.expect_few_cases(sides.first, sides.second)
        alike = tests_of.all_or_none(sides.first, sides.second)
        gap, se, low, high = (_POINTS * one for one in (gap, se, low, high))
    t = np.where(tests_of.have_same_respondents(sides.first, sides.second, sides.shared), 0.0, t)
    t = np.where(alike, np.nan, t)
    why_not = _reasons_not_tested(sides, t, alike)
    if refused is not None:
        reasons = refused(block.heads, pairs)
        why_not = np.where(reasons != "", reasons, why_not).astype(np.str_)
    tested = why_not == ""
    p = np.where(tested, tests_of.two_sided_p(t, df), np.nan)
    p_adjusted = tests_of.adjust_by_banner(p, pairs, view.correction)
    few_a, few_b = few_a & tested, few_b & tested
    p_fisher = _fisher_where(sides, (few_a | few_b) & ~overlapping)
    return Tests(pairs, gap, se, low, high, t, df, p, p_adjusted, why_not, few_a, few_b, p_fisher)


def _newcombe(
    sides: PairSums, units: list[tuple[int, PairSums]], design: Design, level: float
) -> tuple[Numbers, Numbers]:
    first, second = sides.first, sides.second
    e1 = _effective_base(first, [(h, unit.first) for h, unit in units], design)
    e2 = _effective_base(second, [(h, unit.second) for h, unit in units], design)
    return newcombe(first.mean, e1, second.mean, e2, level)


def _reasons_not_tested(sides: PairSums, t: Numbers, alike: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return why pairs are not tested, empty for those that can be."""
    e1, e2 = sides.first.base.effective, sides.second.base.effective
    reasons = [
        ((e1 <= 0) | (e2 <= 0), tr(tests_of.NO_BASE)),
        (
            tests_of.is_too_small(e1) | tests_of.is_too_small(e2),
            tr("base under {}", tests_of.TOO_SMALL),
        ),
        (alike, tr("all or none in both columns")),
        (np.isnan(t), tr("no spread to tell an error from")),
    ]
    conditions, texts = zip(*reasons, strict=True)
    return np.select(conditions, texts, default="")


def _fisher_where(sides: PairSums, few: NDArray[np.bool_]) -> Numbers:
    """Return Fisher's p of the `few` pairs, from unweighted counts; NaN for all others."""
    first, second = sides.first, sides.second
    p = np.full(few.shape, np.nan)
    p[few] = tests_of.fisher_p(
        first.cells.n[few], first.base.n[few], second.cells.n[few], second.base.n[few]
    )
    return p


def _are_overlapping(block: RowBlock, pairs: Pairs) -> NDArray[np.bool_]:
    if pairs.against is Against.TOTAL:
        return np.ones(len(pairs.a), dtype=bool)
    return _overlap_places(block, pairs) >= 0


def _overlap_places(block: RowBlock, pairs: Pairs) -> NDArray[np.intp]:
    """Return the place of each pair's shared sums, −1 (the empty place) if it has none."""
    ends = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
    return np.array([block.overlaps.get(pair, -1) for pair in ends], dtype=np.intp)


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
        np.logical_or.at(few.T, side, is_few.T)
    return few
