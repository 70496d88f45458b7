"""Many counts as few queries, for servers on which each query costs, however little it counts.

Counts of the same respondents by the same columns go together. Questions with one answer a
respondent, and the items of a grid, become one long column of answers, which is grouped once; the
queries of all others are put under each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import (
    EVERYONE,
    Counted,
    groups_of,
    keys_of,
    query,
    whole_sums,
)
from cxtui.analysis.query.counting_plan import ROW, Part
from cxtui.analysis.query.expressions.exact_sums import Weighing
from cxtui.analysis.query.question_plans import ByAnswer
from cxtui.survey.model import Kind

_PLACE = "__place"
_LONG = 40
"""Answers of so many questions are one long column: each makes it longer by all respondents."""

_WIDE = 60
"""Sums that are put under each other in one query: beyond, servers take longer to plan it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One count: how, of whom, and by which columns; `among` names the respondents."""

    plan: Part
    respondents: nw.LazyFrame[Any]
    banner: Banner
    units: tuple[str, ...]
    among: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Counts that one query answers, by their places in the order they were asked in."""

    places: tuple[int, ...]
    frame: nw.LazyFrame[Any]
    widths: tuple[int, ...]
    weighing: Weighing

    def read(self, found: nw.DataFrame[Any]) -> Iterator[tuple[int, tuple[Counted, ...]]]:
        """Yield the groups of each count, with its place."""
        if len(self.places) == 1:
            yield self.places[0], groups_of(found, self.weighing)
            return
        rest = [name for name in found.columns if name != _PLACE]
        for number, (place, width) in enumerate(zip(self.places, self.widths, strict=True)):
            own = found.filter(nw.col(_PLACE).cast(nw.String) == str(number)).select(*rest)
            groups = groups_of(own, self.weighing)
            yield (
                place,
                tuple((keys, size, all_, sums[:width]) for keys, size, all_, sums in groups),
            )


def bundled(asked: Sequence[Asked]) -> list[Bundle]:
    """Return the queries that answer all that is asked."""
    numbered = sorted(enumerate(asked), key=lambda one: _kind(one[1]))
    found: list[Bundle] = []
    for _, alike in groupby(numbered, key=lambda one: _kind(one[1])):
        rest = list(alike)
        while rest:
            take = _take(rest)
            found.append(_bundle(rest[:take]))
            rest = rest[take:]
    return found


def _kind(one: Asked) -> tuple[str, ...]:
    """Return what must be the same for counts to go together."""
    among = repr(one.among), ",".join(each.question.id for each in one.banner.variables)
    if _is_long(one):
        return ("long", str(_answer_type(one.plan)), *among)
    return ("wide" if one.plan.keys else "narrow", "", *among)


def _is_long(one: Asked) -> bool:
    return isinstance(one.plan, ByAnswer)


def _answer_type(plan: Part) -> nw.dtypes.DType | type[nw.dtypes.DType]:
    """Return the type of what a question with one answer is grouped by."""
    dtype = plan.survey.schema[plan.column]
    return nw.String() if plan.question.kind in {Kind.DATE, Kind.TEXT} else dtype


def _take(rest: Sequence[tuple[int, Asked]]) -> int:
    """Return how many of these one query can answer."""
    if _is_long(rest[0][1]):
        return min(len(rest), _LONG)
    widths = (len(one.plan.sums()) for _, one in rest)
    total, count = 0, 0
    for width in widths:
        total += max(width, 1)
        if count and total > _WIDE:
            break
        count += 1
    return count


def _bundle(numbered: Sequence[tuple[int, Asked]]) -> Bundle:
    places = tuple(place for place, _ in numbered)
    asked = [one for _, one in numbered]
    first = asked[0]
    if len(asked) == 1:
        frame = query(first.plan, first.respondents, first.banner, first.units)
        return Bundle(places, frame, (0,), first.plan.weighing)
    if _is_long(first):
        return Bundle(places, _long(asked), (0,) * len(asked), first.plan.weighing)
    return _stacked(places, asked)


def _long(asked: Sequence[Asked]) -> nw.LazyFrame[Any]:
    """Return the query of several questions with one answer a respondent."""
    first = asked[0]
    answers = [one.plan.columns()[0].alias(str(number)) for number, one in enumerate(asked)]
    keys = keys_of(first.plan.survey, first.banner, first.units)
    weights = first.plan.weighing.columns
    wide = first.respondents.select(*answers, *keys.values(), *map(nw.col, weights))
    tall = wide.unpivot(
        on=[str(number) for number in range(len(asked))],
        index=[*keys, *weights],
        variable_name=_PLACE,
        value_name=ROW,
    )
    return tall.group_by(_PLACE, ROW, *keys).agg(*whole_sums(first.plan.weighing))


def _stacked(places: tuple[int, ...], asked: Sequence[Asked]) -> Bundle:
    """Return the queries of several questions under each other, each as wide as the widest."""
    widths = []
    frames = []
    weighing = asked[0].plan.weighing
    whole = 1 + len(weighing.columns)
    for number, one in enumerate(asked):
        frame = query(one.plan, one.respondents, one.banner, one.units)
        names = frame.collect_schema().names()
        keys = [*one.plan.keys, *keys_of(one.plan.survey, one.banner, one.units)]
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
    return Bundle(places, nw.concat(parts, how="vertical"), tuple(widths), weighing)


def _sum(place: int) -> str:
    return EVERYONE if place == 0 else f"__s{place}"
