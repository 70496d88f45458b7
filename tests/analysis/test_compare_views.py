"""Two views side by side: shared rows and columns, and the first number minus the second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.compare_views import compare_tables
from cxtui.analysis.view.view import Measure, View
from cxtui.errors import ViewError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import Filter

WAVE = Filter("wave", "=", ("2016",))
GOAL = View("cx_goal", (("role",),), (WAVE,))


def test_each_shared_cell_is_the_first_minus_the_second(example: Path) -> None:
    """Column by column, with its place in both tables; a column that one lacks is left out."""
    survey = open_survey(str(example))
    seniors = replace(GOAL, filters=(WAVE, Filter("seniority", "=", ("1",))))
    first, second = tabulate(survey, GOAL), tabulate(survey, seniors)
    compared = compare_tables(first, second)
    assert [one.column.label for one in compared] == ["Total", "Marketing", "Technology"]
    for at, column in enumerate(compared):
        assert column.places == (at, at)
        assert len(column.cells) == len(first.rows)
        for one, row in zip(column.cells, first.rows, strict=True):
            (other,) = (each for each in second.rows if each.code == row.code)
            shown, beside = row.cells[at].percent, other.cells[at].percent
            assert shown is not None and beside is not None
            assert (one.first, one.second, one.difference) == (shown, beside, shown - beside)
    alone = compare_tables(first, tabulate(survey, replace(GOAL, banner=(("industry",),))))
    assert [one.column.label for one in alone] == ["Total"]


def test_rows_of_two_questions_are_matched_by_label(example: Path) -> None:
    """Two agreement questions share their answers, in whatever order."""
    survey = open_survey(str(example))
    first, second = (
        tabulate(survey, replace(GOAL, question=name))
        for name in ("agree_budget", "agree_language")
    )
    total = compare_tables(first, second)[0]
    assert [one.row.label for one in total.cells] == [row.label for row in first.rows]


def test_what_cannot_be_compared_is_said(example: Path) -> None:
    """Other measures, and answers of which none is shared."""
    survey = open_survey(str(example))
    first = tabulate(survey, GOAL)
    with pytest.raises(ViewError, match="one view shows column, the other row"):
        compare_tables(first, tabulate(survey, replace(GOAL, show=Measure.ROW)))
    with pytest.raises(ViewError, match="no answer in common"):
        compare_tables(first, tabulate(survey, replace(GOAL, question="seniority")))
