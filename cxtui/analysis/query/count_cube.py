"""Counting of a view: build the queries, run them, assemble the Cube.

Only filter, select, group_by, len and sum go to the engine. The Total holds all respondents who
pass the filters, including those outside all columns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner, BannerColumns
from cxtui.analysis.query.banner_counts import (
    AnswerGroups,
    BannerCounts,
    GroupTable,
    Key,
    add_groups,
)
from cxtui.analysis.query.cluster_reduction import reduce_clusters
from cxtui.analysis.query.counting_plan import ASKED, INVALID, QueryPlan
from cxtui.analysis.query.cube import (
    MOST_CELLS,
    TOTAL,
    Column,
    CountLayer,
    Counts,
    Cube,
    Moments,
    Row,
    Status,
    Sums,
    separate_banners,
)
from cxtui.analysis.query.engine import query_frames
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.multiple_response import ItemPairsPlan, ThresholdPlan
from cxtui.analysis.query.query_batching import BatchedCount, batch_counts
from cxtui.analysis.query.question_plans import plan_question
from cxtui.analysis.query.sample import Numbers, Positions, Rule, Sample
from cxtui.analysis.query.sample_units import SampleUnits, sample_units
from cxtui.analysis.query.side_queries.quantiles import column_quartiles
from cxtui.analysis.view.view import Base, View
from cxtui.messages import tr
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question


@dataclass(frozen=True, slots=True)
class EngineCounts:
    """The engine's groups for a view: for each part of its plan, those of each banner variable.

    Views that differ only in filters that their banner keys decide share them.
    """

    groups: tuple[GroupTable, ...]


class ViewCount:
    """The queries of one view, and the reading of their results.

    If not `classed`, a number is counted for its mean only. Raises `ViewError` if the view names
    something the survey does not have.
    """

    def __init__(self, survey: Survey, view: View, *, classed: bool = True) -> None:
        self.survey = survey
        self.view = view
        question = required(survey, view.question, "question")
        if classed:
            question = add_classes(survey, question)
        self.question = replace(question, nets=(*question.nets, *view.nets))
        self.banners = [Banner(survey, names) for names in view.banner or [()]]
        self.settled = tuple(
            one
            for one in view.filters
            if isinstance(one, Filter) and all(banner.settles(one) for banner in self.banners)
        )

    @property
    def key(self) -> tuple[View, tuple[float, ...]]:
        """Return the cache key of the engine's groups."""
        return self.asked, self.question.classes

    @property
    def asked(self) -> View:
        """Return the view to be counted by the engine, without filters that banner keys decide."""
        filters = tuple(one for one in self.view.filters if one not in self.settled)
        return replace(self.view.counted, filters=filters)

    @property
    def plans(self) -> list[QueryPlan]:
        """Return new plans of the question."""
        weighting = weighting_of(self.survey, self.view.weight)
        return plan_question(self.survey, self.question, weighting)

    def ask(self, respondents: nw.LazyFrame[Any]) -> EngineCounts:
        """Run the queries and return their groups; `respondents` are those of `asked`, weighted."""
        return count_views(self.survey, [(self, respondents)])[0]

    def read(self, answered: EngineCounts, respondents: nw.LazyFrame[Any] | None = None) -> Cube:
        """Return the cube of the groups; with `respondents`, also what needs further queries.

        They are those of `asked`, weighted. A number has quartiles then, a multiple response the
        pairs of items that its overall test needs.
        """
        plans = self.plans
        builder = _CubeBuilder(plans[0], self._tallies(plans, answered.groups), self.view)
        cube = builder.cube()
        if respondents is None:
            return cube
        remaining = filter_respondents(self.survey, self.settled, respondents)
        if self.question.kind is Kind.NUMERIC:
            return self._with_quartiles(cube, builder, remaining)
        return self._with_item_pairs(cube, builder, remaining)

    @property
    def units(self) -> SampleUnits:
        """Return the units of the sample of all respondents with a usable weight."""
        return sample_units(self.survey, self.view.weight)

    def _tallies(self, plans: Sequence[QueryPlan], groups: Sequence[GroupTable]) -> _Tallies:
        units, banners = self.units, len(self.banners)
        position: Callable[[Key], int] = units.position
        strata = np.zeros(0, dtype=np.intp)
        if units.many:
            listed = {key: 0 for table in groups for key in table.units[0]}
            strata = np.array([units.position(key[:-1]) for key in listed], dtype=np.intp)
            position = {key: place for place, key in enumerate(listed)}.__getitem__
        counted = [
            add_groups(plans, groups[place::banners], banner, self.settled, position)
            for place, banner in enumerate(self.banners)
        ]
        return _Tallies(counted, units, strata)

    def _counted(
        self, builder: _CubeBuilder, plan: QueryPlan, respondents: nw.LazyFrame[Any]
    ) -> Cube:
        """Return the cube of another plan in the same columns."""
        asked = [
            BatchedCount(plan, respondents, banner, self.units.keys, ()) for banner in self.banners
        ]
        groups = _count(self.survey, asked, together=False)
        return builder.with_plan(plan, self._tallies([plan], groups)).cube()

    def _with_quartiles(
        self, cube: Cube, builder: _CubeBuilder, respondents: nw.LazyFrame[Any]
    ) -> Cube:
        """Return the cube of a number with its quartiles, and the shares up to each of them."""
        weighting = builder.plan.weighting
        quartiles = column_quartiles(
            self.survey, respondents, self.question, builder.banners, weighting
        )
        values = [value for column in quartiles.values for value in column]
        cube = replace(cube, quartiles=quartiles)
        if cube.sample.rule is Rule.TEXTBOOK:
            return cube
        bounds = [np.nan if value is None else value for value in values]
        plan = ThresholdPlan(self.survey, self.question, weighting, bounds)
        return replace(cube, below=self._counted(builder, plan, respondents))

    def _with_item_pairs(
        self, cube: Cube, builder: _CubeBuilder, respondents: nw.LazyFrame[Any]
    ) -> Cube:
        """Return the cube of a multiple response with the respondents who chose two items."""
        items = len(self.question.categories)
        if not self.question.counts_each_answer or not _needs_pairs(cube, items):
            return cube
        weighting = replace(builder.plan.weighting, others=())
        plan = ItemPairsPlan(self.survey, self.question, weighting)
        q = self._counted(builder, plan, respondents).units.columns.cells.q[:, 0]
        joint = np.zeros((len(q), items, items, q.shape[-1]))
        for row, (a, b) in enumerate(plan.pairs, items):
            joint[:, a, b] = joint[:, b, a] = q[:, row]
        return replace(cube, joint=joint)


