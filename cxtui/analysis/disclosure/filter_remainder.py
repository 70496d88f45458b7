"""Filters that keep or leave out a few respondents: their counts would tell those few apart.

A table of all respondents minus one of the filtered ones is a table of those left out, so that a
filter which leaves out a few is refused like one that keeps a few.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey, query_rows
from cxtui.analysis.query.expressions.filters import meets_condition
from cxtui.errors import ViewError
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey
from cxtui.survey.suppression import is_small

_MOST_SUBSETS = 10
"""Number of filters up to which every selection of them is compared with all of them."""


def require_many_kept(survey: Survey, filters: Sequence[Condition]) -> None:
    """Raise `ViewError` where filters keep or leave out 1 to `survey.least` − 1 respondents.

    Left out is whoever some of the filters keep and all of them together do not.
    """
    if survey.least and filters:
        _require_many(survey, tuple(dict.fromkeys(filters)), survey.least)


@cached_per_survey
def _require_many(survey: Survey, filters: tuple[Condition, ...], least: int) -> None:
    counts = _patterns(survey, filters)
    kept = sum(n for passed, n in counts if all(passed))
    for chosen in _selections(len(filters)):
        some = sum(n for passed, n in counts if all(passed[place] for place in chosen))
        left_out = (one for place, one in enumerate(filters) if place not in chosen)
        require_enough(kept, some, least, ", ".join(map(str, left_out)))


def require_enough(kept: float, whole: float, least: int, filters: str) -> None:
    """Raise `ViewError` if filters, named by their text, keep or leave out too few respondents.

    `kept` are the respondents that they keep, `whole` those without them, unweighted: whoever sees
    both tables can subtract one from the other.
    """
    if is_small(kept, least):
        raise ViewError(
            "{} keeps fewer than {} respondents, who are not shown; remove the filter",
            filters,
            least,
        )
    if is_small(whole - kept, least):
        raise ViewError(
            "{} leaves out fewer than {} respondents, who could be told by the difference; "
            "remove the filter or leave out more",
            filters,
            least,
        )


def _patterns(survey: Survey, filters: Sequence[Condition]) -> list[tuple[tuple[bool, ...], int]]:
    """Return which filters respondents meet, and how many meet just these."""
    names = [f"filter {place}" for place in range(len(filters))]
    met = [
        nw.when(meets_condition(survey, one)).then(nw.lit(1)).otherwise(nw.lit(0)).alias(name)
        for one, name in zip(filters, names, strict=True)
    ]
    groups = survey.frame.select(*met).group_by(*names).agg(nw.len().alias("n"))
    return [(tuple(map(bool, row[:-1])), int(row[-1])) for row in query_rows(survey, groups)]


def _selections(filters: int) -> list[tuple[int, ...]]:
    """Return selections of filters by position, with fewer than all of them."""
    everything = range(filters)
    if filters <= _MOST_SUBSETS:
        return [one for size in everything for one in combinations(everything, size)]
    without_one = (tuple(each for each in everything if each != one) for one in everything)
    return [(), *without_one]
