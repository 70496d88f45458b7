"""Many views of one survey, one after another: all questions, or all that were saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.engine import require_unchanged
from cxtui.analysis.tables.build_table import build_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import View
from cxtui.errors import CxtuiError, SourceError
from cxtui.survey.model import Survey

_TOGETHER = 24
"""Views that are counted at once: their columns are decoded together, and progress still moves."""

Named = tuple[str, View]
"""A view and what it is called."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """What came of one view: a table, or why there is none. `title` is its question's wording."""

    name: str
    title: str
    view: View
    table: Table | None
    problem: str = ""

    @property
    def heading(self) -> str:
        """What tells it from others: several views may be of one question."""
        return self.title if self.name == self.view.question else f"{self.name}: {self.title}"


def all_questions(survey: Survey, view: View) -> list[Named]:
    """Return `view` of every question that has a table, each under the question's id."""
    return [(one.id, view.with_question(one.id)) for one in survey.codebook.table_questions]


def each_table(
    survey: Survey, named: Sequence[Named], cache: CubeCache | None = None
) -> Iterator[Tabled]:
    """Yield the table of one view after another; one that cannot be made says why, and no more.

    `cache` remembers what was counted, where somebody goes on with the survey. Raises
    `SourceError` where the survey has gone or changed meanwhile: half of its tables are not all.
    """
    cache = cache or CubeCache(survey)
    place = 0
    while place < len(named):
        views = [view for _, view in named[place : place + _TOGETHER]]
        ready = _foreseen(survey, cache, views)
        for name, view in named[place : place + ready]:
            yield _tabled(survey, cache, name, view)
        place += ready


def _foreseen(survey: Survey, cache: CubeCache, views: Sequence[View]) -> int:
    """Count the first of these views at once, if they differ in no more than their question.

    Returns how many, at least one. What cannot be counted says so when its turn comes.
    """
    first = views[0]
    alike = takewhile(lambda one: replace(one, question=first.question) == first, views)
    try:
        return max(cache.foresee(list(alike)), 1)
    except CxtuiError as error:
        _require_survey(survey, error)
        return 1


def _tabled(survey: Survey, cache: CubeCache, name: str, view: View) -> Tabled:
    question = survey.codebook.find(view.question)
    title = question.label if question else view.question
    try:
        table = build_table(survey, view, cache.cube(view), offers=cache.offered)
    except CxtuiError as error:
        _require_survey(survey, error)
        return Tabled(name, title, view, None, str(error))
    return Tabled(name, title, table.view, table)


def _require_survey(survey: Survey, error: CxtuiError) -> None:
    """Raise where no other view has a table either; a damaged column spoils only its own."""
    if isinstance(error, SourceError):
        if survey.is_remote:
            raise error
        require_unchanged(survey)
