"""Counts of respondents in memory, by NumPy: the sums of an engine's groups, found sooner.

Sums are the same in any order, since those of parts are exact. One number tells the cell of each
respondent: of answer, banner keys and unit; each part of a weight is added up by cell in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner_counts import GroupTable
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.analysis.query.groups.distinct_keys import Keys, distinct_keys, ranks
from cxtui.analysis.query.sample import Numbers, Positions

_MOST_CELLS = 2**20
"""Cells up to which sums have a place for each, also for those without respondents."""


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """Respondents in groups of the same banner keys and unit, with the columns of their weights.

    `values` and `units` are those of each group, `groups` is the group of each respondent.
    """

    values: Keys
    units: Keys
    groups: Positions
    weights: Mapping[str, Numbers]
    weighting: Weighting

    @staticmethod
    def of(
        found: nw.DataFrame[Any], banner: Sequence[str], units: Sequence[str], weighting: Weighting
    ) -> GroupedRows:
        """Return the respondents in the groups that columns of a result tell apart."""
        rows = len(found)
        keys, of_rows = distinct_keys([found.get_column(name) for name in banner], rows)
        unit_keys, units_of_rows = distinct_keys([found.get_column(name) for name in units], rows)
        size = len(unit_keys)
        both, groups = ranks(of_rows * size + units_of_rows, len(keys) * size)
        if not banner and not units:  # one group, also of nobody
            both = np.zeros(1, dtype=np.intp)
        value, unit = np.divmod(both, max(size, 1))
        weights = {name: found.get_column(name).to_numpy() for name in weighting.columns}
        return GroupedRows((keys, value), (unit_keys, unit), groups, weights, weighting)

    def count_answers(self, answers: nw.Series[Any]) -> GroupTable:
        """Return the groups of the answers in a column."""
        return self._table(distinct_keys([answers], len(answers)), lambda _: [])

    def count(self, plan: QueryPlan, found: nw.DataFrame[Any]) -> GroupTable:
        """Return the groups of a plan, whose `rows_in_memory` are given."""
        answers = distinct_keys([found.get_column(name) for name in plan.keys], len(found))
        names = [name for name in found.columns if name not in plan.keys]
        rows = {**{name: _without_nulls(found.get_column(name)) for name in names}, **self.weights}

        def sums(cells: _Cells) -> list[Numbers]:
            counted = [self._totals_of(one, cells) for one in plan.indicated(rows)]
            totals = chain.from_iterable(zip(*counted, strict=True))
            return [*totals, *map(cells.add, plan.summed(rows))]

        return self._table(answers, sums)

    def _totals_of(self, indicator: Numbers, cells: _Cells) -> list[Numbers]:
        """Return the sums of an indicator, and of the parts of its respondents' weights."""
        chosen = np.flatnonzero(indicator)
        own = replace(cells, cells=cells.cells[chosen])
        number = [own.add(None)] if self.weighting.everyone else []
        return [*number, *(own.add(weight[chosen]) for weight in self.weights.values())]

    def _table(self, answers: Keys, sums: Callable[[_Cells], list[Numbers]]) -> GroupTable:
        keys, of_rows = answers
        width = len(self.values[1])
        cells = _Cells.of(of_rows * width + self.groups, len(keys) * width)
        answer, group = np.divmod(cells.held, max(width, 1))
        totals = [cells.add(weight) for weight in self.weights.values()]
        found = sums(cells)
        return GroupTable(
            (keys, answer),
            (self.values[0], self.values[1][group]),
            (self.units[0], self.units[1][group]),
            cells.sizes,
            self.weighting.totals(cells.sizes, totals),
            np.column_stack(found) if found else np.zeros((len(answer), 0)),
        )


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cell of each respondent, from 0 to under `size`; those `held` have respondents."""

    cells: Positions
    size: int
    places: Positions | slice
    held: Positions
    sizes: Numbers

    @staticmethod
    def of(cells: Positions, size: int) -> _Cells:
        """Return the cells, of which `held` have respondents; a single one may have none."""
        if size > _MOST_CELLS:
            held, cells = ranks(cells, size)
            sizes = np.bincount(cells, minlength=len(held)).astype(np.float64)
            return _Cells(cells, len(held), slice(None), held, sizes)
        sizes = np.bincount(cells, minlength=size).astype(np.float64)
        held = np.flatnonzero(sizes) if size > 1 else np.arange(size)
        return _Cells(cells, size, held, held, sizes[held])

    def add(self, numbers: Numbers | None) -> Numbers:
        """Return the sums of numbers in the cells that are held; `None` counts respondents."""
        return np.bincount(self.cells, numbers, self.size)[self.places].astype(np.float64)


def _without_nulls(column: nw.Series[Any]) -> Numbers:
    found: Numbers = column.to_numpy()
    return np.where(np.isnan(found), 0.0, found) if column.null_count() else found
