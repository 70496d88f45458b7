"""Pane 3: the comparison table; header and bases stay in sight while the answers scroll."""

from __future__ import annotations

from rich.segment import Segment
from rich.text import Text
from textual.strip import Strip

from cxtui.analysis.table import Table
from cxtui.app.commands import TABLE
from cxtui.app.lines import BOLD, DIM, Lines
from cxtui.output.fit import ellipsis
from cxtui.output.rich_table import Layout, lay_out, rich_table

_FEWEST_ROWS = 3
_HEADING = 2


class Comparison(Lines, can_focus=True):
    """The table of the newest view, or why there is none."""

    def __init__(self) -> None:
        super().__init__(id=TABLE)
        self.table: Table | None = None
        self._message = "Reading the survey …"
        self._first = 1
        self._top = 0
        self._layout: Layout | None = None

    def show_table(self, table: Table) -> None:
        """Show a table; another question or banner starts at its top and its first column."""
        if self.table is None or self.table.question != table.question:
            self._top = 0
        if self.table is None or self.table.columns != table.columns:
            self._first = 1
        self.table = table
        self.paint()

    def show_message(self, message: str) -> None:
        """Say in the table's place why there is no table."""
        self.table = None
        self._message = message
        self.paint()

    def move(self, by: int) -> None:
        """Scroll the answers."""
        self._top = max(0, self._top + by)
        self.paint()

    def page(self, by: int) -> None:
        """Scroll the answers by a page."""
        self.move(by * max(self.size.height // 2, 1))

    def edge(self, towards: int) -> None:
        """Scroll to the first or the last answer."""
        self.move(towards * (sum(map(len, self._layout.labels)) if self._layout else 0))

    def columns(self, by: int) -> None:
        """Scroll the banner columns."""
        if self.table is not None and self._layout is not None:
            fitting = len(self._layout.shown) - 1
            last = max(len(self.table.columns) - fitting, 1)
            self._first = min(max(self._first + by, 1), last)
            self.paint()

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.paint()

    def paint(self) -> None:
        """Show the table as far as the pane reaches."""
        if not self.size.height:
            return
        if self.table is None:
            lines = Text(self._message).wrap(self.app.console, max(self.size.width, 1))
            self.show([self.strip(line) for line in lines])
        else:
            self.show(self._painted(self.table))

    def _painted(self, table: Table) -> list[Strip]:
        layout = lay_out(table, self.size.width, self._first)
        self._layout = layout
        lines = self._rendered(table, layout)
        rows = layout.header + sum(map(len, layout.labels))
        header, answers, bases = lines[: layout.header], lines[layout.header : rows], lines[rows:]
        notes = self._notes(table)
        room = self.size.height - _HEADING - len(header) - len(bases)
        shown = max(min(len(answers), room - 1), _FEWEST_ROWS)
        self._top = max(0, min(self._top, len(answers) - shown))
        answers = answers[self._top : self._top + shown]
        heading = self._heading(table, layout, len(answers))
        return [*heading, *header, *answers, *bases, *notes[: max(room - len(answers), 0)]]

    def _rendered(self, table: Table, layout: Layout) -> list[Strip]:
        """Return the lines of the Rich table, rendered once."""
        options = self.app.console.options.update(width=self.size.width, height=None)
        lines = self.app.console.render_lines(rich_table(table, layout), options)
        return [Strip(Segment.simplify(line)).simplify() for line in lines]

    def _heading(self, table: Table, layout: Layout, answers: int) -> list[Strip]:
        """Return the question's wording, and what is out of sight."""
        width = self.size.width
        hints = []
        columns = len(table.columns) - 1
        if columns > len(layout.shown) - 1:
            hints.append(f"←→ columns {layout.shown[1]}–{layout.shown[-1]} of {columns}")
        if sum(map(len, layout.labels)) > answers:
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
