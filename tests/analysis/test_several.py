"""Many views, one after another: counted together where they are alike, each table its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables import many_tables
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.many_tables import all_questions, each_table
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import SourceError
from cxtui.output import Format, Shape
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.rendering import render


def whole(survey: Survey, views: list[View]) -> list[bytes | str]:
    """Every table, or why there is none."""
    found = each_table(survey, [(view.question, view) for view in views])
    return [
        render(one.table, Format.TEXT, Shape.TIDY) if one.table else one.problem for one in found
    ]


def alone(survey: Survey, view: View) -> bytes:
    return render(tabulate(survey, view), Format.TEXT, Shape.TIDY)


def test_every_question_has_the_same_table_in_a_set_as_alone(example: Path) -> None:
    survey = open_survey(str(example))
    for options in ("", "--by role>wave --wave all --full --where 'cx_goal!=missing'"):
        views = [view for _, view in all_questions(survey, parse_view(survey, options))]
        assert len(views) > 24
        assert whole(survey, views) == [alone(survey, view) for view in views]


def test_views_that_differ_in_more_than_their_question_are_not_mixed_up(example: Path) -> None:
    """Other respondents, another banner; what cannot be counted spoils none of its neighbours."""
    survey = open_survey(str(example))
    asked = (
        "--question cx_goal --by role",
        "--question cx_map --by role",
        "--question cx_map --by role --where cx_goal=1",
        "--question cx_map --by cx_goal",
        "--question tools --by role --wave all",
    )
    good = [parse_view(survey, options) for options in asked]
    bad = replace(good[0], question="nothing")
    *tables, problem, last = whole(survey, [*good, bad, good[0]])
    assert tables == [alone(survey, view) for view in good]
    assert "has no question 'nothing'" in str(problem)
    assert last == tables[0]


def test_half_of_the_tables_are_not_all_of_them(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the survey changes before all are counted, nothing is written of it."""
    monkeypatch.setattr(many_tables, "_MOST", 0)  # or these are counted together
    file = tmp_path / example.name
    file.write_bytes(example.read_bytes())
    survey = open_survey(str(file))
    tables = each_table(survey, all_questions(survey, parse_view(survey, "")), CubeCache(survey))
    assert next(tables).table is not None
    file.write_bytes(example.read_bytes() + b" ")
    with pytest.raises(SourceError, match="has changed since it was opened"):
        list(tables)
