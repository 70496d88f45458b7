"""All numbers behind one cell of the table, to be scrolled through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.table import Table
from cxtui.app.panes.line_widget import BOLD
from cxtui.app.screens.base.drawn_lines import Folded
from cxtui.app.screens.base.overlay import Overlay, moving
from cxtui.messages import tr
from cxtui.output.drawing.cell_details import sections_about
from cxtui.output.drawing.fit import broken


class Inspect(Overlay[None], named="inspect"):
    """Shows the numbers behind the cell in a row and a column of a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "dismiss", "Close"),
        *moving("pagedown,space"),
    ]

    def __init__(self, table: Table, row: int, column: int) -> None:
        super().__init__()
        self._behind = _Behind(table, row, column, self.hint("{close} closes"))

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield self._behind


class _Behind(Folded):
    """The lines about one cell, a part for each heading and for the lines under it."""

    def __init__(self, table: Table, row: int, column: int, close: str) -> None:
        super().__init__(id="inspect")
        self._close = close
        self.border_title = tr("Behind this cell")
        self._sections = sections_about(table, row, column)

    def parts(self) -> Sequence[Sequence[Text]]:
        """Return headings and lines; a blank line parts a section from the next."""
        width = max(self.size.width, 1)
        parts: list[list[Text]] = []
        for section in self._sections:
            parts.append([Text(line, BOLD) for line in broken(section.title, width)])
            parts.append([Text(line) for line in (*section.lines(width), "")])
        parts[-1].pop()
        return parts

    def tell(self, last: int, length: int) -> None:
        """Show in the border which lines are in sight."""
        rest = "" if length <= self.size.height else tr("↑↓ {} of {} · ", last, length)
        self.border_subtitle = f"{rest}{self._close}"
