"""Distinct numbers of a column with their counts, from which quantiles are computed.

They are exact in this process. A server returns a limited number, and rounds them beyond that.
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
"""The column of their counts."""

DIGITS = 3
"""Significant digits of rounded numbers."""

MOST = 50_000
"""Maximum number of distinct numbers, by group, from a server."""


def count_numbers(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[nw.DataFrame[Any], bool]:
    """Return the distinct numbers of `X` by group with the sums of `weights`, and whether rounded.

    They are sorted; without weights they come with their `COUNT`.
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
    # Round to `DIGITS` significant digits, one more below 1.
    x, ten = nw.col(X), nw.lit(10.0)
    size = nw.when(x.abs() > 0).then(x.abs()).otherwise(nw.lit(1.0))
    power = size.log(10.0).cast(nw.Int64).cast(nw.Float64)
    number = (x * ten ** ((DIGITS - 1) - power)).round() * ten ** (power - (DIGITS - 1))
    rounded = frame.select(number.alias(X), *map(nw.col, (*weights, *groups)))
    return query_frame(survey, rounded.group_by(*keys).agg(*sums).sort(X)), True
