"""Derived numbers: counts of answers, and mean, sum, least and largest of scores."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce

import narwhals.stable.v2 as nw

from cxtui.analysis.derive.answer_codes import choose, gave_any
from cxtui.analysis.derive.made_answers import Made
from cxtui.analysis.derive.named_sources import (
    codes_named,
    helper_name,
    item_sources,
    least_of,
)
from cxtui.analysis.derive.quotients import Quotient
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.expressions.value_matching import join_balanced
from cxtui.errors import CodebookError
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_NO_NUMBER = nw.lit(None, nw.Float64)


def made_by_count(survey: Survey, one: Derivation) -> Made:
    """Return the number of valid answers to several questions, or of those `of` them.

    Respondents who answered none of the questions have none.
    """
    questions = item_sources(survey, one)
    counted = _counted_codes(one, questions)
    parts = [
        part.cast(nw.Int64)
        for question, codes in zip(questions, counted, strict=True)
        for part in _given(survey, question, codes)
    ]
    is_answered = join_balanced(
        operator.or_, [has_answered(survey, each).fill_null(False) for each in questions]
    )
    total = reduce(operator.add, parts) if parts else nw.lit(0, nw.Int64)
    return Made(Kind.NUMERIC, (), (nw.when(is_answered).then(total),), nw.Int64())


def _counted_codes(one: Derivation, questions: list[Question]) -> list[tuple[str, ...] | None]:
    """Return the codes to count of each question, `None` for every valid answer."""
    if not one.of:
        return [None for _ in questions]
    found: list[dict[str, None]] = [{} for _ in questions]
    for text in one.of:
        problems = []
        for question, codes in zip(questions, found, strict=True):
            try:
                codes.update(dict.fromkeys(codes_named(one, question, [text])))
            except CodebookError as problem:
                problems.append(problem)
        if len(problems) == len(questions):
            raise problems[0]
    return [tuple(codes) for codes in found]


def _given(survey: Survey, question: Question, codes: tuple[str, ...] | None) -> list[nw.Expr]:
    """Return a condition, never null, for each answer that can count."""
    if question.kind is not Kind.MULTI:
        if codes is None:
            return [has_answered(survey, question).fill_null(False)]
        return [gave_any(survey, question, codes)] if codes else []
    if codes is None:
        codes = tuple(each.code for each in question.categories if not each.missing)
    return [gave_any(survey, question, [code]) for code in codes]


def made_of_scores(survey: Survey, one: Derivation) -> Made:
    """Return the mean, sum, least or largest score (or number) of several items.

    Respondents who answered fewer than `least` of them have none.
    """
    questions = item_sources(survey, one)
    least = least_of(one, len(questions))
    names = [helper_name(survey, one, place) for place, _ in enumerate(questions)]
    scores = {
        name: _score(survey, one, question) for name, question in zip(names, questions, strict=True)
    }
    count_name, total_name = helper_name(survey, one, "n"), helper_name(survey, one, "total")
    given = list(map(nw.col, names))
    summary = {
        count_name: reduce(operator.add, [(~each.is_null()).cast(nw.Int64) for each in given]),
        total_name: _SUMMARIES[one.verb](given),
    }
    count = nw.col(count_name)
    value: nw.Expr | Quotient = nw.when(count >= least).then(nw.col(total_name))
    if one.verb is Verb.MEAN:
        value = Quotient(total_name, count_name, least)
    return Made(Kind.NUMERIC, (), (value,), nw.Float64(), (scores, summary))


def _sum(scores: list[nw.Expr]) -> nw.Expr:
    total: nw.Expr = reduce(operator.add, [each.fill_null(0.0) for each in scores])
    return total


_SUMMARIES: Mapping[Verb, Callable[[list[nw.Expr]], nw.Expr]] = {
    Verb.MEAN: _sum,
    Verb.SUM: _sum,
    Verb.MIN: lambda scores: nw.min_horizontal(*scores) if len(scores) > 1 else scores[0],
    Verb.MAX: lambda scores: nw.max_horizontal(*scores) if len(scores) > 1 else scores[0],
}


def _score(survey: Survey, one: Derivation, question: Question) -> nw.Expr:
    """Return the number, or the score of the answer; null without one."""
    if question.kind is Kind.NUMERIC:
        number = file_column(question.columns[0]).cast(nw.Float64)
        return nw.when(is_valid_number(survey, question)).then(number)
    codes: dict[float, list[str]] = {}
    for each in question.categories:
        if each.score is not None and not each.missing:
            codes.setdefault(each.score, []).append(each.code)
    if question.kind is Kind.MULTI or not codes:
        said = "{}: {} takes numbers or scores, and {} ({}) has none: give its answers scores"
        raise one.error(said, one.verb, question.id, question.kind)
    return choose(
        [
            (gave_any(survey, question, given), nw.lit(score, nw.Float64))
            for score, given in codes.items()
        ],
        _NO_NUMBER,
    )


NUMBERS = {Verb.COUNT: made_by_count, **dict.fromkeys(_SUMMARIES, made_of_scores)}
"""How each verb that gives a number computes it."""
