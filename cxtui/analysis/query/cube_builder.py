"""Assembly of a cube from the engine's groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from cxtui.analysis.query.counting_plan import ASKED, INVALID, QueryPlan
from cxtui.analysis.query.cube import (
    TOTAL,
    Column,
    CountLayer,
    Counts,
    Cube,
    Moments,
    NetRows,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.query.expressions.exact_sums import Parts
from cxtui.analysis.view.scale_nets import nets_of_scale
from cxtui.analysis.view.view import Base, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Net, Question

if TYPE_CHECKING:
    from cxtui.analysis.query.banner import BannerColumns
    from cxtui.analysis.query.banner_counts import AnswerGroups, BannerCounts
    from cxtui.analysis.query.cluster_reduction import ReducedCounts
    from cxtui.analysis.query.groups.distinct_keys import Key
    from cxtui.analysis.query.sample import Numbers, Sample
    from cxtui.analysis.query.sample_units import SampleUnits


@dataclass(frozen=True, slots=True)
class Tallies:
    """Groups of each banner variable, by unit of the sample; many clusters are `reduced`."""

    counted: Sequence[BannerCounts]
    units: SampleUnits
    reduced: ReducedCounts | None = None


class CubeBuilder:
    """Builder of a cube's arrays from the sums of banner variables; the Total is first."""

    def __init__(self, plan: QueryPlan, tallies: Tallies, view: View) -> None:
        self.plan = plan
        self.tallies = tallies
        self.columns: list[Column] = [TOTAL]
        self.banners: list[BannerColumns] = []
        self.overlaps: dict[tuple[int, int], int] = {}
        for number, found in enumerate(tallies.counted):
            own = found.banner.add_columns(self.columns, found.keys, view.filters, number)
            self.banners.append(own)
            for (one, a), (other, b) in combinations(own.positions.items(), 2):
                if found.banner.can_share(one, other):
                    self.overlaps[a, b] = len(self.overlaps)
        self._set_rows()

    def _set_rows(self) -> None:
        """Set the rows of the plan: answers, nets, and no answer."""
        counted = tuple(self.plan.coder.rows)
        nets, self.nets, self._members = _net_rows(self.plan)
        self.rows = (*counted, *nets, Row("", tr("No answer"), Status.NULL))

    def with_plan(self, plan: QueryPlan, tallies: Tallies) -> CubeBuilder:
        """Return a builder of the same columns for another plan."""
        other = copy(self)
        other.plan, other.tallies = plan, tallies
        other._set_rows()
        return other

    def cube(self) -> Cube:
        """Return the cube with the sums of all respondents, and of each unit of the sample."""
        counted, units, reduced = self.tallies.counted, self.tallies.units, self.tallies.reduced
        sample, others, present = units.sample, None, None
        if reduced:
            whole = self._layer(counted, 1).each(_only)
            layer = self._layer(reduced.products, reduced.rank)
            present = self._layer(reduced.present, len(reduced.clusters))
            sample = replace(sample, present_clusters=reduced.clusters)
        else:
            arrays = self._arrays(counted, max(len(units.positions), 1))
            layer = self._count_layer(arrays)
            whole = self._whole(layer, arrays)
            others = self._others(sample, layer, arrays)
        return Cube(
            question=self.plan.question,
            items=self.plan.items,
            rows=self.rows,
            columns=tuple(self.columns),
            nets=self.nets,
            whole=whole,
            units=layer,
            overlaps=self.overlaps,
            sample=sample,
            left_out=round(counted[0].kept - counted[0].weighed),
            others=others,
            present=present,
            centre=self.plan.centre,
        )

    def _layer(self, counted: Sequence[BannerCounts], size: int) -> CountLayer:
        return self._count_layer(self._arrays(counted, size))

    def _whole(self, layer: CountLayer, arrays: Iterable[Numbers]) -> CountLayer:
        """Return the counts of all units together: parts are added before they are rounded."""
        if layer.columns.cells.n.shape[0] > 1:
            layer = self._count_layer(one.sum(axis=1, keepdims=True) for one in arrays)
        return layer.each(_only)

    def _others(
        self, sample: Sample, layer: CountLayer, arrays: tuple[Numbers, ...]
    ) -> CountLayer | None:
        """Return the counts with weights before calibration, or with each replicate weight.

        `arrays` are those of `_arrays`, with further sums behind the first.
        """
        if sample.replication and sample.replication.factors is not None:
            factors = sample.replication.factors
            return layer.each(lambda part: np.tensordot(factors, part, axes=(0, 0)))
        if not self.plan.weighting.others:
            return None
        further = (part[-len(self.plan.weighting.others) :] for part in arrays)
        # With replicate weights the first axis is that of the replicates.
        own = (part.sum(axis=1) if sample.replication else part[0] for part in further)
        once = Parts((slice(0, 1),) * 3), Parts((slice(0, 1),) * 4)
        return self._count_layer((part[np.newaxis] for part in own), once)

    def _arrays(
        self, counted: Sequence[BannerCounts], size: int
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Return the sums of cells and of moments in `size` units, in columns and in overlaps.

        Cells have the shape (parts, units, items, rows + 2, places), moments (parts, units, 1,
        places). The last three rows are no answer, asked, and asked without a valid answer. The
        parts are those of a group's totals, at last the ones with other weights.
        """
        items, rows = len(self.plan.items), len(self.rows)
        others = len(self.plan.weighting.others)
        columns, pairs = len(self.columns), len(self.overlaps)
        cells, shared = (
            np.zeros((self.plan.weighting.parts.size + others, size, items, rows + 2, places))
            for places in (columns, pairs)
        )
        powers, both = (
            np.zeros((self.plan.moments.size + others, size, 1, places))
            for places in (columns, pairs)
        )
        missing = {None: rows - 1, ASKED: rows, INVALID: rows + 1}
        for found, banner in zip(counted, self.banners, strict=True):
            total = [0] if found is counted[0] else []
            keys = dict.fromkeys(one.values for one in (*found.cells, *found.powers))
            places = {values: self._places(banner, values) for values in keys}
            for group in found.cells:
                own, overlap = places[group.values]
                row = missing.get(group.row, group.row)
                _add_units(cells[:, :, group.item, row], group, [*total, *own])
                _add_units(shared[:, :, group.item, row], group, overlap)
            for group in found.powers:
                own, overlap = places[group.values]
                _add_units(powers[:, :, 0], group, [*total, *own])
                _add_units(both[:, :, 0], group, overlap)
        for row, members in self._members.items():
            for part in (cells, shared):
                part[..., row, :] = part[..., members, :].sum(axis=-2)
        return cells, shared, powers, both

    def _places(self, banner: BannerColumns, values: Key) -> tuple[list[int], list[int]]:
        """Return the columns of respondents with these banner keys, and the overlaps of these."""
        own = banner.of(values)
        pairs = combinations(own, 2) if self.overlaps else ()
        return own, [self.overlaps[pair] for pair in pairs if pair in self.overlaps]

    def _count_layer(
        self, arrays: Iterable[Numbers], parts: tuple[Parts, Parts] | None = None
    ) -> CountLayer:
        """Return the counts in columns and in overlaps from arrays of the shape of `_arrays`.

        `parts` are those of weights and of moments, by default the plan's.
        """
        cells, shared, powers, both = arrays
        columns = self._counts(cells, powers, parts)
        if not self.overlaps:
            return CountLayer(columns, columns.each(lambda part: part[..., :0]))
        return CountLayer(columns, self._counts(shared, both, parts))

    def _counts(
        self,
        cells: Numbers,
        powers: Numbers,
        parts: tuple[Parts, Parts] | None,
    ) -> Counts:
        """Return the counts of cells, (parts, …, items, rows + 2, places), and of moments."""
        weights, moments = parts or (self.plan.weighting.parts, self.plan.moments)
        bases = _bases(self.plan.question, self.rows, cells)
        of_number = self.plan.question.kind is Kind.NUMERIC
        return Counts(
            cells=Sums(*weights.totals(cells[..., : len(self.rows), :])),
            bases={base: Sums(*weights.totals(parts)) for base, parts in bases.items()},
            moments=Moments(*moments.totals(powers)) if of_number else None,
        )


def _only(part: Numbers) -> Numbers:
    first: Numbers = part[0]
    return first


def _net_rows(
    plan: QueryPlan,
) -> tuple[list[Row], dict[Net, NetRows], dict[int, list[int]]]:
    """Return further rows for nets, the rows of all nets, and the members of each further row.

    A plan whose respondents give several answers counts its nets itself.
    """
    question, rows = plan.question, plan.coder.rows
    if question.counts_each_answer:
        return [], plan.nets, {}
    places = {(row.status, row.code): place for place, row in enumerate(rows)}
    further: list[Row] = []
    nets: dict[Net, NetRows] = {}
    members: dict[int, list[int]] = {}

    def add(net: Net, status: Status, own: Sequence[int]) -> int:
        further.append(Row(net.code, net.label, status))
        place = len(rows) + len(further) - 1
        members[place] = list(own)
        return place

    for net in (*question.nets, *nets_of_scale(question)):
        if net.minus:
            continue  # A difference is a score of its answers.
        codes = question.category_codes(net.members)
        valid, missing = (
            [places[status, code] for code in codes if (status, code) in places]
            for status in (Status.ANSWER, Status.MISSING)
        )
        answered = asked = add(net, Status.NET, valid)
        if missing:
            asked = add(net, Status.NET_ASKED, [*valid, *missing])
        nets[net] = NetRows(answered, asked)
    return further, nets, members


def _add_units(sums: Numbers, group: AnswerGroups, places: list[int]) -> None:
    """Add a group to some places of an array (sums, units, places)."""
    units = group.units
    if not places:
        return
    if len(units) == 1:
        sums[:, units[0], places] += group.totals.T
    elif (np.diff(units) > 0).all():
        sums[:, units[:, np.newaxis], places] += group.totals.T[:, :, np.newaxis]
    else:  # several keys are one unit, such as null and NaN
        for place in places:
            np.add.at(sums[:, :, place].T, units, group.totals)


def _bases(question: Question, rows: Sequence[Row], cells: Numbers) -> Mapping[Base, Numbers]:
    """Return the sums of each base, (parts, …, items, places), from those of `_arrays`.

    The base of open answers is all respondents. Respondents who were asked a multiple response
    have answered it, except for those who gave only user-missing answers.
    """

    def with_status(*statuses: Status) -> Numbers:
        chosen = [place for place, row in enumerate(rows) if row.status in statuses]
        return np.asarray(cells[..., chosen, :].sum(axis=-2))

    if question.counts_each_answer:
        asked, missed = cells[..., len(rows), :], cells[..., len(rows) + 1, :]
        answered = np.where(asked[0] != missed[0], asked - missed, 0.0)
        everyone = asked + with_status(Status.NULL)
        return {Base.ANSWERED: answered, Base.ASKED: asked, Base.ALL: everyone}
    everyone = with_status(Status.ANSWER, Status.MISSING, Status.NULL)
    if question.kind is Kind.TEXT:
        return dict.fromkeys(Base, everyone)
    return {
        Base.ANSWERED: with_status(Status.ANSWER),
        Base.ASKED: with_status(Status.ANSWER, Status.MISSING),
        Base.ALL: everyone,
    }
