"""The details of a row of a trend: its waves and lifts with their errors and tests."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.analysis.tables.trend import Lift, Point, Trend, TrendRow
from cxtui.analysis.view.view import Measure
from cxtui.messages import tr
from cxtui.output.drawing.number_text import (
    EMPTY,
    interval_text,
    number_text,
    rounded,
    short_p,
    signed,
    size_text,
)
from cxtui.output.drawing.trend_lines import Layout, digits_of, value_text


def detail_lines(trend: Trend, row: TrendRow, group: int, layout: Layout) -> list[str]:
    """Return a row in one group in full: the lifts of the last wave in sight, and their waves."""
    latest, course = layout.waves[-1], row.courses[group]
    return [
        f"{row.label} · {trend.groups[group].label}",
        *(_lift_line(trend, course, lift) for lift in course[latest].lifts),
        *(_value_line(trend, row, course[wave], wave) for wave in _compared(course, latest)),
    ]


def _compared(course: Sequence[Point], latest: int) -> list[int]:
    return list(dict.fromkeys([latest, *(lift.earlier for lift in course[latest].lifts)]))


def other_lines(trend: Trend, row: TrendRow, group: int, layout: Layout) -> list[str]:
    """Return the waves and lifts that `detail_lines` leaves out, the latest first."""
    course, latest = row.courses[group], layout.waves[-1]
    lines, told = [], _compared(course, latest)
    for wave in range(len(trend.waves) - 1, -1, -1):
        if wave not in told:
            lines.append(_value_line(trend, row, course[wave], wave))
        if wave != latest:
            lines += [_lift_line(trend, course, lift) for lift in course[wave].lifts]
    return lines


def _value_line(trend: Trend, row: TrendRow, point: Point, wave: int) -> str:
    label, cell, digits = trend.waves[wave].label, point.cell, digits_of(trend)
    if point.gone:
        return f"{label}: {value_text(trend, point)} {point.gone}"
    value = value_text(trend, point)
    if trend.measure is not Measure.MEAN:
        value = tr("{} points", value) if row.in_points else tr("{}%", value)
    values = (label, value, rounded(cell.low, digits), rounded(cell.high, digits))
    said = tr("{}: {} ({} to {}), n {}", *values, rounded(cell.base, 0))
    if trend.view.weight is not None or cell.df is not None:
        said = tr("{}, effective {}", said, rounded(cell.effective_base))
    if cell.why_no_error:
        said = tr("{}, no interval: {}", said, cell.why_no_error)
    elif cell.df is not None:
        errors = rounded(cell.deff, 2), rounded(cell.se, digits + 1), rounded(cell.df, 0)
        said = tr("{}, design effect {}, SE {}, df {}", said, *errors)
    return f"{said} {cell.flag}".rstrip()


def _lift_line(trend: Trend, course: Sequence[Point], lift: Lift) -> str:
    waves = (trend.waves[lift.later].label, trend.waves[lift.earlier].label)
    if lift.points is None:
        return tr("{} minus {}: not compared, {}", *waves, lift.why_not)
    digits = digits_of(trend)
    said = "{} in the mean ({})" if trend.measure is Measure.MEAN else "{} points ({})"
    ends = interval_text(lift.low, lift.high, digits)
    parts = [tr(said, signed(lift.points, digits), ends)]
    if lift.relative is not None and lift.relative_low is None:
        parts.append(tr("relative {}%", signed(lift.relative)))
    elif lift.relative is not None:
        ends = interval_text(lift.relative_low, lift.relative_high)
        parts.append(tr("relative {}% ({})", signed(lift.relative), ends))
    if trend.is_designed:
        parts.append(_error(lift, digits))
    parts.append(_tested(lift))
    if lift.few_cases and lift.p_fisher is not None:
        parts.append(tr("few cases, Fisher p {}", short_p(lift.p_fisher)))
    elif lift.few_cases:
        parts.append(tr("few cases"))
    bases = (rounded(course[wave].cell.base, 0) for wave in (lift.later, lift.earlier))
    return tr("{} minus {}: {}", *waves, " · ".join([*parts, tr("n {} on {}", *bases)]))


def _error(lift: Lift, digits: int) -> str:
    """Return the standard error of a lift, whether it is guarded, and its t and df."""
    said = tr("SE {}", rounded(lift.se, digits + 1))
    if lift.guarded:
        linearized = rounded(lift.se_linearized, digits + 1)
        said = tr("{} (guarded: of a common share; by the design {})", said, linearized)
    if lift.t is None:
        return said
    df = EMPTY if lift.df is None else size_text(lift.df)
    return tr("{}, t {}, df {}", said, number_text(lift.t, 2), df)


def _tested(lift: Lift) -> str:
    if lift.p is None or lift.why_not:
        return tr("not tested, {}", lift.why_not)
    if lift.p_adjusted is None or lift.p_adjusted == lift.p:
        return tr("p {}", short_p(lift.p))
    return tr("p {}, corrected {}", short_p(lift.p), short_p(lift.p_adjusted))
