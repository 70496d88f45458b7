"""Pane 3: the comparison table; header and bases stay in sight while the answers scroll."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.strip import Strip

from cxtui.app.keys.commands import TABLE
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Frame, Lines
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, folded
from cxtui.survey.kind import Kind
from cxtui.text import SEPARATOR

if TYPE_CHECKING:
    from cxtui.analysis.tables.table import Table, TableRow
    from cxtui.app.panes.table_painting import Painting
    from cxtui.output.drawing.table_layout import Extent, Layout

_FEWEST_ROWS = 3
_MOST_WORDING = 3
"""The most lines for the question's wording."""
_FEW_LINES = 12
"""In a lower pane every answer takes one line; no rule is under them, and bases come first."""
_NOTES = 1
"""The fewest lines for the notes."""
_ROOM_FOR_BOTH = 96
"""The least width of a pane with a chart beside the table."""
_MOST_BESIDE = 13
_MARK = "✓"
_WAYS_IN = {Kind.TEXT: "{} reads the answers", Kind.GRID: "{} opens an item"}


class Comparison(Lines, can_focus=True):
    """The table of the newest view, or why there is none; a cell has a cursor with the focus."""

    notes_by, opens_by, goes_by = "F", "enter", "3"
    """The keys that its texts name."""

    def __init__(self) -> None:
        super().__init__(id=TABLE)
        self.table: Table | None = None
        self._message = tr("Reading the survey …")
        self._first = 1
        self._top = 0
        self._shown = 0
        self._row = 0
        self._column = 1
        self._marked: frozenset[str] = frozenset()
        self.charted = False
        self.welcome: tuple[str, ...] = ()
        """Lines of what to press, under the notes where there is room for all."""
        self._extent: Extent | None = None
        self._kept: Painting | None = None
        self._header_height = 0

    @property
    def cell(self) -> tuple[int, int] | None:
        """The row and column of the cursor, of the first cell where no cursor is shown.

        `None` where there is no table, or one without answers.
        """
        if self.table is None or not self.table.rows:
            return None
        row, column = (self._row, self._column) if self.has_focus else (0, 1)
        return min(row, len(self.table.rows) - 1), min(column, len(self.table.columns) - 1)

    def show_table(self, table: Table, extent: Extent | None = None) -> None:
        """Show a table; another question or banner starts at its top and its first column.

        The `extent` of a large table takes a while: it is computed here only where it is `None`.
        """
        if self.table is None or self.table.question != table.question:
            self._top = self._row = 0
            self._marked = frozenset()
        if self.table is None or self.table.columns != table.columns:
            self._first = self._column = 1
        self._extent = extent
        self.table, self._kept = table, None  # without room nothing is drawn anew
        self.paint()

    @property
    def chosen_rows(self) -> list[TableRow]:
        """The marked answers, and the one under the cursor, in the order of the table."""
        rows = self.table.rows if self.table else ()
        here = self.cell[0] if self.cell and self.has_focus else None
        return [one for at, one in enumerate(rows) if one.code in self._marked or at == here]

    def mark(self) -> int | None:
        """Mark the answer under the cursor, or remove its mark; return how many are marked.

        `None` where no answer and no net is under the cursor.
        """
        from cxtui.analysis.query.cube import Status

        if self.table is None or self.cell is None:
            return None
        row = self.table.rows[self.cell[0]]
        if row.status not in {Status.ANSWER, Status.MISSING, Status.NET}:
            return None
        self._marked ^= {row.code}
        self.paint()
        return len(self._marked)

    def show_message(self, message: str) -> None:
        """Show in the table's place why there is no table."""
        self.table = None
        self._message = message
        self._say_more("")
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

    def wheel(self, by: int) -> None:
        """Move the cursor; without the focus, scroll the answers."""
        if self.has_focus:
            self.move(by)
        else:
            self._top += by
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
        """Show or hide the cursor; it comes to a column that is in sight."""
        super().watch_has_focus(has_focus)
        if has_focus and self._kept is not None and self._column not in self._kept.layout.shown:
            self._column = self._kept.layout.shown[-1]
        self.paint()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse clicked."""
        offset, kept = event.get_content_offset(self), self._kept
        if offset is None or kept is None or self.table is None:
            return
        line = offset.y - self._header_height
        cell = kept.cell_at(line + self._top, offset.x) if 0 <= line < self._shown else None
        if cell is not None:
            self._row, self._column = cell
            self.paint()

    def on_resize(self) -> None:
        """Paint for the new size; with a cursor, scroll to its column from the first one."""
        if self.has_focus:
            self._first = 1
        self.paint()

    def paint(self) -> None:
        """Show the table as far as it fits into the pane."""
        if not (self.size.width and self.size.height):
            return
        if self.table is None:
            lines = Text(self._message).wrap(self.app.console, max(self.size.width, 1))
            self.show([self.strip(line) for line in lines])
        else:
            self.show(self._painted(self.table))

    @property
    def _has_few_lines(self) -> bool:
        return self.size.height < _FEW_LINES

    def _painted(self, table: Table) -> list[Strip]:
        from cxtui.app.panes.table_painting import note_lines

        heading = self._heading(table)
        drawing = self._in_sight(table, len(heading))
        header, bases, answers = drawing.header, drawing.bases, drawing.starts[-1]
        if self._has_few_lines and not drawing.is_chart:
            lines = 1 + len(table.lines)  # after the rule
            bases = [*bases[lines:], *bases[1:lines]]
        self._header_height = len(heading) + len(header)
        room = self.size.height - self._header_height - len(bases)
        self._shown = max(min(answers, room - 1), _FEWEST_ROWS)
        self._scroll(drawing)
        marked = self._with_marks(table, drawing, drawing.answers(self._top, self._shown))
        shown = self._with_cursor(drawing, marked)
        more = tr("{} all notes", self.notes_by)
        said = note_lines(table, drawing.layout, self.size.width, room - len(shown), more)
        notes = [self.strip(Text(line, DIM)) for line in said]
        hints = self._hints(table, drawing.layout, answers - len(shown))
        self._say_more(hints)
        if self._has_few_lines and hints:  # the frame names the hidden panes
            heading[-1] = self.strip(
                Text(ellipsis(f"{hints}{SEPARATOR}{table.state}", self.size.width), DIM)
            )
        told = [*heading, *header, *shown, *bases, *notes]
        fits = max(map(cell_len, self.welcome), default=0) <= self.size.width
        if fits and self.size.height - len(told) > len(self.welcome) > 0:
            told += [self.strip(Text(one, BOLD)) for one in ("", *self.welcome)]
        return told

    def _in_sight(self, table: Table, heading: int) -> Painting:
        """Return the drawing of the table, scrolled to the column of the cursor."""
        drawing = self._drawn(table, heading)
        if not self.has_focus or self.cell is None:
            return drawing
        column = self.cell[1]
        if 0 < column < self._first:
            self._first = column
            drawing = self._drawn(table, heading)
        while not drawing.is_chart and column > drawing.layout.shown[-1]:
            self._first += column - drawing.layout.shown[-1]
            drawing = self._drawn(table, heading)
        return drawing

    def _scroll(self, drawing: Painting) -> None:
        """Keep the answer under the cursor in sight, and the last line at the bottom."""
        starts = drawing.starts
        if self.has_focus and self.cell is not None:
            start, end = starts[self.cell[0]], starts[self.cell[0] + 1]
            self._top = min(max(self._top, end - self._shown), start)
            # Of an answer that is taller than the pane, the line of the cursor.
            line = drawing.spot(*self.cell)[0]
            self._top = min(max(self._top, line - self._shown + 1), line)
        self._top = max(0, min(self._top, starts[-1] - self._shown))

    def _with_marks(self, table: Table, drawing: Painting, answers: list[Strip]) -> list[Strip]:
        """Return the answers in sight with a sign behind the labels of those that are marked."""
        if drawing.is_chart:
            return answers
        shown, end = list(answers), drawing.layout.widths[0]
        for row, one in enumerate(table.rows):
            line = drawing.starts[row] - self._top
            if one.code in self._marked and 0 <= line < len(shown):
                parts = shown[line].crop(0, end), shown[line].crop(end + 1)
                shown[line] = Strip.join([parts[0], Strip([Segment(_MARK, BOLD)]), parts[1]])
        return shown

    def _with_cursor(self, drawing: Painting, answers: list[Strip]) -> list[Strip]:
        """Return the answers in sight with the cell under the cursor reversed."""
        if not self.has_focus or self.cell is None:
            self.stand_on(None)
            return answers
        line, start, end = drawing.spot(*self.cell)
        line -= self._top
        self.stand_on(Offset(start, self._header_height + line))
        changed = _reversed(answers[line], start, end)
        return [*answers[:line], changed, *answers[line + 1 :]]

    def _drawn(self, table: Table, heading: int) -> Painting:
        """Return the table painted under so many lines of heading, kept for the next key."""
        from cxtui.app.panes import table_painting
        from cxtui.output.drawing.table_layout import extent_of

        few = self._has_few_lines
        kept, height = self._kept, self.size.height - heading - _NOTES
        height -= 1 if few and not table.across else table_painting.lines_beside(table)
        room = table_painting.Room(self.app.console, self.size.width, height, self._first)
        if kept is None or kept.table is not table or kept.made_for != (room, self.charted):
            self._extent = self._extent or extent_of(table)
            paint = table_painting.of_table
            if self.charted:
                is_wide = self.size.width >= _ROOM_FOR_BOTH and len(table.columns) <= _MOST_BESIDE
                paint = table_painting.of_both if is_wide else table_painting.of_chart
            kept = self._kept = paint(table, self._extent, room)
        return kept

    def _heading(self, table: Table) -> list[Strip]:
        """Return the question's wording, and what the cells are."""
        from cxtui.app.panes.table_painting import MOST_STATE, state_lines

        width = self.size.width
        few = self._has_few_lines
        wording = folded(table.question.label, width, 1 if few else _MOST_WORDING)
        state = state_lines(table, width, 1 if few else MOST_STATE)
        lines = [*(Text(line, BOLD) for line in wording), *(Text(line, DIM) for line in state)]
        return list(map(self.strip, lines))

    def _hints(self, table: Table, layout: Layout, hidden: int) -> str:
        """Return what is out of sight, and how to come to it."""
        way, opens = _WAYS_IN.get(table.question.kind), self.opens_by
        hints = [tr(way, opens)] if way else []
        hints += [tr("{} on the others reads them", opens)] if table.question.others else []
        columns = len(table.columns) - 1
        if columns > len(layout.shown) - 1:
            first, last = layout.shown[1], layout.shown[-1]
            if last > first:
                hints.append(tr("←→ columns {}–{} of {}", first, last, columns))
            else:
                hints.append(tr("←→ column {} of {}", first, columns))
        if hidden > 0:
            hints.append(tr("↑↓ more of {} answers", len(table.rows)))
        return " · ".join(hints)

    def _say_more(self, hints: str) -> None:
        """Say in the frame which question this is, and what is out of sight."""
        if isinstance(self.parent, Frame):
            question = self.table.question.id if self.table else tr("Table")
            self.parent.entitle(f"{self.goes_by} {question}")
            self.parent.say_more(hints)


def _reversed(strip: Strip, start: int, end: int) -> Strip:
    """Return a line with its cells from `start` to `end` reversed, in one run without colours."""
    before, cell, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
    return Strip.join([before, Strip([Segment(cell.text, CURSOR)]), after])
