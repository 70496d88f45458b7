"""Counting of a view: build the queries, run them, assemble the Cube.

Only filter, select, group_by, len and sum go to the engine. The Total holds all respondents who
pass the filters, including those outside all columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import (
    GroupTable,
    add_groups,
)
from cxtui.analysis.query.cluster_queries import ClusterQueries, cluster_queries
from cxtui.analysis.query.cluster_reduction import (
    ClusterSpread,
    join_reduced,
    merge_moments,
    reduce_clusters,
    spread_of,
    whole_of,
)
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.cube import (
    MOST_CELLS,
    Cube,
    separate_banners,
)
from cxtui.analysis.query.cube_builder import CubeBuilder, Tallies
from cxtui.analysis.query.engine import query_frames
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.groups.distinct_keys import Key
from cxtui.analysis.query.multiple_response import ItemPairsPlan, ThresholdPlan
from cxtui.analysis.query.query_batching import BatchedCount, batch_counts
from cxtui.analysis.query.question_plans import plan_question
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.query.sample_units import SampleUnits, sample_units
from cxtui.analysis.query.side_queries.quantiles import column_quartiles
from cxtui.analysis.view.view import View
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind


@dataclass(frozen=True, slots=True)
class EngineCounts:
    """The engine's groups for a view: for each part of its plan, those of each banner variable.

    Views that differ only in filters that their banner keys decide share them. `spreads` are those
    of many clusters in each part of the plan, if the engine reduced them; the groups are without
    clusters then.
    """

    groups: tuple[GroupTable, ...]
    spreads: tuple[ClusterSpread, ...] = ()


class ViewCount:
    """The queries of one view, and the reading of their results.

    If not `classed`, a number is counted for its mean only. `banners` are those of other views with
    the same. Raises `ViewError` if the view names something the survey does not have.
    """

    def __init__(
        self,
        survey: Survey,
        view: View,
        *,
        classed: bool = True,
        banners: Sequence[Banner] | None = None,
    ) -> None:
        self.survey = survey
        self.view = view
        question = required(survey, view.question, "question")
        if classed:
            question = add_classes(survey, question)
        self.question = replace(question, nets=(*question.nets, *view.nets))
        self.banners = banners or [Banner(survey, names) for names in view.banner or [()]]

    @cached_property
    def settled(self) -> tuple[Filter, ...]:
        """Return the filters that banner keys decide, none where clusters are reduced."""
        if self.units.many:
            return ()
        return tuple(
            one
            for one in self.view.filters
            if isinstance(one, Filter) and all(banner.settles(one) for banner in self.banners)
        )

    @property
    def key(self) -> tuple[View, tuple[float, ...]]:
        """Return the cache key of the engine's groups."""
        return self.asked, self.question.classes

    @cached_property
    def asked(self) -> View:
        """Return the view to be counted by the engine, without filters that banner keys decide."""
        filters = tuple(one for one in self.view.filters if one not in self.settled)
        return replace(self.view.counted, filters=filters)

    @property
    def needs_respondents(self) -> bool:
        """Whether further queries follow: of quartiles, or of pairs of items."""
        return self.question.kind is Kind.NUMERIC or self.question.counts_each_answer

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
        builder = CubeBuilder(plans[0], self._tallies(plans, answered), self.view)
        cube = builder.cube()
        if respondents is None or not self.needs_respondents:
            return cube
        remaining = filter_respondents(self.survey, self.settled, respondents)
        if self.question.kind is Kind.NUMERIC:
            return self._with_quartiles(cube, builder, remaining)
        return self._with_item_pairs(cube, builder, remaining)

    @cached_property
    def units(self) -> SampleUnits:
        """Return the units of the sample of all respondents with a usable weight."""
        return sample_units(self.survey, self.view.weight)

    def _tallies(self, plans: Sequence[QueryPlan], answered: EngineCounts) -> Tallies:
        units, tables = self.units, answered.groups
        if answered.spreads:
            return self._reduced_by_engine(plans, answered)
        position: Callable[[Key], int] = units.position
        strata = np.zeros(0, dtype=np.intp)
        if units.many:
            listed = {key: 0 for table in tables for key in table.units[0]}
            strata = np.array([units.position(key[:-1]) for key in listed], dtype=np.intp)
            position = {key: place for place, key in enumerate(listed)}.__getitem__
        counted = [
            add_groups(plans, tables[place :: len(self.banners)], banner, self.settled, position)
            for place, banner in enumerate(self.banners)
        ]
        if not units.many:
            return Tallies(counted, units)
        spread = spread_of(counted, strata, units.sample, plans[0])
        reduced = reduce_clusters(counted, spread, plans[0].base_class)
        return Tallies([whole_of(one) for one in counted], units, reduced)

    def _reduced_by_engine(self, plans: Sequence[QueryPlan], answered: EngineCounts) -> Tallies:
        """Return the groups of one banner variable, whose clusters each plan reduced."""
        (banner,) = self.banners
        reduced = []
        for plan, table, spread in zip(plans, answered.groups, answered.spreads, strict=True):
            own = merge_moments(add_groups([plan], [table], banner, (), _only_unit))
            reduced.append(reduce_clusters([own], spread, plan.base_class))
        counted = add_groups(plans, answered.groups, banner, (), _only_unit)
        return Tallies([counted], self.units, join_reduced(reduced))

    def _counted(
        self, builder: CubeBuilder, plan: QueryPlan, respondents: nw.LazyFrame[Any]
    ) -> Cube:
        """Return the cube of another plan in the same columns."""
        among = self.asked.filters, self.asked.weight
        asked = _Asked(self, [plan], respondents, among)
        (answered,) = _answer(self.survey, [asked])
        return builder.with_plan(plan, self._tallies([plan], answered)).cube()

    def _with_quartiles(
        self, cube: Cube, builder: CubeBuilder, respondents: nw.LazyFrame[Any]
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
        self, cube: Cube, builder: CubeBuilder, respondents: nw.LazyFrame[Any]
    ) -> Cube:
        """Return the cube of a multiple response with the respondents who chose two items."""
        items = len(self.question.categories)
        if not _needs_pairs(cube, items):
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


