"""Query of one banner variable, and the sums of its groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.answer_patterns import SAME, are_worthwhile, group_alike
from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.engine import cancellable
from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.analysis.query.groups.distinct_keys import Key, Keys, distinct_keys
from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey

ROW_COUNT = "__everyone"
"""The column with the number of rows of a group."""


@dataclass(frozen=True, slots=True)
class GroupTable:
    """Groups counted by the engine, one row a group, sorted by answer, banner keys and unit.

    `answers`, `values` and `units` are the distinct keys, and the position of each group's key
    among them; `totals` are those of `Weighting.totals`, (groups, parts), `sums` those of the plan.
    `sizes` are the numbers of rows.
    """

    answers: Keys
    values: Keys
    units: Keys
    sizes: Numbers
    totals: Numbers
    sums: Numbers


@dataclass(frozen=True, slots=True)
class AnswerGroups:
    """Groups with the same answer (item and row) and banner keys: their units, and their totals.

    `totals` are those of `GroupTable`, or the plan's `powers`, with the groups in rows.
    """

    values: Key
    item: int
    row: int | None
    units: Positions
    totals: Numbers


@dataclass(slots=True)
class BannerCounts:
    """Groups of one banner variable: of cells, and of the moments of numbers.

    `kept` counts the rows that pass the filters, `weighed` those of them with a usable weight.
    """

    banner: Banner
    cells: list[AnswerGroups] = field(default_factory=list)
    powers: list[AnswerGroups] = field(default_factory=list)
    kept: float = 0.0
    weighed: float = 0.0

    @property
    def keys(self) -> list[Key]:
        """The distinct banner keys of the respondents."""
        return list(dict.fromkeys(group.values for group in self.cells))


def add_groups(
    plans: Sequence[QueryPlan],
    counted: Sequence[GroupTable],
    banner: Banner,
    settled: Sequence[Filter],
    position: Callable[[Key], int],
) -> BannerCounts:
    """Return the groups of a banner variable in each plan of a question.

    Each plan counts the same respondents. Groups whose keys do not pass the filters `settled` are
    skipped. `position` returns that of a unit by its key.
    """
    found = BannerCounts(banner)
    for plan, table in zip(plans, counted, strict=True):
        keys, values = table.values
        passes = np.array([banner.keeps(one, settled) for one in keys], dtype=bool)[values]
        found.kept = float(table.sizes[passes].sum())
        found.weighed = float(table.totals[passes, 0].sum())
        units = np.array([position(key) for key in table.units[0]], dtype=np.intp)
        of_group = units[table.units[1]]
        for key, rows in _rows_of_answers(table, passes):
            tallies = list(plan.tallies(key, table.sums[rows], table.totals[rows]))
            powers = plan.powers(table.sums[rows])
            for value, own in _runs(values[rows]):
                places, here = keys[value], of_group[rows][own]
                found.cells += (
                    AnswerGroups(places, item, row, here, totals[own])
                    for item, row, totals in tallies
                )
                if powers is not None:
                    found.powers.append(AnswerGroups(places, 0, None, here, powers[own]))
    return found


def _rows_of_answers(
    table: GroupTable, passes: NDArray[np.bool_]
) -> Iterator[tuple[Key, slice | Positions]]:
    """Yield each answer, by which groups are sorted, with the rows of its groups that pass."""
    keys, positions = table.answers
    ends = np.searchsorted(positions, np.arange(len(keys) + 1)).tolist()
    everyone = bool(passes.all())
    for key, (start, end) in zip(keys, pairwise(ends), strict=True):
        own = slice(start, end)
        yield key, own if everyone else start + np.flatnonzero(passes[own])


def _runs(values: Positions) -> Iterator[tuple[int, slice]]:
    """Yield each value of a sorted array with the slice where it stands."""
    ends = np.flatnonzero(values[1:] != values[:-1]) + 1
    start = 0
    for end in (*ends.tolist(), len(values)) if len(values) else ():
        yield int(values[start]), slice(start, end)
        start = end


def banner_query(
    plan: QueryPlan, frame: nw.LazyFrame[Any], banner: Banner, units: Sequence[nw.Expr]
) -> nw.LazyFrame[Any]:
    """Return the query of one banner variable; `units` tell the units of the sample apart."""
    grouped = group_keys(plan.survey, banner, units)
    weights = [nw.col(*plan.weighting.columns)] if plan.weighting.columns else []
    rows = cancellable(plan.survey, frame.select(*plan.columns(), *grouped.values(), *weights))
    same = ""
    if not units and are_worthwhile(plan.survey, plan.values, plan.weighting):
        same, rows = SAME, group_alike(rows, plan.values, list(grouped), plan.weighting)
    prepared = plan.refine(rows)
    sums = [*total_sums(plan.weighting, same), *plan.sums(same)]
    keys = [*plan.keys, *grouped]
    return prepared.group_by(*keys).agg(*sums) if keys else prepared.select(*sums)


def group_keys(survey: Survey, banner: Banner, units: Sequence[nw.Expr]) -> dict[str, nw.Expr]:
    """Return the expressions to group by besides the answer: banner keys, then units."""
    keys = {f"__b{depth}": one.key(survey) for depth, one in enumerate(banner.variables)}
    keys |= {f"__u{depth}": unit for depth, unit in enumerate(units)}
    return {name: key.alias(name) for name, key in keys.items()}


def total_sums(weighting: Weighting, same: str = "") -> list[nw.Expr]:
    """Return the sums of every group: number of respondents, and the weight columns.

    `same` is the column with the number of respondents that a row stands for, if not for one.
    """
    rows = nw.col(same).sum() if same else nw.len()
    weights = [nw.col(*weighting.columns)] if weighting.columns else []
    return [rows.alias(ROW_COUNT), *(one.sum().name.suffix("_all") for one in weights)]


def read_groups(
    found: nw.DataFrame[Any], weighting: Weighting, answers: int, variables: int
) -> GroupTable:
    """Return the groups in a query's result, sorted.

    Of its keys the first are the `answers`, then the `variables` of the banner, then the unit.
    """
    names = found.columns
    keys = names.index(ROW_COUNT)
    own = 1 + len(weighting.columns)
    columns = [found.get_column(name) for name in names[:keys]]
    numbers = _numbers(found[names[keys:]])
    sizes, sums = numbers[:, 0], numbers[:, own:]
    totals = weighting.totals(sizes, [*numbers[:, 1:own].T])
    ends = (0, answers, answers + variables, keys)
    parts = [distinct_keys(columns[a:b], len(sizes)) for a, b in pairwise(ends)]
    order = np.lexsort([positions for _, positions in reversed(parts)])
    first, second, third = ((distinct, positions[order]) for distinct, positions in parts)
    return GroupTable(first, second, third, sizes[order], totals[order], sums[order])


def split_groups(table: GroupTable, questions: int) -> Iterator[GroupTable]:
    """Yield the groups of each question, whose number is before the answer in the keys of a table.

    The questions have the same respondents, so that all banner keys and units are in each.
    """
    keys, positions = table.answers
    numbers = np.array([int(number) for number, *_ in keys], dtype=np.intp)
    of_keys = np.searchsorted(numbers, np.arange(questions + 1))
    rows = np.searchsorted(positions, of_keys)
    for (first, last), (start, end) in zip(pairwise(of_keys), pairwise(rows), strict=True):
        own = slice(start, end)
        yield GroupTable(
            (tuple(tuple(rest) for _, *rest in keys[first:last]), positions[own] - first),
            (table.values[0], table.values[1][own]),
            (table.units[0], table.units[1][own]),
            *(table.sizes[own], table.totals[own], table.sums[own]),
        )


def _numbers(sums: nw.DataFrame[Any]) -> Numbers:
    """Return columns of sums as numbers, (groups, sums), 0 for an empty group."""
    found: Numbers = np.array(sums.to_numpy(), dtype=np.float64, order="C")
    for place, column in enumerate(sums.iter_columns()) if np.isnan(found).any() else ():
        found[column.is_null().to_numpy(), place] = 0.0
    return found
