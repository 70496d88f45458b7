"""The different numbers of a column and how often each was given: what its quantiles are read from.

In this process they are exact. From a server far away only so many come back; beyond that the
server rounds them, and whoever shows them says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_frame
from cxtui.survey.model import Survey

X = "__x"
"""The column of the numbers."""

COUNT = "__count"
"""The column of how often each was given."""

DIGITS = 3
"""To how many significant digits numbers are rounded that are too many to come back."""

MOST = 50_000
"""Different numbers, group by group, that come back from a server."""


def count_numbers(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[nw.DataFrame[Any], bool]:
    """Return each number of `X` once a group with the sums of `weights`, in ascending order.

    Without weights it comes with its `COUNT`. Also returned is whether numbers had to be rounded,
    to `DIGITS`.
    """
    keys = (X, *groups)
    frame = cancellable(survey, frame)
    sums = [nw.col(name).sum() for name in weights] or [nw.len().alias(COUNT)]
    everything = frame.group_by(*keys).agg(*sums)
    if not survey.is_remote:
        return query_frame(survey, everything.sort(X)), False
    found = query_frame(survey, everything.head(MOST + 1))
    if len(found) <= MOST:
        return found.sort(X), False
    rounded = frame.select(_rounded(), *map(nw.col, (*weights, *groups)))
    return query_frame(survey, rounded.group_by(*keys).agg(*sums).sort(X)), True


def _rounded() -> nw.Expr:
    """Return the numbers to `DIGITS` significant digits, or one more below one."""
    x = nw.col(X)
    size = nw.when(x.abs() > 0).then(x.abs()).otherwise(nw.lit(1.0))
    power = size.log(10.0).cast(nw.Int64).cast(nw.Float64)
    ten = nw.lit(10.0)
    shown = (x * ten ** ((DIGITS - 1) - power)).round()
    return (shown * ten ** (power - (DIGITS - 1))).alias(X)
