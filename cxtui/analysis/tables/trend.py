"""Trend: the rows of a question over the waves, one course a role, with the lifts of each wave."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.column_tests import Ratios, Tests
from cxtui.analysis.stats.intervals import none_for_nan, normal_quantile
from cxtui.analysis.tables.table import BaseLine, Cell
from cxtui.analysis.view.view import Measure, Sort, View
from cxtui.survey.note import Note
from cxtui.survey.question import Question

Interval = tuple[float | None, float | None, float | None]
"""A value and the ends of its interval; `None` if they do not exist."""

NO_INTERVAL: Interval = (None, None, None)


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave: a category of the wave variable."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A role, or the Total: its bases and their flags, one a wave."""

    label: str
    bases: tuple[BaseLine, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """The change between two waves; `earlier` and `later` are their positions.

    `points` with its interval is later minus earlier, in percentage points or in the unit of the
    mean. `relative` with its interval is later / earlier − 1 in percent. `why_not` is the reason
    why there is no lift or why it is not tested; `changed` says that the waves did not ask alike.
    `se`, `t`, `df` and the values of p are those of a pair of columns (`Pair`).
    """

    earlier: int
    later: int
    points: float | None = None
    low: float | None = None
    high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    why_not: str = ""
    few_cases: bool = False
    p_fisher: float | None = None
    changed: bool = False
    p_used: float | None = None
    se: float | None = None
    se_linearized: float | None = None
    guarded: bool = False
    t: float | None = None
    df: float | None = None

    def direction(self, level: float) -> int:
        """Return 1 or −1 if the lift is significant at `level` percent, else 0."""
        if self.p_adjusted is None or self.points is None or self.p_adjusted >= 1 - level / 100:
            return 0
        return 1 if self.points > 0 else -1


@dataclass(frozen=True, slots=True)
class Point:
    """One row of one role in one wave; `gone` is the reason for no value, empty if it has one.

    `previous` is its lift from the previous wave, `first` from the first; the first wave has none,
    the second only `previous`, since both are the same.
    """

    cell: Cell
    gone: str = ""
    previous: Lift | None = None
    first: Lift | None = None

    @property
    def value(self) -> float | None:
        """The percentage or mean, `None` if there is none."""
        if self.gone:
            return None
        return self.cell.mean if self.cell.percent is None else self.cell.percent

    @property
    def lifts(self) -> tuple[Lift, ...]:
        """The lifts, that from the previous wave first."""
        return tuple(one for one in (self.previous, self.first) if one is not None)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A category, a net, an item or the mean, with one course (a point a wave) a role.

    A row `in_points` is a difference of two shares.
    """

    code: str
    label: str
    status: Status
    courses: tuple[tuple[Point, ...], ...]
    in_points: bool = False


@dataclass(frozen=True, eq=False)
class Trend:
    """A question over the waves; `groups` are the Total and the roles, in the order of `courses`.

    `state` says what the values are. `sort` is the requested order of the rows; that of `view` is
    the order of the table behind it. `is_designed` says that errors are those of a weight, a design
    or replicate weights.
    Two trends are never equal, so that results for a trend are cached by identity.
    """

    view: View
    question: Question
    axis: Question
    measure: Measure
    waves: tuple[Wave, ...]
    groups: tuple[Group, ...]
    rows: tuple[TrendRow, ...]
    notes: tuple[Note, ...]
    state: str
    sort: Sort = Sort.QUESTIONNAIRE
    is_designed: bool = False


def lift_of(
    waves: tuple[int, int], tests: Tests, place: tuple[int, int], relative: Interval
) -> Lift:
    """Return the lift at a `place` (row, pair) of `tests`, whose pairs have the later wave first.

    p is not corrected yet, since its family is the whole row.
    """
    numbers = (tests.gap, tests.low, tests.high, tests.p, tests.p_fisher, tests.p_used)
    points, low, high, p, p_fisher, p_used = none_for_nan(np.array([one[place] for one in numbers]))
    se, linearized, t, df = none_for_nan(
        np.array([one[place] for one in (tests.se, tests.se_linearized, tests.t, tests.df)])
    )
    why_not, few_cases = str(tests.why_not[place]), bool(tests.few_a[place] or tests.few_b[place])
    return Lift(
        *(*waves, points, low, high, *relative, p, None, why_not, few_cases, p_fisher),
        p_used=p_used,
        se=se,
        se_linearized=linearized,
        guarded=bool(tests.guarded[place]),
        t=t,
        df=df,
    )


def relative_share(earlier: Cell, later: Cell, level: float) -> Interval:
    """Return p₂/p₁ − 1 of two shares in percent, with its interval.

    Katz, Baptista, Azen and Pike (1978), Biometrics 34:469–474, method C: normal on the log ratio,
    SE² = (1 − p₁)/(n₁p₁) + (1 − p₂)/(n₂p₂), with Kish's effective bases in place of n. No value if
    the earlier share is 0; no interval if the later one is 0 or both are 1.
    """
    if not earlier.percent or later.percent is None:
        return NO_INTERVAL
    p1, p2 = earlier.percent / 100, later.percent / 100
    if not p2:
        return -100.0, None, None
    e1, e2 = earlier.effective_base or math.nan, later.effective_base or math.nan
    variance = (1 - p1) / (e1 * p1) + (1 - p2) / (e2 * p2)
    if not variance > 0:
        return 100 * (p2 / p1 - 1), None, None
    return _log_interval(p2 / p1, normal_quantile(level) * math.sqrt(variance))


def relative_ratio(ratios: Ratios, place: tuple[int, int]) -> Interval:
    """Return later / earlier − 1 in percent from linearized ratios, with its interval."""
    ratio, half = float(ratios.ratio[place]), float(ratios.half[place])
    if math.isnan(ratio):
        return NO_INTERVAL
    if math.isnan(half):
        return 100 * (ratio - 1), None, None
    return _log_interval(ratio, half)


def relative_mean(earlier: Cell, later: Cell) -> Interval:
    """Return m₂/m₁ − 1 of two positive means in percent, with its interval.

    The delta method on the log ratio (Lumley, Complex Surveys, 2010, §2.2): SE² = (SE₁/m₁)² +
    (SE₂/m₂)². The half widths of the two means' own intervals are t·SE with one t, so they add
    in the same way.
    """
    if not earlier.mean or not later.mean or min(earlier.mean, later.mean) <= 0:
        return NO_INTERVAL
    ratio = later.mean / earlier.mean
    if earlier.high is None or later.high is None:
        return 100 * (ratio - 1), None, None
    first = (earlier.high - earlier.mean) / earlier.mean
    second = (later.high - later.mean) / later.mean
    return _log_interval(ratio, math.hypot(first, second))


def _log_interval(ratio: float, half: float) -> Interval:
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    return 100 * (ratio - 1), 100 * (low - 1), 100 * (high - 1)
