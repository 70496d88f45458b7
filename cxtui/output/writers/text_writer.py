"""A Table as plain text, as the screen shows it but without colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from cxtui.analysis.tables.table import Table
from cxtui.output.drawing.fit import padded
from cxtui.output.drawing.rich_table import plain_lines
from cxtui.output.drawing.table_layout import extent_of, lay_out
from cxtui.output.writers.csv_writer import TIDY_COLUMNS, tidy_rows

_WIDTH = 100


def to_text(table: Table, *, tidy: bool, replay: str = "") -> bytes:
    """Return the table in 100 columns of UTF-8 text, with its honest footer.

    Banner columns that do not fit follow in a block below; tidy rows are as wide as they are.
    """
    lines = [*_aligned([TIDY_COLUMNS, *tidy_rows(table)]), ""] if tidy else _seen(table)
    for note in table.notes:
        lines += textwrap.wrap(note.text, _WIDTH)
    return ("\n".join(lines) + "\n").encode() + again_in_text(replay)


def again_in_text(replay: str) -> bytes:
    """Return the command that prints a table again as the end of a text; nothing without one."""
    return f"\nThis table again: {replay}\n".encode() if replay else b""


def _seen(table: Table) -> list[str]:
    """Return the lines of a table as it is seen."""
    lines = [*textwrap.wrap(f"{table.question.label} [{table.question.kind}]", _WIDTH), ""]
    first, extent = 1, extent_of(table)
    while True:
        layout = lay_out(table, _WIDTH, first, extent=extent)
        lines += [*plain_lines(table, layout, extent), ""]
        first = layout.shown[-1] + 1
        if first <= 1 or first >= len(table.columns):
            return lines


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of text, their columns one below the other."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(map(padded, row, widths)).rstrip()
