"""The ranking of gaps over all questions, beside the same cross-tabs by other ways."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from cxtui.analysis.ranking.rank_lines import rank_lines
from cxtui.analysis.ranking.rank_questions import each_batch, rank_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from tests.bench.asked import listed, opened
from tests.bench.clock import timed
from tests.bench.crosstabs import DECODED, WAYS
from tests.bench.figures import Figure, Found
from tests.bench.peers import kept
from tests.bench.surveys import WAVES, Plan

_FIRST_ROWS = 300.0
_FEW = 1_000
"""Respondents up to which the tests of a ranking take longer than its counts."""


def gaps(folder: Path, plan: Plan, _: int) -> Iterator[Found]:
    """The whole ranking, its first rows, and how often the engine is asked."""
    path, survey = opened(folder, plan)
    columns = [
        name
        for one in survey.codebook.questions[2:]
        if one.kind is not Kind.NUMERIC
        for name in one.columns
    ]
    frame = kept(path, WAVES[-1])
    ways = {name: timed(partial(way, frame, columns)) for name, way in WAYS.items()}
    view = parse_view(survey, "")
    first, whole = min((_ranked(survey, view) for _ in range(2)), key=itemgetter(1))
    queries = _queries(survey, view)
    for name, theirs in ways.items():
        bound = (3.0 if plan.rows <= _FEW else 1.2) if name == DECODED else None
        yield Figure("gaps over all questions", plan.name, whole, name, theirs, bound=bound)
    yield Figure("gaps, first rows", plan.name, first, "0.3 s", _FIRST_ROWS, bound=1.0)
    every = float(len(listed(survey)))
    yield Figure(
        "gaps, calls of the engine", plan.name, queries, "a query a question", every, "calls"
    )


def _ranked(survey: Survey, view: View) -> tuple[float, float]:
    """Return the milliseconds until the first rows, and until all."""
    begun = time.perf_counter()
    batches = each_batch(survey, view, RankingOptions())
    numbers = [*next(batches).numbers]
    rank_lines(numbers, view, RankingOptions(), survey.codebook)
    first = 1000 * (time.perf_counter() - begun)
    for batch in batches:
        numbers += batch.numbers
    rank_lines(numbers, view, RankingOptions(), survey.codebook)
    return first, 1000 * (time.perf_counter() - begun)


def _queries(survey: Survey, view: View) -> float:
    """Return how often Polars is asked for a result while all is ranked."""
    asked = 0

    def noting(run: Any) -> Any:
        def ask(*arguments: Any, **options: Any) -> Any:
            nonlocal asked
            asked += 1
            return run(*arguments, **options)

        return ask

    with ExitStack() as stack:
        for place, name in ((pl, "collect_all"), (pl.LazyFrame, "collect")):
            stack.enter_context(patch.object(place, name, noting(getattr(place, name))))
        rank_questions(survey, view, RankingOptions())
    return float(asked)
