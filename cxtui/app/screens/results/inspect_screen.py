"""Everything behind one cell of the table, to be scrolled through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.table import Table
from cxtui.app.panes.folded_text import Folded
from cxtui.app.panes.line_widget import BOLD
from cxtui.app.screens.base.overlay import Overlay
from cxtui.output.drawing.cell_details import sections_about
from cxtui.output.drawing.fit import broken


class Inspect(Overlay[None], named="inspect"):
    """Shows what stands behind the cell in a row and a column of a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "dismiss", "Close"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    def __init__(self, table: Table, row: int, column: int) -> None:
        super().__init__()
        self._behind = _Behind(table, row, column, self.hint("{close} closes"))

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield self._behind

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._behind.scroll_lines(by)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        self._behind.scroll_lines(by * max(self._behind.size.height - 1, 1))

    def action_edge(self, towards: int) -> None:
        """Scroll to the first or the last line."""
        self._behind.scroll_lines(towards * self._behind.length)


class _Behind(Folded):
    """The lines about one cell, a part for each heading and for what stands under it."""

    def __init__(self, table: Table, row: int, column: int, close: str) -> None:
        super().__init__(id="inspect")
        self._close = close
        self.border_title = "Behind this cell"
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
        """Say in the border what is in sight."""
        rest = "" if length <= self.size.height else f"↑↓ {last} of {length} · "
        self.border_subtitle = f"{rest}{self._close}"
