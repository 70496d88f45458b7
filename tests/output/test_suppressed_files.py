"""No format of any output prints a number in the place of a hidden cell."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format, Shape
from cxtui.output.drawing.cell_details import sections_about
from cxtui.output.replay import Opened
from cxtui.output.table_document import TIDY_COLUMNS, chart_of_table, grid_of_table
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import book_of, planned_tables
from tests.analysis.test_suppressed_tables import EXAMPLE, LEAST, SHARES, VIEWS
from tests.rendering import render

DOT = "·"
NUMBERS = set(TIDY_COLUMNS) - {
    *("question", "row_code", "row", "column_variable", "column_code", "column", "flag"),
}
WEIGHTED = "--question cx_goal --by share --weight budget_share --show count"
PLAN = """
[banners]
both = ["role", "share"]
[[table]]
questions = ["cx_goal", "delivery", "obstacles"]
banner = "both"
show = ["column", "count", "mean", "index"]
full = true
chart = true
"""


@pytest.fixture(scope="module")
def protected() -> Survey:
    """The example with small and large columns, small counts hidden."""
    survey = survey_with(open_survey(str(EXAMPLE)), (SHARES,))
    return replace(survey, suppress=LEAST)


@pytest.fixture(scope="module", params=[*VIEWS, WEIGHTED])
def table(request: pytest.FixtureRequest, protected: Survey) -> Table:
    """A table with hidden cells."""
    found = tabulate(protected, parse_view(protected, request.param))
    assert hidden_places(found)
    return found


def hidden_places(table: Table) -> set[tuple[int, int]]:
    """Return the rows and columns of the hidden cells whose number is not shown."""
    return {
        (at, place)
        for at, row in enumerate(table.rows)
        for place, cell in enumerate(row.cells)
        if cell.hidden and table.value(cell) is None
    }


def require_dots(lines: Sequence[Sequence[str]], table: Table) -> None:
    """Each hidden cell is a dot in the wide table; a label and the columns make a line."""
    for at, place in hidden_places(table):
        assert lines[at][0] == table.rows[at].label
        assert lines[at][1 + place] == DOT


def test_typed_rows_have_no_number(table: Table) -> None:
    """Of CSV, TSV and Parquet: the flag says that the cell is hidden."""
    hidden = {
        (row.code, column.variable, column.code)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.hidden
    }
    parquet = pl.read_parquet(io.BytesIO(render(table, Format.PARQUET))).to_dicts()
    csv_rows = csv.DictReader(io.StringIO(render(table, Format.CSV, Shape.TIDY).decode()))
    tsv = io.StringIO(render(table, Format.TSV, Shape.TIDY).decode())
    full = {"n", "weighted_n"}  # which a cell keeps whose base alone is hidden
    for rows in (parquet, list(csv_rows), list(csv.DictReader(tsv, delimiter="\t"))):
        found = 0
        for one in rows:
            if (one["row_code"], one["column_variable"], one["column_code"]) in hidden:
                found += 1
                assert one["flag"] == "hidden"
                assert {str(one[name] or "") for name in NUMBERS - full} == {""}
        assert found == len(hidden)


def test_json_has_no_number(table: Table) -> None:
    """Neither of the cell nor of its pairs; the reason is beside it."""
    record = json.loads(render(table, Format.JSON))
    assert record["whole"] == []
    for row, own in zip(record["rows"], table.rows, strict=True):
        for cell, behind in zip(row["cells"], own.cells, strict=True):
            if behind.hidden:
                assert "fewer than 10" in cell["hidden"]
                assert {cell[name] for name in ("percent", "low", "high", "mean", "sd")} == {None}
        for pair in row["pairs"]:
            ends = [one for one in (pair["a"], pair["b"]) if one is not None]
            if any(own.cells[one].hidden for one in ends):
                assert {pair[name] for name in ("gap", "se", "t", "p", "p_adjusted")} == {None}


def test_wide_tables_have_a_dot(table: Table) -> None:
    """In what a spreadsheet, a page or a text shows."""
    rows = list(
        csv.reader(io.StringIO(render(table, Format.TSV, Shape.WIDE).decode()), "excel-tab")
    )
    heads = rows[0]
    kept = [0, *(at for at, head in enumerate(heads) if at and not head.endswith("higher than"))]
    require_dots([[row[at] for at in kept] for row in rows[1:]], table)
    require_dots(list(html_rows(render(table, Format.HTML, Shape.WIDE).decode())), table)
    require_dots(list(sheet_rows(render(table, Format.XLSX, Shape.WIDE), table)), table)


def html_rows(page: str) -> Iterator[list[str]]:
    """Yield the texts of the lines of a page's table that have a label."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    for line in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.DOTALL)
        yield [html.unescape(re.sub(r"<[^>]*>", "", one)).strip() for one in cells]


def sheet_rows(content: bytes, table: Table) -> Iterator[list[str]]:
    """Yield the label and the values of the lines of a sheet, without the columns of marks."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines = book.get_sheet_by_index(0).to_python()
    start = next(at for at, one in enumerate(lines) if one[0] == table.rows[0].label)
    for line in lines[start:]:
        yield [str(line[0]), str(line[1]), *(str(one) for one in line[2::2])]


def test_pictures_and_details_have_a_dot(table: Table) -> None:
    """No bar is drawn either, and the details of a cell say why."""
    grid, chart = grid_of_table(table, "name"), chart_of_table(table, "name")
    entries = [entry for line in (*grid.lines, *chart.lines) for entry in line.entries]
    assert any(one.is_hidden for one in entries)
    for one in entries:
        if one.is_hidden:
            assert (one.number, one.marks, one.bar or None, one.ends) in {
                (None, "", None, None),
                (None, "", None, (None, None)),
            }
    at, place = sorted(hidden_places(table))[0]
    _, behind, shown, *_ = sections_about(table, at, place)
    assert behind.entries == (("n", DOT),)
    assert shown.entries[0][1].startswith(f"{DOT} hidden: fewer than 10")


def test_a_book_has_a_dot(protected: Survey) -> None:
    """Every statistic of a hidden cell is hidden, means of its column too."""
    planned = planned_tables(protected, read_plan(PLAN, "plan.toml"))
    tables = list(book_of(protected, planned, Opened(("survey.parquet",))))
    assert [one.problem for one in tables] == [""] * 3
    for one in tables:
        behind = one.table
        assert behind is not None
        rows = {row.label: row for row in behind.rows}
        dots = 0
        for row in one.rows:
            for line in row.lines:
                for at, column in enumerate(one.columns):
                    own = rows.get(row.label)
                    if own and own.cells[column.place].hidden and row.status == own.status:
                        assert line.numbers[at] is None
                        assert row.marks[at] == ""
                        dots += line.text(at) == DOT
        assert dots


def test_a_deck_draws_no_hidden_number(protected: Survey) -> None:
    """Its charts have a gap, its alternative text a dot; small columns are left out."""
    pytest.importorskip("pptx")
    from cxtui.output.deck.shape_slide import slides_of

    planned = planned_tables(protected, read_plan(PLAN, "plan.toml"))
    tables = list(book_of(protected, planned, Opened(("survey.parquet",))))
    for slide, one in zip(slides_of(tables), tables, strict=True):
        assert one.table is not None
        hidden = [column.label for column in one.columns if column.is_hidden]
        assert hidden
        assert not any(label in named.name for named in slide.series for label in hidden)
        assert DOT in slide.alt
        assert "None%" not in slide.alt
