"""Query of one banner variable, and the sums of its groups."""

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
"""The column with the number of rows of a group."""

UnitKey = tuple[Any, ...]
"""The stratum and the cluster of a respondent, if the codebook declares them."""


GroupCount = tuple[tuple[Any, ...], int, Triple, tuple[Any, ...]]
"""One group counted by the engine: keys, number of rows, (n, W, Q), and the plan's sums."""


@dataclass(slots=True)
class GroupSums:
    """Sums of the respondents of one unit with the same banner keys: cells and moments."""

    cells: dict[tuple[int, int | None], list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    power: list[float] = field(default_factory=lambda: [0.0] * 4)


@dataclass(slots=True)
class BannerCounts:
    """Sums of one banner variable, by unit and banner keys.

    `kept` counts the rows that pass the filters, `weighed` those of them with a usable weight.
    """

    banner: Banner
    units: dict[UnitKey, dict[tuple[Any, ...], GroupSums]] = field(default_factory=dict)
    kept: int = 0
    weighed: float = 0.0


def add_groups(
    plans: Sequence[QueryPlan],
    counted: Sequence[Iterable[GroupCount]],
    banner: Banner,
    settled: Sequence[Filter],
) -> BannerCounts:
    """Return the sums of a banner variable over the groups of each plan of a question.

    Each plan counts the same respondents. Groups whose keys do not pass the filters `settled` are
    skipped.
    """
    found = BannerCounts(banner)
    for plan, groups in zip(plans, counted, strict=True):
        found.kept, found.weighed = 0, 0.0
        first, last = len(plan.keys), len(plan.keys) + len(banner.variables)
        for keys, size, whole, sums in groups:
            values = keys[first:last]
            if not banner.keeps(values, settled):
                continue
            found.kept += size
            found.weighed += whole[0]
            group = found.units.setdefault(keys[last:], {}).setdefault(values, GroupSums())
            for item, row, triple in plan.tallies(keys[:first], sums, whole):
                _add_to(group.cells[item, row], triple)
            if power := plan.power(sums):
                _add_to(group.power, power)
    return found


def banner_query(
    plan: QueryPlan, frame: nw.LazyFrame[Any], banner: Banner, units: Sequence[str]
) -> nw.LazyFrame[Any]:
    """Return the query of one banner variable; `units` are the design columns to group by."""
    grouped = group_keys(plan.survey, banner, units)
    weights = [nw.col(*plan.weighting.columns)] if plan.weighting.columns else []
    rows = frame.select(*plan.columns(), *grouped.values(), *weights)
    prepared = plan.refine(cancellable(plan.survey, rows))
    sums = [*total_sums(plan.weighting), *plan.sums()]
    keys = [*plan.keys, *grouped]
    return prepared.group_by(*keys).agg(*sums) if keys else prepared.select(*sums)


def group_keys(survey: Survey, banner: Banner, units: Sequence[str]) -> dict[str, nw.Expr]:
    """Return the expressions to group by besides the answer: banner keys, then design columns."""
    keys = {f"__b{depth}": one.key(survey) for depth, one in enumerate(banner.variables)}
    keys |= {f"__u{depth}": file_column(column) for depth, column in enumerate(units)}
    return {name: key.alias(name) for name, key in keys.items()}


def total_sums(weighting: Weighting) -> list[nw.Expr]:
    """Return the sums of every group: number of rows, and the weight columns."""
    weights = [nw.col(*weighting.columns)] if weighting.columns else []
    return [nw.len().alias(ROW_COUNT), *(one.sum().name.suffix("_all") for one in weights)]


def read_groups(found: nw.DataFrame[Any], weighting: Weighting) -> tuple[GroupCount, ...]:
    """Return the groups in a query's result, sorted."""
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
    """Return the sort key of a group; engines return groups in any order.

    The order determines the rows of unlisted values, and the order of additions.
    """
    plain = (str, int, float, datetime.date, datetime.time)
    comparable = (one if one is None or isinstance(one, plain) else str(one) for one in keys)
    return [(one is None, "" if one is None else one) for one in comparable]


def _add_to(total: list[float], part: Sequence[float]) -> None:
    for position, value in enumerate(part):
        total[position] += value
