"""Two tables side by side: the numbers of the cells that both have, and their differences."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.protect_together import Protection, protect_together
from cxtui.analysis.query.cube import Column
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import build_table
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.survey.model import Survey


@dataclass(frozen=True, slots=True)
class CellDifference:
    """The row of two tables in one column: their numbers, in the unit of the tables.

    `difference` is the first minus the second; `None` where either number does not exist.
    """

    row: TableRow
    first: float | None
    second: float | None

    @property
    def difference(self) -> float | None:
        """The first number minus the second."""
        if self.first is None or self.second is None:
            return None
        return self.first - self.second


@dataclass(frozen=True, slots=True)
class ColumnDifference:
    """A column that two tables share, its place in each, and the rows that they share."""

    column: Column
    places: tuple[int, int]
    cells: tuple[CellDifference, ...]


def table_beside(survey: Survey, first: Table, view: View, cache: CubeCache) -> tuple[Table, Table]:
    """Return a table and that of another view without tests, small counts hidden in both together.

    Raises `ViewError` where there is no such table, or they cannot be protected.
    """
    protection = protect_together(survey, (first.view, view), cache)
    if hidden := _hidden(protection, first.view):
        cube = cache.cube(first.view)
        first = build_table(survey, first.view, cube, offers=cache.offered, hidden=hidden)
    hidden = _hidden(protection, view)
    second = build_table(survey, view, cache.cube(view), tested=False, hidden=hidden)
    return first, second


def _hidden(protection: Protection, view: View) -> HiddenCells | None:
    hidden = protection.get(view)
    if isinstance(hidden, ViewError):
        raise hidden
    return hidden


def compare_tables(first: Table, second: Table) -> tuple[ColumnDifference, ...]:
    """Return the differences of two tables, in the columns and rows that both have.

    Rows of one question are matched by code, those of two questions by label. The differences are
    not tested: the views may share respondents. Raises `ViewError` where the measures differ or no
    row is shared.
    """
    if first.measure is not second.measure:
        measures = (first.measure.value, second.measure.value)
        raise ViewError("one view shows {}, the other {}: choose the same measure", *measures)
    same = first.question.id == second.question.id
    of_row: Callable[[TableRow], Hashable] = (
        (lambda row: (row.status, row.code)) if same else (lambda row: row.label.casefold())
    )
    rows = {of_row(row): row for row in second.rows}
    pairs = [(row, rows[of_row(row)]) for row in first.rows if of_row(row) in rows]
    if not pairs:
        raise ViewError("the two views have no answer in common")
    places = {column.path: at for at, column in enumerate(second.columns)}
    return tuple(
        _column(first, second, pairs, at, places[column.path])
        for at, column in enumerate(first.columns)
        if column.path in places
    )


def _column(
    first: Table, second: Table, pairs: list[tuple[TableRow, TableRow]], at: int, there: int
) -> ColumnDifference:
    cells = tuple(
        CellDifference(one, _number(first, one, at), _number(second, other, there))
        for one, other in pairs
    )
    return ColumnDifference(first.columns[at], (at, there), cells)


def _number(table: Table, row: TableRow, column: int) -> float | None:
    cell = row.cells[column]
    return None if cell.base is not None and cell.base <= 0 else table.value(cell)
