"""The answer to a question as its code, and choices between answers, as expressions."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.filters import (
    gave_answer,
    gave_no_answer,
    gave_unlisted_answer,
    period_key,
)
from cxtui.analysis.query.expressions.several_answers import gave_each
from cxtui.analysis.query.expressions.value_matching import is_one_of, join_balanced, raw_values
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question, code_of

Branch = tuple[nw.Expr, nw.Expr]
"""A condition, and the value where it holds."""

NO_CODE = nw.lit(None, nw.String)
_LONGEST_CHAIN = 8
_LARGEST_WHOLE = 2.0**53


def choose(branches: Sequence[Branch], otherwise: nw.Expr = NO_CODE) -> nw.Expr:
    """Return the value of the first branch that holds, else `otherwise`.

    Long lists are halved, since engines limit the depth of expressions.
    """
    if len(branches) > _LONGEST_CHAIN:
        middle = len(branches) // 2
        first, rest = branches[:middle], branches[middle:]
        is_first = join_balanced(operator.or_, [condition for condition, _ in first])
        return nw.when(is_first).then(choose(first, otherwise)).otherwise(choose(rest, otherwise))
    chosen = otherwise
    for condition, value in reversed(branches):
        chosen = nw.when(condition).then(value).otherwise(chosen)
    return chosen


def gave_any(survey: Survey, question: Question, codes: Iterable[str]) -> nw.Expr:
    """Return whether a respondent gave one of some answers, never null."""
    wanted = list(codes)
    if question.counts_each_answer or question.kind is Kind.DATE or question.pooled:
        given = [gave_answer(survey, question, code).fill_null(False) for code in wanted]
        return join_balanced(operator.or_, given) if given else nw.lit(False)
    column = question.columns[0]
    listed = {one.code: one for one in question.categories}
    texts = (text for code in wanted for text in listed.get(code, Category(code, code)).texts)
    return is_one_of(column, raw_values(texts, survey.schema[column])).fill_null(False)


def answer_code(survey: Survey, question: Question) -> nw.Expr:
    """Return the code of the one answer to a question, null without an answer.

    User-missing answers have theirs; an answer that the codebook does not list is its own code.
    """
    if question.counts_each_answer:
        given = gave_each(survey, question, question.categories)
        codes = (nw.lit(one.code) for one in question.categories)
        return choose(list(zip(given, codes, strict=True)))
    if question.kind is Kind.DATE:
        return period_key(survey, question)
    code = code_in_column(survey, question, question.columns[0])
    if question.pooled:
        others = gave_unlisted_answer(survey, question)
        code = nw.when(others).then(nw.lit(question.pooled)).otherwise(code)
    return nw.when(~gave_no_answer(survey, question)).then(code)


def code_in_column(survey: Survey, question: Question, column: str) -> nw.Expr:
    """Return the values of a column of a question as codes: other spellings become the code."""
    dtype = survey.schema[column]
    spelled = []
    for one in question.categories:
        values = [value for value in raw_values(one.texts, dtype) if code_of(value) != one.code]
        if values:
            spelled.append((is_one_of(column, values), nw.lit(one.code)))
    return choose(spelled, _value_text(survey, column))


def holds_text(survey: Survey, column: str, texts: Iterable[str]) -> nw.Expr:
    """Return whether a column holds one of some texts, never null."""
    return is_one_of(column, raw_values(texts, survey.schema[column])).fill_null(False)


def _value_text(survey: Survey, column: str) -> nw.Expr:
    """Return the values of a column as `code_of` writes them."""
    dtype, value = survey.schema[column], file_column(column)
    if isinstance(dtype, nw.Boolean):
        return choose([(value, nw.lit("true")), (~value, nw.lit("false"))])
    if isinstance(dtype, nw.Datetime):
        return value.dt.to_string("%Y-%m-%dT%H:%M:%S")
    if isinstance(dtype, nw.Date):
        return value.dt.to_string("%Y-%m-%d")
    if not dtype.is_float():
        return value.cast(nw.String)
    is_small = (value >= -_LARGEST_WHOLE) & (value <= _LARGEST_WHOLE)
    whole = nw.when(is_small).then(value).otherwise(nw.lit(0.0)).cast(nw.Int64)
    is_whole = is_small & (whole.cast(nw.Float64) == value.cast(nw.Float64))
    return nw.when(is_whole).then(whole.cast(nw.String)).otherwise(value.cast(nw.String))
