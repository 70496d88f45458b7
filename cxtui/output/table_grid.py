"""A Table as a Grid: as a person reads it, and as a chart with the bars of an answer together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Table, TableRow
from cxtui.messages import tr
from cxtui.output.drawing import cell_text
from cxtui.output.grid import Dot, Entry, Grid, Head, Line, dot_of, interval_entry
from cxtui.survey.note import sentences_of


def grid_of_table(table: Table, name: str) -> Grid:
    """Return a table as it is seen; `name` is that of its section."""
    longest = cell_text.largest_bar(table)
    lines = [_row(table, row, longest) for row in table.rows]
    lines += [_under(table, line, [""] * len(table.columns)) for line in table.lines]
    lines += [_under(table, line, table.base_flags) for line in table.bases]
    parts = dict.fromkeys((name, table.question.id, table.question.kind))
    return Grid(tuple(_heads(table)), tuple(lines), sentences_of(table.notes), " · ".join(parts))


def _heads(table: Table) -> Iterator[Head]:
    yield Head("", is_text=True)
    several = cell_text.has_several_banners(table)
    for position, column in enumerate(table.columns):
        yield Head(
            column.label,
            column.letter,
            accent=position - 1,
            variable=column.variable if several else "",
            is_marked=bool(position),
        )
    if table.compared:
        yield Head(table.gap_title)
        yield Head(tr("{}, {:g} %", table.gap_title, table.view.level), is_interval=True)


def _row(table: Table, row: TableRow, longest: float) -> Line:
    is_barred = longest > 0 and cell_text.is_barred(table, row)
    entries = [
        Entry(
            cell_text.value_text(table, row, cell),
            table.value(cell),
            letters=cell.letters,
            flag=cell_text.few_cases_text(cell),
            faint=cell.flag == "**",
            bar=cell_text.share_of(table, cell, longest) if position and is_barred else None,
        )
        for position, cell in enumerate(row.cells)
    ]
    gap = _gap(table, row) if table.compared else ()
    is_quiet = row.status is not Status.ANSWER
    return Line((Entry(row.label), *entries, *gap), is_quiet=is_quiet)


def _gap(table: Table, row: TableRow) -> tuple[Entry, Entry]:
    if not row.pairs:
        return Entry(), Entry()
    pair = row.pairs[0]
    gap = Entry(cell_text.gap_text(table, row), pair.gap, strong=table.is_significant(pair))
    return gap, interval_entry(pair.low, pair.high, cell_text.gap_digits(table, row))


def _under(table: Table, base: BaseLine, flags: Sequence[str]) -> Line:
    columns = zip(cell_text.base_texts(base), base.lowest, base.highest, flags, strict=True)
    entries = (
        Entry(text, low, flag=flag) if low == high else Entry(text, flag=flag, ends=(low, high))
        for text, low, high, flag in columns
    )
    gap = (Entry(), Entry()) if table.compared else ()
    return Line((Entry(base.label), *entries, *gap), is_base=True, is_quiet=True)


def chart_of_table(table: Table, name: str) -> Grid:
    """Return a table with a line for each of its banner columns under each answer.

    The Total has bars only where it is the only column.
    """
    grid = grid_of_table(table, name)
    gaps = grid.heads[1 + len(table.columns) :]
    heads = (
        Head("", is_text=True),
        Head("", is_text=True),
        Head("", is_marked=True, is_wide=True),
        *((Head("", is_picture=True), *gaps) if gaps else ()),
    )
    reach = cell_text.reach_of(table) or 1.0
    pairs = (cell_text.pictured_pair(table, row) for row in table.rows)
    dots = [dot_of(one.gap, one.low, one.high, reach) if one else None for one in pairs]
    lines = [
        line
        for one, dot in zip_longest(grid.lines, dots)
        for line in _bars(table, one, dot, len(heads))
        if not one.is_base or line.entries[2].text
    ]
    return replace(grid, heads=heads, lines=tuple(lines))


def _bars(table: Table, line: Line, dot: Dot | None, width: int) -> Iterator[Line]:
    """Yield the lines of one answer or base: a column each, the gap beside the first."""
    titles = cell_text.titles_of(table)
    columns, gap = line.entries[1 : 1 + len(titles)], line.entries[1 + len(titles) :]
    first = 1 if len(titles) > 1 else 0
    for position in range(first, len(titles)):
        is_first = position == first
        shown = [
            line.entries[0] if is_first else Entry(),
            Entry(titles[position], accent=position - 1),
            replace(columns[position], accent=position - 1),
        ]
        if is_first and gap:
            shown += [Entry(dot=dot), *gap]
        shown += [Entry()] * (width - len(shown))
        yield replace(line, entries=tuple(shown), begins=is_first)
