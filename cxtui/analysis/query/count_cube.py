"""Counting of a view: build the queries, run them, assemble the Cube.

Only filter, select, group_by, len and sum go to the engine. The Total holds all respondents who
pass the filters, including those outside all columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner, BannerColumns
from cxtui.analysis.query.banner_counts import (
    BannerCounts,
    GroupCount,
    GroupSums,
    UnitKey,
    add_groups,
)
from cxtui.analysis.query.counting_plan import ASKED, INVALID, QueryPlan
from cxtui.analysis.query.cube import (
    TOTAL,
    Column,
    Counts,
    Cube,
    Design,
    Moments,
    Numbers,
    Row,
    Status,
    Sums,
    Unit,
)
from cxtui.analysis.query.engine import query_frames
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.expressions.sample_design import read_design, stratum_name
from cxtui.analysis.query.query_batching import BatchedCount, batch_counts
from cxtui.analysis.query.question_plans import plan_question
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

    groups: tuple[tuple[GroupCount, ...], ...]


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
        """Return the cube of the groups; a number has quartiles if `respondents` are given.

        They are those of `asked`, weighted; quartiles need further queries.
        """
        plans = self.plans
        tallies = [
            add_groups(plans, answered.groups[place :: len(self.banners)], banner, self.settled)
            for place, banner in enumerate(self.banners)
        ]
        builder = _CubeBuilder(plans[0], tallies, self.view)
        cube = builder.cube(read_design(self.survey))
        if respondents is None or self.question.kind is not Kind.NUMERIC:
            return cube
        remaining = filter_respondents(self.survey, self.settled, respondents)
        found, rounded = column_quartiles(
            self.survey, remaining, self.question, builder.banners, plans[0].weighting
        )
        return replace(cube, quantiles=found, rounded=rounded)


def count_views(
    survey: Survey, counts: Sequence[tuple[ViewCount, nw.LazyFrame[Any]]]
) -> list[EngineCounts]:
    """Return the groups of several views of one survey, each with its respondents."""
    units = read_design(survey).columns
    owners: list[int] = []
    asked: list[BatchedCount] = []
    for owner, (count, respondents) in enumerate(counts):
        among = count.asked.filters, count.asked.weight
        for part, banner in product(count.plans, count.banners):
            owners.append(owner)
            asked.append(BatchedCount(part, respondents, banner, units, among))
    batches = batch_counts(asked, together=survey.is_remote)
    groups: dict[int, tuple[GroupCount, ...]] = {}
    frames = query_frames(survey, [batch.frame for batch in batches])
    for batch, found in zip(batches, frames, strict=True):
        groups |= batch.read(found)
    answers: list[list[tuple[GroupCount, ...]]] = [[] for _ in counts]
    for place, owner in enumerate(owners):
        answers[owner].append(groups[place])
    return [EngineCounts(tuple(one)) for one in answers]


def compute_cube(survey: Survey, view: View) -> Cube:
    """Count a view of a survey: one query for each banner variable, one more for quartiles.

    Raises `ViewError` if the view names something the survey does not have, and `SourceError` if
    the survey cannot be counted.
    """
    counting = ViewCount(survey, view)
    filtered = filter_respondents(survey, counting.asked.filters)
    respondents = add_weights(filtered, survey, view.weight)
    return counting.read(counting.ask(respondents), respondents)


class _CubeBuilder:
    """Builder of a cube's arrays from the sums of banner variables; the Total is first."""

    def __init__(self, plan: QueryPlan, tallies: Sequence[BannerCounts], view: View) -> None:
        self.plan = plan
        self.tallies = tallies
        self.columns: list[Column] = [TOTAL]
        self.banners: list[BannerColumns] = []
        self.overlaps: dict[tuple[int, int], int] = {}
        for number, found in enumerate(tallies):
            keys = (values for groups in found.units.values() for values in groups)
            own = found.banner.add_columns(self.columns, keys, view.filters, number)
            self.banners.append(own)
            for (one, a), (other, b) in combinations(own.positions.items(), 2):
                if found.banner.can_share(one, other):
                    self.overlaps[a, b] = len(self.overlaps)
        self.rows = (*plan.coder.rows, Row("", tr("No answer"), Status.NULL))

    def cube(self, design: Design) -> Cube:
        """Return the cube with the sums of all units, and of each unit if the design needs them."""
        keys = list(dict.fromkeys(key for found in self.tallies for key in found.units))
        counts, shared = self._counts(keys)
        units = [Unit(0, counts, shared)]
        if design.declared:
            names = design.strata if len(design.strata) > 1 else ()
            strata = (names.index(stratum_name(key[0])) if names else 0 for key in keys)
            units = [
                Unit(stratum, *self._counts([key]))
                for stratum, key in zip(strata, keys, strict=True)
            ]
        first = self.tallies[0]
        return Cube(
            question=self.plan.question,
            items=self.plan.items,
            rows=self.rows,
            columns=tuple(self.columns),
            counts=counts,
            shared=shared,
            overlaps=self.overlaps,
            design=replace(design, units=tuple(units)),
            left_out=round(first.kept - first.weighed),
        )

    def _counts(self, keys: Iterable[UnitKey]) -> tuple[Counts, Counts]:
        """Return the counts of these units, by column and by overlapping pair."""
        items, rows = len(self.plan.items), len(self.rows)
        # The last three rows: no answer, asked, and asked without a valid answer.
        cells = np.zeros((3, items, rows + 2, len(self.columns)))
        shared = np.zeros((3, items, rows + 2, len(self.overlaps)))
        powers = np.zeros((4, 1, len(self.columns)))
        both = np.zeros((4, 1, len(self.overlaps)))
        for key in keys:
            for found, columns in zip(self.tallies, self.banners, strict=True):
                total = [0] if found is self.tallies[0] else []
                for values, group in found.units.get(key, {}).items():
                    counted, power = self._group_arrays(group)
                    own = columns.of(values)
                    pairs = [
                        self.overlaps[pair]
                        for pair in combinations(own, 2)
                        if pair in self.overlaps
                    ]
                    where = [*total, *own]
                    cells[..., where] += counted
                    powers[..., where] += power
                    shared[..., pairs] += counted
                    both[..., pairs] += power
        return self._split_rows(cells, powers), self._split_rows(shared, both)

    def _group_arrays(self, group: GroupSums) -> tuple[Numbers, Numbers]:
        """Return a group as arrays of the shapes (3, items, rows + 2, 1) and (4, 1, 1)."""
        last = len(self.rows)
        rows = {None: last - 1, ASKED: last, INVALID: last + 1}
        counted = np.zeros((3, len(self.plan.items), last + 2, 1))
        for (item, row), triple in group.cells.items():
            counted[:, item, rows.get(row, row), 0] += triple
        return counted, np.array(group.power).reshape(4, 1, 1)

    def _split_rows(self, cells: Numbers, powers: Numbers) -> Counts:
        last = len(self.rows)
        sums = Sums(*cells[:, :, :last])
        asked, missed = Sums(*cells[:, :, last]), Sums(*cells[:, :, last + 1])
        return Counts(
            cells=sums,
            bases=_bases(self.plan.question, self.rows, sums, asked, missed),
            moments=Moments(*powers) if self.plan.question.kind is Kind.NUMERIC else None,
        )


def _bases(
    question: Question, rows: Sequence[Row], cells: Sums, asked: Sums, missed: Sums
) -> Mapping[Base, Sums]:
    """Return the sums of each base, of the shape (items, places).

    The base of open answers is all respondents. Respondents who were asked a multiple response
    have answered it, except for those who gave only user-missing answers.
    """

    def with_status(*statuses: Status) -> Sums:
        return cells.pick(slice(None), [row.status in statuses for row in rows]).over(1)

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
