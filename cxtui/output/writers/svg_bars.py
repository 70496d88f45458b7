"""A table as a picture of bars: those of an answer stand together, its gap as a dot beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cxtui.analysis.tables.table import Pair, Table, TableRow
from cxtui.output.document import Entry, Head, Line, Sheet, is_barred, sheet_of
from cxtui.output.drawing.cell_text import titles_of


def bars_of(table: Table, *, replay: str = "") -> Sheet:
    """Return a table with a line for each of its banner columns under each answer.

    The Total has bars only where it is alone.
    """
    sheet = sheet_of(table, replay=replay)
    first = 1 if len(table.columns) > 1 else 0
    gaps = sheet.heads[1 + len(table.columns) :]
    picture = (Head("", is_picture=True), *gaps) if gaps else ()
    heads = (
        Head("", is_text=True),
        Head("", is_text=True),
        Head("", is_marked=True, is_wide=True),
        *picture,
    )
    reach = _reach(table)
    lines = [
        line
        for position, one in enumerate(sheet.lines)
        for line in _group(table, one, first, _dot(table, position, reach), len(heads))
        if not one.is_base or line.entries[2].text
    ]
    return replace(sheet, heads=heads, lines=tuple(lines))


def _group(
    table: Table,
    line: Line,
    first: int,
    dot: tuple[float, float, float] | None,
    width: int,
) -> Iterator[Line]:
    """Yield the lines of one answer or base: a column each, the gap beside the first."""
    label, *entries = line.entries
    columns, gap = entries[: len(table.columns)], entries[len(table.columns) :]
    for position in range(first, len(table.columns)):
        is_first = position == first
        shown = [
            label if is_first else Entry(),
            Entry(titles_of(table)[position], accent=position - 1),
            replace(columns[position], accent=position - 1),
        ]
        if is_first and gap:
            shown += [Entry(dot=dot), *gap]
        shown += [Entry()] * (width - len(shown))
        yield replace(line, entries=tuple(shown), begins=is_first)


def _reach(table: Table) -> float:
    """Return how far the axis of the gaps reaches to either side."""
    pairs = [pair for row in table.rows for pair in _pair(table, row)]
    ends = [abs(end) for one in pairs for end in (one.gap, one.low, one.high) if end is not None]
    return max(ends, default=0.0) or 1.0


def _pair(table: Table, row: TableRow) -> tuple[Pair, ...]:
    """Return the pair behind the gap, if it is on the axis: a mean among shares is not."""
    return tuple(row.pairs[:1]) if row.in_points or is_barred(table, row) else ()


def _dot(table: Table, position: int, reach: float) -> tuple[float, float, float] | None:
    """Return where the gap of a row stands on the axis, if it has one with an interval."""
    for pair in _pair(table, table.rows[position]) if position < len(table.rows) else ():
        if pair.gap is not None and pair.low is not None and pair.high is not None:
            return pair.low / reach, pair.gap / reach, pair.high / reach
    return None
