"""Pane 3: the comparison table; header and bases stay in sight while the answers scroll."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.strip import Strip

from cxtui.app.commands import TABLE
from cxtui.app.lines import BOLD, CURSOR, DIM, Lines
from cxtui.output.fit import ellipsis
from cxtui.survey.model import Kind

if TYPE_CHECKING:
    from cxtui.analysis.table import Table
    from cxtui.output.rich_table import Layout

_FEWEST_ROWS = 3
_HEADING = 2
_ROOM_FOR_BOTH, _TABLE_SHARE, _APART = 96, 58, 3
"""Cells of the pane from which on a chart stands beside the table, the most per cent of them that
the table takes, and the cells between the two."""
_MOST_BESIDE = 13
_WAYS_IN = {Kind.TEXT: "enter reads the answers", Kind.GRID: "enter opens an item"}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A table drawn once for its width and first column: the cursor moves over it for nothing.

    A chart has a line an answer and one a column; `name` is then the width of the columns' names.
    """

    table: Table
    made_for: tuple[int, int, bool]
    layout: Layout
    lines: list[Strip]
    notes: list[Strip]
    starts: list[int]
    """The line on which each answer starts, and where the last one ends."""
    header: int
    name: int = 0

    @property
    def is_chart(self) -> bool:
        """Whether it is a chart."""
        return self.name > 0

    def spot(self, row: int, column: int) -> tuple[int, int, int]:
        """Return where a cell is: its line among the answers, where it starts and ends there."""
        if self.is_chart:
            return min(self.starts[row] + column, self.starts[row + 1] - 1), 0, self.name
        return self.starts[row], *self.reach_of(column)

    def column_at(self, x: int) -> int | None:
        """Return the column of the table under the cell `x` of a line, `None` beside them."""
        for column in self.layout.shown:
            start, end = self.reach_of(column)
            if start <= x <= end:
                return column
        return None

    def reach_of(self, column: int) -> tuple[int, int]:
        """Return where a column starts and ends on a line; one cell parts two columns."""
        place = self.layout.shown.index(column) + 1
        start = sum(self.layout.widths[:place]) + place
        return start, start + self.layout.widths[place]

    def cell_at(self, line: int, x: int) -> tuple[int, int] | None:
        """Return the answer and the column at a place, `None` beside them."""
        row = bisect_right(self.starts, line) - 1
        if self.is_chart:
            return row, max(line - self.starts[row], 1)
        column = self.column_at(x)
        return None if column is None else (row, column)


