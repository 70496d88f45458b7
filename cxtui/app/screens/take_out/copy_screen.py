"""Copies the table, a cell of it, or the command that prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.table import Table
from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.messages import tr
from cxtui.output import Format, render
from cxtui.output.drawing.cell_text import titles_of, value_text
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.table_document import document_of_table


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text that can be copied: its key, its title, and the ending of a file of that kind."""

    key: str
    what: str
    text: str
    ending: str = ".txt"


def copies_of(table: Table, cell: tuple[int, int] | None, command: str) -> tuple[CopyText, ...]:
    """Return the texts of a table that can be copied; `cell` is a row and a column."""
    document = document_of_table(table)
    text, tsv, markdown = (
        render(document, one).decode() for one in (Format.TEXT, Format.TSV, Format.MARKDOWN)
    )
    copies = [
        CopyText("p", tr("the table as plain text, for an e-mail"), text),
        CopyText("t", tr("the table as TSV"), tsv, ".tsv"),
        CopyText("m", tr("the table as Markdown"), markdown, ".md"),
    ]
    if cell is not None:
        row, column = table.rows[cell[0]], cell[1]
        number = value_text(table, row, row.cells[column]).replace("−", "-")
        where = f"{row.label} · {titles_of(table)[column]}"
        copies.append(CopyText("c", tr("the cell {} ({})", number, where), number))
    return (*copies, CopyText("l", tr("the command line that prints it"), command))


class Copy(MovingScreen[CopyText | None], named="copy"):
    """Picks a text to copy; answers it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("enter,y", "take", "Copy"),
    ]

    def __init__(self, copies: Sequence[CopyText]) -> None:
        super().__init__()
        self._copies = copies

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        keys = self.hint("{copy} copies · a letter picks · {close} leaves")
        with Box("copy", tr("Copy"), keys):
            copies = DrawnList(_line, self._copies, id="copies")
            copies.styles.height = len(self._copies)
            yield copies

    def action_take(self) -> None:
        """Copy the text under the cursor."""
        self.dismiss(self._copies[self.listing.cursor])

    def on_key(self, event: events.Key) -> None:
        """Copy the text of a letter."""
        for one in self._copies:
            if event.key == one.key:
                event.stop()
                self.dismiss(one)


def _line(copied: CopyText, _: int, width: int) -> Text:
    """Return a letter and the text that it copies."""
    text = padded(ellipsis(f"{copied.key}  {copied.what}", width), width)
    return Text(text, DIM if copied.key == "l" else "")