def _needs_pairs(cube: Cube, items: int) -> bool:
    """Return whether the overall test of a multiple response needs its pairs of items."""
    if not cube.sample.needs_squares:
        return False
    separate = [places for places in separate_banners(cube) if len(places) > 1]
    return any(2 * items * len(places) <= MOST_CELLS for places in separate)


def count_views(
    survey: Survey, counts: Sequence[tuple[ViewCount, nw.LazyFrame[Any]]]
) -> list[EngineCounts]:
    """Return the groups of several views of one survey, each with its respondents."""
    owners: list[int] = []
    asked: list[BatchedCount] = []
    for owner, (count, respondents) in enumerate(counts):
        among = count.asked.filters, count.asked.weight
        for part, banner in product(count.plans, count.banners):
            owners.append(owner)
            asked.append(BatchedCount(part, respondents, banner, count.units.keys, among))
    answers: list[list[GroupTable]] = [[] for _ in counts]
    for owner, groups in zip(owners, _count(survey, asked, together=survey.is_remote), strict=True):
        answers[owner].append(groups)
    return [EngineCounts(tuple(one)) for one in answers]


def _count(survey: Survey, asked: Sequence[BatchedCount], *, together: bool) -> list[GroupTable]:
    """Return the groups of each count."""
    batches = batch_counts(asked, together=together)
    groups: dict[int, GroupTable] = {}
    frames = query_frames(survey, [batch.frame for batch in batches])
    for batch, found in zip(batches, frames, strict=True):
        groups |= batch.read(found)
    return [groups[place] for place in range(len(asked))]


def compute_cube(survey: Survey, view: View) -> Cube:
    """Count a view of a survey: one query for each banner variable, one more for quartiles.

    Raises `ViewError` if the view names something the survey does not have, and `SourceError` if
    the survey cannot be counted.
    """
    counting = ViewCount(survey, view)
    filtered = filter_respondents(survey, counting.asked.filters)
    respondents = add_weights(filtered, survey, view.weight)
    return counting.read(counting.ask(respondents), respondents)


@dataclass(frozen=True, slots=True)
class _Tallies:
    """Groups of each banner variable, by unit of the sample; `strata` are those of many units."""

    counted: Sequence[BannerCounts]
    units: SampleUnits
    strata: Positions


class _CubeBuilder:
    """Builder of a cube's arrays from the sums of banner variables; the Total is first."""

    def __init__(self, plan: QueryPlan, tallies: _Tallies, view: View) -> None:
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

    def with_plan(self, plan: QueryPlan, tallies: _Tallies) -> _CubeBuilder:
        """Return a builder of the same columns for another plan."""
        other = copy(self)
        other.plan, other.tallies = plan, tallies
        other.rows = (*plan.coder.rows, self.rows[-1])
        return other

    def cube(self) -> Cube:
        """Return the cube with the sums of all respondents, and of each unit of the sample."""
        counted, units, strata = self.tallies.counted, self.tallies.units, self.tallies.strata
        sample, others, present = units.sample, None, None
        if units.many:
            reduced = reduce_clusters(counted, strata, sample, self._class_of)
            whole = self._layer(reduced.whole, 1)
            layer = self._layer(reduced.products, reduced.rank)
            present = self._layer(reduced.present, len(reduced.reduction.clusters))
            sample = replace(sample, reduction=reduced.reduction)
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

    def _class_of(self, row: int | None) -> Hashable | None:
        """Return the rows whose respondents are in the same bases, `None` if they are in none."""
        if row is None or row in {ASKED, INVALID}:
            return ("row", row)
        status = self.rows[row].status
        if self.plan.question.counts_each_answer or status not in {Status.ANSWER, Status.MISSING}:
            return None
        return (status, self.rows[row].score is None)

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
