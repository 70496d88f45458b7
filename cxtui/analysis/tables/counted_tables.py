"""Rows of several tables at once: what they have alike is measured and tested in one pass."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Cube, Row
from cxtui.analysis.query.side_queries.offered_answers import OfferedAnswers
from cxtui.analysis.stats.block_stacks import fitting, stack_blocks
from cxtui.analysis.stats.cell_statistics import CellErrors, cell_errors
from cxtui.analysis.stats.column_tests import ReasonsNotTested, Tests, compare_blocks
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.stats.significance import Pairs, column_pairs
from cxtui.analysis.tables.layouts.further_measures import with_further
from cxtui.analysis.tables.table import TableRow
from cxtui.analysis.tables.table_rows import as_offered, rows_of
from cxtui.analysis.view.view import Family, Measure, View

_BASED_ON_ROWS = frozenset({Measure.ROW, Measure.TOTAL, Measure.RESPONSES})
"""Measures whose percentages have a base that depends on the other rows of a table."""


@dataclass(frozen=True, slots=True, eq=False)
class CountedTable:
    """The sums behind the rows of a table, by block; and the answers that waves offered.

    `measures` are what the view shows, of which `further` are numbers in each cell.
    """

    view: View
    cube: Cube
    measures: tuple[Measure, ...]
    further: tuple[Measure, ...]
    blocks: Sequence[RowBlock]
    offered: OfferedAnswers | None

    @property
    def measure(self) -> Measure:
        """The measure that is tested."""
        return self.measures[0]

    @property
    def refused(self) -> ReasonsNotTested | None:
        """Return why pairs of columns are not tested; `None` if no answer was withheld."""
        return None if self.offered is None else self.offered.refused


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of a stack that are those of a block, by the positions of block and table."""

    table: int
    place: int
    rows: slice


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """Alike blocks as one, with the errors of all."""

    block: RowBlock
    errors: CellErrors
    measure: Measure
    parts: tuple[_Part, ...]

    def refused(self, of_tables: Sequence[ReasonsNotTested | None]) -> ReasonsNotTested | None:
        """Return why pairs are not tested by the reasons of each table."""
        if all(of_tables[one.table] is None for one in self.parts):
            return None

        def reasons(rows: Sequence[Row], pairs: Pairs) -> NDArray[np.object_]:
            found = np.full((len(rows), len(pairs.a)), "", dtype=object)
            for one in self.parts:
                if own := of_tables[one.table]:
                    found[one.rows] = own(rows[one.rows], pairs)
            return found

        return reasons


class TablesTogether:
    """Counted tables with the same columns, respondents, and options of their views."""

    def __init__(self, tables: Sequence[CountedTable]) -> None:
        self.tables = tables
        self._stacks = list(_stacks_of(tables))

    @property
    def base_errors(self) -> list[CellErrors]:
        """Return the errors of the first block of each table."""
        found = {
            one.table: stack.errors.rows(one.rows)
            for stack in self._stacks
            for one in stack.parts
            if one.place == 0
        }
        return [found[table] for table in range(len(self.tables))]

    def rows(
        self, refused: Sequence[ReasonsNotTested | None], *, tested: bool
    ) -> list[list[TableRow]]:
        """Return the rows of each table, without intervals and tests unless `tested`.

        Pairs with a reason in `refused`, one a table, are not tested, so that no other test is
        corrected for them. Answers that a wave did not offer are blank.
        """
        rows: dict[tuple[int, int], list[TableRow]] = {}
        for stack, own in zip(self._stacks, self._rows(refused, tested=tested), strict=True):
            rows |= {(one.table, one.place): own[one.rows] for one in stack.parts}
        return [
            list(
                chain.from_iterable(
                    _finished(rows[at, place], table, block)
                    for place, block in enumerate(table.blocks)
                )
            )
            for at, table in enumerate(self.tables)
        ]

    def _rows(
        self, refused: Sequence[ReasonsNotTested | None], *, tested: bool
    ) -> Iterator[list[TableRow]]:
        """Yield the rows of each stack."""
        view, columns = self.tables[0].view, self.tables[0].cube.columns
        tests: Sequence[Tests | None] = [None] * len(self._stacks)
        if tested:
            tests = compare_blocks(
                [one.block for one in self._stacks],
                [one.errors for one in self._stacks],
                columns,
                view,
                [one.refused(refused) for one in self._stacks],
            )
        for one, own in zip(self._stacks, tests, strict=True):
            yield rows_of(one.block, one.errors, columns, own, view, one.measure)


def group_tables(tables: Sequence[CountedTable]) -> list[list[int]]:
    """Return the positions of tables that can be measured together, in their order."""
    found: dict[Hashable, list[int]] = {}
    for place, one in enumerate(tables):
        found.setdefault(_likeness(one, place), []).append(place)
    return list(found.values())


def _likeness(table: CountedTable, place: int) -> Hashable:
    """Return what tables that are measured together have in common."""
    view, cube = table.view, table.cube
    if view.family is Family.TABLE or cube.present or table.measure in _BASED_ON_ROWS:
        return place
    options = view.weight, view.level, view.correction, view.against
    return options, id(cube.sample), cube.columns, tuple(cube.overlaps.items())


def _stacks_of(tables: Sequence[CountedTable]) -> Iterator[_Stack]:
    alike: dict[tuple[bool, bool, bool, Measure], list[tuple[int, int]]] = {}
    for at, table in enumerate(tables):
        for place, block in enumerate(table.blocks):
            kind = block.is_mean, block.in_points, block.answers is None, table.measure
            alike.setdefault(kind, []).append((at, place))
    view, columns = tables[0].view, tables[0].cube.columns
    pairs = len(column_pairs(columns, view.against).a)
    for (_, _, _, measure), places in alike.items():
        blocks = [tables[at].blocks[place] for at, place in places]
        for run in fitting(blocks, pairs):
            yield _stack(blocks[run], measure, places[run])


def _stack(
    blocks: Sequence[RowBlock], measure: Measure, places: Sequence[tuple[int, int]]
) -> _Stack:
    ends = [0, *accumulate(len(one.heads) for one in blocks)]
    parts = (
        _Part(at, place, slice(start, end))
        for (at, place), (start, end) in zip(places, pairwise(ends), strict=True)
    )
    block = stack_blocks(blocks)
    return _Stack(block, cell_errors(block), measure, tuple(parts))


def _finished(rows: list[TableRow], table: CountedTable, block: RowBlock) -> list[TableRow]:
    """Return the rows of a block with further measures, and blank where they were not offered."""
    is_beside = block.is_mean and table.measure is not Measure.MEAN
    further = () if is_beside else table.further
    rows = with_further(rows, table.cube, table.view, further, block)
    return rows if table.offered is None else [as_offered(one, table.offered) for one in rows]
