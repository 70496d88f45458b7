"""Tables as documents: one as it is on the screen, or many in one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from cxtui.analysis.query.cube import Column, Step
from cxtui.analysis.stats.overall_test import OverallTest
from cxtui.analysis.tables.many_tables import Tabled
from cxtui.analysis.tables.table import BaseLine, Cell, Pair, Table
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.number_text import whole
from cxtui.output.grid import Columns
from cxtui.output.replay import Opened
from cxtui.output.table_grid import chart_of_table, grid_of_table
from cxtui.output.writers.registry import Content
from cxtui.survey.note import sentences_of

TIDY_COLUMNS = (
    *("question", "row_code", "row", "column_variable", "column_code", "column"),
    *("n", "weighted_n", "base", "weighted_base", "effective_base"),
    *("percent", "low", "high", "mean", "sd", "letters", "min_p", "flag"),
)
"""The columns of the tidy shape, in their order; other programs rely on them."""

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
    content = Content.VIEWS if are_saved else Content.TABLES
    return Document(title, content, TIDY, tuple(_section_of(one, opened) for one in tabled))


def _section_of(one: Tabled, opened: Opened) -> Section:
    view, replay = one.view, opened.table(one.view)
    if one.table is not None:
        return _section(one.table, one.name, one.title, replay)
    why = one.problem
    return Section(view.question, one.title, one.name, (), str(view), replay, problem=why)


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
        record=partial(_record, table),
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
                *(cell.letters, cell.min_p, cell.flag),
            )


def _text(table: Table) -> Iterator[str]:
    from cxtui.output.drawing.rich_table import text_of_table

    return text_of_table(table)


def _record(table: Table) -> Mapping[str, Any]:
    """Return all numbers behind each cell and pair of columns; rows are made when written."""
    from cxtui.output.drawing.formulas import general

    return {
        "view": str(table.view),
        "question": {"id": table.question.id, "label": table.question.label},
        "notes": list(sentences_of(table.notes)),
        "columns": list(map(_column, table.columns)),
        "rows": _rows(table),
        "bases": [_plain(line) for line in table.bases],
        "lines": [_plain(line) for line in table.lines],
        "whole": [_plain(test) for test in table.whole],
        "level": whole(table.view.level),
        "correction": table.view.correction,
        "formulas": general(table, table.rows[0]) if table.rows else {},
    }


def _column(column: Column) -> dict[str, Any]:
    """Return what identifies a column, its path, and the texts that are shown of it."""
    return {
        "path": list(map(_plain, column.path)),
        "variable": column.variable,
        "code": column.code,
        "label": column.label,
        "letter": column.letter,
    }


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    columns = [
        {"column_variable": one.variable, "column_code": one.code, "column": one.label}
        for one in table.columns
    ]
    for row in table.rows:
        names = {"question": table.question.id, "row_code": row.code, "row": row.label}
        cells = zip(columns, row.cells, strict=True)
        yield {
            "code": row.code,
            "label": row.label,
            "cells": [{**names, **column, **_plain(cell)} for column, cell in cells],
            "pairs": map(_plain, row.pairs),
        }


def _plain(numbers: BaseLine | Cell | Pair | OverallTest | Step) -> dict[str, Any]:
    """Return the fields of a value for JSON: whole numbers without a point."""
    named = ((name, getattr(numbers, name)) for name in numbers.__slots__ if name != "kind")
    return {
        name: whole(value) if type(value) is not tuple else list(map(whole, value))
        for name, value in named
    }
