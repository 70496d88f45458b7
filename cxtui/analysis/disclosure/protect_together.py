"""What to hide of the tables of several views that are published together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.merged_answers import merges_of
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import count_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View
from cxtui.errors import CxtuiError, ViewError
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

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
    found: dict[View, HiddenCells | ViewError] = {}
    linked: list[View] = []
    for group in _groups(tables, survey.codebook.questions):
        own = _protected(survey, {view: tables[view] for view in group})
        found |= own
        if any(isinstance(one, HiddenCells) and _hides_bases(one) for one in own.values()):
            linked += group
    if len(linked) > 1:  # bases are counted in the tables of several questions
        found |= _protected(survey, {view: tables[view] for view in linked})
    hidden = {view: one for view, one in found.items() if isinstance(one, HiddenCells)}
    with_means = _with_means({view: tables[view] for view in hidden}, [*hidden.values()])
    return found | dict(zip(hidden, with_means, strict=True))


def _groups(tables: Mapping[View, Table], questions: Iterable[Question]) -> list[list[View]]:
    """Return the views whose tables have cells in common: those of one question.

    A question in the rows of one table and the banner of another links both, and a merged one with
    that which it is made of. Tables of other questions have only bases in common.
    """
    merges = merges_of((*questions, *(table.question for table in tables.values())))

    def source_of(name: str) -> str:
        return source_of(merges[name].source) if name in merges else name

    asked = {source_of(view.question) for view in tables}
    groups: list[tuple[set[str], list[View]]] = []
    for view in tables:
        banner = {source_of(name) for names in view.banner for name in names}
        names, views = {source_of(view.question), *(banner & asked)}, [view]
        for one in [one for one in groups if one[0] & names]:
            groups.remove(one)
            names |= one[0]
            views = [*one[1], *views]
        groups.append((names, views))
    return [views for _, views in groups]


def _hides_bases(hidden: HiddenCells) -> bool:
    return bool(hidden.columns or hidden.bases)


def _protected(survey: Survey, tables: Mapping[View, Table]) -> dict[View, HiddenCells | ViewError]:
    """Return what to hide of tables, and which of them cannot be protected."""
    refused: dict[View, HiddenCells | ViewError] = {}
    try:
        return dict(zip(tables, _found(survey, tables), strict=True))
    except ViewError:
        for view, table in tables.items():
            try:
                _found(survey, {view: table})
            except ViewError as error:
                refused[view] = error
    left = {view: table for view, table in tables.items() if view not in refused}
    try:
        return refused | dict(zip(left, _found(survey, left), strict=True))
    except ViewError as error:
        return refused | dict.fromkeys(left, error)


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


def _found(survey: Survey, tables: Mapping[View, Table]) -> tuple[HiddenCells, ...]:
    from cxtui.analysis.disclosure.find_hidden import find_hidden  # slow to load

    if not tables:
        return ()
    return find_hidden(tuple(tables.values()), survey.least, survey.codebook.questions)


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
