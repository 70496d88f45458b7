"""A Table as lines of plain text, as the screen shows it but without colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from cxtui.analysis.tables.table import Table
from cxtui.output.drawing.fit import TEXT_WIDTH
from cxtui.output.drawing.rich_table import plain_lines
from cxtui.output.drawing.table_layout import extent_of, lay_out


def text_of_table(table: Table) -> Iterator[str]:
    """Yield the lines of a table; banner columns that do not fit follow in a block below."""
    yield from textwrap.wrap(f"{table.question.label} [{table.question.kind}]", TEXT_WIDTH)
    first, extent = 1, extent_of(table)
    while True:
        layout = lay_out(table, TEXT_WIDTH, first, extent=extent)
        yield ""
        yield from plain_lines(table, layout, extent)
        first = layout.shown[-1] + 1
        if first <= 1 or first >= len(table.columns):
            return
