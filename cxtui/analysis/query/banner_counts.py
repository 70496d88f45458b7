"""One query a banner variable, and its answer group by group."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.engine import cancellable
from cxtui.analysis.query.expressions.exact_sums import Triple, Weighting
from cxtui.survey.conditions import Filter
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey

ROW_COUNT = "__everyone"
"""The column of how many rows a group has."""

UnitKey = tuple[Any, ...]
"""The stratum and the cluster of respondents, as far as the codebook declares them."""


GroupCount = tuple[tuple[Any, ...], int, Triple, tuple[Any, ...]]
"""What the engine says of one group: its keys, its rows, their (n, W, Q), and the plan's sums."""


@dataclass(slots=True)
class GroupSums:
    """Respondents of one unit with the same banner keys: who said what, and their moments."""

    cells: dict[tuple[int, int | None], list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    power: list[float] = field(default_factory=lambda: [0.0] * 4)


@dataclass(slots=True)
class BannerCounts:
    """The answer to one query: by unit, and in it by banner keys.

    `kept` counts the rows that pass the filters, `weighed` those of them with a usable weight.
    """

    banner: Banner
    units: dict[UnitKey, dict[tuple[Any, ...], GroupSums]] = field(default_factory=dict)
    kept: int = 0
    weighed: float = 0.0


def add_groups(
    parts: Sequence[QueryPlan],
    counted: Sequence[Iterable[GroupCount]],
    banner: Banner,
    settled: Sequence[Filter],
) -> BannerCounts:
    """Add up the groups of one query a part, but for those that the filters `settled` leave out.

    Each part counts the same respondents.
    """
    found = BannerCounts(banner)
    for plan, groups in zip(parts, counted, strict=True):
        found.kept, found.weighed = 0, 0.0
        _add_up(found, plan, groups, settled)
    return found


def _add_up(
    found: BannerCounts, plan: QueryPlan, counted: Iterable[GroupCount], settled: Sequence[Filter]
) -> None:
    banner = found.banner
    for keys, size, whole, sums in counted:
        answer, rest = keys[: len(plan.keys)], keys[len(plan.keys) :]
        values, unit = rest[: len(banner.variables)], rest[len(banner.variables) :]
        if not banner.keeps(values, settled):
            continue
        found.kept += size
        found.weighed += whole[0]
        group = found.units.setdefault(tuple(unit), {}).setdefault(tuple(values), GroupSums())
        for item, row, triple in plan.tallies(answer, sums, whole):
            _add_to(group.cells[item, row], triple)
        if power := plan.power(sums):
            _add_to(group.power, power)


def banner_query(
    plan: QueryPlan, frame: nw.LazyFrame[Any], banner: Banner, units: Sequence[str]
) -> nw.LazyFrame[Any]:
    """Return the query of one banner variable; `units` are the columns of the sampling design."""
    grouped = group_keys(plan.survey, banner, units)
    weights = [nw.col(*plan.weighting.columns)] if plan.weighting.columns else []
    rows = frame.select(*plan.columns(), *grouped.values(), *weights)
    prepared = plan.refine(cancellable(plan.survey, rows))
    sums = [*total_sums(plan.weighting), *plan.sums()]
    keys = [*plan.keys, *grouped]
    return prepared.group_by(*keys).agg(*sums) if keys else prepared.select(*sums)


def group_keys(survey: Survey, banner: Banner, units: Sequence[str]) -> dict[str, nw.Expr]:
    """Return what respondents are grouped by beside their answer: banner keys, then units."""
    keys = {f"__b{depth}": one.key(survey) for depth, one in enumerate(banner.variables)}
    keys |= {f"__u{depth}": file_column(column) for depth, column in enumerate(units)}
    return {name: key.alias(name) for name, key in keys.items()}


def total_sums(weighting: Weighting) -> list[nw.Expr]:
    """Return what is summed in every group: its rows, and the columns of the weighting."""
    weights = [nw.col(*weighting.columns)] if weighting.columns else []
    return [nw.len().alias(ROW_COUNT), *(one.sum().name.suffix("_all") for one in weights)]


def read_groups(found: nw.DataFrame[Any], weighting: Weighting) -> tuple[GroupCount, ...]:
    """Return the groups that a `query` found, in one order."""
    names = found.columns
    keys = names.index(ROW_COUNT)
    own = keys + 1 + len(weighting.columns)
    groups: list[GroupCount] = []
    for values in sorted(found.rows(), key=lambda row: group_sort_key(row[:keys])):
        size = int(values[keys] or 0)
        whole = weighting.triple(size, values[keys + 1 : own])
        groups.append((values[:keys], size, whole, values[own:]))
    return tuple(groups)


def group_sort_key(keys: Sequence[Any]) -> list[tuple[bool, Any]]:
    """Return by what to sort groups: an engine yields them in any order, and each time another.

    Values that no codebook lists become rows in this order, and sums are added up in it.
    """
    return [(key is None, "" if key is None else _comparable(key)) for key in keys]


def _comparable(key: object) -> object:
    plain = isinstance(key, str | int | float | datetime.date | datetime.time)
    return key if plain else str(key)


def _add_to(total: list[float], part: Sequence[float]) -> None:
    for position, value in enumerate(part):
        total[position] += value
