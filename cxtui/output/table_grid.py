"""A Table as a Grid: as a person reads it, and as a chart with the bars of an answer together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Table, TableRow
from cxtui.messages import tr
from cxtui.output.drawing.cell_text import (
    base_texts,
    few_cases_text,
    gap_digits,
    gap_text,
    has_several_banners,
    is_barred,
    largest_bar,
    pictured_pair,
    reach_of,
    titles_of,
    value_text,
)
from cxtui.output.grid import Dot, Entry, Grid, Head, Line, dot_of, interval_entry
from cxtui.survey.note import sentences_of


def grid_of_table(table: Table, name: str) -> Grid:
    """Return a table as it is seen; `name` is that of its section."""
    longest = largest_bar(table)
    lines = [_row(table, row, longest) for row in table.rows]
    lines += [_under(table, line, [""] * len(table.columns)) for line in table.lines]
    lines += [_under(table, line, table.base_flags) for line in table.bases]
    parts = dict.fromkeys((name, table.question.id, table.question.kind))
    return Grid(tuple(_heads(table)), tuple(lines), sentences_of(table.notes), " · ".join(parts))


def _heads(table: Table) -> Iterator[Head]:
    yield Head("", is_text=True)
    several = has_several_banners(table)
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
    is_row_barred = longest > 0 and is_barred(table, row)
    entries = [Entry(row.label)]
    for position, cell in enumerate(row.cells):
        value = table.value(cell)
        entries.append(
            Entry(
                value_text(table, row, cell),
                value,
                letters=cell.letters,
                flag=few_cases_text(cell),
                faint=cell.flag == "**",
                bar=max(value or 0.0, 0.0) / longest if position and is_row_barred else None,
            )
        )
    return Line(
        (*entries, *(_gap(table, row) if table.compared else ())),
        is_quiet=row.status is not Status.ANSWER,
    )


def _gap(table: Table, row: TableRow) -> tuple[Entry, Entry]:
    if not row.pairs:
        return Entry(), Entry()
    pair = row.pairs[0]
    gap = Entry(gap_text(table, row), pair.gap, strong=table.is_significant(pair))
    return gap, interval_entry(pair.low, pair.high, gap_digits(table, row))


def _under(table: Table, base: BaseLine, flags: Sequence[str]) -> Line:
    columns = zip(base_texts(base), base.lowest, base.highest, flags, strict=True)
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
    reach = reach_of(table) or 1.0
    pairs = (pictured_pair(table, row) for row in table.rows)
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
    titles = titles_of(table)
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
