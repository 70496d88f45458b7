"""Shares and means of cells with their errors: intervals, design effects, effective bases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Status
from cxtui.analysis.query.sample import Numbers, Rule, Sample
from cxtui.analysis.stats.intervals import normal_quantile, share, standard_deviation, wilson
from cxtui.analysis.stats.row_sums import RowBlock, RowSums
from cxtui.analysis.stats.significance import t_quantile
from cxtui.analysis.stats.variance import (
    degrees_of_freedom,
    replicates_left_out,
    variance_of_count,
    variance_of_mean,
)
from cxtui.analysis.view.view import Measure
from cxtui.messages import tr

_POINTS = 100.0

NOTHING = 1e-18
"""Variance of a share up to which it is 0: rounding."""

FEW_EXPECTED = 10
"""Expected cases (or non-cases) on Kish's base below which a share's error may be by luck."""

ONE_CLUSTER = "all in one cluster (of each stratum)"
FIXED = "fixed by the weighting"
SAME_NUMBER = "all gave the same number"
LONE_CLUSTER = "a stratum has one cluster only"


@dataclass(frozen=True, slots=True)
class CellErrors:
    """Errors of the share or mean in each cell; arrays of the shape (rows, columns).

    `question_base` is the effective base of the question in the column, e = Σ_a s²_a/Σ_a V_a over
    its answers (of a mean s²/V): Kish's without a design or weight, NaN without a variance.
    `deviation` is the square of the standard deviation, s². `left_out` are the replicate weights
    without a number, since nobody in the base has them; `None` without replicate weights.
    """

    value: Numbers
    variance: Numbers
    deviation: Numbers
    df: Numbers
    n: Numbers
    kish: Numbers
    question_base: Numbers
    is_mean: bool
    left_out: Numbers | None = None

    def at(self, places: Any) -> CellErrors:
        """Return the errors in some columns."""
        return self._each(lambda part: part[:, places])

    def rows(self, rows: Any) -> CellErrors:
        """Return the errors of some rows."""
        return self._each(lambda part: part[rows])

    def _each(self, change: Callable[[Numbers], Numbers]) -> CellErrors:
        values = self.value, self.variance, self.deviation, self.df
        bases = self.n, self.kish, self.question_base
        value, variance, deviation, df, n, kish, base = map(change, (*values, *bases))
        left_out = None if self.left_out is None else change(self.left_out)
        return CellErrors(value, variance, deviation, df, n, kish, base, self.is_mean, left_out)

    @property
    def smallest_base(self) -> Numbers:
        """The least of n, Kish's and the question's effective base: it decides about tests."""
        return np.fmin(np.fmin(self.n, self.kish), self.question_base)

    @property
    def is_fixed(self) -> NDArray[np.bool_]:
        """Whether strata or weighting fix a mean or a share between 0 and 1: it has no error.

        A mean is fixed too if all gave one number.
        """
        if self.is_mean:
            return np.asarray(self.variance == 0)
        return np.asarray((self.variance <= NOTHING) & (self.value > 0) & (self.value < 1))

    @property
    def own_base(self) -> Numbers:
        """Effective base of each share, p(1 − p)·n/(n − 1)/V, else that of its question."""
        with np.errstate(invalid="ignore", divide="ignore"):
            own = self.deviation / self.variance
        varies = (self.variance > NOTHING) & (self.value > 0) & (self.value < 1)
        other = np.where(np.isnan(self.question_base), self.kish, self.question_base)
        return np.where(varies, own, other)


def is_classical(sample: Sample) -> bool:
    """Return whether shares have Wilson's and Newcombe's intervals on Kish's effective base."""
    return sample.rule in {Rule.TEXTBOOK, Rule.KISH}