def _only_unit(_: Key) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """The plans to count of one view; `among` identifies its respondents."""

    count: ViewCount
    plans: Sequence[QueryPlan]
    respondents: nw.LazyFrame[Any]
    among: tuple[Any, ...]

    @property
    def units(self) -> SampleUnits:
        """Return the units of the sample."""
        return self.count.units

    @property
    def is_reduced(self) -> bool:
        """Whether the engine may reduce the clusters, whose sums two banners would share."""
        return self.units.many and len(self.count.banners) == 1

    def counts(self, *, by_unit: bool) -> list[BatchedCount]:
        """Return the counts of each plan and banner variable."""
        keys = self.units.keys if by_unit else ()
        return [
            BatchedCount(plan, self.respondents, banner, keys, self.among)
            for plan, banner in product(self.plans, self.count.banners)
        ]


def count_views(
    survey: Survey, counts: Sequence[tuple[ViewCount, nw.LazyFrame[Any]]]
) -> list[EngineCounts]:
    """Return the groups of several views of one survey, each with its respondents."""
    asked = [
        _Asked(count, count.plans, respondents, (count.asked.filters, count.asked.weight))
        for count, respondents in counts
    ]
    return _answer(survey, asked)


def _answer(survey: Survey, asked: Sequence[_Asked]) -> list[EngineCounts]:
    """Return the groups of each view, with the spread of many clusters where it can be asked."""
    first = _count(survey, [one.counts(by_unit=not one.is_reduced) for one in asked])
    found = [EngineCounts(groups) for groups in first]
    reduced = {
        place: queries
        for place, one in enumerate(asked)
        if one.is_reduced and (queries := _reductions(one, first[place]))
    }
    for place, spreads in zip(reduced, _spreads(survey, list(reduced.values())), strict=True):
        found[place] = EngineCounts(first[place], spreads)
    left = [place for place, one in enumerate(asked) if one.is_reduced and place not in reduced]
    again = _count(survey, [asked[place].counts(by_unit=True) for place in left])
    for place, groups in zip(left, again, strict=True):
        found[place] = EngineCounts(groups)
    return found


def _reductions(one: _Asked, tables: Sequence[GroupTable]) -> list[ClusterQueries]:
    """Return the queries that reduce the clusters of each plan, none if one of them cannot be."""
    found = [
        cluster_queries(count, table, one.units)
        for count, table in zip(one.counts(by_unit=False), tables, strict=True)
    ]
    return [queries for queries in found if queries] if all(found) else []


def _spreads(
    survey: Survey, asked: Sequence[Sequence[ClusterQueries]]
) -> Iterator[tuple[ClusterSpread, ...]]:
    """Yield the spreads of each view."""
    frames = [part for queries in asked for one in queries for part in (one.products, one.sets)]
    results = iter(query_frames(survey, frames) if frames else [])
    for queries in asked:
        yield tuple(one.read(next(results), next(results)) for one in queries)


def _count(survey: Survey, asked: Sequence[Sequence[BatchedCount]]) -> list[tuple[GroupTable, ...]]:
    """Return the groups of each of several counts."""
    every = [one for own in asked for one in own]
    batches = batch_counts(every, is_remote=survey.is_remote)
    groups: dict[int, GroupTable] = {}
    frames = [frame for batch in batches for frame in batch.frames]
    results = iter(query_frames(survey, frames) if frames else [])
    for batch in batches:
        groups |= batch.read(results)
    answers = (groups[place] for place in range(len(every)))
    return [tuple(islice(answers, len(own))) for own in asked]


def compute_cube(survey: Survey, view: View) -> Cube:
    """Count a view of a survey: one query for each banner variable, one more for quartiles.

    Raises `ViewError` if the view names something the survey does not have, and `SourceError` if
    the survey cannot be counted.
    """
    counting = ViewCount(survey, view)
    filtered = filter_respondents(survey, counting.asked.filters)
    respondents = add_weights(filtered, survey, view.weight)
    return counting.read(counting.ask(respondents), respondents)
