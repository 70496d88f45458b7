"""The trend over waves as lines: values, a small course and the lifts of each group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.notes import FEW_CASES_MARK
from cxtui.analysis.tables.trend import Lift, Point, Trend, TrendRow
from cxtui.analysis.view.view import Measure
from cxtui.messages import tr
from cxtui.output.drawing.cell_text import base_texts
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, fitted, padded
from cxtui.output.drawing.number_text import (
    EMPTY,
    HIDDEN,
    rounded,
    signed,
)
from cxtui.output.drawing.rich_table import accent

CHANGED_MARK = "!"
"""The mark of waves that were not asked alike, and are not compared."""

_LEVELS = "▁▂▃▅▇"
_UP, _DOWN = "▲", "▼"
_BOLD, _GREY, _PLAIN = Style(bold=True), Style(dim=True), Style()
_NARROWEST_LABEL, _WIDEST_LABEL = 12, 46
_LABEL_SHARE = 28
"""The share of the width, in per cent, that labels keep where not everything fits."""
_WIDEST_WAVE, _LONGEST_COURSE = 10, 12
_BETWEEN = 2
_LEAST_SPAN = 10.0
"""The least span of a scale, in points: small changes look small."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Widths in terminal cells, and the positions of the groups and waves in sight.

    `course` is the number of waves in the small line. `lifts` has the width of the lift on the wave
    before, then that on the first wave, unless there is no room for it or there are only two waves.
    """

    label: int
    value: int
    course: int
    lifts: tuple[int, ...]
    groups: tuple[int, ...]
    waves: tuple[int, ...]

    @property
    def group(self) -> int:
        """The width of one group."""
        lifts = sum(width + 1 for width in self.lifts)
        return len(self.waves) * (self.value + 1) + self.course + lifts


def lay_out(trend: Trend, width: int, group: int, until: int) -> Layout:
    """Return the layout of a trend in `width` cells, with `group` and the wave `until` in sight.

    Where not everything fits, groups are left out first, then earlier waves, then the lift on the
    first wave, which is in the details too. The label takes the rest of the width.
    """
    value, lifts = _number_widths(trend)
    labels = [row.label for row in trend.rows] + [base.label for base in trend.groups[0].bases]
    wanted = min(max([_NARROWEST_LABEL, *map(cell_len, labels)]), _WIDEST_LABEL)
    label = min(wanted, max(_NARROWEST_LABEL, width * _LABEL_SHARE // 100))
    room = width - label - _BETWEEN
    course = min(len(trend.waves), _LONGEST_COURSE, max(room // 4, 2))
    fixed = course + sum(one + 1 for one in lifts)
    if room < fixed + value + 1:
        fixed, lifts = course + 1 + lifts[0], lifts[:1]
    waves = max(1, min(len(trend.waves), (room - fixed) // (value + 1)))
    one = waves * (value + 1) + fixed
    shown = 1
    if waves == len(trend.waves):
        shown = max(1, min(len(trend.groups), (room + _BETWEEN) // (one + _BETWEEN)))
    start = min(group // shown * shown, len(trend.groups) - shown)
    last = min(max(until, waves - 1), len(trend.waves) - 1)
    return Layout(
        label=max(label, min(wanted, width - shown * (one + _BETWEEN))),
        value=value,
        course=course,
        lifts=lifts,
        groups=tuple(range(start, start + shown)),
        waves=tuple(range(last - waves + 1, last + 1)),
    )


@lru_cache(maxsize=2)
def _number_widths(trend: Trend) -> tuple[int, tuple[int, ...]]:
    """Return the width of values, and those of the lifts on the wave before and on the first."""
    points = [point for row in trend.rows for course in row.courses for point in course]
    before, first = _lift_heads(trend)
    heads = [min(cell_len(wave.label), _WIDEST_WAVE) for wave in trend.waves]
    lines = [base for group in trend.groups for base in group.bases]
    bases = [cell_len(text) + 1 for base in lines for text in base_texts(base)]
    values = [cell_len(value_text(trend, point)) + 1 for point in points]
    lifts = [max(map(cell_len, (before, *(lift_text(trend, one.previous) for one in points))))]
    if changes := [lift_text(trend, one.first) for one in points if one.first]:
        lifts.append(max(map(cell_len, (first, *changes))))
    return max([*heads, *bases, *values]), tuple(lifts)


def _lift_heads(trend: Trend) -> tuple[str, str]:
    """Return the heads of the lifts; those of two waves are one."""
    return tr("before") if len(trend.waves) > 2 else tr("change"), tr("first")  # noqa: PLR2004


def digits_of(trend: Trend) -> int:
    """Return the decimals of the values of a trend."""
    return 2 if trend.measure is Measure.MEAN else 1


def value_text(trend: Trend, point: Point) -> str:
    """Return the percentage or mean of a wave; a dash where there is none, a dot if hidden."""
    if point.cell.hidden and point.value is None:
        return HIDDEN
    return rounded(point.value, digits_of(trend)) if point.value is not None else EMPTY


def lift_text(trend: Trend, lift: Lift | None) -> str:
    """Return a lift in points (or the unit of the mean) with its marks."""
    if lift is None:
        return ""
    if lift.points is None:
        return EMPTY + (CHANGED_MARK if lift.changed else "")
    mark = ("", _UP, _DOWN)[lift.direction(trend.view.level)]
    few = FEW_CASES_MARK if lift.few_cases else ""
    return f"{signed(lift.points, digits_of(trend))}{mark}{few}"


def sparkline(values: Sequence[float | None], low: float, high: float) -> str:
    """Return a line of bars between `low` and `high`, a blank where there is no value."""
    top = len(_LEVELS) - 1
    span = high - low
    return "".join(
        " " if value is None else _LEVELS[round(top * (value - low) / span) if span > 0 else 0]
        for value in values
    )


def scale_of(trend: Trend, row: TrendRow, deviations: float) -> tuple[float, float, float]:
    """Return the lowest and the highest value of a row in all groups, and its least span.

    That is 10 points, or so many standard deviations of a mean.
    """
    points = [point for course in row.courses for point in course]
    values = [one.value for one in points if one.value is not None]
    span = _LEAST_SPAN
    if trend.measure is Measure.MEAN:
        span = deviations * max((one.cell.sd or 0.0 for one in points), default=0.0)
    return min(values, default=0.0), max(values, default=0.0), span


def course_text(trend: Trend, row: TrendRow, group: int, layout: Layout) -> str:
    """Return the course of a row in one group, up to the last wave in sight."""
    low, high, span = scale_of(trend, row, 0.5)
    rest = max(span - (high - low), 0.0) / 2
    last = max(layout.waves[-1] + 1, layout.course)
    shown = [one.value for one in row.courses[group][last - layout.course : last]]
    return sparkline(shown, low - rest, high + rest)


def header_lines(trend: Trend, layout: Layout, at: int) -> list[Text]:
    """Return the lines above the rows: groups, waves and bases; `at` is the group pointed at."""
    names, waves = Text(" " * layout.label), " " * layout.label
    for group in layout.groups:
        pointer = "› " if group == at and len(trend.groups) > 1 else "  "
        name = fitted(trend.groups[group].label, layout.group - 1)
        names.append(f"{pointer}{name} ", _colour(group) + _BOLD)
        labels = (_right(trend.waves[wave].label, layout.value - 1) for wave in layout.waves)
        heads = map(_right, _lift_heads(trend), layout.lifts)
        waves += f"  {'  '.join(labels)}  {' '.join((' ' * layout.course, *heads))}"
    return [names, Text(waves, _GREY), *_bases(trend, layout)]


def _colour(group: int) -> Style:
    return accent(group - 1) if group else _PLAIN


def _right(text: str, width: int) -> str:
    """Return `text` at the right end of `width` cells."""
    short = ellipsis(text, width)
    return " " * (width - cell_len(short)) + short


def _bases(trend: Trend, layout: Layout) -> Iterator[Text]:
    for line, base in enumerate(trend.groups[0].bases):
        text = fitted(base.label, layout.label)
        for group in layout.groups:
            shown, flags = base_texts(trend.groups[group].bases[line]), trend.groups[group].flags
            text += " " * _BETWEEN
            for wave in layout.waves:
                text += _right(shown[wave], layout.value - 1) + padded(flags[wave], 2)
            text += " " * (layout.group - len(layout.waves) * (layout.value + 1))
        yield Text(text, _GREY)


def row_line(trend: Trend, row: TrendRow, layout: Layout) -> Text:
    """Return one row: its label, and for each group the waves, the course and the lifts."""
    style = _PLAIN if row.status is Status.ANSWER else _GREY
    line = Text(fitted(row.label, layout.label), style)
    for group in layout.groups:
        colour, course = _colour(group), row.courses[group]
        line.append(" " * _BETWEEN)
        for point in (course[wave] for wave in layout.waves):
            is_grey = point.gone or point.cell.flag == "**"
            text = _right(value_text(trend, point), layout.value - 1)
            line.append(text, _GREY if is_grey else _PLAIN)
            line.append(padded(_mark(trend, point), 2), colour + _BOLD)
        line.append(course_text(trend, row, group, layout).ljust(layout.course), colour)
        last = course[layout.waves[-1]]
        for lift, width in zip((last.previous, last.first), layout.lifts, strict=False):
            changed = lift and lift.direction(trend.view.level)
            line.append(f" {_right(lift_text(trend, lift), width)}", _BOLD if changed else _PLAIN)
    return line


def _mark(trend: Trend, point: Point) -> str:
    """Return the mark of a change since the wave before; with two waves, the lift has it."""
    if len(trend.waves) <= 2 or point.previous is None:  # noqa: PLR2004
        return ""
    if point.previous.changed:
        return CHANGED_MARK
    return ("", _UP, _DOWN)[point.previous.direction(trend.view.level)]


def text_of_trend(trend: Trend) -> Iterator[str]:
    """Yield a trend as lines of plain text; what does not fit follows in a block below."""
    question = trend.question
    yield tr("{}, by {}", question.label, trend.axis.label)
    yield from wrap(trend.state, TEXT_WIDTH)
    group, until = 0, 0
    while group < len(trend.groups):
        layout = lay_out(trend, TEXT_WIDTH, group, until)
        rows = (row_line(trend, row, layout) for row in trend.rows)
        yield ""
        yield from (line.plain.rstrip() for line in (*header_lines(trend, layout, -1), *rows))
        if layout.waves[-1] < len(trend.waves) - 1:
            until = min(layout.waves[-1] + len(layout.waves), len(trend.waves) - 1)
        else:
            group, until = layout.groups[-1] + 1, 0


@lru_cache(maxsize=2)
def mark_notes(trend: Trend) -> tuple[str, ...]:
    """Return a line on what the marks mean, if there are any."""
    points = [point for row in trend.rows for course in row.courses for point in course]
    lifts = [lift for point in points for lift in point.lifts]
    flags = {flag for group in trend.groups for flag in group.flags}
    said = [
        (any(one.changed for one in lifts), "{changed} not asked alike, not compared"),
        (any(one.few_cases for one in lifts), "{few} few cases: under 5 expected"),
        ("*" in flags, "* base under 100"),
        ("**" in flags, "** base under 30, not tested"),
    ]
    marks = {"changed": CHANGED_MARK, "few": FEW_CASES_MARK}
    line = " · ".join(tr(text, **marks) for is_shown, text in said if is_shown)
    return (line,) if line else ()