def cell_errors(block: RowBlock) -> CellErrors:
    """Return the errors of all cells of a block."""
    whole = block.columns.whole
    deviation = _deviation(whole, is_mean=block.is_mean)
    df = degrees_of_freedom(block.columns.counted.base.n, block.sample)
    variance = variance_of_mean(block.columns, block.sample)
    fixed = variance <= NOTHING * (deviation if block.is_mean else 1.0)
    variance = np.where(fixed, 0.0, variance)
    if not is_classical(block.sample):
        variance = np.where(df > 0, variance, np.nan)
    return CellErrors(
        value=whole.mean,
        variance=variance,
        deviation=deviation,
        df=df,
        n=whole.base.n,
        kish=whole.base.effective,
        question_base=_question_base(block, variance, deviation, df),
        is_mean=block.is_mean,
        left_out=replicates_left_out(block.columns, block.sample),
    )


def _deviation(columns: RowSums, *, is_mean: bool) -> Numbers:
    """Return s² of each cell: of a share p(1 − p)·n/(n − 1)."""
    if is_mean:
        return standard_deviation(columns.base, columns.moments) ** 2
    p, n = columns.mean, columns.base.n
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 1, p * (1 - p) * n / (n - 1), np.nan)


def _question_base(block: RowBlock, variance: Numbers, deviation: Numbers, df: Numbers) -> Numbers:
    """Return the effective base of each cell's question in its column.

    Of row percentages the answers are the columns of the banner variable, of total percentages all
    its cells.
    """
    if is_classical(block.sample):
        return block.base.effective
    with np.errstate(invalid="ignore", divide="ignore"):
        if block.is_mean:
            return np.where((variance > 0) & (df > 0), deviation / variance, np.nan)
        if block.measure in {Measure.ROW, Measure.TOTAL}:
            above, below = (_over_banner(block, part) for part in (deviation, variance))
        elif block.answers is None:
            return np.full(variance.shape, np.nan)
        else:
            answers = block.answers
            columns = answers.layers.each(lambda layer: layer.columns)
            shape = (answers.size, variance.shape[1])
            spread = _deviation(columns.whole, is_mean=False)
            sums = np.zeros((2, *shape))
            for total, part in zip(
                sums, (spread, variance_of_mean(columns, block.sample)), strict=True
            ):
                np.add.at(total, answers.groups, part)
            above, below = sums[:, answers.of_row]
        return np.where((below > NOTHING) & (df > 0), above / below, np.nan)


def _over_banner(block: RowBlock, part: Numbers) -> Numbers:
    """Return sums over the columns of each banner variable; of total shares also over answers."""
    sums = np.full(part.shape, np.nan)
    answers = [head.status is not Status.NET for head in block.heads]
    for banner in np.unique(block.banners):
        own = block.banners == banner
        total = part[:, own].sum(axis=1, keepdims=True)
        if block.measure is Measure.TOTAL:
            total = np.broadcast_to(total[answers].sum(axis=0), total.shape)
        sums[:, own] = total
    return sums


def errors_shown(block: RowBlock, measure: Measure, errors: CellErrors) -> CellErrors:
    """Return the errors of the values shown, where `errors` are those of the block's own shares."""
    shown = block.by(measure)
    return errors if shown is block else cell_errors(shown)


def cell_statistics(
    block: RowBlock,
    measure: Measure,
    level: float | None,
    own: CellErrors,
    *,
    weighted: bool,
) -> dict[str, Numbers]:
    """Return the statistics of the cells, (rows, columns), by the name of `Cell`'s field.

    `own` are the errors of the values shown (`errors_shown`).

    Intervals, at `level` percent, are missing if it is `None`. Counts of shares have a standard
    error SE and the interval count ± t·SE if they are `weighted` or of a design. Of row and total
    percentages the effective base is that of the shares of their own base.
    """
    shown = block.by(measure)
    value = own.value + block.centre
    found = {
        "n": block.cells.n,
        "weighted_n": block.cells.w,
        "base": shown.base.n,
        "weighted_base": shown.base.w,
        "effective_base": np.where(own.n > 0, own.question_base, 0.0),
        "kish_base": own.kish,
    }
    if block.is_mean:
        found |= {"mean": value, "sd": np.sqrt(own.deviation)}
    else:
        found |= {"percent": _POINTS * value, "index": 100 * share(value, value[:, :1])}
    if level is None or measure is Measure.RESPONSES:
        return found
    found |= _interval(own, value, block, level)
    if (weighted or not is_classical(block.sample)) and not block.is_mean:
        found |= _count_interval(block, own, level)
    return found


