"""What to hide of the tables of several views that are published together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import count_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View
from cxtui.errors import CxtuiError, ViewError
from cxtui.survey.model import Survey

Protection = Mapping[View, HiddenCells | ViewError]
"""What to hide of the table of each view, or why it cannot be protected."""


def protect_together(
    survey: Survey, views: Iterable[View], cache: CubeCache | None = None
) -> Protection:
    """Return what to hide of the tables of `views`, empty where the survey shows all counts.

    A view that has no table is left out: making it says why. A table that cannot be protected is
    refused, and the others are protected without it.
    """
    if not survey.least:
        return {}
    tables = dict(_counted(survey, dict.fromkeys(views), cache))
    refused: dict[View, HiddenCells | ViewError] = {}
    try:
        found = _found(tables, survey.least)
    except ViewError:
        for view, table in tables.items():
            try:
                _found({view: table}, survey.least)
            except ViewError as error:
                refused[view] = error
        tables = {view: table for view, table in tables.items() if view not in refused}
        try:
            found = _found(tables, survey.least)
        except ViewError as error:
            return refused | dict.fromkeys(tables, error)
    return refused | dict(zip(tables, _with_means(tables, found), strict=True))


def _counted(
    survey: Survey, views: Iterable[View], cache: CubeCache | None
) -> Iterator[tuple[View, Table]]:
    """Yield the table of each view that has one, with all its counts."""
    caches: dict[tuple[str, ...], CubeCache] = {(): cache or CubeCache(survey)}
    for view in views:
        try:
            if view.derive not in caches:
                caches[view.derive] = CubeCache(survey_with(survey, view.derive))
            own = caches[view.derive]
            yield view, count_table(own.survey, view, own.cube(view), offers=own.offered)
        except CxtuiError:
            continue


def _found(tables: Mapping[View, Table], least: int) -> tuple[HiddenCells, ...]:
    from cxtui.analysis.disclosure.find_hidden import find_hidden  # slow to load

    return find_hidden(tuple(tables.values()), least) if tables else ()


def _with_means(
    tables: Mapping[View, Table], found: Sequence[HiddenCells]
) -> Iterator[HiddenCells]:
    """Yield what to hide, of means also those of columns in which another table hides answers.

    Mean and deviation of the answers would be two equations more about their hidden counts.
    """
    hidden: dict[View, set[tuple[str, int]]] = {}
    for (view, table), own in zip(tables.items(), found, strict=True):
        if table.measure is not Measure.MEAN:
            cells = {(table.rows[row].code, column) for row, column in own.cells}
            hidden.setdefault(_counts_of(view), set()).update(cells)
    for (view, table), own in zip(tables.items(), found, strict=True):
        beside = hidden.get(_counts_of(view), set())
        if table.measure is Measure.MEAN and beside:
            yield replace(own, cells=own.cells | frozenset(_mean_cells(table, beside)))
        else:
            yield own


def _mean_cells(table: Table, beside: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places of means of answers; a grid has one a row, other questions have one."""
    is_one = len(table.rows) == 1
    for code, column in beside:
        for row, one in enumerate(table.rows):
            if is_one or one.code == code:
                yield row, column


def _counts_of(view: View) -> View:
    """Return the part of a view that its counts depend on, without nets."""
    return replace(view.counted, nets=())
