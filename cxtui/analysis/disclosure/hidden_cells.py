"""HiddenCells: what of one table must not be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HiddenCells:
    """Positions in one table, before its view hides any, of what must not be published.

    All numbers of a hidden cell are hidden. `columns` have a base under the limit: all of them is
    hidden, the base too. `cells` are (row, column), small ones and those that would give a small
    one away; they include the cells of hidden columns. `bases` are the columns whose base is hidden
    on every line, `lines` the (line, column) of hidden counts of missing respondents.
    """

    columns: frozenset[int] = frozenset()
    cells: frozenset[tuple[int, int]] = frozenset()
    bases: frozenset[int] = frozenset()
    lines: frozenset[tuple[int, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.columns or self.cells or self.bases or self.lines)

    def at(self, columns: Sequence[int]) -> HiddenCells:
        """Return what is hidden of some columns, by their positions in this order."""
        places = {column: now for now, column in enumerate(columns)}
        return HiddenCells(
            columns=frozenset(places[one] for one in self.columns if one in places),
            cells=frozenset((row, places[one]) for row, one in self.cells if one in places),
            bases=frozenset(places[one] for one in self.bases if one in places),
            lines=frozenset((line, places[one]) for line, one in self.lines if one in places),
        )

    @property
    def rows_with_hidden(self) -> frozenset[int]:
        """The rows with hidden cells: their tests, indices and ranks are to be hidden too."""
        return frozenset(row for row, _ in self.cells)

    @property
    def columns_with_hidden(self) -> frozenset[int]:
        """The columns with anything hidden: their means and quantiles are to be hidden too."""
        of_lines = (column for _, column in self.lines)
        of_cells = (column for _, column in self.cells)
        return frozenset({*self.columns, *self.bases, *of_cells, *of_lines})