class Comparison(Lines, can_focus=True):
    """The table of the newest view, or why there is none; with the focus, a cursor on a cell."""

    def __init__(self) -> None:
        super().__init__(id=TABLE)
        self.table: Table | None = None
        self._message = "Reading the survey …"
        self._first = 1
        self._top = 0
        self._shown = 0
        self._row = 0
        self._column = 1
        self.charted = False
        self._kept: _Drawing | None = None

    @property
    def cell(self) -> tuple[int, int] | None:
        """The row and column of the cursor, of the first cell where no cursor is shown.

        `None` where there is no table, or one without answers.
        """
        if self.table is None or not self.table.rows:
            return None
        row, column = (self._row, self._column) if self.has_focus else (0, 1)
        return min(row, len(self.table.rows) - 1), min(column, len(self.table.columns) - 1)

    def show_table(self, table: Table) -> None:
        """Show a table; another question or banner starts at its top and its first column."""
        if self.table is None or self.table.question != table.question:
            self._top = self._row = 0
        if self.table is None or self.table.columns != table.columns:
            self._first = self._column = 1
        self.table, self._kept = table, None  # where there is no room, nothing is drawn anew
        self.paint()

    def show_message(self, message: str) -> None:
        """Say in the table's place why there is no table."""
        self.table = None
        self._message = message
        self.paint()

    def switch_chart(self) -> None:
        """Show the chart, beside the table where there is room for both, or the table alone."""
        self.charted = not self.charted
        self._top = 0
        self.paint()

    def move(self, by: int) -> None:
        """Move the cursor by answers."""
        if self.cell is not None and self.table is not None:
            self._row = max(0, min(self.cell[0] + by, len(self.table.rows) - 1))
            self.paint()

    def page(self, by: int) -> None:
        """Scroll the answers by a page, and the cursor with them."""
        if self.cell is not None and self._kept is not None:
            step = by * max(self.size.height // 2, 1)
            starts = self._kept.starts
            here = self.cell[0]
            there = bisect_right(starts, starts[here] + step) - 1
            self._top += step
            self.move(there - here or (1 if by > 0 else -1))

    def edge(self, towards: int) -> None:
        """Move the cursor to the first or the last answer."""
        if self.table is not None:
            self.move(towards * len(self.table.rows))

    def columns(self, by: int) -> None:
        """Move the cursor by columns; without the focus, scroll the banner columns."""
        if self.table is None or self._kept is None:
            return
        if self.has_focus and self.cell is not None:
            self._column = max(0, min(self.cell[1] + by, len(self.table.columns) - 1))
        else:
            shown = self._kept.layout.shown
            last = max(len(self.table.columns) - len(shown) + 1, 1)
            self._first = min(max(self._first + by, 1), last)
        self.paint()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show or hide the cursor; it comes to where the columns were scrolled without it."""
        super().watch_has_focus(has_focus)
        if has_focus and self._kept is not None and self._column not in self._kept.layout.shown:
            self._column = self._kept.layout.shown[-1]
        self.paint()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse clicked."""
        offset, kept = event.get_content_offset(self), self._kept
        if offset is None or kept is None or self.table is None:
            return
        line = offset.y - _HEADING - kept.header
        cell = kept.cell_at(line + self._top, offset.x) if 0 <= line < self._shown else None
        if cell is not None:
            self._row, self._column = cell
            self.paint()

    def on_resize(self) -> None:
        """Paint for the new size, from the first column on if the cursor stays in sight."""
        if self.has_focus:
            self._first = 1
        self.paint()

    def paint(self) -> None:
        """Show the table as far as the pane reaches."""
        if not (self.size.width and self.size.height):
            return
        if self.table is None:
            lines = Text(self._message).wrap(self.app.console, max(self.size.width, 1))
            self.show([self.strip(line) for line in lines])
        else:
            self.show(self._painted(self.table))

    def _painted(self, table: Table) -> list[Strip]:
        drawing = self._in_sight(table)
        layout, lines = drawing.layout, drawing.lines
        rows = drawing.header + drawing.starts[-1]
        header, answers, bases = lines[: drawing.header], lines[drawing.header : rows], lines[rows:]
        room = self.size.height - _HEADING - len(header) - len(bases)
        self._shown = max(min(len(answers), room - 1), _FEWEST_ROWS)
        self._scroll(drawing)
        answers = self._with_cursor(drawing, answers)[self._top : self._top + self._shown]
        heading = self._heading(table, layout, drawing.starts[-1] - len(answers))
        notes = drawing.notes[: max(room - len(answers), 0)]
        if 0 < len(notes) < len(drawing.notes):
            notes[-1] = self.strip(Text("… i shows the rest", DIM))
        return [*heading, *header, *answers, *bases, *notes]

    def _in_sight(self, table: Table) -> _Drawing:
        """Return the drawing of the table, scrolled to the column of the cursor."""
        if not self.has_focus or self.cell is None:
            return self._drawn(table)
        column = self.cell[1]
        if 0 < column < self._first:
            self._first = column
        while not self._drawn(table).is_chart and column > self._drawn(table).layout.shown[-1]:
            self._first += 1
        return self._drawn(table)

    def _scroll(self, drawing: _Drawing) -> None:
        """Keep the answer under the cursor in sight, and the last line at the bottom."""
        starts = drawing.starts
        if self.has_focus and self.cell is not None:
            start, end = starts[self.cell[0]], starts[self.cell[0] + 1]
            self._top = min(max(self._top, end - self._shown), start)
        self._top = max(0, min(self._top, starts[-1] - self._shown))

    def _with_cursor(self, drawing: _Drawing, answers: list[Strip]) -> list[Strip]:
        """Return the answers with the cell under the cursor reversed."""
        if not self.has_focus or self.cell is None:
            return answers
        line, start, end = drawing.spot(*self.cell)
        changed = _reversed(answers[line], start, end)
        return [*answers[:line], changed, *answers[line + 1 :]]

    def _drawn(self, table: Table) -> _Drawing:
        """Return the table as drawn before, drawn again where anything but the cursor changed."""
        kept = self._kept
        wanted = (self.size.width, self._first, self.charted)
        if kept is None or kept.table is not table or kept.made_for != wanted:
            kept = self._kept = self._draw(table)
        return kept

    def _draw(self, table: Table) -> _Drawing:
        if not self.charted:
            return self._tables(table)
        has_room = self.size.width >= _ROOM_FOR_BOTH and len(table.columns) <= _MOST_BESIDE
        return self._beside(table) if has_room else self._charts(table)

    def _tables(self, table: Table) -> _Drawing:
        """Return the table drawn as a table."""
        from cxtui.output.rich_table import lay_out

        layout = lay_out(table, self.size.width, self._first)
        return _Drawing(
            table=table,
            made_for=(self.size.width, self._first, False),
            layout=layout,
            lines=self._rendered(table, layout),
            notes=self._notes(table),
            starts=list(accumulate(map(len, layout.labels), initial=0)),
            header=layout.header,
        )

    def _charts(self, table: Table) -> _Drawing:
        """Return the table drawn as a chart."""
        from cxtui.output.chart import chart_of
        from cxtui.output.rich_table import lay_out

        chart = chart_of(table, self.size.width)
        lines = [chart.axis, *chain.from_iterable(chart.rows), *chart.bases]
        every = tuple(range(len(table.columns)))
        return _Drawing(
            table=table,
            made_for=(self.size.width, self._first, True),
            layout=replace(lay_out(table, self.size.width, self._first), shown=every),
            lines=[self.strip(line) for line in lines],
            notes=self._notes(table),
            starts=list(accumulate(map(len, chart.rows), initial=0)),
            header=1,
            name=chart.name,
        )

    def _beside(self, table: Table) -> _Drawing:
        """Return the table, and beside each of its answers the bars and the gap."""
        from cxtui.output.chart import chart_of
        from cxtui.output.rich_table import lay_out

        layout = lay_out(table, self.size.width * _TABLE_SHARE // 100, self._first, barred=False)
        left = sum(layout.widths) + len(layout.widths) + _APART - 1
        chart = chart_of(table, self.size.width - left, alone=False)
        lines = self._rendered(table, layout)
        drawn: list[Strip] = lines[: layout.header]
        drawn[-1] = self._joined(drawn[-1], chart.axis, left)
        starts, taken = [0], layout.header
        for label, (_, *bars) in zip(layout.labels, chart.rows, strict=True):
            answer = lines[taken : taken + len(label)]
            taken += len(label)
            for place in range(max(len(answer), len(bars) + 1)):
                numbers = answer[place] if place < len(answer) else Strip([])
                bar = bars[place] if place < len(bars) else Text()
                drawn.append(self._joined(numbers, bar, left))
            starts.append(len(drawn) - layout.header)
        return _Drawing(
            table=table,
            made_for=(self.size.width, self._first, True),
            layout=layout,
            lines=[*drawn, *lines[taken:]],
            notes=self._notes(table),
            starts=starts,
            header=layout.header,
        )

    def _joined(self, numbers: Strip, bar: Text, left: int) -> Strip:
        """Return a line of the table with one of the chart beside it, `left` cells on."""
        return Strip.join([numbers.adjust_cell_length(left), self.strip(bar)])

    def _rendered(self, table: Table, layout: Layout) -> list[Strip]:
        """Return the lines of the Rich table, rendered once."""
        from cxtui.output.rich_table import rich_table

        options = self.app.console.options.update(width=self.size.width, height=None)
        lines = self.app.console.render_lines(rich_table(table, layout), options)
        return [Strip(Segment.simplify(line)).simplify() for line in lines]

    def _heading(self, table: Table, layout: Layout, hidden: int) -> list[Strip]:
        """Return the question's wording, and what is out of sight."""
        width = self.size.width
        hints = [_WAYS_IN[table.question.kind]] if table.question.kind in _WAYS_IN else []
        hints += ["enter on the others reads them"] if table.question.others else []
        columns = len(table.columns) - 1
        if columns > len(layout.shown) - 1:
            hints.append(f"←→ columns {layout.shown[1]}–{layout.shown[-1]} of {columns}")
        if hidden > 0:
            hints.append(f"↑↓ more of {len(table.rows)} answers")
        kind = " · ".join([str(table.question.kind), *hints])
        label = Text(ellipsis(table.question.label, width), BOLD)
        return [self.strip(label), self.strip(Text(kind, DIM))]

    def _notes(self, table: Table) -> list[Strip]:
        console, width = self.app.console, max(self.size.width, 1)
        lines = [Text("")]
        for note in table.notes:
            lines += Text(note, DIM).wrap(console, width)
        return [self.strip(line) for line in lines]


def _reversed(strip: Strip, start: int, end: int) -> Strip:
    """Return a line with its cells from `start` to `end` reversed, in one run without colours."""
    width = strip.cell_length
    before, cell, after = (
        strip.crop(0, start),
        strip.crop(start, min(end, width)),
        strip.crop(end, width),
    )
    return Strip.join([before, Strip([Segment(cell.text, CURSOR)]), after])
