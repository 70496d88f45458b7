"""Assembly of the counts of several questions at once, from the engine's groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.banner_counts import GroupTable
from cxtui.analysis.query.counting_plan import ASKED, INVALID, QueryPlan
from cxtui.analysis.query.cube import Change, CountLayer, Counts, Moments, Row, Status, Sums
from cxtui.analysis.query.expressions.exact_sums import Parts
from cxtui.analysis.query.groups.distinct_keys import Key
from cxtui.analysis.query.groups.engine_counts import EngineCounts
from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.analysis.query.stacks.cube_stack import CubeStack
from cxtui.analysis.query.stacks.stack_columns import StackColumns, add_up
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.view.view import Base
from cxtui.messages import tr
from cxtui.survey.question import Kind

_STATUSES: Mapping[Base, frozenset[Status]] = {
    Base.ANSWERED: frozenset({Status.ANSWER}),
    Base.ASKED: frozenset({Status.ANSWER, Status.MISSING}),
    Base.ALL: frozenset({Status.ANSWER, Status.MISSING, Status.NULL}),
}
"""The rows whose respondents are in each base."""

_ONCE = Parts((slice(0, 1),) * 3), Parts((slice(0, 1),) * 4)
"""Parts of totals and moments with another weight, which are not split."""


def build_stack(counts: Sequence[ViewCount], answered: Sequence[EngineCounts]) -> CubeStack:
    """Return the counts of views that differ in their question only.

    The questions have one item each; their nets are not counted, and clusters are not many.
    """
    first, tables = counts[0], answered[0].groups
    columns = StackColumns(first.banners, first.settled, first.view.filters, tables)
    builder = _Builder(first, columns)
    for one, answers in zip(counts, answered, strict=True):
        builder.add(one, answers.groups)
    return builder.stack()


class _Tally(NamedTuple):
    """Groups of one row: their row, units, places in columns and overlaps, and totals."""

    row: int
    units: Positions
    columns: Positions
    overlaps: Positions
    totals: Numbers


class _Numbers(NamedTuple):
    """Moments of a numeric question: those in columns and in overlaps, (parts, units, places)."""

    parts: Parts
    columns: Numbers
    overlaps: Numbers


class _Builder:
    """Builder of the arrays of a stack from the groups of its questions."""

    def __init__(self, first: ViewCount, columns: StackColumns) -> None:
        self.columns = columns
        self.sampled = first.units
        self.units = max(len(first.units.positions), 1)
        self.plans: list[QueryPlan] = []
        self.rows: list[tuple[Row, ...]] = []
        self.starts: list[int] = []
        """The first row of each question. Behind its rows are asked, and asked without answer."""
        self.size = 0
        self._tallies: list[_Tally] = []
        self._numbers: list[_Numbers] = []
        self._known: tuple[tuple[Key, ...], Positions] = ((), np.zeros(0, dtype=np.intp))

    def add(self, counting: ViewCount, tables: Sequence[GroupTable]) -> None:
        """Add the groups of a question, those of each banner variable."""
        (plan,) = counting.plans
        found, powers = [], []
        for number, table in enumerate(tables):
            units = self._units_of(table.units[0])[table.units[1]]
            of_key = self.columns.places(number, table.values[0])
            columns, overlaps = (places[table.values[1]] for places in of_key)
            for groups, key in _by_answer(table):
                sums, totals = table.sums[groups], table.totals[groups]
                at = units[groups], columns[groups], overlaps[groups]
                for _, row, own in plan.tallies(key, sums, totals):
                    found.append((row, at, own))
                moments = plan.powers(sums)
                if moments is not None:
                    powers.append(_Tally(0, *at, moments))
        rows = (*plan.coder.rows, Row("", tr("No answer"), Status.NULL))
        behind = {None: len(rows) - 1, ASKED: len(rows), INVALID: len(rows) + 1}
        for row, at, own in found:
            place = behind[row] if row in behind else int(row or 0)
            self._tallies.append(_Tally(self.size + place, *at, own))
        if plan.question.kind is Kind.NUMERIC:
            self._numbers.append(self._moments(plan, powers))
        self.plans.append(plan)
        self.rows.append(rows)
        self.starts.append(self.size)
        self.size += len(rows) + 2

    def _units_of(self, keys: tuple[Key, ...]) -> Positions:
        """Return the positions of units by their keys, which are the same for most questions."""
        if keys != self._known[0]:
            found = [self.sampled.position(key) for key in keys]
            self._known = keys, np.array(found, dtype=np.intp)
        return self._known[1]

    def _moments(self, plan: QueryPlan, powers: Sequence[_Tally]) -> _Numbers:
        parts = plan.moments.size + len(plan.weighting.others)
        return _Numbers(plan.moments, *self._sums(powers, parts, 1))

    def _sums(self, tallies: Sequence[_Tally], parts: int, rows: int) -> tuple[Numbers, Numbers]:
        """Return the sums of groups in columns and in overlaps, (parts, units, rows, places)."""
        sizes = len(self.columns.columns), len(self.columns.overlaps)
        both = tuple(np.zeros((parts, self.units * rows, size)) for size in sizes)
        for own in _of_same_width(tallies):
            at = np.concatenate([one.units * rows + one.row for one in own])
            totals = np.concatenate([one.totals for one in own])
            add_up(both[0], at, np.concatenate([one.columns for one in own]), totals)
            add_up(both[1], at, np.concatenate([one.overlaps for one in own]), totals)
        columns, overlaps = (one.reshape(parts, self.units, rows, one.shape[-1]) for one in both)
        return columns, overlaps

    def stack(self) -> CubeStack:
        """Return the sums of all respondents, and of each unit of the sample."""
        weighting = self.plans[0].weighting
        parts = weighting.parts.size + len(weighting.others)
        cells = self._sums(self._tallies, parts, self.size)
        numbers = self._numbers
        units = self._layer(cells, numbers)
        whole = units
        if self.units > 1:  # parts are added before they are rounded
            whole = self._layer(
                tuple(map(_together, cells)),
                [
                    _Numbers(one.parts, _together(one.columns), _together(one.overlaps))
                    for one in numbers
                ],
            )
        return CubeStack(
            questions=tuple(plan.question for plan in self.plans),
            rows=tuple(self.rows),
            columns=tuple(self.columns.columns),
            whole=whole.each(_only),
            units=units,
            overlaps=self.columns.overlaps,
            sample=self.sampled.sample,
            left_out=self.columns.left_out,
            centres=tuple(plan.centre for plan in self.plans),
            others=self._others(units, cells, numbers),
        )

    def _layer(self, cells: Sequence[Numbers], numbers: Sequence[_Numbers]) -> CountLayer:
        weights = self.plans[0].weighting.parts
        columns = [(one.parts, one.columns) for one in numbers]
        overlaps = [(one.parts, one.overlaps) for one in numbers]
        return CountLayer(
            self._counts(cells[0], columns, weights), self._counts(cells[1], overlaps, weights)
        )

    def _others(
        self, units: CountLayer, cells: Sequence[Numbers], numbers: Sequence[_Numbers]
    ) -> CountLayer | None:
        """Return the counts with weights before calibration, or with each replicate weight."""
        sample, others = self.sampled.sample, len(self.plans[0].weighting.others)
        if sample.replication and sample.replication.factors is not None:
            factors = sample.replication.factors
            return self._by_question(units, lambda part: np.tensordot(factors, part, axes=(0, 0)))
        if not others:
            return None

        def further(part: Numbers) -> Numbers:
            own = part[-others:]
            # With replicate weights the first axis is that of the replicates.
            return np.asarray((own.sum(axis=1) if sample.replication else own[0])[np.newaxis])

        columns, overlaps = map(further, cells)
        weights, moments = _ONCE
        return CountLayer(
            self._counts(columns, [(moments, further(one.columns)) for one in numbers], weights),
            self._counts(overlaps, [(moments, further(one.overlaps)) for one in numbers], weights),
        )

    def _counts(
        self, cells: Numbers, moments: Sequence[tuple[Parts, Numbers]], weights: Parts
    ) -> Counts:
        """Return the counts of cells, (parts, …, rows of all questions, places), and moments."""
        counted = zip(self.starts, self.rows, strict=True)
        real = np.concatenate([start + np.arange(len(rows)) for start, rows in counted])
        each = [Moments(*parts.totals(sums)) for parts, sums in moments]
        return Counts(
            cells=Sums(*(part[:, np.newaxis, real] for part in weights.totals(cells))),
            bases={
                base: Sums(*weights.totals(parts)) for base, parts in self._bases(cells).items()
            },
            moments=Moments(*(np.concatenate(part, axis=-2) for part in zip(*each, strict=True)))
            if each
            else None,
        )

    def _bases(self, cells: Numbers) -> dict[Base, Numbers]:
        """Return the sums of each base, (parts, …, questions, places).

        Respondents who were asked a multiple response have answered it, except for those who gave
        only user-missing answers.
        """
        are_multi = [plan.question.counts_each_answer for plan in self.plans]
        multi = np.flatnonzero(are_multi)
        rows = np.array([self.starts[at] + len(self.rows[at]) for at in multi], dtype=np.intp)
        asked, missed = cells[..., rows, :], cells[..., rows + 1, :]
        found = {}
        for base, statuses in _STATUSES.items():
            sums = np.zeros((*cells.shape[:-2], len(self.plans), cells.shape[-1]))
            for questions, own in self._rows_with(statuses, np.array(are_multi, dtype=bool)):
                sums[..., questions, :] += cells[..., own, :]
            found[base] = sums
        found[Base.ANSWERED][..., multi, :] = np.where(asked[0] != missed[0], asked - missed, 0.0)
        found[Base.ASKED][..., multi, :] = asked
        found[Base.ALL][..., multi, :] = asked + cells[..., rows - 1, :]
        return found

    def _rows_with(
        self, statuses: frozenset[Status], left_out: NDArray[np.bool_]
    ) -> Iterator[tuple[Positions, Positions]]:
        """Yield the first rows with a status of all questions that have one, the second, …"""
        own = [
            []
            if is_left_out
            else [start + at for at, row in enumerate(rows) if row.status in statuses]
            for start, rows, is_left_out in zip(self.starts, self.rows, left_out, strict=True)
        ]
        for step in range(max(map(len, own), default=0)):
            some = [(question, rows[step]) for question, rows in enumerate(own) if step < len(rows)]
            questions, places = np.array(some, dtype=np.intp).T
            yield questions, places

    def _by_question(self, layer: CountLayer, change: Change) -> CountLayer:
        """Return the counts with the arrays of each question changed by themselves."""
        ends = np.cumsum([0, *map(len, self.rows)]).tolist()
        of_rows, each = list(pairwise(ends)), [(at, at + 1) for at in range(len(self.plans))]

        def changed(sums: Sequence[Numbers], spans: Sequence[tuple[int, int]]) -> Iterator[Numbers]:
            for part in sums:
                yield np.concatenate([change(part[..., a:b, :]) for a, b in spans], axis=-2)

        def counts(one: Counts) -> Counts:
            of_numbers = each[: len(self._numbers)]
            return Counts(
                Sums(*changed(one.cells, of_rows)),
                {base: Sums(*changed(sums, each)) for base, sums in one.bases.items()},
                one.moments and Moments(*changed(one.moments, of_numbers)),
            )

        return CountLayer(counts(layer.columns), counts(layer.shared))


def _by_answer(table: GroupTable) -> Iterator[tuple[slice, Key]]:
    """Yield the groups of each answer, by which they are sorted, with its key."""
    keys, positions = table.answers
    ends = np.searchsorted(positions, np.arange(len(keys) + 1)).tolist()
    for key, (start, end) in zip(keys, pairwise(ends), strict=True):
        yield slice(start, end), key


def _of_same_width(tallies: Sequence[_Tally]) -> Iterator[list[_Tally]]:
    """Yield the groups whose places have as many columns, in their order."""
    found: dict[tuple[int, int], list[_Tally]] = {}
    for one in tallies:
        found.setdefault((one.columns.shape[1], one.overlaps.shape[1]), []).append(one)
    yield from found.values()


def _together(part: Numbers) -> Numbers:
    return np.asarray(part.sum(axis=1, keepdims=True))


def _only(part: Numbers) -> Numbers:
    first: Numbers = part[0]
    return first
