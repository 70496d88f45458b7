"""A trend as a picture for a report: a small chart an answer, a line a group, on one scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from cxtui.analysis.tables.trend import Point, Trend, TrendRow
from cxtui.analysis.view.view import Measure
from cxtui.messages import tr
from cxtui.output.document import Section
from cxtui.output.drawing.number_text import rounded
from cxtui.output.drawing.trend_lines import mark_notes
from cxtui.output.writers.markup import FAINT, RULE, accent
from cxtui.output.writers.svg_writer import LEADING, MARGIN, SIZE, SMALL, Body, line, svg_document
from cxtui.output.writers.text_width import broken, width_of
from cxtui.survey.note import sentences_of

_ACROSS, _PLOT_WIDTH, _PLOT_HEIGHT = 3, 230.0, 120.0
_AXIS, _BETWEEN, _LABEL_LINES = 34.0, 26.0, 2
_LEAST_SPAN = 10.0
_RADIUS, _ASIDE = 3.0, 4.0
_STEPS, _ROUNDING = 4, 1e-9

_Scaled = Callable[[float], float]
"""From a value to its place down the picture."""


def trend_picture(trend: Trend, section: Section) -> bytes:
    """Return a trend as one SVG picture: lines through the waves, whiskers for the intervals."""
    across = min(_ACROSS, max(len(trend.rows), 1))
    width = max(2 * MARGIN + across * (_AXIS + _PLOT_WIDTH) + (across - 1) * _BETWEEN, 640.0)
    body = Body()
    body.title(width, trend.question.label, tr("{} over {}", trend.question.id, trend.axis.label))
    body.y += 6
    _legend(body, trend, width)
    ticks = _ticks(trend)
    for start in range(0, len(trend.rows), across):
        top = body.y + 8
        for place, row in enumerate(trend.rows[start : start + across]):
            body.y = top
            _panel(body, trend, row, MARGIN + place * (_AXIS + _PLOT_WIDTH + _BETWEEN), ticks)
    body.y += 8
    notes = sentences_of(trend.notes)
    below = (tr("Whiskers: intervals."), *mark_notes(trend), *notes, section.again())
    body.notes(width, below)
    return svg_document(body, width, trend.question.label, notes)


def _legend(body: Body, trend: Trend, width: float) -> None:
    x, y = MARGIN, body.next(SIZE * LEADING)
    for group, one in enumerate(trend.groups):
        reach = 26 + width_of(one.label, SIZE) + 18
        if x > MARGIN and x + reach > width - MARGIN:
            x, y = MARGIN, body.next(SIZE * LEADING)
        body.parts.append(line(x, x + 20, y - 4, y - 4, _colour(group), 2))
        body.text(x + 26, y, one.label)
        x += reach


def _colour(group: int) -> str:
    """Return the colour of a group, as in tables; the Total, first, is grey."""
    return accent(group - 1) if group else FAINT


def _ticks(trend: Trend) -> list[float]:
    points = [one for row in trend.rows for course in row.courses for one in course]
    ends = [
        end
        for one in points
        if one.value is not None
        for end in (one.value, one.cell.low, one.cell.high)
        if end is not None
    ]
    low, high = min(ends, default=0.0), max(ends, default=0.0)
    least = (abs(high) or 1.0) / 10
    if trend.measure is not Measure.MEAN:
        low, least = min(low, 0.0), _LEAST_SPAN
    high = max(high, low + least)
    power = 10.0 ** math.floor(math.log10((high - low) / _STEPS))
    step = next(power * one for one in (1, 2, 5, 10) if high - low <= power * one * _STEPS)
    first = math.floor(low / step)
    return [step * one for one in range(first, math.ceil(high / step - _ROUNDING) + 1)]


def _panel(body: Body, trend: Trend, row: TrendRow, left: float, ticks: Sequence[float]) -> None:
    """Draw one answer: its label, the axes, and a line for each group."""
    label = broken(row.label, _AXIS + _PLOT_WIDTH, SIZE, bold=True)
    if len(label) > _LABEL_LINES:
        label = [*label[: _LABEL_LINES - 1], f"{label[_LABEL_LINES - 1]} …"]
    for text in [*label, *[""] * (_LABEL_LINES - len(label))]:
        body.text(left, body.next(SIZE * LEADING), text, "strong")
    top, x = body.y + 8, left + _AXIS
    low, high = ticks[0], ticks[-1]
    digits = 0 if ticks[1] - ticks[0] >= 1 else 2

    def at(value: float) -> float:
        return top + (high - value) / (high - low) * _PLOT_HEIGHT

    for value in ticks:
        body.parts.append(line(x, x + _PLOT_WIDTH, at(value), at(value), RULE))
        body.text(x - 6, at(value) + 4, rounded(value, digits), "small end")
    apart = (_PLOT_WIDTH - 20) / max(len(trend.waves) - 1, 1)  # whiskers do not touch the axis
    places = [x + 10 + apart * wave for wave in range(len(trend.waves))]
    for group, course in reversed(list(enumerate(row.courses))):
        aside = (group - (len(row.courses) - 1) / 2) * min(_ASIDE, 16 / len(row.courses))
        body.parts += _course(course, [one + aside for one in places], at, _colour(group))
    body.y = top + _PLOT_HEIGHT + 4
    y = body.next(SMALL * LEADING)
    free = left
    for place, wave in zip(places, trend.waves, strict=True):
        reach = width_of(wave.label, SMALL)
        start = max(min(place - reach / 2, x + _PLOT_WIDTH - reach), x - 10)
        if start >= free and start + reach <= x + _PLOT_WIDTH + 1:
            body.text(start, y, wave.label, "small")
            free = start + reach + 8


def _course(
    course: Sequence[Point], places: Sequence[float], at: _Scaled, colour: str
) -> Iterator[str]:
    """Yield the line, the whiskers and the dots of one group; a gap interrupts the line."""
    placed = list(zip(places, course, strict=True))
    for (x0, before), (x1, after) in pairwise(placed):
        if before.value is not None and after.value is not None:
            yield line(x0, x1, at(before.value), at(after.value), colour, 2)
    for x, point in placed:
        if point.value is None:
            continue
        if point.cell.low is not None and point.cell.high is not None:
            yield line(x, x, at(point.cell.low), at(point.cell.high), colour)
        yield f'<circle cx="{x:.1f}" cy="{at(point.value):.1f}" r="{_RADIUS:g}" fill="{colour}"/>'
