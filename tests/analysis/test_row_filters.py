"""Filters made from a row of a table keep, or exclude, the respondents that the row counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.row_filters import codes_of_row, exclude, keep_only
from cxtui.analysis.view.view import Base, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import EmptyBase, ViewError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

BANNER = "seniority"


def respondents(survey: Survey, view: View) -> float:
    try:
        return tabulate(survey, view).respondents
    except EmptyBase:
        return 0.0


def test_each_row_keeps_and_excludes_the_respondents_that_it_counts(example: Path) -> None:
    """Answers, nets, boxes and missing answers alike, of every question that has them."""
    survey = open_survey(str(example))
    tried = 0
    for question in survey.codebook.table_questions:
        if question.id == BANNER or question.kind in {Kind.GRID, Kind.TEXT, Kind.NUMERIC}:
            continue
        view = View(question.id, ((BANNER,),), base=Base.ALL, full=True, all_waves=True)
        table = tabulate(survey, view)
        for row in table.rows:
            try:
                codes = codes_of_row(table.question, row)
            except ViewError:
                assert row.cells[0].mean is not None or row.in_points
                continue
            kept = keep_only(view, table.question, codes, "wave")
            others = exclude(view, table.question, codes, "wave")
            assert respondents(survey, kept) == row.cells[0].n
            assert respondents(survey, others) == table.respondents - row.cells[0].n
            assert parse_view(survey, str(kept)) == kept
            tried += 1
    assert tried > 100


def test_another_answer_takes_the_place_of_the_one_kept_before(example: Path) -> None:
    """Of a question with one answer; answers of a multiple response are added."""
    codebook = open_survey(str(example)).codebook
    goal, tools = codebook.find("cx_goal"), codebook.find("tools")
    assert goal is not None and tools is not None
    view = View("cx_goal", filters=(Filter("role", "=", ("1",)),))
    first = keep_only(view, goal, ("1",), "wave")
    assert keep_only(first, goal, ("2",), "wave").filters == (
        Filter("role", "=", ("1",)),
        Filter("cx_goal", "=", ("2",)),
    )
    both = keep_only(keep_only(view, tools, ("1",), "wave"), tools, ("2",), "wave")
    assert both.filters[1:] == (Filter("tools", "=", ("1",)), Filter("tools", "=", ("2",)))
    without = exclude(exclude(view, tools, ("1",), "wave"), tools, ("2",), "wave")
    assert without.filters[1:] == (Filter("tools", "!=", ("1", "2")),)


@pytest.mark.parametrize("question", ["channels", "budget_share"])
def test_a_row_without_respondents_of_its_own_is_refused(example: Path, question: str) -> None:
    """An item of a grid, and the numbers of a numeric question."""
    survey = open_survey(str(example))
    table = tabulate(survey, replace(View(question), full=True))
    for row in table.rows:
        with pytest.raises(ViewError, match=r"items|takes a range"):
            codes_of_row(table.question, row)
