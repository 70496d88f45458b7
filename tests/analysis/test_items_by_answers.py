"""A grid as items by answers: its numbers are those of the items' own tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.cell_filters import filters_of_cell
from cxtui.analysis.tables.cell_respondents import respondents_of_cell
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.output.drawing.cell_details import sections_about
from cxtui.output.drawing.rich_table import text_of_table
from cxtui.output.table_document import chart_of_table, grid_of_table, tidy_values
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey


@pytest.fixture
def survey(example: Path) -> Survey:
    """The example survey."""
    return open_survey(str(example))


def table_of(survey: Survey, text: str) -> Table:
    """Return the table of a view in words."""
    return tabulate(survey, parse_view(survey, text))


@pytest.mark.parametrize("base", ["answered", "asked", "all"])
@pytest.mark.parametrize("weight", ["", "--weight budget_share"])
@pytest.mark.parametrize(("across", "place"), [("total", 0), ("role=Technology", 2)])
def test_a_row_is_the_item_alone(
    survey: Survey, base: str, weight: str, across: str, place: int
) -> None:
    """Each share, its n, base and interval, and the mean; the shares add up to 100."""
    options = f"--question channels --base {base} {weight}"
    table = table_of(survey, f"{options} --across {across}")
    for row in table.rows:
        own = table_of(survey, f"--question channels.{row.code} --base {base} {weight} --show row")
        shares = table_of(survey, f"--question channels.{row.code} --base {base} {weight}")
        means = table_of(survey, f"--question channels.{row.code} {weight} --show mean")
        first, *answers, mean = row.cells
        assert first.base == answers[0].base
        assert [head.label for head in table.columns[1:-1]] == [one.label for one in own.rows]
        for cell, one in zip(answers, shares.rows, strict=True):
            expected = one.cells[place]
            for name in ("n", "weighted_n", "base", "percent", "low", "high"):
                assert getattr(cell, name) == pytest.approx(getattr(expected, name)), name
        assert mean.mean == pytest.approx(means.rows[0].cells[place].mean)
        assert sum(cell.percent or 0.0 for cell in answers) == pytest.approx(100)
        assert not any(cell.letters or cell.flag for cell in row.cells)


def test_the_best_answers_together(survey: Survey) -> None:
    """With nets, as the banner's table of the grid has them."""
    across = table_of(survey, "--question channels --across total --full")
    top = [one.label for one in across.columns].index("Top 2")
    shares = table_of(survey, "--question channels --show column")
    for row, one in zip(across.rows, shares.rows, strict=True):
        assert row.cells[top].percent == pytest.approx(one.cells[0].percent)


def test_respondents_of_each_cell(survey: Survey) -> None:
    """As many as its n; the filters that keep them count the same."""
    table = table_of(survey, "--question channels --across role=Marketing --full")
    for row in range(len(table.rows)):
        for column in range(len(table.columns)):
            cell = table.rows[row].cells[column]
            found = respondents_of_cell(survey, table, row, column).collect()
            assert len(found) == cell.n
            filters = filters_of_cell(survey, table, row, column)
            view = table.view.with_filters((*table.view.filters, *filters), "wave")
            assert tabulate(survey, view.with_question("cx_goal")).respondents == cell.n
            assert sections_about(table, row, column)


def test_no_column_is_compared(survey: Survey) -> None:
    """Neither letters nor a gap, whatever is hidden."""
    table = table_of(survey, "--question channels --across total --hidden channels=2")
    assert table.compared is None
    assert [one.label for one in table.columns][1:3] == ["Very weak", "Fair"]
    assert not any(row.pairs for row in table.rows)


def test_a_column_that_the_banner_does_not_have(survey: Survey) -> None:
    """All respondents are shown, and a note says so."""
    table = table_of(survey, "--question channels --by seniority --across role=1")
    assert table.respondents == 198
    assert "role=1 is no column of the banner: shown are all respondents." in [
        one.text for one in table.notes
    ]
    with pytest.raises(ViewError, match="--across role lacks an answer"):
        table_of(survey, "--question channels --across role")


def test_other_questions_stay_as_they_are(survey: Survey) -> None:
    """The choice is kept for the next grid."""
    view = parse_view(survey, "--question channels --across total")
    other = tabulate(survey, view.with_question("cx_goal"))
    assert other.across is None and other.compared is not None
    assert tabulate(survey, other.view.with_question("channels")).across is not None
    assert "--across total" in str(view)


def test_every_form_has_the_base_of_each_item(survey: Survey) -> None:
    """Text, the grid and chart of the exports, typed rows."""
    table = table_of(survey, "--question channels --across total")
    lines = [line.split() for line in text_of_table(table)]
    assert any(line[:2] == ["Website", "198"] for line in lines)
    assert any(line[:1] == ["Base"] and line[-1:] == ["Mean"] for line in lines)
    grid = grid_of_table(table, "x")
    assert [one.text for one in grid.heads][:2] == ["", "Base (n)"]
    assert [one.text for one in grid.lines[2].entries][:2] == ["Social media", "195"]
    assert len(grid.lines) == len(table.rows)
    assert chart_of_table(table, "x").lines
    first = next(iter(tidy_values(table)))
    assert first[:7] == ("channels", "web", "Website", "", "", "Base (n)", 198)
