"""Batching of counts of the same respondents and banner.

Few respondents are counted in the memory of this process, more by a query for each count. For a
server single-answer questions and items of grids are unpivoted to one long column of answers, which
is grouped once; the queries of all others are concatenated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, takewhile
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import (
    ROW_COUNT,
    GroupTable,
    banner_query,
    group_keys,
    read_groups,
    split_groups,
    total_sums,
)
from cxtui.analysis.query.counting_plan import ROW, QueryPlan
from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.analysis.query.groups.counts_in_memory import GroupedRows
from cxtui.analysis.query.question_plans import SingleAnswerPlan
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

_OURS = "__"
"""The beginning of the names of columns that are not the file's."""

_PLACE = "__place"
_LONG = 40
"""Maximum number of questions in one long column, each of which adds all respondents."""

_FEW = 2**13
"""Respondents up to which counting in memory takes less time than building and running a query."""

_WIDE = 60
"""Maximum number of sums in concatenated queries; planning more takes servers too long."""


@dataclass(frozen=True, slots=True)
class BatchedCount:
    """One count: plan, respondents, banner and units; `among` identifies the respondents."""

    plan: QueryPlan
    respondents: nw.LazyFrame[Any]
    banner: Banner
    units: tuple[nw.Expr, ...]
    among: tuple[Any, ...]

    @property
    def is_for_memory(self) -> bool:
        """Whether the respondents are counted in memory."""
        return fits_memory(self.plan.survey, self.plan.weighting)


@dataclass(frozen=True, slots=True)
class Batch:
    """Counts in one query, with their positions in the original order.

    `keys` are the numbers of keys of the answer and of the banner.
    """

    places: tuple[int, ...]
    frame: nw.LazyFrame[Any]
    widths: tuple[int, ...]
    weighting: Weighting
    keys: tuple[int, int]

    @property
    def frames(self) -> list[nw.LazyFrame[Any]]:
        """Return the only query."""
        return [self.frame]

    def read(self, results: Iterator[nw.DataFrame[Any]]) -> Iterator[tuple[int, GroupTable]]:
        """Yield the position and the groups of each count, from the next result."""
        found = next(results)
        answers, variables = self.keys
        if len(self.places) == 1:
            yield self.places[0], read_groups(found, self.weighting, answers, variables)
            return
        found = found.with_columns(nw.col(_PLACE).cast(nw.Int64))
        table = read_groups(found, self.weighting, 1 + answers, variables)
        tables = split_groups(table, len(self.places))
        for place, width, own in zip(self.places, self.widths, tables, strict=True):
            yield place, replace(own, sums=own.sums[:, :width])


@dataclass(frozen=True, slots=True)
class BatchInMemory:
    """Counts of the same respondents and banner in memory, with their positions."""

    numbered: Sequence[tuple[int, BatchedCount]]

    @property
    def frames(self) -> list[nw.LazyFrame[Any]]:
        """Return the rows to be counted: keys, weights and single answers, then other plans'."""
        first = self.numbered[0][1]
        names = _answer_names(self.numbered)
        plain = [name for name in names.values() if not name.startswith(_OURS)]
        # One expression of all columns: building one for each takes longer than running it.
        answers = [file_column(*dict.fromkeys(plain))] if plain else []
        answers += [
            one.plan.columns()[0].alias(names[place])
            for place, one in self.numbered
            if names.get(place, "").startswith(_OURS)
        ]
        keys = group_keys(first.plan.survey, first.banner, first.units)
        weights = map(nw.col, first.plan.weighting.columns)
        return [
            first.respondents.select(
                *answers,
                *keys.values(),
                *weights,
                *([] if answers or keys else [first.plan.columns()[0]]),
            ),
            *(
                one.plan.rows_in_memory(one.respondents)
                for _, one in self.numbered
                if not _is_long(one)
            ),
        ]

    def read(self, results: Iterator[nw.DataFrame[Any]]) -> Iterator[tuple[int, GroupTable]]:
        """Yield the position and the groups of each count, from the results of its frames."""
        first = self.numbered[0][1]
        shared = next(results)
        keys = [name for name in shared.columns if name.startswith("__b")]
        units = [name for name in shared.columns if name.startswith("__u")]
        rows = GroupedRows.of(shared, keys, units, first.plan.weighting)
        names = _answer_names(self.numbered)
        for place, one in self.numbered:
            if place in names:
                yield place, rows.count_answers(shared.get_column(names[place]))
            else:
                yield place, rows.count(one.plan, next(results))


def fits_memory(survey: Survey, weighting: Weighting) -> bool:
    """Return whether respondents are few enough; sums of further weights need the engine."""
    return are_few(survey) and not weighting.others


def are_few(survey: Survey) -> bool:
    """Return whether respondents are in this process and few."""
    return survey.respondents <= _FEW and not survey.is_remote


