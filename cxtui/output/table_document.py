"""Tables as documents: one as it is on the screen, or many in one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from cxtui.analysis.query.cube import Column, Status, Step
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.view.view import Against
from cxtui.messages import tr
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing import cell_text
from cxtui.output.drawing.number_text import whole
from cxtui.output.grid import Columns, Dot, Entry, Grid, Head, Line, dot_of, interval_entry
from cxtui.output.writers.registry import Content
from cxtui.survey.note import sentences_of

if TYPE_CHECKING:
    from cxtui.analysis.stats.overall_test import OverallTest
    from cxtui.analysis.tables.many_tables import Tabled
    from cxtui.analysis.tables.table import BaseLine, Cell, Pair, Table, TableRow
    from cxtui.output.replay import Opened
    from cxtui.survey.question import Question

TIDY_COLUMNS = (
    *("question", "row_code", "row", "column_variable", "column_code", "column"),
    *("n", "weighted_n", "base", "weighted_base", "effective_base"),
    *("percent", "low", "high", "mean", "sd", "letters", "min_p", "flag"),
)
"""The columns of the tidy shape, in their order; other programs rely on them."""

HIDDEN_FLAG = "hidden"
"""The flag of a cell that is hidden for the protection of respondents."""

TIDY = Columns(
    TIDY_COLUMNS,
    texts=frozenset({*TIDY_COLUMNS[:6], "letters", "flag"}),
    digits={"n": 0, "base": 0, "mean": 2, "sd": 2, "min_p": 4},
    marks=frozenset({"letters", "flag"}),
)


def document_of_table(table: Table, *, replay: str = "") -> Document:
    """Return one table as a document; `replay` is the command that prints it again."""
    question = table.question
    section = _section(table, question.id, question.label, replay)
    return Document(question.label, Content.TABLE, TIDY, (section,))


def document_of_tables(
    tabled: Sequence[Tabled], title: str, opened: Opened, *, are_saved: bool = False
) -> Document:
    """Return many tables as one document; a table that could not be made has the reason.

    `are_saved` says that they are saved views, of which several may be of one question.
    """
    replays = (opened.table(one.view) for one in tabled)
    sections = (
        Section(one.view.question, one.title, one.name, (), str(one.view), replay, one.problem)
        if one.table is None
        else _section(one.table, one.name, one.title, replay)
        for one, replay in zip(tabled, replays, strict=True)
    )
    content = Content.VIEWS if are_saved else Content.TABLES
    return Document(title, content, TIDY, tuple(sections))


def _section(table: Table, name: str, title: str, replay: str) -> Section:
    return Section(
        id=table.question.id,
        title=title,
        name=name,
        notes=sentences_of(table.notes),
        view=str(table.view),
        replay=replay,
        rows=partial(tidy_values, table),
        grid=partial(grid_of_table, table, name),
        chart=partial(chart_of_table, table, name),
        text=partial(_text, table),
        record=partial(record_of_table, table),
    )


def tidy_values(table: Table) -> Iterator[Values]:
    """Yield one row a cell, in the order of `TIDY_COLUMNS`; `None` where there is no number."""
    columns = [(one.variable, one.code, one.label) for one in table.columns]
    for row in table.rows:
        names = (table.question.id, row.code, row.label)
        for column, cell in zip(columns, row.cells, strict=True):
            yield (
                *(*names, *column),
                *(cell.n, cell.weighted_n, cell.base, cell.weighted_base, cell.effective_base),
                *(cell.percent, cell.low, cell.high, cell.mean, cell.sd),
                *(cell.letters, cell.min_p, HIDDEN_FLAG if cell.hidden else cell.flag),
            )


def _text(table: Table) -> Iterator[str]:
    from cxtui.output.drawing.rich_table import text_of_table

    return text_of_table(table)


def record_of_table(table: Table) -> Mapping[str, Any]:
    """Return all numbers behind each cell and pair of columns; rows are made when written."""
    from cxtui.output.drawing.formula_texts import general

    several = {"show": list(table.measures)} if table.further else {}
    return {
        "view": str(table.view),
        "question": _question(table.question),
        "state": table.state,
        "notes": list(sentences_of(table.notes)),
        "columns": list(map(_column, table.columns)),
        "rows": _rows(table),
        "bases": [_plain(line) for line in table.bases],
        "lines": [_plain(line) for line in table.lines],
        "whole": [_plain(test) for test in table.whole],
        "variance": table.rule,
        "level": whole(table.view.level),
        "correction": table.view.correction,
        "formulas": general(table, table.rows[0]) if table.rows else {},
        **several,
    }


def _question(question: Question) -> dict[str, str]:
    """Return what identifies a question, and how it was made of others."""
    named = {"id": question.id, "label": question.label}
    return named | ({"made": question.made} if question.made else {})


def _column(column: Column) -> dict[str, Any]:
    """Return what identifies a column, its path, and the texts that are shown of it."""
    shown = {"variable": column.variable, "code": column.code, "label": column.label}
    return {"path": list(map(_plain, column.path)), **shown, "letter": column.letter}


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    columns = [
        {"column_variable": one.variable, "column_code": one.code, "column": one.label}
        for one in table.columns
    ]
    pairs = column_pairs(table.columns, table.view.against)
    seconds = [None] * len(pairs.b) if pairs.against is Against.REST else pairs.b.tolist()
    places = [{"a": a, "b": b} for a, b in zip(pairs.a.tolist(), seconds, strict=True)]
    for row in table.rows:
        names = {"question": table.question.id, "row_code": row.code, "row": row.label}
        cells = zip(columns, row.cells, strict=True)
        yield {
            "code": row.code,
            "label": row.label,
            "cells": [{**names, **column, **_plain_cell(cell)} for column, cell in cells],
            "pairs": [
                {**place, **_plain(pair)} for place, pair in zip(places, row.pairs, strict=False)
            ],
        }


def _plain_cell(cell: Cell) -> dict[str, Any]:
    """Return the fields of a cell; those of few tables only where they have them."""
    plain = _plain(cell)
    for name in ("further", "is_base"):
        if not plain[name]:
            del plain[name]
    return plain


def _plain(numbers: BaseLine | Cell | Pair | OverallTest | Step) -> dict[str, Any]:
    """Return the fields of a value for JSON: whole numbers without a point."""
    named = ((name, getattr(numbers, name)) for name in numbers.__slots__ if name != "kind")
    return {
        name: whole(value) if type(value) is not tuple else list(map(whole, value))
        for name, value in named
    }


def grid_of_table(table: Table, name: str) -> Grid:
    """Return a table as it is seen; `name` is that of its section."""
    longest = cell_text.largest_bar(table)
    lines = [line for row in table.rows for line in _lines_of(table, row, longest)]
    lines += [_under(table, line, [""] * len(table.columns)) for line in table.lines]
    lines += [_under(table, one, table.base_flags) for one in table.bases if not table.across]
    parts = dict.fromkeys((name, table.question.id, table.state))
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
        yield Head(tr("{}, {:g}%", table.gap_title, table.view.level), is_interval=True)


def _lines_of(table: Table, row: TableRow, longest: float) -> Iterator[Line]:
    """Yield the line of a row, and one for each further measure of its cells."""
    first = _row(table, row, longest)
    yield first
    texts = [cell_text.further_texts(table, cell) for cell in row.cells]
    gap = [Entry()] * (len(first.entries) - 1 - len(row.cells))
    for place in range(cell_text.lines_of_row(table, row) - 1):
        entries = [
            Entry(text[place], cell.further[place]) if text else Entry()
            for text, cell in zip(texts, row.cells, strict=True)
        ]
        yield Line((Entry(), *entries, *gap), is_quiet=True)


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
    if row.pairs and table.compared:
        pair, digits = row.pairs[0], cell_text.gap_digits(table, row)
        text = cell_text.gap_text(table, row)
        entries.append(Entry(text, pair.gap, strong=table.is_significant(pair)))
        entries.append(interval_entry(pair.low, pair.high, digits))
    elif table.compared:
        entries += [Entry(), Entry()]
    is_quiet = row.status is not Status.ANSWER
    return Line((Entry(row.label), *entries), is_quiet=is_quiet)


def _under(table: Table, base: BaseLine, flags: Sequence[str]) -> Line:
    shown = cell_text.flags_beside(base, flags)
    columns = zip(cell_text.base_texts(base), base.lowest, base.highest, shown, strict=True)
    entries = (
        Entry(text, low, flag=flag) if low == high else Entry(text, flag=flag, ends=(low, high))
        for text, low, high, flag in columns
    )
    gap = (Entry(), Entry()) if table.compared else ()
    return Line((Entry(base.label), *entries, *gap), is_base=True, is_quiet=True)


def chart_of_table(table: Table, name: str) -> Grid:
    """Return a table with a line for each banner column under each answer (else for the Total)."""
    table = replace(table, further=())
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
