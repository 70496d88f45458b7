"""One question by role in one wave, weighted: the engine alone, beside its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import narwhals.stable.v2 as nw

from cxtui.analysis.query import engine
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.survey.model import Survey
from cxtui.survey.question import Question
from tests.bench.asked import count, opened, singles, views
from tests.bench.clock import Times, in_turn, timed
from tests.bench.figures import Figure, Found, Gap
from tests.bench.peers import from_the_file, has_r, in_memory, r_survey
from tests.bench.surveys import WAVES, Plan

_ROUNDS = 3
_R_REACH = 1_000_000


def queries(folder: Path, plan: Plan, _: int) -> Iterator[Found]:
    """Counted at the first visit and with the columns kept, each question in turn by every way."""
    path, survey = opened(folder, plan)
    asked = singles(survey, 12 if plan.rows <= _R_REACH else 2)
    view = dict(zip(asked, views(survey, asked), strict=True))
    reading = dict(from_the_file(path, WAVES[-1]))
    ours, *theirs = _medians(asked, [lambda one: count(survey, view[one]), *reading.values()])
    for name, their in zip(reading, theirs, strict=True):
        yield Figure("question by role, first visit", plan.name, ours, name, their)
    yield _scans(survey, view[asked[0]], plan)
    cache = CubeCache(survey)
    decoded = dict(in_memory(path, WAVES[-1], asked, plan.rows))
    ours, *theirs = _medians(
        asked, [lambda one: count(survey, view[one], cache), *decoded.values()]
    )
    for name, their in zip(decoded, theirs, strict=True):
        yield Figure("question by role, columns kept", plan.name, ours, name, their)
    if plan.rows > _R_REACH:
        return
    if not has_r():
        yield Gap("R survey", plan.name, "R or its package survey is not installed")
        return
    table, errors = r_survey(path, WAVES[-1], asked[0].id, folder)
    counted = min(timed(partial(count, survey, view[asked[0]])) for _ in range(_ROUNDS))
    tested = min(timed(partial(tabulate, survey, view[asked[0]])) for _ in range(_ROUNDS))
    yield Figure("question by role, first visit", plan.name, counted, "R svytable", table)
    yield Figure(
        "table with intervals, letters, Rao–Scott", plan.name, tested, "R svyby, svymean", errors
    )


def _scans(survey: Survey, view: View, plan: Plan) -> Figure:
    """Return how often the first table of all waves, weighted, reads the file."""
    scans = 0
    collected = engine.collect_frames

    def noting(frames: Sequence[nw.LazyFrame[Any]]) -> list[nw.DataFrame[Any]]:
        nonlocal scans
        scans += sum(" SCAN " in frame.to_native().explain() for frame in frames)
        return collected(frames)

    with patch.object(engine, "collect_frames", noting):
        CubeCache(replace(survey)).cube(replace(view, filters=()))
    bound = 1.0 if plan.rows <= _R_REACH else None
    what = "first weighted table of all waves"
    return Figure(what, plan.name, scans, "one scan", 1.0, "scans", bound)


def _medians(
    asked: Sequence[Question], ways: Sequence[Callable[[Question], object]]
) -> list[float]:
    """Return the median over questions of the quickest of some rounds, for each way."""
    quickest: list[list[float]] = [[] for _ in ways]
    for question in asked:
        for way in ways:  # the system has the file in memory from here on
            way(question)
        for place, times in enumerate(in_turn([partial(way, question) for way in ways], _ROUNDS)):
            quickest[place].append(times.least)
    return [Times(tuple(one)).median for one in quickest]
