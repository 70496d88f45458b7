"""Counts of several views at once: their queries, and the groups that the engine returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import GroupTable
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.engine import query_frames
from cxtui.analysis.query.query_batching import BatchedCount, batch_counts
from cxtui.analysis.query.sample_units import SampleUnits
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.analysis.query.cluster_queries import ClusterQueries
    from cxtui.analysis.query.cluster_reduction import ClusterSpread


@dataclass(frozen=True, slots=True)
class EngineCounts:
    """The engine's groups for a view: for each part of its plan, those of each banner variable.

    Views that differ only in filters that their banner keys decide share them. `spreads` are those
    of many clusters in each part of the plan, if the engine reduced them; the groups are without
    clusters then.
    """

    groups: tuple[GroupTable, ...]
    spreads: tuple[ClusterSpread, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Plans to count of one view by its banners, in the units of the sample.

    `among` identifies the respondents. Unless `by_unit`, they are all in one unit.
    """

    plans: Sequence[QueryPlan]
    banners: Sequence[Banner]
    units: SampleUnits
    respondents: nw.LazyFrame[Any]
    among: tuple[Any, ...]
    by_unit: bool = True

    @property
    def is_reduced(self) -> bool:
        """Whether the engine may reduce the clusters, whose sums two banners would share."""
        return self.by_unit and self.units.many and len(self.banners) == 1

    def counts(self, *, by_unit: bool) -> list[BatchedCount]:
        """Return the counts of each plan and banner variable."""
        keys = self.units.keys if by_unit and self.by_unit else ()
        return [
            BatchedCount(plan, self.respondents, banner, keys, self.among)
            for plan, banner in product(self.plans, self.banners)
        ]


def answer(survey: Survey, asked: Sequence[Asked]) -> list[EngineCounts]:
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


def _reductions(one: Asked, tables: Sequence[GroupTable]) -> list[ClusterQueries]:
    """Return the queries that reduce the clusters of each plan, none if one of them cannot be."""
    from cxtui.analysis.query.cluster_queries import cluster_queries

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
