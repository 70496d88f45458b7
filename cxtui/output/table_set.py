"""Many tables in one file: a workbook with its contents, a page, a document, or tidy rows."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence

from cxtui.analysis.tables.many_tables import Tabled
from cxtui.analysis.tables.table import Table
from cxtui.errors import ExportError
from cxtui.output import Format, Shape, render, shape_for
from cxtui.output.document import Sheet, refused, sheet_of
from cxtui.output.replay import Opened
from cxtui.output.writers.tidy_rows import TEXTS, TIDY_COLUMNS, TidyRow, tidy_sheet, tidy_values
from cxtui.survey.note import sentences_of

VIEW_COLUMN = "view"
"""Stands before the tidy columns where the tables are of saved views, to tell them apart."""


def check_several(format_: Format, shape: Shape | None) -> Shape:
    """Return the shape in which many tables go into one file of a format.

    Raises `ExportError` where it cannot hold more than one.
    """
    if format_ is Format.SVG or shape is Shape.CHART:
        raise ExportError("a picture holds one table: take html or xlsx for several")
    if format_ in {Format.CSV, Format.TSV}:
        if shape is Shape.WIDE:
            raise ExportError(
                f"wide {format_} holds one table: take --shape tidy, or xlsx for a sheet each"
            )
        return Shape.TIDY
    return shape_for(format_, shape)


def render_all(
    tabled: Sequence[Tabled],
    format_: Format,
    shape: Shape | None,
    *,
    title: str,
    opened: Opened,
    are_saved: bool = False,
) -> bytes:
    """Return many tables as one file, those that could not be made with the reason.

    `are_saved` says that they are saved views, of which several may be of one question. Raises
    `ExportError` where the format cannot hold more than one table.
    """
    shape = check_several(format_, shape)
    match format_:
        case Format.XLSX:
            from cxtui.output.writers.xlsx_writer import workbook

            return workbook(_sheets(tabled, shape, opened), title)
        case Format.HTML:
            from cxtui.output.writers.html_writer import page

            return page(_sheets(tabled, shape, opened), title)
        case Format.JSON:
            return _json(tabled, title, opened)
        case Format.MARKDOWN:
            return _markdown(tabled, shape, title, opened)
        case Format.TEXT:
            return b"\n\n".join(_text(one, shape, opened) for one in tabled)
        case _:
            return _rows(tabled, format_, opened, are_saved=are_saved)


def _sheets(tabled: Sequence[Tabled], shape: Shape, opened: Opened) -> list[Sheet]:
    make = tidy_sheet if shape is Shape.TIDY else sheet_of
    return [
        make(one.table, name=one.name, replay=opened.table(one.view))
        if one.table
        else refused(one.name, one.title, one.problem, opened.table(one.view))
        for one in tabled
    ]


def _json(tabled: Sequence[Tabled], title: str, opened: Opened) -> bytes:
    from cxtui.output.writers.json_writer import document_of, dumped

    tables = [
        {"name": one.name, **document_of(one.table, replay=opened.table(one.view))}
        if one.table
        else {"name": one.name, "view": str(one.view), "problem": one.problem}
        for one in tabled
    ]
    return dumped({"title": title, "tables": tables})


def _markdown(tabled: Sequence[Tabled], shape: Shape, title: str, opened: Opened) -> bytes:
    from cxtui.output.writers.markdown_writer import escaped, paragraph

    parts = [f"# {escaped(title)}\n".encode()]
    for one in tabled:
        said = f"{paragraph(one.problem)}\n".encode()
        if one.table:
            said = render(one.table, Format.MARKDOWN, shape, replay=opened.table(one.view))
        parts.append(f"## {escaped(one.heading)}\n\n".encode() + said)
    return b"\n".join(parts)


def _text(one: Tabled, shape: Shape, opened: Opened) -> bytes:
    if one.table is None:
        return f"{one.heading}\n\n{one.problem}\n".encode()
    name = "" if one.name == one.view.question else f"{one.name}\n\n"
    return name.encode() + render(one.table, Format.TEXT, shape, replay=opened.table(one.view))


def _rows(tabled: Sequence[Tabled], format_: Format, opened: Opened, *, are_saved: bool) -> bytes:
    """Return the tidy rows of all tables; a file of rows has no room for what has none."""
    made = [(one, one.table) for one in tabled if one.table]
    columns = (VIEW_COLUMN, *TIDY_COLUMNS) if are_saved else TIDY_COLUMNS
    rows = [row for one, table in made for row in _named(one, table, are_saved=are_saved)]
    if format_ is Format.PARQUET:
        from cxtui.output.writers.parquet_writer import columns_of

        told = {
            one.name: {
                "view": str(one.view),
                "notes": sentences_of(table.notes),
                "replay": opened.table(one.view),
            }
            for one, table in made
        }
        says = {"tables": json_text.dumps(told, ensure_ascii=False)}
        return columns_of(columns, rows, TEXTS | {VIEW_COLUMN}, says)
    from cxtui.output.writers.csv_writer import as_text, written

    delimiter = "," if format_ is Format.CSV else "\t"
    return written([columns, *map(as_text, rows)], delimiter)


def _named(one: Tabled, table: Table, *, are_saved: bool) -> list[TidyRow]:
    return [(one.name, *row) if are_saved else row for row in tidy_values(table)]
