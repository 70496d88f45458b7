"""Median and quartiles of a number, weighted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import Banner
from cxtui.analysis.query.banner_counts import keys_of, order_of
from cxtui.analysis.query.cube import Numbers
from cxtui.analysis.query.expressions.exact_sums import Weighing
from cxtui.analysis.query.expressions.number_classes import is_usable
from cxtui.analysis.query.side_queries.value_counts import COUNT, X, counted_values
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Question, Survey

QUARTILES: Mapping[str, float] = {"Lower quartile": 0.25, "Median": 0.5, "Upper quartile": 0.75}
"""The quantiles that a numeric question shows, by label."""

_SLACK = 1e-12


def quantile(x: Numbers, w: Numbers, share: float) -> float:
    """Return the weighted quantile of the values `x`, sorted already.

    The smallest value up to which the weights reach `share` of their sum and, where they reach it
    exactly, the middle between it and the next: Hyndman and Fan (1996), The American Statistician
    50:361–365, definition 2; `qrule = "school"` of R survey's `svyquantile`. Unchanged when all
    weights are multiplied.
    """
    reached = np.cumsum(w) / np.sum(w)
    place = int(np.searchsorted(reached, share - _SLACK))
    if abs(reached[place] - share) <= _SLACK and place + 1 < len(x):
        return float(x[place] + x[place + 1]) / 2
    return float(x[place])


def quartiles_of(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    banners: Sequence[tuple[Banner, Callable[[tuple[Any, ...]], list[int]]]],
    columns: int,
    weighing: Weighing,
) -> tuple[dict[str, tuple[float | None, ...]], bool]:
    """Return the quartiles in each column, the Total first; `None` where nobody gave a number.

    `frame` has the weights; each banner comes with the columns that its keys stand for. The engine
    returns each number once a group with its weight. Also returned is whether it rounded them.
    """
    rounded = False
    values: list[list[tuple[Numbers, Numbers]]] = [[] for _ in range(columns)]
    usable = frame.filter(is_usable(survey, question))
    if not weighing.everyone:
        usable = usable.filter(nw.col(weighing.n) > 0)
    for position, (banner, columns_of) in enumerate(banners):
        groups, is_rounded = _groups(survey, usable, question, banner, weighing)
        rounded |= is_rounded
        for keys, x, w in groups:
            for column in [*([0] if position == 0 else []), *columns_of(keys)]:
                values[column].append((x, w))
    columns_of_quartiles = zip(*(_of_column(found) for found in values), strict=True)
    return dict(zip(QUARTILES, columns_of_quartiles, strict=True)), rounded


def _groups(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    question: Question,
    banner: Banner,
    weighing: Weighing,
) -> tuple[list[tuple[tuple[Any, ...], Numbers, Numbers]], bool]:
    """Return the numbers of each group of a banner, the weight of each, and if they are rounded."""
    keys = keys_of(survey, banner, ())
    names = list(keys)
    number = file_column(question.columns[0]).cast(nw.Float64).alias(X)
    chosen = frame.select(number, *map(nw.col, weighing.w), *keys.values())
    found, rounded = counted_values(survey, chosen, weighing.w, names)
    groups = found.group_by(*names) if names else [((), found)]
    parts = weighing.w or (COUNT,)
    return [
        (key, group[X].to_numpy(), _added([group[part].to_numpy() for part in parts]))
        for key, group in sorted(groups, key=lambda one: order_of(one[0]))
    ], rounded


def _added(parts: Sequence[Numbers]) -> Numbers:
    return np.asarray(np.sum(parts, axis=0, dtype=np.float64))


def _of_column(found: Sequence[tuple[Numbers, Numbers]]) -> tuple[float | None, ...]:
    """Return the quartiles of a column's groups, each of them in ascending order already."""
    if not any(len(x) for x, _ in found):
        return (None,) * len(QUARTILES)
    x = np.concatenate([one for one, _ in found])
    w = np.concatenate([one for _, one in found])
    # stable: it merges runs that are in order, and does not sort them anew
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    return tuple(quantile(x, w, share) for share in QUARTILES.values())
