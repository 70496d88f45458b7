"""Hidden rows and columns leave the table; every number that stays is as before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.stats.significance import column_pairs
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.hidden_rows import path_of, path_of_row
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Against, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.output.drawing.pair_details import family_size
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"


@pytest.fixture(scope="module")
def survey() -> Survey:
    """The example."""
    return open_survey(str(EXAMPLE))


def pairs_by_columns(table: Table) -> dict[tuple[str, object, object], object]:
    """Return the pairs of a table by row and columns."""
    pairs = column_pairs(table.columns, table.view.against)
    ends = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    return {
        (row.code, table.columns[a], table.columns[b]): pair
        for row in table.rows
        for pair, (a, b) in zip(row.pairs, ends, strict=True)
    }


@given(data=st.data())
def test_what_is_shown_is_as_in_the_whole_table(survey: Survey, data: st.DataObject) -> None:
    """Cells, pairs and bases of the rest are equal, the gap is that of its first two columns."""
    options = "--question cx_goal --by industry --by role --wave all"
    against = data.draw(st.sampled_from(list(Against)))
    view = replace(parse_view(survey, options), against=against)
    whole = tabulate(survey, view)
    rows = data.draw(st.sets(st.sampled_from(whole.rows), max_size=3))
    columns = data.draw(st.sets(st.sampled_from(whole.columns[1:]), max_size=8))
    hide = (*(path_of_row(whole.question, one) for one in rows), *map(path_of, columns))
    table = tabulate(survey, replace(view, hidden=hide))
    kept = [at for at, one in enumerate(whole.columns) if one not in columns]
    assert table.columns == tuple(whole.columns[at] for at in kept)
    assert [row.code for row in table.rows] == [one.code for one in whole.rows if one not in rows]
    cells = {row.code: [row.cells[at] for at in kept] for row in whole.rows}
    assert all(list(row.cells) == cells[row.code] for row in table.rows)
    assert list(table.base.highest) == [whole.base.highest[at] for at in kept]
    before = pairs_by_columns(whole)
    assert all(pair == before[key] for key, pair in pairs_by_columns(table).items())
    for row in table.rows:
        if table.compared:
            assert row.pairs[0].column_a == table.compared[0].label
            banner = next(one.banner for one in table.columns if one == table.compared[0])
            assert family_size(table, row, banner) == family_size(whole, row, banner)


def test_rows_are_limited_after_they_are_sorted(survey: Survey) -> None:
    """The first of the order shown; the note says how many are hidden."""
    view = parse_view(survey, "--question cx_goal --sort percent --most-rows 2")
    table = tabulate(survey, view)
    whole = tabulate(survey, view.unhidden)
    assert table.rows == whole.rows[:2]
    assert any(note.brief == "3 rows hidden" for note in table.notes)


def test_empty_rows_and_columns_are_hidden(survey: Survey) -> None:
    """Without respondents: an excluded role has no column, its answers no row."""
    options = "--question role --by role --where role=1 --hide-empty"
    table = tabulate(survey, parse_view(survey, options))
    assert [one.label for one in table.columns] == ["Total", "Marketing"]
    assert [one.label for one in table.rows] == ["Marketing"]
    assert table.compared is None and not table.rows[0].pairs


def test_another_question_keeps_hidden_columns_alone(survey: Survey) -> None:
    """Rows are those of one question."""
    options = "--question cx_goal --by role --hidden cx_goal=1 --hidden role=Technology"
    view = parse_view(survey, options)
    assert str(view.with_question("cx_map").hidden[0]) == "role=2"
    assert len(view.with_question("cx_map").hidden) == 1


def test_what_is_not_there_is_said(survey: Survey) -> None:
    """An answer that no row has hides nothing."""
    table = tabulate(survey, parse_view(survey, "--question cx_goal --hidden cx_goal=99"))
    assert any(
        "Not in this table" in note.text and "cx_goal=99" in note.text for note in table.notes
    )
    assert isinstance(table.view, View) and len(table.rows) == 5
