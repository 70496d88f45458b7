"""Cells of a table that are hidden for the protection of respondents: no number of them is left.

A hidden cell loses every number, and whatever is a function of it goes as well: tests with it,
scores and quantiles of its column, row percentages of a hidden Total, the overall tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Row, Status
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.tables.table import (
    BaseKind,
    BaseLine,
    Cell,
    ColumnNumbers,
    Pair,
    Table,
    TableRow,
)
from cxtui.analysis.view.view import Measure
from cxtui.errors import ViewError
from cxtui.messages import tr, tr_count
from cxtui.survey.note import Note, NoteKind

if TYPE_CHECKING:
    from cxtui.analysis.disclosure.hidden_cells import HiddenCells
    from cxtui.analysis.stats.column_tests import ReasonsNotTested
    from cxtui.analysis.stats.significance import Pairs

_OF_COLUMN = frozenset({BaseKind.DEVIATION, BaseKind.QUANTILE})
"""Lines that are computed from all cells of a column."""
_OF_DESIGN = frozenset({BaseKind.EFFECTIVE, BaseKind.DEFF})
_SAFE_BELOW = frozenset({Measure.COUNT, Measure.COLUMN, Measure.MEAN})
_MISSING = frozenset({BaseKind.MISSING, BaseKind.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class SuppressedCells:
    """The hidden cells of a table, by status and code of the row and place of the column.

    `columns` have lost everything, `bases` their base and all shares of it; `touched` are the
    columns with any hidden cell; `lines` are the line and column of hidden counts of missing
    respondents. `least` is the smallest count that is shown. Where the table `is_designed`, the
    effective base of a column is computed from the design effects of all its cells.
    """

    least: int
    cells: frozenset[tuple[Status, str, int]]
    columns: frozenset[int]
    bases: frozenset[int]
    touched: frozenset[int]
    lines: frozenset[tuple[int, int]]
    is_designed: bool = False

    @property
    def reason(self) -> str:
        """The reason of every hidden cell: it does not say which of them are small."""
        return hidden_reason(self.least)

    def hides(self, row: Row | TableRow, column: int) -> bool:
        """Return whether a cell is hidden."""
        return column in self.columns or (row.status, row.code, column) in self.cells

    def untested(self, others: ReasonsNotTested | None) -> ReasonsNotTested:
        """Return why pairs of columns are not tested: a cell is hidden, or the `others`."""

        def reasons(rows: Sequence[Row], pairs: Pairs) -> NDArray[np.object_]:
            shape = (len(rows), len(pairs.a))
            found = others(rows, pairs) if others else np.full(shape, "", dtype=object)
            for place, row in enumerate(rows):
                ends = zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)
                for pair, columns in enumerate(ends):
                    if any(self._has_no_share(row, one) for one in columns):
                        found[place, pair] = self.reason
            return found

        return reasons

    def _has_no_share(self, row: Row | TableRow, column: int) -> bool:
        return self.hides(row, column) or column in self.bases


def hidden_reason(least: int) -> str:
    """Return why a cell is hidden, in the same words for every cell."""
    return tr("hidden: fewer than {} respondents, or it would give such a number away", least)


def suppressed_cells(table: Table, hidden: HiddenCells, least: int) -> SuppressedCells | None:
    """Return the hidden cells of a table with all counts; `None` without any.

    Scores among shares are computed from all cells of their column, and hidden with any of them.
    """
    if not hidden:
        return None
    in_cells = (column for _, column in hidden.cells)
    touched = frozenset({*hidden.columns, *hidden.bases, *in_cells})
    rows = table.rows
    cells = {(rows[row].status, rows[row].code, place) for row, place in hidden.cells}
    if table.measure is not Measure.MEAN:
        scores = [one for one in rows if one.status is Status.SCORE]
        cells |= {(one.status, one.code, place) for one in scores for place in touched}
    is_designed = table.rule not in {Rule.TEXTBOOK, Rule.KISH}
    columns = hidden.columns, hidden.bases, touched
    return SuppressedCells(least, frozenset(cells), *columns, hidden.lines, is_designed)


def require_single_counts(hidden: SuppressedCells, measures: Sequence[Measure]) -> None:
    """Raise `ViewError` for measures that tell hidden cells: shares of all of them, or of others.

    Below another measure only counts, column percentages and means of the same cells are safe.
    """
    for one in measures[1:]:
        if one not in _SAFE_BELOW:
            raise ViewError(
                "{} below {} would tell the cells with fewer than {} respondents: take it alone",
                *(one, measures[0], hidden.least),
            )
    if Measure.RESPONSES in measures:
        message = (
            "a percentage of responses would tell the cells with fewer than {} respondents: "
            "take column percentages"
        )
        raise ViewError(message, hidden.least)


def hide_row(
    row: TableRow, hidden: SuppressedCells, ends: Sequence[tuple[int, int]], measure: Measure
) -> TableRow:
    """Return a row without the numbers of its hidden cells; `ends` are the columns of its pairs."""
    has_total = not hidden.hides(row, 0)
    cells = tuple(
        _hidden_cell(cell, row, place, hidden, measure, has_total=has_total)
        for place, cell in enumerate(row.cells)
    )
    pairs: Sequence[Pair] = row.pairs
    touched = [hidden.hides(row, place) or place in hidden.bases for place in range(len(cells))]
    if row.pairs and any(touched):
        pairs = tuple(
            _hidden_pair(pair, hidden.reason) if touched[a] or touched[b] else pair
            for pair, (a, b) in zip(row.pairs, ends, strict=True)
        )
    return replace(row, cells=cells, pairs=pairs)


def _hidden_cell(
    cell: Cell,
    row: TableRow,
    place: int,
    hidden: SuppressedCells,
    measure: Measure,
    *,
    has_total: bool,
) -> Cell:
    if hidden.hides(row, place):
        return Cell(None, None, None, None, None, hidden=hidden.reason)
    if place in hidden.bases:  # a share and its count tell the base
        return Cell(cell.n, cell.weighted_n, None, None, None, hidden=hidden.reason)
    if not has_total:  # of which an index, and a share of the row, are computed
        why = hidden.reason if measure in {Measure.ROW, Measure.INDEX} else ""
        cell = replace(cell, index=None, hidden=why)
        if measure is Measure.ROW:
            cell = replace(cell, percent=None, low=None, high=None, se=None, deff=None)
    if hidden.is_designed and place in hidden.touched:
        cell = replace(cell, effective_base=None)
    return cell


def _hidden_pair(pair: Pair, reason: str) -> Pair:
    none = (None,) * 8
    return Pair(pair.column_a, pair.column_b, *none, tested=False, why_not=reason)


def hide_lines(lines: Iterable[BaseLine], hidden: SuppressedCells | None) -> tuple[BaseLine, ...]:
    """Return the lines under a table without what would tell a hidden cell."""
    if hidden is None:
        return tuple(lines)
    return tuple(_hidden_line(at, one, hidden) for at, one in enumerate(lines))


def _hidden_line(at: int, line: BaseLine, hidden: SuppressedCells) -> BaseLine:
    gone = hidden.columns | hidden.bases
    if line.kind in _MISSING:
        gone |= {column for own, column in hidden.lines if own == at}
    if line.kind in _OF_COLUMN or (hidden.is_designed and line.kind in _OF_DESIGN):
        gone |= hidden.touched

    def left(values: ColumnNumbers) -> ColumnNumbers:
        return tuple(None if place in gone else one for place, one in enumerate(values))

    if line.lowest != line.highest:  # a range over items, some of which are hidden
        gone |= hidden.touched | {column for _, column in hidden.lines}
    why = tuple(hidden.reason if at in gone else "" for at in range(len(line.lowest)))
    return replace(line.each(left), hidden=why if any(why) else ())


def note_on_hidden(
    rows: Sequence[TableRow], lines: Sequence[BaseLine], hidden: SuppressedCells
) -> Note:
    """Return the note on how many numbers of a table are hidden, and why."""
    count = sum(bool(cell.hidden) for row in rows for cell in row.cells)
    count += sum(bool(why) for line in lines for why in line.hidden)
    counted = tr_count(count, "{:,} number hidden", "{:,} numbers hidden")
    text = tr(
        "· {}: fewer than {} respondents, or what such a number could be worked out from (also "
        "tests, means and bases).",
        *(counted, hidden.least),
    )
    return Note(NoteKind.SUPPRESSED, text, tr("· hidden (fewer than {} respondents)", hidden.least))
