"""What of each table is hidden, from the counts that are hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.published_counts import Part, Place, PublishedCounts
from cxtui.analysis.disclosure.respondent_groups import Group, is_within
from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseKind, Table
from cxtui.analysis.view.view import Measure


def hidden_places(
    tables: Sequence[Table], published: PublishedCounts, hidden: Iterable[int], least: int
) -> tuple[HiddenCells, ...]:
    """Return what is hidden of each table; a mean over hidden cells is hidden as well."""
    places = [place for count in hidden for place in published.counts[count].places]
    touched: dict[str, set[Group]] = {}
    for place in places:
        if place.part is not Part.LINE:
            for question in _questions(tables[place.table], place):
                context = published.contexts[place.table][place.column]
                touched.setdefault(question, set()).add(context)
    found = []
    linked = _linked_by_means(tables, places)
    for number, table in enumerate(tables):
        own = [one for one in places if one.table == number]
        if table.question.id in linked and Measure.MEAN in table.measures:
            means = set(product(range(len(table.rows)), range(len(table.columns))))
        else:
            means = set(_means(table, published.contexts[number], touched))
        found.append(_of_table(table, own, means, least))
    return tuple(found)


def _questions(table: Table, place: Place) -> Iterator[str]:
    """Yield the question of a place: the item in a grid, all items for a base."""
    items = table.question.items
    if not items:
        yield table.question.id
    elif place.part is not Part.BASE:
        yield table.question.item_id(items[place.row])


def _linked_by_means(tables: Sequence[Table], places: Iterable[Place]) -> set[str]:
    """Return the questions with means in several tables, and with hidden counts in any.

    A mean is a sum over a base: those of all and of some columns, here and under a filter, are
    equations for the bases that are hidden, and whole sums and deviations narrow them further.
    """
    hidden = {tables[one.table].question.id for one in places if one.part is not Part.LINE}
    means = Counter(table.question.id for table in tables if _has_means(table))
    return {one for one in hidden if means[one] > 1}


def _has_means(table: Table) -> bool:
    return Measure.MEAN in table.measures or any(row.status is Status.SCORE for row in table.rows)


def _means(
    table: Table, contexts: Sequence[Group], touched: dict[str, set[Group]]
) -> Iterator[tuple[int, int]]:
    """Yield the cells with a mean or score of respondents some of whose answers are hidden."""
    for number, row in enumerate(table.rows):
        items = table.question.items
        question = table.question.item_id(items[number]) if items else table.question.id
        has_mean = row.status is Status.SCORE or Measure.MEAN in table.measures
        for column, context in enumerate(contexts if has_mean else ()):
            if any(is_within(context, one) for one in touched.get(question, ())):
                yield number, column


def _of_table(
    table: Table, places: Sequence[Place], means: set[tuple[int, int]], least: int
) -> HiddenCells:
    cells = {(one.row, one.column) for one in places if one.part is Part.CELL}
    bases = {one.column for one in places if one.part in {Part.BASE, Part.ROW_BASE}}
    lines = {(one.row, one.column) for one in places if one.part is Part.LINE}
    if table.question.items:
        lines |= set(_lines_of_grid(table, bases, least))
    highest = table.base.highest
    return HiddenCells(
        columns=frozenset(one for one in bases if 0 < (highest[one] or 0) < least),
        cells=frozenset(cells | means),
        bases=frozenset(bases),
        lines=frozenset(lines),
    )


def _lines_of_grid(table: Table, bases: set[int], least: int) -> Iterator[tuple[int, int]]:
    """Yield the missing counts of a grid, a range over its items, that are small at either end."""
    for place, line in enumerate(table.lines):
        if line.kind not in {BaseKind.MISSING, BaseKind.NO_ANSWER}:
            continue
        for column, ends in enumerate(zip(line.lowest, line.highest, strict=True)):
            if column in bases or any(0 < (end or 0) < least for end in ends):
                yield place, column
