"""What is counted of a view: its plans, banners and units, and its groups as those of a cube."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import (
    add_groups,
)
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.cube import (
    Cube,
)
from cxtui.analysis.query.cube_builder import CubeBuilder, Tallies
from cxtui.analysis.query.expressions.exact_sums import weighting_of
from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.groups.distinct_keys import Key
from cxtui.analysis.query.groups.engine_counts import Asked, EngineCounts, answer
from cxtui.analysis.query.question_plans import plan_question
from cxtui.analysis.query.sample_units import SampleUnits, sample_units
from cxtui.analysis.view.view import View
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind


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
        self.question = (
            replace(question, nets=(*question.nets, *view.nets)) if view.nets else question
        )
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
        counted = self.view.counted
        if not self.settled:
            return counted
        filters = tuple(one for one in self.view.filters if one not in self.settled)
        return replace(counted, filters=filters)

    @property
    def needs_respondents(self) -> bool:
        """Whether further queries follow: of quartiles, or of pairs of items."""
        return self.question.kind is Kind.NUMERIC or self.question.counts_each_answer

    @cached_property
    def plans(self) -> list[QueryPlan]:
        """Return the plans of the question, which learn of unlisted answers from its groups."""
        weighting = weighting_of(self.survey, self.view.weight)
        return plan_question(self.survey, self.question, weighting)

    def ask(self, respondents: nw.LazyFrame[Any]) -> EngineCounts:
        """Run the queries and return their groups; `respondents` are those of `asked`, weighted."""
        return count_views(self.survey, [(self, respondents)])[0]

    def asking(
        self, plans: Sequence[QueryPlan], respondents: nw.LazyFrame[Any], *, by_unit: bool = True
    ) -> Asked:
        """Return plans to be counted of the `respondents` of `asked`."""
        among = self.asked.filters, self.asked.weight
        return Asked(plans, self.banners, self.units, respondents, among, by_unit)

    def builder(self, answered: EngineCounts) -> CubeBuilder:
        """Return the builder of the cube of the groups."""
        plans = self.plans
        return CubeBuilder(plans[0], self._tallies(plans, answered), self.view)

    def counted(self, builder: CubeBuilder, plan: QueryPlan, answered: EngineCounts) -> Cube:
        """Return the cube of the groups of another plan in the same columns."""
        return builder.with_plan(plan, self._tallies([plan], answered)).cube()

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
        from cxtui.analysis.query.cluster_reduction import reduce_clusters, spread_of, whole_of

        spread = spread_of(counted, strata, units.sample, plans[0])
        reduced = reduce_clusters(counted, spread, plans[0].base_class)
        return Tallies([whole_of(one) for one in counted], units, reduced)

    def _reduced_by_engine(self, plans: Sequence[QueryPlan], answered: EngineCounts) -> Tallies:
        """Return the groups of one banner variable, whose clusters each plan reduced."""
        from cxtui.analysis.query.cluster_reduction import (
            join_reduced,
            merge_moments,
            reduce_clusters,
        )

        (banner,) = self.banners
        reduced = []
        for plan, table, spread in zip(plans, answered.groups, answered.spreads, strict=True):
            own = merge_moments(add_groups([plan], [table], banner, (), _only_unit))
            reduced.append(reduce_clusters([own], spread, plan.base_class))
        counted = add_groups(plans, answered.groups, banner, (), _only_unit)
        return Tallies([counted], self.units, join_reduced(reduced))


def _only_unit(_: Key) -> int:
    return 0


def count_views(
    survey: Survey, counts: Sequence[tuple[ViewCount, nw.LazyFrame[Any]]]
) -> list[EngineCounts]:
    """Return the groups of several views of one survey, each with its respondents."""
    return answer(survey, [count.asking(count.plans, frame) for count, frame in counts])
