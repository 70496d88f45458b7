"""Answers to a multiple response, in columns or in one, as expressions for the engine."""

from __future__ import annotations

import operator
from collections.abc import Iterable

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.delimited_answers import (
    contains_delimited,
    holds_only_missing,
)
from cxtui.analysis.query.expressions.value_matching import is_one_of, join_balanced, raw_values
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Question


def is_in_one_column(survey: Survey, question: Question) -> bool:
    """Return whether a multiple response is in one column, of lists or delimited texts."""
    dtype = survey.schema[question.columns[0]]
    return bool(question.delimiter) or isinstance(dtype, nw.List)


def contains_answer(survey: Survey, question: Question, category: Category) -> nw.Expr:
    """Return whether a column of several answers contains `category`, in any spelling."""
    if question.delimiter:
        return contains_delimited(question, category)
    column = question.columns[0]
    dtype = survey.schema[column]
    inner = dtype.inner if isinstance(dtype, nw.List) else nw.String
    values = raw_values(category.texts, inner() if isinstance(inner, type) else inner)
    if not values:
        return file_column(column).is_null() & nw.lit(False)
    return join_balanced(
        operator.or_, [file_column(column).list.contains(value) for value in values]
    )


def is_unanswered(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent answered no item of a multiple response or grid."""
    return join_balanced(
        operator.and_, (_is_silent(survey, question, column) for column in question.columns)
    )


def _is_silent(survey: Survey, question: Question, column: str) -> nw.Expr:
    """Return whether a column is empty or says that it was not asked."""
    silent = answer_values(survey, column).is_null()
    unasked = raw_values(question.unasked, survey.schema[column])
    return silent | is_one_of(column, unasked).fill_null(False) if unasked else silent


def is_only_missing(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave user-missing answers alone to a multiple response.

    A mention that the codebook does not list is an answer.
    """
    if not any(one.missing for one in question.categories):
        return nw.lit(False)
    if question.delimiter:
        return holds_only_missing(question).fill_null(False)

    def any_of(*, missing: bool) -> nw.Expr:
        wanted = [one for one in question.categories if one.missing is missing]
        given = (one.fill_null(False) for one in gave_each(survey, question, wanted))
        return join_balanced(operator.or_, [nw.lit(False), *given])

    return any_of(missing=True) & ~any_of(missing=False) & ~mentioned_unlisted(survey, question)


def mentioned_unlisted(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a column of mentions holds one that the codebook does not list, never null."""
    if question.holds is not Holds.MENTIONS or is_in_one_column(survey, question):
        return nw.lit(False)
    listed = [text for one in question.categories for text in one.texts]
    others = []
    for column in question.columns:
        known = raw_values([*listed, *question.unticked, ""], survey.schema[column])
        is_known = is_one_of(column, known).fill_null(False)
        others.append(~answer_values(survey, column).is_null() & ~is_known)
    return join_balanced(operator.or_, others)


def gave_one(survey: Survey, question: Question, category: Category) -> nw.Expr:
    """Return whether a respondent gave an answer to a multiple response, stored in any way."""
    return gave_each(survey, question, (category,))[0]


def gave_each(survey: Survey, question: Question, categories: Iterable[Category]) -> list[nw.Expr]:
    """Return whether a respondent gave each of these answers to a multiple response."""
    if is_in_one_column(survey, question):
        return [contains_answer(survey, question, one) for one in categories]
    ticked: dict[str, str] = {}
    if question.holds is Holds.TICKS:
        codes = (one.code for one in question.options)
        ticked = dict(zip(codes, question.columns, strict=False))
    return [
        is_chosen(survey, question, ticked[one.code])
        if one.code in ticked
        else _is_mentioned(survey, question, one)
        for one in categories
    ]


def _is_mentioned(survey: Survey, question: Question, category: Category) -> nw.Expr:
    """Return whether any column of a multiple response holds an answer, never null."""
    holding = (
        is_one_of(column, values).fill_null(False)
        for column in question.columns
        if (values := raw_values(category.texts, survey.schema[column]))
    )
    return join_balanced(operator.or_, [nw.lit(False), *holding])


def answer_values(survey: Survey, *columns: str) -> nw.Expr:
    """Return columns of one type, with NaN as null."""
    values = file_column(*columns)
    return values.fill_nan(None) if survey.schema[columns[0]].is_float() else values


def are_chosen(survey: Survey, question: Question) -> list[nw.Expr]:
    """Return expressions of whether each of a multiple response's columns is chosen.

    One expression covers all columns of a type, since building one for each takes a millisecond.
    """
    alike: dict[object, list[str]] = {}
    for column in question.columns:
        dtype = survey.schema[column]
        alike.setdefault("whole" if dtype.is_integer() else dtype, []).append(column)
    return [is_chosen(survey, question, *columns) for columns in alike.values()]


def is_chosen(survey: Survey, question: Question, *columns: str) -> nw.Expr:
    """Return whether each of these columns of one type is chosen; null if it is null."""
    dtype = survey.schema[columns[0]]
    # A column without values has no type, and was never chosen.
    unchosen = [] if dtype == nw.Unknown else raw_values(question.unticked, dtype)
    if not unchosen:
        return ~answer_values(survey, *columns).is_null()
    if dtype.is_float():
        return ~answer_values(survey, *columns).is_in(unchosen)
    return ~is_one_of(columns, unchosen)
