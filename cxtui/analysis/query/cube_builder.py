"""Assembly of a cube from the engine's groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from cxtui.analysis.query.banner import BannerColumns
from cxtui.analysis.query.banner_counts import AnswerGroups, BannerCounts
from cxtui.analysis.query.cluster_reduction import ReducedCounts
from cxtui.analysis.query.counting_plan import ASKED, INVALID, QueryPlan
from cxtui.analysis.query.cube import (
    TOTAL,
    Column,
    CountLayer,
    Counts,
    Cube,
    Moments,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.query.sample import Numbers, Sample
from cxtui.analysis.query.sample_units import SampleUnits
from cxtui.analysis.view.view import Base, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Question


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
        self.rows = (*plan.coder.rows, Row("", tr("No answer"), Status.NULL))

    def with_plan(self, plan: QueryPlan, tallies: Tallies) -> CubeBuilder:
        """Return a builder of the same columns for another plan."""
        other = copy(self)
        other.plan, other.tallies = plan, tallies
        other.rows = (*plan.coder.rows, self.rows[-1])
        return other

    def cube(self) -> Cube:
        """Return the cube with the sums of all respondents, and of each unit of the sample."""
        counted, units, reduced = self.tallies.counted, self.tallies.units, self.tallies.reduced
        sample, others, present = units.sample, None, None
        if reduced:
            whole = self._layer(counted, 1)
            layer = self._layer(reduced.products, reduced.rank)
            present = self._layer(reduced.present, len(reduced.clusters))
            sample = replace(sample, present_clusters=reduced.clusters)
        else:
            arrays = self._arrays(counted, max(len(units.positions), 1))
            whole = layer = self._count_layer(arrays)
            others = self._others(sample, layer, arrays)
        return Cube(
            question=self.plan.question,
            items=self.plan.items,
            rows=self.rows,
            columns=tuple(self.columns),
            whole=whole.each(lambda part: part.sum(axis=0)),
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

    def _count_layer(self, arrays: tuple[Numbers, ...]) -> CountLayer:
        """Return the counts of respondents from arrays of the shape of `_arrays`."""
        cells, shared, powers, both = arrays
        return CountLayer(
            self._counts([*cells[:3]], [*powers[:4]]), self._counts([*shared[:3]], [*both[:4]])
        )

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
        further = (part[own:] for part, own in zip(arrays, (3, 3, 4, 4), strict=True))
        if sample.replication:  # the first axis is that of the replicates
            cells, shared, powers, both = (part.sum(axis=1) for part in further)
        else:
            cells, shared, powers, both = (part[0] for part in further)
        return CountLayer(
            self._counts([cells] * 3, [powers] * 4), self._counts([shared] * 3, [both] * 4)
        )

    def _arrays(
        self, counted: Sequence[BannerCounts], size: int
    ) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Return the sums of cells and of moments in `size` units, in columns and in overlaps.

        Cells have the shape (sums, units, items, rows + 2, places), moments (sums, units, 1,
        places). The last three rows are no answer, asked, and asked without a valid answer. The
        sums are those of a group, at last the ones with other weights.
        """
        items, rows = len(self.plan.items), len(self.rows)
        others = len(self.plan.weighting.others)
        columns, pairs = len(self.columns), len(self.overlaps)
        cells, shared = (
            np.zeros((3 + others, size, items, rows + 2, places)) for places in (columns, pairs)
        )
        powers, both = (np.zeros((4 + others, size, 1, places)) for places in (columns, pairs))
        missing = {None: rows - 1, ASKED: rows, INVALID: rows + 1}
        for found, banner in zip(counted, self.banners, strict=True):
            total = [0] if found is counted[0] else []
            for group in found.cells:
                own, overlap = self._places(banner, group)
                row = missing.get(group.row, group.row)
                _add_units(cells[:, :, group.item, row], group, [*total, *own])
                _add_units(shared[:, :, group.item, row], group, overlap)
            for group in found.powers:
                own, overlap = self._places(banner, group)
                _add_units(powers[:, :, 0], group, [*total, *own])
                _add_units(both[:, :, 0], group, overlap)
        return cells, shared, powers, both

    def _places(self, banner: BannerColumns, group: AnswerGroups) -> tuple[list[int], list[int]]:
        """Return the columns of the respondents of a group, and the overlaps of these."""
        own = banner.of(group.values)
        pairs = combinations(own, 2) if self.overlaps else ()
        return own, [self.overlaps[pair] for pair in pairs if pair in self.overlaps]

    def _counts(self, cells: Sequence[Numbers], powers: Sequence[Numbers]) -> Counts:
        """Return the counts of cells, (…, items, rows + 2, places), and of moments."""
        last = len(self.rows)
        sums = Sums(*(part[..., :last, :] for part in cells))
        asked, missed = (Sums(*(part[..., at, :] for part in cells)) for at in (last, last + 1))
        return Counts(
            cells=sums,
            bases=_bases(self.plan.question, self.rows, sums, asked, missed),
            moments=Moments(*powers) if self.plan.question.kind is Kind.NUMERIC else None,
        )


def _add_units(sums: Numbers, group: AnswerGroups, places: Sequence[int]) -> None:
    """Add a group to some places of an array (sums, units, places)."""
    is_unique = bool((np.diff(group.units) > 0).all())
    for place in places:
        if is_unique:
            sums[:, group.units, place] += group.totals.T
        else:  # several keys are one unit, such as null and NaN
            np.add.at(sums[:, :, place].T, group.units, group.totals)


def _bases(
    question: Question, rows: Sequence[Row], cells: Sums, asked: Sums, missed: Sums
) -> Mapping[Base, Sums]:
    """Return the sums of each base, of the shape (items, places).

    The base of open answers is all respondents. Respondents who were asked a multiple response
    have answered it, except for those who gave only user-missing answers.
    """

    def with_status(*statuses: Status) -> Sums:
        chosen = [row.status in statuses for row in rows]
        return cells.pick(..., chosen, slice(None)).over(-2)

    if question.counts_each_answer:
        everyone = Sums(*map(np.add, asked, with_status(Status.NULL)))
        return {Base.ANSWERED: asked - missed, Base.ASKED: asked, Base.ALL: everyone}
    everyone = with_status(Status.ANSWER, Status.MISSING, Status.NULL)
    if question.kind is Kind.TEXT:
        return dict.fromkeys(Base, everyone)
    return {
        Base.ANSWERED: with_status(Status.ANSWER),
        Base.ASKED: with_status(Status.ANSWER, Status.MISSING),
        Base.ALL: everyone,
    }
