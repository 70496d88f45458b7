"""Several measures a cell: each has the number that its own table has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View, measures_of
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.output.drawing.rich_table import text_of_table
from cxtui.output.table_document import grid_of_table, record_of_table
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey


@pytest.fixture
def survey(example: Path) -> Survey:
    """The example survey."""
    return open_survey(str(example))


def table_of(survey: Survey, text: str) -> Table:
    """Return the table of a view in words."""
    return tabulate(survey, parse_view(survey, text))


@pytest.mark.parametrize("question", ["cx_goal", "obstacles", "agree_budget", "channels"])
@pytest.mark.parametrize("weight", ["", "--weight budget_share"])
def test_each_number_is_that_of_its_own_table(survey: Survey, question: str, weight: str) -> None:
    """Below column % stand the numbers that the tables of the other measures show."""
    found = survey.codebook.find(question)
    assert found is not None
    others = [one for one in measures_of(found) if one is not Measure.COLUMN]
    several = table_of(
        survey, f"--question {question} --show {','.join(['column', *others])} {weight}"
    )
    assert set(several.further) == {*others} - (
        {Measure.MEAN} if question == "agree_budget" else set()
    )
    for place, measure in enumerate(several.further):
        alone = table_of(survey, f"--question {question} --show {measure} {weight}")
        rows = {row.code: row for row in alone.rows}
        for row in several.rows:
            if row.status is Status.SCORE:
                continue
            if measure is Measure.RESPONSES and row.status is Status.NET:
                assert {cell.further[place] for cell in row.cells} == {None}
                continue
            for cell, own in zip(row.cells, rows[row.code].cells, strict=True):
                assert cell.further[place] == pytest.approx(alone.value(own), abs=1e-12)


def test_tests_are_of_the_first(survey: Survey) -> None:
    """Letters, gaps and p are those of the first measure alone."""
    one = table_of(survey, "--question cx_goal --show column")
    two = table_of(survey, "--question cx_goal --show column,count")
    assert [row.pairs for row in one.rows] == [row.pairs for row in two.rows]
    assert [[cell.letters for cell in row.cells] for row in one.rows] == [
        [cell.letters for cell in row.cells] for row in two.rows
    ]


def test_a_mean_is_a_row_below(survey: Survey) -> None:
    """With its letters; it stands there once, also among the scores of a scale."""
    for more in ("", "--full"):
        table = table_of(survey, f"--question agree_budget --show column,mean {more}")
        means = [row for row in table.rows if row.code == "mean"]
        assert len(means) == 1
        alone = table_of(survey, "--question agree_budget --show mean").rows[0]
        assert [one.mean for one in means[0].cells] == [one.mean for one in alone.cells]


def test_a_mean_is_not_above_percentages(survey: Survey) -> None:
    """The error says the order that works."""
    with pytest.raises(ViewError, match="--show row,mean"):
        table_of(survey, "--question agree_budget --show mean,row")


def test_another_question_keeps_what_fits(survey: Survey) -> None:
    """A measure that the next question does not have is left out."""
    view = parse_view(survey, "--question obstacles --show responses,count")
    table = tabulate(survey, view.with_question("cx_goal"))
    assert (table.view.show, table.view.also) == (Measure.COUNT, ())
    assert tabulate(survey, replace(view, also=())).further == ()


def test_the_text_form_names_all(survey: Survey) -> None:
    """A view with several measures is asked for again by its text."""
    view = View("cx_goal", show=Measure.COLUMN, also=(Measure.COUNT, Measure.INDEX))
    assert "--show column,count,index" in str(view)
    assert parse_view(survey, str(replace(view, all_waves=True))).also == view.also


def test_the_state_and_every_form_show_them(survey: Survey) -> None:
    """Line 2, the lines of text, the grid of the exports, and JSON."""
    table = table_of(survey, "--question cx_goal --show column,count")
    lines = list(text_of_table(table))
    assert lines[1].startswith("Column % / Counts · base: answering")
    at = next(place for place, line in enumerate(lines) if "Raise loyalty" in line)
    assert lines[at].split()[2:3] == ["21.2"]
    assert lines[at + 1].split() == ["42", "31", "11"]
    texts = [[one.text for one in line.entries] for line in grid_of_table(table, "x").lines]
    assert texts[3] == ["", "42", "31", "11", "", ""]
    record = record_of_table(table)
    assert record["show"] == ["column", "count"]
    assert list(record["rows"])[1]["cells"][0]["further"] == [42]


def test_no_measure_tells_a_hidden_cell(survey: Survey) -> None:
    """Counts lose the hidden cells as the percentages do; other measures are refused."""
    hiding = replace(survey, suppress=10)
    alone = tabulate(hiding, parse_view(hiding, "--question cx_goal"))
    several = tabulate(hiding, parse_view(hiding, "--question cx_goal --show column,count"))
    assert any(cell.hidden for row in alone.rows for cell in row.cells)
    for row, one in zip(several.rows, alone.rows, strict=True):
        for cell, shown in zip(row.cells, one.cells, strict=True):
            assert (cell.n, cell.percent) == (shown.n, shown.percent)
            assert cell.further == (() if shown.n is None else (shown.n,))
    for measure in ("row", "index", "total"):
        with pytest.raises(ViewError, match="take it alone"):
            tabulate(hiding, parse_view(hiding, f"--question cx_goal --show column,{measure}"))
    with pytest.raises(ViewError, match="cannot be hidden"):
        tabulate(hiding, parse_view(hiding, "--question channels --across total"))
