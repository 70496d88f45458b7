"""A table painted for the width there is: its answers only when they come into sight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate, chain, zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from textual.strip import Strip

from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Against
from cxtui.app.panes.line_widget import DIM, strip_of
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis
from cxtui.output.drawing.rich_table import (
    CellLine,
    answer_lines,
    header_lines,
    line_segments,
    lower_lines,
)
from cxtui.output.drawing.table_layout import Extent, Layout, lay_out, lay_out_in
from cxtui.text import SEPARATOR

if TYPE_CHECKING:
    from cxtui.output.drawing.bar_chart import Chart

_TABLE_SHARE, _APART = 58, 3
"""The most per cent of the width that the table takes beside a chart, and the cells between."""
_MOST_BASES = 6
MOST_STATE = 2
"""The most lines for the state over a table."""


@dataclass(frozen=True, slots=True)
class Room:
    """The place for a table: its width and lines in cells, the first banner column."""

    console: Console
    width: int
    height: int
    first: int


@dataclass(frozen=True, slots=True)
class Painting:
    """A painted table: moving the cursor paints nothing anew, scrolling adds answers.

    A chart has a line an answer and one a column; `name` is then the width of the columns' names.
    """

    table: Table
    made_for: tuple[Room, bool]
    layout: Layout
    header: list[Strip]
    bases: list[Strip]
    starts: list[int]
    """The line on which each answer starts, and where the last one ends."""
    paint: Callable[[Sequence[int]], Iterable[list[Strip]]]
    """Paints some answers, each as its lines."""
    name: int = 0
    painted: dict[int, list[Strip]] = field(default_factory=dict)
    """The lines of the answers that have been in sight."""

    @property
    def is_chart(self) -> bool:
        """Whether it is a chart."""
        return self.name > 0

    def answers(self, top: int, count: int) -> list[Strip]:
        """Return `count` lines of the answers from line `top` on, as far as there are any."""
        first = max(bisect_right(self.starts, top) - 1, 0)
        last = bisect_left(self.starts, min(top + count, self.starts[-1]))
        missing = [one for one in range(first, last) if one not in self.painted]
        self.painted.update(zip(missing, self.paint(missing), strict=True))
        lines = list(chain.from_iterable(self.painted[one] for one in range(first, last)))
        return lines[top - self.starts[first] :][:count]

    def spot(self, row: int, column: int) -> tuple[int, int, int]:
        """Return where a cell is: its line among the answers, where it starts and ends there."""
        if self.is_chart:
            return min(self.starts[row] + column, self.starts[row + 1] - 1), 0, self.name
        return self.starts[row], *self._reach_of(column)

    def _reach_of(self, column: int) -> tuple[int, int]:
        """Return where a column starts and ends on a line; one cell parts two columns."""
        place = self.layout.shown.index(column) + 1
        start = sum(self.layout.widths[:place]) + place
        return start, start + self.layout.widths[place]

    def cell_at(self, line: int, x: int) -> tuple[int, int] | None:
        """Return the answer and the column at a place, `None` beside them."""
        row = bisect_right(self.starts, line) - 1
        if self.is_chart:
            return row, max(line - self.starts[row], 1)
        for column in self.layout.shown:
            start, end = self._reach_of(column)
            if start <= x <= end:
                return row, column
        return None


def of_table(table: Table, extent: Extent, room: Room) -> Painting:
    """Return a table painted as a table."""
    layout = lay_out_in(table, room.width, room.height, room.first, extent=extent)
    return Painting(
        table=table,
        made_for=(room, False),
        layout=layout,
        header=_rendered(header_lines(table, layout, extent), layout),
        bases=_rendered(lower_lines(table, layout), layout),
        starts=list(accumulate(map(len, layout.labels), initial=0)),
        paint=partial(_answers, table, layout, extent),
    )


def of_chart(table: Table, extent: Extent, room: Room) -> Painting:
    """Return a table painted as a chart."""
    from cxtui.output.drawing.bar_chart import chart_of

    chart = chart_of(table, room.width, extent=extent)
    every = tuple(range(len(table.columns)))

    def paint(rows: Sequence[int]) -> Iterable[list[Strip]]:
        return ([_strip(line, room) for line in chart.answer(row)] for row in rows)

    return Painting(
        table=table,
        made_for=(room, True),
        layout=replace(lay_out(table, room.width, room.first, extent=extent), shown=every),
        header=[_strip(chart.axis, room)],
        bases=[_strip(line, room) for line in _fewer(chart.bases)],
        starts=list(range(0, len(table.rows) * chart.height + 1, chart.height)),
        paint=paint,
        name=chart.name,
    )


def of_both(table: Table, extent: Extent, room: Room) -> Painting:
    """Return a table, and beside each of its answers the bars and the gap."""
    from cxtui.output.drawing.bar_chart import chart_of

    layout = lay_out(
        table, room.width * _TABLE_SHARE // 100, room.first, barred=False, extent=extent
    )
    left = sum(layout.widths) + len(layout.widths) + _APART - 1
    chart = chart_of(table, room.width - left, alone=False, extent=extent)
    header = _rendered(header_lines(table, layout, extent), layout)
    heights = (max(len(label), chart.height) for label in layout.labels)

    def paint(rows: Sequence[int]) -> Iterable[list[Strip]]:
        for row, numbers in zip(rows, _answers(table, layout, extent, rows), strict=True):
            yield _beside(numbers, chart, row, left, room)

    return Painting(
        table=table,
        made_for=(room, True),
        layout=layout,
        header=[*header[:-1], _joined(header[-1], chart.axis, left, room)],
        bases=_rendered(lower_lines(table, layout), layout),
        starts=list(accumulate(heights, initial=0)),
        paint=paint,
    )


def _answers(
    table: Table, layout: Layout, extent: Extent, rows: Sequence[int]
) -> Iterator[list[Strip]]:
    """Yield the lines of some answers of a table."""
    return (_rendered(answer_lines(table, layout, extent, row), layout) for row in rows)


def _beside(numbers: list[Strip], chart: Chart, row: int, left: int, room: Room) -> list[Strip]:
    """Return the lines of an answer with its bars, but not the chart's own label, beside them."""
    lines = zip_longest(numbers, (*chart.answer(row)[1:], Text()))
    return [_joined(one or Strip([]), bar or Text(), left, room) for one, bar in lines]


