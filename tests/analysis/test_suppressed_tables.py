"""Small counts are hidden with all that is computed from them, and nothing else changes."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.table import Cell, Table
from cxtui.analysis.view.view import Measure
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.note import NoteKind

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
SHARES = 'id="share", from="budget_share", bands=[5,10,15,20,30,45]'
LEAST = 10

VIEWS = (
    "--question cx_goal --by role",
    "--question cx_goal --by seniority --full",
    "--question cx_goal --by role --by seniority --show count",
    "--question cx_goal --by role>seniority --against rest --show row",
    "--question cx_goal --by share --against total --show index",
    "--question cx_goal --by share --family table --sort gap --show total",
    "--question obstacles --by seniority",
    "--question channels --by share --full",
    "--question budget_share --by share",
    "--question cx_goal --by role --by share --wave all --base all",
)


@pytest.fixture(scope="module")
def survey() -> Survey:
    """The example with all its numbers, and with a banner of small and large columns."""
    return survey_with(open_survey(str(EXAMPLE)), (SHARES,))


@pytest.fixture(scope="module")
def protected(survey: Survey) -> Survey:
    """The example without counts of fewer than ten respondents."""
    return replace(survey, suppress=LEAST)


def numbers_of(cell: Cell) -> list[object]:
    """Return all numbers and marks of a cell."""
    others = {"hidden", "gone", "further", "is_base"}
    own = [getattr(cell, one.name) for one in fields(cell) if one.name not in others]
    return [*own, *cell.further]


def rows_by_code(table: Table) -> dict[tuple[Status, str], tuple[Cell, ...]]:
    return {(row.status, row.code): row.cells for row in table.rows}


@pytest.mark.parametrize("options", VIEWS)
def test_a_small_count_has_no_number_left(survey: Survey, protected: Survey, options: str) -> None:
    """Neither of its cell, nor of its pairs; the whole table is not tested."""
    view = parse_view(survey, options)
    open_table, table = tabulate(survey, view), tabulate(protected, view)
    everything = rows_by_code(open_table)
    assert table.suppressed
    for row in table.rows:
        for cell, before in zip(row.cells, everything[row.status, row.code], strict=True):
            if 0 < (before.n or 0) < LEAST:
                assert cell.hidden
                assert set(numbers_of(cell)) == {None, ""}
            elif not cell.hidden:
                assert (cell.n, cell.percent, cell.mean) == (before.n, before.percent, before.mean)
    assert table.whole == ()
    assert not any(note.kind is NoteKind.OVERALL_TEST for note in table.notes)
    (note,) = (note for note in table.notes if note.kind is NoteKind.SUPPRESSED)
    assert "fewer than 10 respondents" in note.text


@pytest.mark.parametrize("options", VIEWS)
def test_a_comparison_with_a_hidden_cell_is_not_made(
    survey: Survey, protected: Survey, options: str
) -> None:
    """It has no gap, no test and no letter; those of the others are corrected without it."""
    table = tabulate(protected, parse_view(survey, options))
    pairs = column_pairs(table.columns, table.view.against)
    ends = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    for row in table.rows:
        for pair, (a, b) in zip(row.pairs, ends, strict=True):
            if row.cells[a].hidden or row.cells[b].hidden:
                assert (pair.gap, pair.se, pair.p, pair.p_used, pair.p_adjusted) == (None,) * 5
                assert not pair.tested
                assert "fewer than 10" in pair.why_not


def test_a_small_column_has_no_base(survey: Survey, protected: Survey) -> None:
    """Nor a flag that tells how small it is."""
    options = "--question cx_goal --by share"
    before = tabulate(survey, parse_view(survey, options))
    table = tabulate(protected, parse_view(survey, options))
    small = [at for at, n in enumerate(before.base.lowest) if 0 < (n or 0) < LEAST]
    assert small
    for at in small:
        assert all(line.lowest[at] is None and line.hidden[at] for line in table.bases)
        assert table.base_flags[at] == ""
        assert all(row.cells[at].hidden for row in table.rows)


def test_rows_are_not_sorted_by_hidden_numbers(survey: Survey, protected: Survey) -> None:
    """Rows whose Total is hidden come last in the order of the codebook."""
    view = parse_view(survey, "--question share --by role --sort percent")
    table = tabulate(protected, view)
    order = [one.code for one in table.question.categories]
    hidden = [row.code for row in table.rows if row.cells[0].hidden]
    assert len(hidden) > 1
    assert [row.code for row in table.rows][-len(hidden) :] == hidden
    assert hidden == sorted(hidden, key=order.index)


@pytest.mark.parametrize("options", VIEWS)
def test_nothing_changes_where_nothing_is_small(survey: Survey, options: str) -> None:
    """A limit below every count leaves the table as it is, note by note."""
    view = parse_view(survey, options)
    before = tabulate(survey, view)
    table = tabulate(replace(survey, suppress=2), view)
    if not table.suppressed:
        assert replace(table, notes=()) == replace(before, notes=())
        derived = [note for note in before.notes if note.kind is NoteKind.DERIVED]
        assert table.notes == before.notes or derived  # whose counts are not said


def test_an_option_raises_the_number_of_the_codebook_only(survey: Survey) -> None:
    """A lower one leaves it as it is."""
    codebook = replace(survey.codebook, suppress=LEAST)
    declared = replace(survey, codebook=codebook)
    assert [replace(declared, suppress=n).least for n in (0, 5, 20)] == [LEAST, LEAST, 20]


def test_a_filter_that_leaves_out_a_few_is_refused(survey: Survey, protected: Survey) -> None:
    """As is one that keeps a few: the rest of a table would tell them."""
    sizes = tabulate(survey, parse_view(survey, "--question share")).rows
    few = next(row.code for row in sizes if 0 < (row.cells[0].n or 0) < LEAST)
    for operator in ("=", "!="):
        view = parse_view(survey, f"--question cx_goal --where share{operator}{few}")
        assert tabulate(survey, view).rows
        with pytest.raises(ViewError, match="fewer than 10"):
            tabulate(protected, view)


def test_percentages_of_responses_are_refused(survey: Survey, protected: Survey) -> None:
    """Their base is the sum of all cells, hidden ones included."""
    view = parse_view(survey, "--question obstacles --by seniority --show responses")
    assert tabulate(survey, view).measure is Measure.RESPONSES
    with pytest.raises(ViewError, match="percentage of responses"):
        tabulate(protected, view)


def test_a_trend_hides_what_its_table_hides(survey: Survey, protected: Survey) -> None:
    """A hidden wave has no value and no change, which says why."""
    view = parse_view(survey, "--question cx_goal --by role --wave all")
    before, after = trend(survey, view), trend(protected, view)
    hidden = 0
    for one, row in zip(before.rows, after.rows, strict=True):
        for course, own in zip(one.courses, row.courses, strict=True):
            for point, shown in zip(course, own, strict=True):
                if 0 < (point.cell.n or 0) < LEAST:
                    assert shown.value is None
                    assert set(numbers_of(shown.cell)) == {None, ""}
                if shown.cell.hidden:
                    hidden += 1
                    assert "fewer than 10" in shown.gone
                    assert all(lift.points is None for lift in shown.lifts)
    assert hidden
