"""Classes of a number: their bounds, their labels and their key for the engine.

Bounds are the codebook's `classes`, else round numbers near the quintiles of all respondents in the
file. They do not depend on filters, waves, roles and weights, so that columns are comparable from
view to view and in exports.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey, cancellable, is_cached, query_frame
from cxtui.analysis.query.expressions.filters import is_countable
from cxtui.analysis.query.expressions.value_matching import is_one_of, raw_values
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

X = "__x"
"""The column of the numbers."""

COUNT = "__count"
"""The column of their counts."""

DIGITS = 3
"""Significant digits of rounded numbers."""

MOST = 50_000
"""Maximum number of distinct numbers, by group, from a server."""

_SHARES = (0.2, 0.4, 0.6, 0.8)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def add_classes(survey: Survey, question: Question) -> Question:
    """Return a numeric question with the bounds of its classes, any other unchanged."""
    if question.kind is not Kind.NUMERIC or question.classes:
        return question
    return replace(question, classes=_bounds(survey, question))


def are_classes_known(survey: Survey, question: Question) -> bool:
    """Return whether `add_classes` of a numeric question needs no query any more."""
    return bool(question.classes) or is_cached(_bounds, survey, question)


def missing_categories(question: Question) -> list[Category]:
    """Return the user-missing codes of a question."""
    return [category for category in question.categories if category.missing]


def is_valid_number(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave a finite number that is not a user-missing code."""
    countable = is_countable(survey, question.columns[0])
    return reduce(lambda valid, code: valid & ~code, _is_code(survey, question), countable)


def _is_code(survey: Survey, question: Question) -> list[nw.Expr]:
    column = question.columns[0]
    dtype = survey.schema[column]
    return [is_one_of(column, raw_values(one.texts, dtype)) for one in missing_categories(question)]


def class_key(survey: Survey, question: Question) -> nw.Expr:
    """Return the class of a number from 0, −1, −2 … for user-missing codes, null for no answer."""
    number = file_column(question.columns[0]).cast(nw.Float64)
    place = nw.lit(0)
    for bound in question.classes:
        place = place + (number >= bound).cast(nw.Int64)
    key: nw.Expr = nw.when(is_valid_number(survey, question)).then(place)
    for position, code in enumerate(_is_code(survey, question), 1):
        key = nw.when(code).then(nw.lit(-position)).otherwise(key)
    return key


def class_categories(question: Question) -> tuple[Category, ...]:
    """Return the classes of a number as categories, with their keys as spellings."""
    bounds = question.classes
    if not bounds:
        return (Category("any", tr("Any number"), spellings=("0",)),)
    short = [f"{bound:.12g}" for bound in bounds]
    names = [
        (f"<{short[0]}", tr("Under {}", short[0])),
        *((f"[{low},{high})", tr("{} to under {}", low, high)) for low, high in pairwise(short)),
        (f">={short[-1]}", tr("{} and over", short[-1])),
    ]
    return tuple(
        Category(code, label, spellings=(str(key),)) for key, (code, label) in enumerate(names)
    )


@cached_per_survey
def _bounds(survey: Survey, question: Question) -> tuple[float, ...]:
    """Return up to four round bounds near the unweighted fifths of all respondents' numbers."""
    number = file_column(question.columns[0]).cast(nw.Float64)
    usable = survey.frame.filter(is_valid_number(survey, question)).select(number.alias(X))
    lowest, highest, *fifths = _quantiles(survey, usable) or (0.0, 0.0)
    if highest <= lowest:
        return ()
    widths = (fifths[-1] - fifths[0], highest - lowest)
    # a part of a subnormal number may be 0
    step = _round_step(next(filter(None, (one / len(fifths) for one in widths)), widths[1]))
    near = [round(fifth / step) * step for fifth in fifths]
    return tuple(dict.fromkeys(bound for bound in near if lowest < bound <= highest))


def _quantiles(survey: Survey, usable: nw.LazyFrame[Any]) -> list[float]:
    """Return the minimum, the maximum and the quintiles of numbers; empty without numbers.

    They are computed from the distinct values, which are far fewer than the respondents.
    """
    counted, _ = count_numbers(survey, usable)
    if not len(counted):
        return []
    values, until = counted[X].to_list(), list(accumulate(counted[COUNT].to_list()))
    places = [math.floor(share * (until[-1] - 1) + 0.5) for share in _SHARES]
    return [values[0], values[-1], *(values[bisect_right(until, place)] for place in places)]


def count_numbers(
    survey: Survey,
    frame: nw.LazyFrame[Any],
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[nw.DataFrame[Any], bool]:
    """Return the distinct numbers of `X` by group with the sums of `weights`, and whether rounded.

    They are sorted; without weights they come with their `COUNT`. They are exact in this process; a
    server returns at most `MOST`, and rounds them beyond that.
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


def _round_step(width: float) -> float:
    """Return a round number of at most half this width."""
    if not width / 2:
        return width
    power = 10.0 ** math.floor(math.log10(width / 2))
    fitting = [step * power for step in _STEPS if step * power <= width / 2]
    return (fitting[-1] if fitting else power) or width
