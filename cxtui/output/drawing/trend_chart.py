"""One answer over the waves as lines, with a letter for each group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.tables.trend import Trend, TrendRow
from cxtui.analysis.view.view import Measure
from cxtui.output.drawing.fit import ellipsis
from cxtui.output.drawing.number_text import rounded
from cxtui.output.drawing.rich_table import accent
from cxtui.output.drawing.trend_lines import scale_of

_GREY, _PLAIN = Style(dim=True), Style()
_LETTERS = "TABCDEFGHIJKLMNOPQRSUVWXYZ"
"""The letters of the groups, the Total first; all groups after the last have its letter."""
_LOWEST_HEIGHT = 3

_BRAILLE, _DOTS = 0x2800, ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The first Braille character, and what each dot of a cell adds to it."""
_MIDDLE = 1.5
"""The middle of a column of four dots."""

Grid = list[list[tuple[str, Style]]]


def trend_chart(trend: Trend, row: TrendRow, width: int, height: int) -> list[Text]:
    """Return the courses of `row` in `width` × `height` cells: lines, waves and a legend."""
    legend = _legend(trend, width)
    plot = max(height - len(legend) - 2, _LOWEST_HEIGHT)
    low, high = _scale(trend, row)
    digits = 2 if trend.measure is Measure.MEAN else 0
    labels = {0: rounded(high, digits), plot - 1: rounded(low, digits)}
    labels[plot // 2] = rounded(high - (high - low) * (plot // 2) / (plot - 1), digits)
    margin = max(map(cell_len, labels.values()))
    across = max(width - margin - 2, len(trend.waves))
    grid = _plotted(trend, row, across, plot, low, high)
    lines = [Text("")]
    for y, cells in enumerate(grid):
        axis = f"{labels.get(y, ''):>{margin}} {'┤' if y in labels else '│'}"
        line = Text().append(axis, _GREY)
        for sign, style in cells:
            line.append(sign, style)
        lines.append(line)
    return [*lines, _waves(trend, margin + 2, across), *legend]


def _scale(trend: Trend, row: TrendRow) -> tuple[float, float]:
    low, high, span = scale_of(trend, row, 1.0)
    rest = max((span or 1.0) - (high - low), 0.0) / 2
    if low >= 0 and low < rest:
        return 0.0, max(high + rest, span or 1.0)
    return low - rest, high + rest


def _place(wave: int, waves: int, across: int) -> int:
    return round(wave * (across - 1) / max(waves - 1, 1))


def _plotted(trend: Trend, row: TrendRow, across: int, plot: int, low: float, high: float) -> Grid:
    """Return the cells of the plot; letters are drawn over lines, later groups over earlier."""
    grid: Grid = [[(" ", _PLAIN)] * across for _ in range(plot)]

    def dot(wave: int, value: float) -> tuple[int, int]:
        line = (high - value) / (high - low) * (plot - 1) if high > low else plot // 2
        return 2 * _place(wave, len(trend.waves), across), round(4 * line + _MIDDLE)

    points: list[tuple[int, int, int]] = []
    for group, course in enumerate(row.courses):
        placed = [
            dot(wave, point.value) for wave, point in enumerate(course) if point.value is not None
        ]
        for before, after in pairwise(placed):
            _draw(grid, before, after, _colour(group))
        points += [(x // 2, y // 4, group) for x, y in placed]
    for x, y, group in points:
        letter = _LETTERS[group : group + 1] or _LETTERS[-1]
        grid[y][x] = (letter, _colour(group) + Style(bold=True))
    return grid


def _draw(grid: Grid, before: tuple[int, int], after: tuple[int, int], style: Style) -> None:
    """Draw a line between two points in Braille dots, 2 × 4 of them a cell."""
    (x0, y0), (x1, y1) = before, after
    steps = max(x1 - x0, abs(y1 - y0), 1)
    for step in range(steps + 1):
        x, y = x0 + round(step * (x1 - x0) / steps), y0 + round(step * (y1 - y0) / steps)
        drawn, _ = grid[y // 4][x // 2]
        dots = ord(drawn) - _BRAILLE if drawn != " " else 0
        grid[y // 4][x // 2] = (chr(_BRAILLE + (dots | _DOTS[y % 4][x % 2])), style)


def _colour(group: int) -> Style:
    return accent(group - 1) if group else _GREY


def _waves(trend: Trend, margin: int, across: int) -> Text:
    """Return the names of the waves under their points, as far as there is room."""
    line = " " * (margin + across)
    free = 0
    for wave, one in enumerate(trend.waves):
        centre = margin + _place(wave, len(trend.waves), across)
        start = max(min(centre - cell_len(one.label) // 2, len(line) - cell_len(one.label)), 0)
        if start >= free and start + cell_len(one.label) <= len(line):
            line = line[:start] + one.label + line[start + cell_len(one.label) :]
            free = start + cell_len(one.label) + 1
    return Text(line.rstrip(), _GREY)


def _legend(trend: Trend, width: int) -> Sequence[Text]:
    lines = [Text("")]
    for group, one in enumerate(trend.groups):
        letter = _LETTERS[group : group + 1] or _LETTERS[-1]
        entry = ellipsis(f"{letter} {one.label}", max(width - 1, 1))
        if lines[-1].plain and cell_len(lines[-1].plain) + cell_len(entry) + 2 > width:
            lines.append(Text(""))
        gap = "  " if lines[-1].plain else ""
        lines[-1].append(f"{gap}{entry}", _colour(group))
    return lines
