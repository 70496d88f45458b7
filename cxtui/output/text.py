"""A Table as plain text, as the screen shows it but without colours."""

from __future__ import annotations

import io
import textwrap

from rich.console import Console

from cxtui.analysis.table import Table
from cxtui.output.csv import TIDY_COLUMNS, tidy_rows
from cxtui.output.rich_table import Layout, lay_out, rich_table

_WIDTH = 100


def to_text(table: Table, *, tidy: bool) -> bytes:
    """Return the table in 100 columns of UTF-8 text, with its honest footer.

    Banner columns that do not fit follow in a block below.
    """
    if tidy:
        rows = [TIDY_COLUMNS, *tidy_rows(table)]
        return "".join("  ".join(row).rstrip() + "\n" for row in rows).encode()
    lines = [*textwrap.wrap(f"{table.question.label} [{table.question.kind}]", _WIDTH), ""]
    first = 1
    while True:
        layout = lay_out(table, _WIDTH, first)
        lines += [*_painted(table, layout), ""]
        first = layout.shown[-1] + 1
        if first <= 1 or first >= len(table.columns):
            break
    for note in table.notes:
        lines += textwrap.wrap(note, _WIDTH)
    return ("\n".join(lines) + "\n").encode()


def _painted(table: Table, layout: Layout) -> list[str]:
    screen = io.StringIO()
    console = Console(file=screen, width=_WIDTH, color_system=None, legacy_windows=False)
    console.print(rich_table(table, layout))
    return [line.rstrip() for line in screen.getvalue().splitlines()]
