"""Put a number into classes: their bounds, their names and their key for the engine.

Bounds belong to the survey, not to the view: the codebook's, else round numbers near the fifths of
all respondents. A filter, a wave, a role or a weight moves no bound, so that columns stay
comparable from view to view and in exports, as a recoded variable in SPSS or a `cut()` before
`subset()` in R. A file that was filtered before has classes of its own, unless its codebook says
`classes`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import replace
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey
from cxtui.analysis.query.expressions.filters import is_countable, is_one_of, raw_values
from cxtui.analysis.query.side_queries.value_counts import COUNT, X, count_numbers
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

_SHARES = (0.2, 0.4, 0.6, 0.8)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def add_classes(survey: Survey, question: Question) -> Question:
    """Return a numeric question with the bounds of its classes, any other unchanged."""
    if question.kind is not Kind.NUMERIC or question.classes:
        return question
    return replace(question, classes=_bounds(survey, question))


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


def _round_step(width: float) -> float:
    """Return a round number of at most half this width."""
    if not width / 2:
        return width
    power = 10.0 ** math.floor(math.log10(width / 2))
    fitting = [step * power for step in _STEPS if step * power <= width / 2]
    return (fitting[-1] if fitting else power) or width
