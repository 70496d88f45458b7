"""Filters of a view, and conditions on answers, as expressions for the engine; counts by them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.several_answers import (
    gave_one,
    is_only_missing,
    is_unanswered,
)
from cxtui.analysis.query.expressions.value_matching import (
    is_blank,
    is_one_of,
    join_balanced,
    raw_values,
)
from cxtui.errors import ViewError
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

LARGEST = 1e60
"""Larger numbers count as missing, since the squares of weighted sums would overflow."""

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PERIODS = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}


def filter_respondents(
    survey: Survey, filters: Iterable[Condition], frame: nw.LazyFrame[Any] | None = None
) -> nw.LazyFrame[Any]:
    """Return the respondents of `survey`, or those in `frame`, who meet all conditions.

    Raises `ViewError` if a condition does not fit its question.
    """
    everyone = survey.frame if frame is None else frame
    return reduce(lambda rest, one: rest.filter(meets_condition(survey, one)), filters, everyone)


def count_respondents(survey: Survey, filters: Iterable[Condition]) -> int:
    """Return the unweighted number of respondents who meet all conditions."""
    respondents = cancellable(
        survey, filter_respondents(survey, filters).select(file_column(next(iter(survey.schema))))
    )
    rows = query_rows(survey, respondents.select(nw.len().alias("kept")))
    return int(rows[0][0])


def period_key(survey: Survey, question: Question) -> nw.Expr:
    """Return the periods of a date question as text, in the length of its category codes.

    Dates that stand for a user-missing answer have its code.
    """
    column = question.columns[0]
    length = next((len(one.code) for one in question.categories if not one.missing), 7)
    key = file_column(column).dt.to_string(_PERIODS.get(length, "%Y-%m"))
    for one in question.categories:
        if one.missing and (values := raw_values(one.texts, survey.schema[column])):
            key = nw.when(is_one_of(column, values)).then(nw.lit(one.code)).otherwise(key)
    return key


def meets_condition(survey: Survey, one: Condition) -> nw.Expr:
    """Return whether a respondent meets a condition; raises `ViewError` where it does not fit."""
    alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
    return join_balanced(operator.or_, [_passes(survey, each) for each in alternatives])


def _passes(survey: Survey, one: Filter) -> nw.Expr:
    question = survey.codebook.find(one.question)
    if question is None:
        raise ViewError("there is no question {!r} to filter by", one.question)
    if compare := _COMPARISONS.get(one.operator):
        return _comparison(survey, question, compare, one)
    chosen = [gave_answer(survey, question, code) for code in one.values]
    among = join_balanced(operator.or_, chosen)
    return is_not(among) if one.operator == "!=" else among


def is_not(condition: nw.Expr) -> nw.Expr:
    """Return the negation, true where the condition is null."""
    return ~nw.when(condition).then(nw.lit(True)).otherwise(nw.lit(False))


def _comparison(
    survey: Survey, question: Question, compare: Callable[[Any, Any], Any], one: Filter
) -> nw.Expr:
    try:
        number = float(one.values[0])
    except ValueError:
        raise ViewError(
            "{} {} takes a number, not {!r}", one.question, one.operator, one.values[0]
        ) from None
    column = question.columns[0]
    comparison: nw.Expr = compare(file_column(column).cast(nw.Float64), number)
    missing = [text for each in question.categories if each.missing for text in each.texts]
    codes = raw_values(missing, survey.schema[column])
    counts = is_countable(survey, column)
    return comparison & (counts & ~is_one_of(column, codes) if codes else counts)


SMALLEST_WEIGHT = 1e-60
"""Smaller weights count as 0, since their squares would underflow."""


def is_countable(survey: Survey, column: str, least: float = -LARGEST) -> nw.Expr:
    """Return whether a column holds a finite number of at least `least`.

    Engines differ in comparisons with NaN; some use Parquet statistics, which ignore NaN, so remote
    engines test it explicitly.
    """
    number = file_column(column).cast(nw.Float64)
    inside = (number >= least) & (number <= LARGEST)
    if survey.is_remote and survey.schema[column].is_float():
        return inside & ~number.is_nan()
    return inside


def is_usable_weight(survey: Survey, weight: str) -> nw.Expr:
    """Return whether a weight is positive, finite, and no user-missing code of its column."""
    of_column = (one for one in survey.codebook.questions if one.columns == (weight,))
    missing = (one for question in of_column for one in question.categories if one.missing)
    codes = raw_values((text for one in missing for text in one.texts), survey.schema[weight])
    usable = is_countable(survey, weight, SMALLEST_WEIGHT)
    return usable & ~is_one_of(weight, codes) if codes else usable


def gave_answer(survey: Survey, question: Question, code: str) -> nw.Expr:
    """Return whether a respondent gave the answer with this code; it may be null otherwise."""
    category = next((one for one in question.categories if one.code == code), None)
    if category is None and code == NO_ANSWER:
        return gave_no_answer(survey, question)
    column = question.columns[0]
    category = category or Category(code, code)
    if question.counts_each_answer:
        return gave_one(survey, question, category)
    if question.kind is Kind.DATE:
        return period_key(survey, question) == code
    if code == question.pooled:
        return gave_unlisted_answer(survey, question)
    return is_one_of(column, raw_values(category.texts, survey.schema[column]))


def gave_unlisted_answer(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave an answer to a single choice that no category has."""
    column = question.columns[0]
    listed = (one for one in question.categories if one.code != question.pooled)
    values = raw_values((text for one in listed for text in one.texts), survey.schema[column])
    return is_not(gave_no_answer(survey, question)) & is_not(is_one_of(column, values))


def gave_no_answer(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave no answer; for a multiple response, to no item."""
    if question.kind is Kind.NUMERIC:
        return is_not(is_countable(survey, question.columns[0]))
    if question.kind is Kind.GRID:
        raise ViewError("{} is a grid: filter by one of its items", question.id)
    if question.counts_each_answer:
        return is_unanswered(survey, question) | is_only_missing(survey, question)
    dtype, value = survey.schema[question.columns[0]], file_column(question.columns[0])
    if dtype.is_float():
        return value.is_null() | value.is_nan()
    if dtype == nw.String and not survey.is_remote:
        return value.is_null() | is_blank(value)
    if any(dtype == one for one in (nw.String, nw.Categorical, nw.Enum)):
        return value.is_null() | (value.cast(nw.String).str.strip_chars() == "")
    return value.is_null()
