"""Numbers of many answers in many comparisons, as arrays: gaps, errors, tests and intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.analysis.stats.intervals import newcombe, normal_quantile
from cxtui.analysis.stats.significance import adjust_p, t_quantile
from cxtui.analysis.view.view import Correction

_POINTS = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class AnswerNumbers:
    """One-dimensional arrays over answers, those of a line together; NaN where there is no number.

    `line` is the position of the line, `head` a `Row` with code and label. Shares are in points,
    means (`is_mean`) in their own unit. `effect` is Cohen's h, of a mean d. `unit` is the margin's:
    1 of shares, of a mean its pooled standard deviation. Intervals are Newcombe's of `share_a` and
    `share_b` (0–1) on the bases `on_a` and `on_b`, else the gap ± t·`half_se` on `half_df`.
    """

    line: Positions
    head: NDArray[np.object_]
    is_mean: NDArray[np.bool_]
    a: Numbers
    b: Numbers
    gap: Numbers
    se: Numbers
    se_linearized: Numbers
    guarded: NDArray[np.bool_]
    t: Numbers
    df: Numbers
    p: Numbers
    p_fisher: Numbers
    p_used: Numbers
    effect: Numbers
    unit: Numbers
    share_a: Numbers
    on_a: Numbers
    share_b: Numbers
    on_b: Numbers
    half_se: Numbers
    half_df: Numbers
    flag: NDArray[np.object_]
    why_not: NDArray[np.object_]

    def each(self, change: Callable[[NDArray[np.generic]], NDArray[np.generic]]) -> AnswerNumbers:
        """Return the numbers with each array changed."""
        return AnswerNumbers(*(change(getattr(self, one.name)) for one in fields(self)))  # type: ignore[arg-type]

    @staticmethod
    def together(parts: Sequence[AnswerNumbers]) -> AnswerNumbers:
        """Return the answers of several parts, sorted by line."""
        names = [one.name for one in fields(AnswerNumbers)]
        whole = AnswerNumbers(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in names)
        )
        order = np.argsort(whole.line, kind="stable")
        return whole.each(lambda part: part[order])

    def interval(self, level: float) -> tuple[Numbers, Numbers]:
        """Return the ends of the intervals of the gaps at `level` percent."""
        half = t_quantile(level, np.where(self.half_df > 0, self.half_df, np.nan)) * self.half_se
        ends = newcombe(*(self.share_a, self.on_a, self.share_b, self.on_b), normal_quantile(level))
        is_hybrid = ~np.isnan(self.on_a)
        low, high = (
            np.where(is_hybrid, _POINTS * hybrid, linear)
            for hybrid, linear in zip(ends, (self.gap - half, self.gap + half), strict=True)
        )
        return low, high


def padded(values: Numbers, line: Positions, lines: int) -> tuple[Numbers, Positions]:
    """Return values as a row a line, (lines, most answers), NaN behind; and the place of each."""
    counts = np.bincount(line, minlength=lines)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(len(line)) - starts[line]
    table = np.full((lines, int(counts.max(initial=0))), np.nan)
    table[line, place] = values
    return table, place


def adjust_within(p: Numbers, line: Positions, lines: int, correction: Correction) -> Numbers:
    """Return the p of sorted lines adjusted over the tests of each line."""
    table, place = padded(p, line, lines)
    return adjust_p(table, correction)[line, place]


def smallest(values: Numbers, line: Positions, lines: int) -> Numbers:
    """Return the smallest value of each line, NaN without one."""
    found = np.full(lines, np.nan)
    np.fmin.at(found, line, values)
    return found