def _interval(own: CellErrors, value: Numbers, block: RowBlock, level: float) -> dict[str, Numbers]:
    """Return the errors and intervals of the values."""
    scale = 1.0 if block.is_mean else _POINTS
    se = np.sqrt(np.where(own.is_fixed, 0.0, own.variance))
    if is_classical(block.sample):
        if block.is_mean:
            half = t_quantile(level, _file_freedom(block.sample)) * np.where(own.n > 1, se, np.nan)
            return {"low": value - half, "high": value + half, "se": se}
        low, high = wilson(own.value, own.kish, normal_quantile(level))
        return {"low": scale * low, "high": scale * high, "interval_base": own.kish}
    quantile = t_quantile(level, np.where(own.df > 0, own.df, np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        deff = np.where(own.is_fixed, np.nan, own.variance / (own.deviation / own.n))
    found = {"se": scale * se, "df": own.df, "deff": deff}
    if own.left_out is not None:
        found["replicates_left_out"] = own.left_out
    if block.is_mean:
        half = np.where(own.is_fixed, np.nan, quantile * se)
        return found | {"low": value - half, "high": value + half}
    e = interval_base(own)
    low, high = wilson(own.value, e, quantile)
    keep = ~own.is_fixed & ~np.isnan(own.variance)
    ends = {"low": scale * low, "high": scale * high, "interval_base": e}
    return found | {name: np.where(keep, end, np.nan) for name, end in ends.items()}


def values_by(block: RowBlock, measure: Measure, *, weighted: bool) -> Numbers:
    """Return the value of each cell in a measure, (rows, columns): 0–100, a mean, or a count."""
    if block.is_mean:
        return block.columns.whole.mean + block.centre
    if measure is Measure.COUNT:
        return block.cells.w if weighted else block.cells.n
    shares = block.by(measure).columns.whole.mean
    return 100 * share(shares, shares[:, :1]) if measure is Measure.INDEX else _POINTS * shares


def reasons_without_error(block: RowBlock, errors: CellErrors) -> NDArray[np.str_]:
    """Return why the cells have no interval, empty if they have one; (rows, columns)."""
    if is_classical(block.sample):
        return np.full(errors.n.shape, "")
    fixed = np.where(errors.deviation == 0, tr(SAME_NUMBER), tr(FIXED))
    return np.select(
        [errors.n <= 0, errors.df <= 0, np.isnan(errors.variance), errors.is_fixed],
        ["", tr(ONE_CLUSTER), tr(LONE_CLUSTER), fixed],
        default="",
    )


def interval_base(own: CellErrors) -> Numbers:
    """Return the effective base of each share's interval.

    That of the share (Korn and Graubard 1998, Survey Methodology 24:193–201), at most Kish's where
    under 10 cases are expected or the share is 0 or 1: a few heavy respondents would decide.
    """
    with np.errstate(invalid="ignore"):
        few = np.minimum(own.value, 1 - own.value) * own.kish < FEW_EXPECTED
    return np.where(few, np.fmin(own.own_base, own.kish), own.own_base)


def _count_interval(block: RowBlock, errors: CellErrors, level: float) -> dict[str, Numbers]:
    """Return the errors and intervals of the weighted counts of shares."""
    df = errors.df
    if is_classical(block.sample):
        df = np.full(df.shape, _file_freedom(block.sample))
    count, exists = block.cells.w, (df > 0) & ~errors.is_fixed
    variance = np.where(exists, variance_of_count(block.columns, block.sample), 0.0)
    se = np.where(df > 0, np.sqrt(variance), np.nan)
    half = t_quantile(level, np.where(exists, df, np.nan)) * se
    return {
        "weighted_n_se": se,
        "weighted_n_low": count - half,
        "weighted_n_high": count + half,
    }


def _file_freedom(sample: Sample) -> float:
    """Return N − 1 of the file, at least 1: a filter does not change it without a design."""
    return max(float(sample.sizes.sum()) - 1, 1.0)