def batch_counts(asked: Sequence[BatchedCount], *, is_remote: bool) -> list[Batch | BatchInMemory]:
    """Return the batches of all counts.

    Respondents who are few enough for the memory are counted there. Of more, each question is
    counted by a query of its own in this process, and several at once on a server.
    """
    if not is_remote:
        return list(_batch_near(asked))
    numbered = sorted(enumerate(asked), key=lambda one: _batch_key(one[1]))
    found: list[Batch | BatchInMemory] = []
    for _, alike in groupby(numbered, key=lambda one: _batch_key(one[1])):
        rest = list(alike)
        while rest:
            totals = accumulate(max(len(one.plan.sums()), 1) for _, one in rest)
            fitting = sum(1 for _ in takewhile(lambda total: total <= _WIDE, totals))
            size = _LONG if _is_long(rest[0][1]) else max(fitting, 1)
            found.append(_make_batch(rest[:size]))
            rest = rest[size:]
    return found


def _batch_near(asked: Sequence[BatchedCount]) -> Iterator[Batch | BatchInMemory]:
    alike: dict[tuple[str, str], list[tuple[int, BatchedCount]]] = {}
    for place, one in enumerate(asked):
        if one.is_for_memory:
            alike.setdefault(_among(one), []).append((place, one))
        else:
            yield _make_batch([(place, one)])
    yield from map(BatchInMemory, alike.values())


def _among(one: BatchedCount) -> tuple[str, str]:
    names = [each.question.id for each in one.banner.variables]
    return repr(one.among), repr((names, len(one.units)))


def _batch_key(one: BatchedCount) -> tuple[str, ...]:
    among = _among(one)
    plan = one.plan
    if _is_long(one):
        is_text = plan.question.kind in {Kind.DATE, Kind.TEXT}
        return ("long", str(nw.String() if is_text else plan.survey.schema[plan.column]), *among)
    return ("wide" if plan.keys else "narrow", "", *among)


def _answer_names(numbered: Sequence[tuple[int, BatchedCount]]) -> dict[int, str]:
    """Return the column of each single answer: the file's, where it has them as they are."""
    plans = ((place, one.plan) for place, one in numbered)
    return {
        place: plan.plain
        if plan.plain and not plan.plain.startswith(_OURS)
        else f"{_OURS}answer_{place}"
        for place, plan in plans
        if isinstance(plan, SingleAnswerPlan)
    }


def _is_long(one: BatchedCount) -> bool:
    return isinstance(one.plan, SingleAnswerPlan)


def _make_batch(numbered: Sequence[tuple[int, BatchedCount]]) -> Batch:
    places, asked = zip(*numbered, strict=True)
    first = asked[0]
    keys = len(first.plan.keys), len(first.banner.variables)
    if len(asked) == 1:
        frame = banner_query(first.plan, first.respondents, first.banner, first.units)
        return Batch(places, frame, (len(first.plan.sums()),), first.plan.weighting, keys)
    if _is_long(first):
        return Batch(places, _long_query(asked), (0,) * len(asked), first.plan.weighting, keys)
    frame, widths = _concat_queries(asked)
    return Batch(places, frame, widths, first.plan.weighting, keys)


def _long_query(asked: Sequence[BatchedCount]) -> nw.LazyFrame[Any]:
    """Return the query of several single-answer questions as one long column."""
    first = asked[0]
    answers = [one.plan.columns()[0].alias(str(number)) for number, one in enumerate(asked)]
    keys = group_keys(first.plan.survey, first.banner, first.units)
    weights = first.plan.weighting.columns
    wide = first.respondents.select(*answers, *keys.values(), *map(nw.col, weights))
    tall = wide.unpivot(
        on=[str(number) for number in range(len(asked))],
        index=[*keys, *weights],
        variable_name=_PLACE,
        value_name=ROW,
    )
    return tall.group_by(_PLACE, ROW, *keys).agg(*total_sums(first.plan.weighting))


def _concat_queries(
    asked: Sequence[BatchedCount],
) -> tuple[nw.LazyFrame[Any], tuple[int, ...]]:
    """Return the concatenated queries, padded to the same number of sums, and their numbers."""
    widths = []
    frames = []
    weighting = asked[0].plan.weighting
    whole = 1 + len(weighting.columns)
    for number, one in enumerate(asked):
        frame = banner_query(one.plan, one.respondents, one.banner, one.units)
        names = frame.collect_schema().names()
        keys = [*one.plan.keys, *group_keys(one.plan.survey, one.banner, one.units)]
        own = [name for name in names if name not in keys]
        widths.append(len(own) - whole)
        frames.append((number, frame, keys, own))
    widest = max(widths) + whole
    parts = [
        frame.select(
            nw.lit(number).alias(_PLACE),
            *(nw.col(key).cast(nw.Int64) if key == ROW and own[whole:] else key for key in keys),
            *(nw.col(name).cast(nw.Float64).alias(_sum(place)) for place, name in enumerate(own)),
            *(nw.lit(0.0).alias(_sum(place)) for place in range(len(own), widest)),
        )
        for number, frame, keys, own in frames
    ]
    return nw.concat(parts, how="vertical"), tuple(widths)


def _sum(place: int) -> str:
    return ROW_COUNT if place == 0 else f"__s{place}"
