"""What to copy: the table, a cell of it, or the command that prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from cxtui.analysis.tables.table import Table
from cxtui.app.panes.line_widget import CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.output import Format, render
from cxtui.output.drawing.cell_text import titles_of, value_text
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.table_document import document_of_table


@dataclass(frozen=True, slots=True)
class Copied:
    """Something to copy: what it is in words, its text, and the ending of a file of that kind."""

    key: str
    what: str
    text: str
    ending: str = ".txt"


def copies_of(table: Table, cell: tuple[int, int] | None, command: str) -> tuple[Copied, ...]:
    """Return what can be copied of a table; the cell only where one is pointed at."""
    document = document_of_table(table)
    copies = [
        Copied("t", "the table as TSV", render(document, Format.TSV).decode(), ".tsv"),
        Copied("m", "the table as Markdown", render(document, Format.MARKDOWN).decode(), ".md"),
    ]
    if cell is not None:
        row, column = table.rows[cell[0]], cell[1]
        number = value_text(table, row, row.cells[column]).replace("−", "-")
        where = f"{row.label} · {titles_of(table)[column]}"
        copies.append(Copied("c", f"the cell {number} ({where})", number))
    return (*copies, Copied("l", "the command line that prints it", command))


class Copy(MovingScreen[Copied | None], named="copy"):
    """Picks what to copy; answers it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("enter,y", "take", "Copy"),
    ]

    def __init__(self, copies: Sequence[Copied]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="copy") as box:
            box.border_title = "Copy"
            box.border_subtitle = self.hint("{copy} copies · a letter picks · {close} leaves")
            yield _Copies(self._copies)

    def on_mount(self) -> None:
        """Let the keys move in the list."""
        self.query_one(_Copies).focus()

    def action_take(self) -> None:
        """Take what is under the cursor."""
        self.dismiss(self._copies[self.query_one(_Copies).cursor])

    def on_key(self, event: events.Key) -> None:
        """Take what a letter stands for."""
        for one in self._copies:
            if event.key == one.key:
                event.stop()
                self.dismiss(one)


class _Copies(Listing):
    """What can be copied."""

    def __init__(self, copies: Sequence[Copied]) -> None:
        super().__init__(id="copies")
        self._copies = copies
        self.styles.height = len(copies)

    @property
    def length(self) -> int:
        """How many there are."""
        return len(self._copies)

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a letter and what it copies."""
        one, width = self._copies[position], self.size.width
        text = padded(ellipsis(f"{one.key}  {one.what}", width), width)
        return Text(text, CURSOR if at_cursor else DIM if one.key == "l" else "")
