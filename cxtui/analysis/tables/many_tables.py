"""Tables of many views of one survey: all questions, or all saved views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.protect_together import Protection, protect_together
from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.engine import require_unchanged
from cxtui.analysis.query.side_queries.offered_answers import waves_in_doubt
from cxtui.analysis.tables.build_table import build_tables
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.errors import CodebookError, CxtuiError, SourceError, ViewError
from cxtui.survey.model import Survey

_TOGETHER, _MOST = 24, 120
"""Numbers of views counted together, of many respondents and of few: progress still moves."""

_FEW_ANSWERS = 2**15
"""More views are counted together if they have no more answers than these."""

Named = tuple[str, View]
"""A view with its name."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """The result for one view: a table, or the problem; `title` is the wording of its question."""

    name: str
    title: str
    view: View
    table: Table | None
    problem: str = ""

    @property
    def heading(self) -> str:
        """The title, with the name unless it is the question's id: views can share a question."""
        return self.title if self.name == self.view.question else f"{self.name}: {self.title}"


def all_questions(survey: Survey, view: View) -> list[Named]:
    """Return `view` of every question that has a table, named by the question's id."""
    return [(one.id, view.with_question(one.id)) for one in survey.codebook.table_questions]


def each_table(
    survey: Survey,
    named: Sequence[Named],
    cache: CubeCache | None = None,
    protection: Protection | None = None,
) -> Iterator[Tabled]:
    """Yield the table of each view, or its problem; a view may have derived questions of its own.

    Small counts are hidden by `protection`, by default that of these tables together. Raises
    `SourceError` if the survey has disappeared or changed, since no other table can be made.
    """
    if protection is None:
        protection = protect_together(survey, (view for _, view in named), cache)
    for lines, alike in groupby(named, lambda one: one[1].derive):
        views = list(alike)
        try:
            own = survey_with(survey, lines) if lines else survey
        except CodebookError as error:
            yield from (Tabled(name, view.question, view, None, str(error)) for name, view in views)
            continue
        kept = cache if cache and cache.survey is own else CubeCache(own)
        yield from _tables_of(own, views, kept, protection)


def _tables_of(
    survey: Survey, named: Sequence[Named], cache: CubeCache, protection: Protection
) -> Iterator[Tabled]:
    place = 0
    few = min(_FEW_ANSWERS // max(survey.respondents, 1), _MOST)
    together = max(_TOGETHER, few)
    while place < len(named):
        some = named[place : place + together]
        ready = _count_together(survey, cache, [view for _, view in some])
        yield from _tabled(survey, cache, some[:ready], protection)
        place += ready


def _count_together(survey: Survey, cache: CubeCache, views: Sequence[View]) -> int:
    """Count the first views that differ in their question only; return their number, at least 1."""
    first = views[0]
    alike = takewhile(lambda one: replace(one, question=first.question) == first, views)
    try:
        return max(cache.foresee(list(alike)), 1)
    except CxtuiError as error:
        _require_survey(survey, error)
        return 1  # which raises its error again


def _tabled(
    survey: Survey, cache: CubeCache, named: Sequence[Named], protection: Protection
) -> Iterator[Tabled]:
    """Yield the tables of views that were counted, or their problems."""
    views = [view for _, view in named]
    with suppress(CxtuiError):  # the view that raises it does so again by itself
        _foresee_offers(survey, cache, views, cache.cubes(views))
    cubes = [_cube(survey, cache, view, protection) for _, view in named]
    asked = [
        (view, cube, _hidden(protection, view))
        for (_, view), cube in zip(named, cubes, strict=True)
        if isinstance(cube, Cube)
    ]
    tables = iter(build_tables(survey, asked, cache.offered))
    for (name, view), cube in zip(named, cubes, strict=True):
        found = next(tables) if isinstance(cube, Cube) else cube
        question = survey.codebook.find(view.question)
        title = question.label if question else view.question
        if isinstance(found, CxtuiError):
            _require_survey(survey, found)
            yield Tabled(name, title, view, None, str(found))
        else:
            yield Tabled(name, title, found.view, found)


def _foresee_offers(
    survey: Survey, cache: CubeCache, views: Sequence[View], cubes: Sequence[Cube]
) -> None:
    """Count the waves of all questions with answers that a wave may not have offered."""
    axis = survey.codebook.find(survey.codebook.wave)
    counted = zip(views, cubes, strict=True)
    doubtful = [cube.question for view, cube in counted if waves_in_doubt(view, cube, axis)]
    if axis is not None and len(doubtful) > 1:
        cache.foresee_offers(doubtful, axis)


def _cube(
    survey: Survey, cache: CubeCache, view: View, protection: Protection
) -> Cube | CxtuiError:
    """Return the cube of a view, or why it has no table."""
    refused = protection.get(view)
    if isinstance(refused, ViewError):
        return refused
    try:
        return cache.cube(view)
    except CxtuiError as error:
        _require_survey(survey, error)
        return error


def _hidden(protection: Protection, view: View) -> HiddenCells | None:
    found = protection.get(view)
    return found if isinstance(found, HiddenCells) else None


def _require_survey(survey: Survey, error: CxtuiError) -> None:
    """Raise if no other view has a table either; a damaged column affects its questions only."""
    if isinstance(error, SourceError):
        if survey.is_remote:
            raise error
        require_unchanged(survey)
