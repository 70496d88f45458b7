"""A Table as plain text, as the screen shows it but without colours."""

from __future__ import annotations

import textwrap

from cxtui.analysis.table import Table
from cxtui.output.csv import TIDY_COLUMNS, tidy_rows
from cxtui.output.layout import extent_of, lay_out
from cxtui.output.rich_table import plain_lines

_WIDTH = 100


def to_text(table: Table, *, tidy: bool) -> bytes:
    """Return the table in 100 columns of UTF-8 text, with its honest footer.

    Banner columns that do not fit follow in a block below.
    """
    if tidy:
        rows = [TIDY_COLUMNS, *tidy_rows(table)]
        return "".join("  ".join(row).rstrip() + "\n" for row in rows).encode()
    lines = [*textwrap.wrap(f"{table.question.label} [{table.question.kind}]", _WIDTH), ""]
    first, extent = 1, extent_of(table)
    while True:
        layout = lay_out(table, _WIDTH, first, extent=extent)
        lines += [*plain_lines(table, layout, extent), ""]
        first = layout.shown[-1] + 1
        if first <= 1 or first >= len(table.columns):
            break
    for note in table.notes:
        lines += textwrap.wrap(note, _WIDTH)
    return ("\n".join(lines) + "\n").encode()
