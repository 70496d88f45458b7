"""The rows that a measure shows, and their statistics, before they become a Table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis import significance as tests_of
from cxtui.analysis.counts import Column, Cube, Moments, Numbers, Row, Status, Sums
from cxtui.analysis.measures import (
    deviation,
    mean,
    newcombe,
    score_moments,
    share,
    squared_influence,
    wilson,
)
from cxtui.analysis.significance import Tests
from cxtui.analysis.view import Base, Measure, View
from cxtui.survey.model import Category, Kind, Question

MEAN_ROW = Row("mean", "Mean")
_TOP = 2


@dataclass(frozen=True, slots=True)
class Block:
    """Rows × columns before any statistic: `cells` and `base` have the same shape."""

    heads: tuple[Row, ...]
    cells: Sums
    base: Sums
    moments: Moments | None = None

    def by(self, measure: Measure) -> Sums:
        """Return whom the percentages of `measure` are taken over."""
        shape = self.cells.n.shape
        match measure:
            case Measure.ROW:
                whole = self.cells.pick(slice(None), slice(0, 1))
            case Measure.TOTAL:
                whole = self.base.pick(slice(None), slice(0, 1))
            case _:
                return self.base
        return Sums(*(np.broadcast_to(part, shape) for part in (whole.n, whole.w, whole.q)))


def block_of(cube: Cube, view: View, measure: Measure) -> Block:
    """Choose the rows that a measure shows, and whom they are a share of."""
    if cube.moments is not None:
        base = cube.bases[Base.ANSWERED]
        return Block((MEAN_ROW,), base, base, cube.moments)
    heads = tuple(Row(item.code, item.label) for item in cube.items)
    if measure is Measure.MEAN:
        base, moments = score_moments(cube.cells, _categories(cube))
        return Block(heads if cube.question.items else (MEAN_ROW,), base, base, moments)
    base = cube.bases[view.base]
    if cube.question.items:
        return Block(heads, cube.cells.pick(slice(None), _top(cube)).over(1), base)
    shown = np.array([_is_shown(row, view.base, cube.question) for row in cube.rows])
    rows = tuple(row for row, show in zip(cube.rows, shown, strict=True) if show)
    cells = cube.cells.pick(0, shown)
    spread = [np.repeat(part, len(rows), axis=0) for part in (base.n, base.w, base.q)]
    return Block(rows, cells, Sums(*spread))


def _categories(cube: Cube) -> tuple[Category, ...]:
    return tuple(
        Category(row.code, row.label, row.status is not Status.ANSWER, row.score)
        for row in cube.rows
    )


def _top(cube: Cube) -> list[int]:
    """Return the rows of the two best-scored categories of a grid."""
    scored = [
        (row.score, position)
        for position, row in enumerate(cube.rows)
        if row.score is not None and row.status is Status.ANSWER
    ]
    return [position for _, position in sorted(scored)[-_TOP:]]


def _is_shown(row: Row, base: Base, question: Question) -> bool:
    if question.kind is Kind.TEXT:
        return row.status is Status.ANSWER
    match row.status:
        case Status.MISSING:
            return base is not Base.ANSWERED
        case Status.NULL:
            return base is Base.ALL
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of each cell; `value` and its interval are shares (0–1) or means."""

    base: Sums
    effective: Numbers
    value: Numbers
    low: Numbers
    high: Numbers
    sd: Numbers
    index: Numbers


def statistics_of(
    block: Block, measure: Measure, respondents: int, level: float | None
) -> Statistics:
    """Return every cell's share or mean; without a `level`, without intervals.

    `respondents` counts all rows of the file: a filter is a subpopulation, not a new sample.
    """
    none = np.full(block.cells.n.shape, np.nan)
    low = high = sd = index = none
    base = block.by(measure)
    if block.moments is not None:
        value, sd = mean(base, block.moments), deviation(base, block.moments)
        if level is not None:
            influence = squared_influence(base, block.moments)
            freedom = max(respondents - 1, 1)
            half = tests_of.t_quantile(level, freedom) * np.sqrt(influence * respondents / freedom)
            low, high = value - half, value + half
    else:
        value = share(block.cells.w, base.w)
        index = 100 * share(value, np.broadcast_to(value[:, :1], value.shape))
        if level is not None:
            low, high = wilson(value, base.effective, level)
    return Statistics(base, base.effective, value, low, high, sd, index)


def tests_between(block: Block, columns: tuple[Column, ...], respondents: int, view: View) -> Tests:
    """Compare every two columns of one banner variable, in every row."""
    a, b = tests_of.pairs_of(columns)
    first, second = block.base.pick(slice(None), a), block.base.pick(slice(None), b)
    e1, e2 = first.effective, second.effective
    small = tests_of.is_too_small(e1) | tests_of.is_too_small(e2)
    if block.moments is None:
        cells1, cells2 = block.cells.pick(slice(None), a), block.cells.pick(slice(None), b)
        p1, p2 = share(cells1.w, first.w), share(cells2.w, second.w)
        low, high = newcombe(p1, e1, p2, e2, view.level)
        gap, low, high = 100 * (p1 - p2), 100 * low, 100 * high
        se = 100 * tests_of.linearised_share_se(
            cells1.w, first.w, cells1.q, first.q,
            cells2.w, second.w, cells2.q, second.q, respondents,
        )  # fmt: skip
        t, df = tests_of.pooled_t(cells1.w, first.w, first.q, cells2.w, second.w, second.q)
    else:
        means = mean(block.base, block.moments)
        influence = squared_influence(block.base, block.moments)
        gap = means[:, a] - means[:, b]
        df = np.full(gap.shape, max(respondents - 1, 1), dtype=np.float64)
        se = np.sqrt((influence[:, a] + influence[:, b]) * respondents / df)
        with np.errstate(invalid="ignore", divide="ignore"):
            t = np.where(se > 0, gap / se, np.nan)
        half = tests_of.t_quantile(view.level, float(df.flat[0])) * se if df.size else se
        low, high = gap - half, gap + half
    why_not = np.select(
        [(e1 <= 0) | (e2 <= 0), small, np.isnan(t)],
        [tests_of.NOBODY, tests_of.SMALL_BASE, tests_of.NO_SPREAD],
        default="",
    )
    p = np.where(why_not == "", tests_of.two_sided(t, df), np.nan)
    p_adjusted = tests_of.adjusted_by_banner(p, columns, a, view.correction)
    return Tests(a, b, gap, se, low, high, t, df, p, p_adjusted, why_not)


def few_cases(block: Block, tests: Tests, columns: int) -> NDArray[np.bool_]:
    """Whether each tested cell expects too few cases in some pair; of the shape of the block."""
    first, second = (block.base.pick(slice(None), side) for side in (tests.a, tests.b))
    c1, c2 = block.cells.w[:, tests.a], block.cells.w[:, tests.b]
    few = np.zeros((len(block.heads), columns), dtype=bool)
    tested = tests.why_not == ""
    sides = tests_of.expected_is_few(c1, first.w, first.effective, c2, second.w, second.effective)
    for side, is_few in zip((tests.a, tests.b), sides, strict=True):
        for pair, column in enumerate(side):
            few[:, column] |= is_few[:, pair] & tested[:, pair]
    return few
