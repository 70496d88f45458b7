"""What the surveys of the benchmark are asked: their questions, counted by the engine alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxtui.analysis.query.count_cube import read_views
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from tests.bench.surveys import Plan, make_survey

ASIDE = ("wave", "role")


def opened(folder: Path, plan: Plan) -> tuple[Path, Survey]:
    """Return the survey of a plan, made if it is not there."""
    path = make_survey(folder, plan)
    return path, open_survey(str(path))


def listed(survey: Survey) -> list[Question]:
    """Return the questions as the explorer lists them, but for wave and role."""
    return [one for one in survey.codebook.table_questions if one.id not in ASIDE]


def singles(survey: Survey, most: int) -> list[Question]:
    """Return the first single choices."""
    return [one for one in listed(survey) if one.kind is Kind.SINGLE][:most]


def views(survey: Survey, questions: Sequence[Question]) -> list[View]:
    """Return the views that ask these questions by role, in the latest wave, weighted."""
    view = parse_view(survey, "")
    return [view.with_question(one.id) for one in questions]


def count(survey: Survey, view: View, cache: CubeCache | None = None) -> None:
    """Count a view; of a `cache` the columns are kept, not what was counted of them."""
    counting = ViewCount(survey, view)
    respondents = (cache or CubeCache(survey)).columns.frame(counting.asked)
    read_views(survey, [(counting, counting.ask(respondents), None)])
