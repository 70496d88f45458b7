"""The tables of all questions, one after the other, as `cxtui table --all` makes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cxtui.analysis.tables.many_tables import Named, all_questions, each_table
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.model import Survey
from tests.bench.asked import opened
from tests.bench.clock import timed
from tests.bench.figures import Figure, Found
from tests.bench.surveys import Plan

_EACH = 3.0
"""Milliseconds that a table may take."""
_ROUNDS = 3


def tables(folder: Path, plan: Plan, _: int) -> Iterator[Found]:
    """Count and test every question by the default banner, weighted."""
    _path, survey = opened(folder, plan)
    named = all_questions(survey, parse_view(survey, ""))
    whole = min(timed(partial(_make, survey, named)) for _ in range(_ROUNDS))
    each = whole / len(named)
    yield Figure("all tables, each", plan.name, each, f"{_EACH:g} ms", _EACH, bound=1.0)


def _make(survey: Survey, named: list[Named]) -> None:
    for one in each_table(survey, named):
        assert not one.problem, one.problem
