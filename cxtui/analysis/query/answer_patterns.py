"""Respondents with the same answers to a question, summed into one row before they are counted.

A question of many items, or a number compared with many bounds, takes a pass over all respondents
for each of its sums. Its answers make few patterns: each is one whole number, the respondents are
grouped by it once, and what is left to count are some thousand rows. Sums are exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.survey.model import Survey

SAME = "__same"
"""The column with the number of respondents that a row stands for."""

_PATTERN = "__pattern"
_MOST = 2**12
"""Maximum number of patterns: grouping by more takes as long as the sums."""
_ROWS = 16
"""Minimum number of respondents a pattern: with fewer there is little to gain."""


def are_worthwhile(survey: Survey, sizes: Mapping[str, int], weighting: Weighting) -> bool:
    """Return whether to group by patterns of columns with so many values each, 0, 1 and so on.

    Only here: a server takes longer for a second grouping than for the sums. The sums of `others`
    are not exact, so that their order is kept.
    """
    patterns = math.prod(sizes.values())
    worth = 1 < patterns <= _MOST and patterns * _ROWS <= survey.respondents
    return worth and not survey.is_remote and not weighting.others


def group_alike(
    frame: nw.LazyFrame[Any],
    sizes: Mapping[str, int],
    keys: Sequence[str],
    weighting: Weighting,
) -> nw.LazyFrame[Any]:
    """Return a row for each pattern and key, with its sums of the weights, and `SAME`.

    A value that is null counts as 0, as it does in a sum.
    """
    code = nw.sum_horizontal(
        *((nw.col(name) * stride).fill_null(0.0) for name, stride, _ in _places(sizes))
    )
    coded = frame.select(code.cast(nw.Int32).alias(_PATTERN), *keys, *weighting.columns)
    weights = [nw.col(*weighting.columns).sum()] if weighting.columns else []
    alike = coded.group_by(_PATTERN, *keys).agg(nw.len().alias(SAME), *weights)
    return alike.with_columns(
        (nw.col(_PATTERN) // stride % size).cast(nw.Float64).alias(name)
        for name, stride, size in _places(sizes)
    )


def _places(sizes: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield the place of each column in a pattern: its name, what 1 of it adds, its values."""
    strides = accumulate(sizes.values(), lambda a, b: a * b, initial=1)
    yield from zip(sizes, strides, sizes.values(), strict=False)