def _joined(numbers: Strip, bar: Text, left: int, room: Room) -> Strip:
    """Return a line of the table with one of the chart beside it, `left` cells on."""
    beside = strip_of(bar, room.console, room.width - left)
    return Strip.join([numbers.adjust_cell_length(left), beside])


def _rendered(lines: Iterable[CellLine], layout: Layout) -> list[Strip]:
    return [Strip(line_segments(line, layout)).simplify() for line in lines]


def lines_beside(table: Table) -> int:
    """Return how many lines of a table are no titles and no answers: the base, lines below."""
    if table.across:
        return 1 + len(table.lines) if table.lines else 0
    below = len(table.lines) + len(table.bases) - 1
    return 1 + (1 + below if below else 0)


def _fewer(bases: Sequence[Text]) -> Sequence[Text]:
    """Return the bases in a few lines: those of many columns would leave no room for the bars."""
    if len(bases) <= _MOST_BASES:
        return bases
    return [
        *bases[: _MOST_BASES - 1],
        Text(tr("… the bases of the others are behind their cells"), DIM),
    ]


def state_lines(table: Table, width: int, most: int) -> list[str]:
    """Return the state of a table in up to `most` lines, broken between its parts."""
    return broken_between(table.state.split(SEPARATOR), width, most)


def note_lines(table: Table, layout: Layout, width: int, room: int, more: str) -> list[str]:
    """Return the few words of the notes in up to `room` lines; the last has the key to `more`."""
    briefs = [note.brief for note in table.notes if note.brief]
    gaps = (row.pairs[0] for row in table.rows if row.pairs)
    if (
        layout.gap
        and table.view.against is Against.COLUMNS
        and any(map(table.is_significant, gaps))
    ):
        briefs.append(tr("▲▼ significant gap"))
    lines = ["", *broken_between([*briefs, more], width)]
    if len(lines) > room > 0:
        lines = [*lines[1:room], more]
    return lines[: max(room, 0)]


def broken_between(parts: Sequence[str], width: int, most: int | None = None) -> list[str]:
    """Return texts in lines of `width` terminal cells, the last of `most` lines cut."""
    lines = [*parts[:1]]
    for part in parts[1:]:
        longer = f"{lines[-1]}{SEPARATOR}{part}"
        if cell_len(longer) <= width or len(lines) == most:
            lines[-1] = longer
        else:
            lines.append(part)
    return [ellipsis(line, width) for line in lines]


def _strip(text: Text, room: Room) -> Strip:
    return strip_of(text, room.console, room.width)
