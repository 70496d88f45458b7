"""Derived flags: the same answer to all items, and respondents who repeat an earlier one."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

import narwhals.stable.v2 as nw

from cxtui.analysis.derive.answer_codes import answer_code
from cxtui.analysis.derive.made_answers import Made
from cxtui.analysis.derive.named_sources import (
    helper_name,
    item_sources,
    least_of,
    repeated_sources,
)
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.analysis.query.expressions.several_answers import answer_values
from cxtui.analysis.query.expressions.value_matching import join_balanced
from cxtui.messages import tr
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

FLAGGED = "1"
"""The code of a flagged respondent."""

ORDER = "__derive_order"
"""The place in the file, while respondents are compared with earlier ones."""

_OTHERS = "2"


def _flag(flagged: str, others: str, is_flagged: nw.Expr, is_judged: nw.Expr) -> Made:
    """Return the question whose first answer is the flag; it has no answer if not judged."""
    categories = (Category(FLAGGED, flagged), Category(_OTHERS, others))
    code = nw.when(is_flagged).then(nw.lit(FLAGGED)).otherwise(nw.lit(_OTHERS))
    return Made(Kind.SINGLE, categories, (nw.when(is_judged).then(code),), nw.String())


def made_by_straight(survey: Survey, one: Derivation) -> Made:
    """Return whether all valid answers to several items are one and the same code.

    Respondents who answered fewer than `least` items (by default all) have no answer.
    """
    items = item_sources(survey, one)
    for each in items:
        if each.kind in {Kind.MULTI, Kind.DATE}:
            said = "{}: straight takes items with one answer each, and {} is {}: leave it out"
            raise one.error(said, each.id, each.kind)
    least = least_of(one, len(items))
    codes = {
        helper_name(survey, one, place): nw.when(has_answered(survey, each)).then(
            answer_code(survey, each)
        )
        for place, each in enumerate(items)
    }
    first, count = helper_name(survey, one, "first"), helper_name(survey, one, "n")
    given = list(map(nw.col, codes))
    summary = {first: nw.coalesce(*given), count: _number_of([~each.is_null() for each in given])}
    alike = [each.is_null() | (each == nw.col(first)) for each in given]
    is_flagged = join_balanced(operator.and_, alike)
    made = _flag(tr("Same answer to all"), tr("Answers differ"), is_flagged, nw.col(count) >= least)
    return replace(made, steps=(codes, summary))


@dataclass(frozen=True, slots=True)
class _Key:
    """What is compared of a question or column, and whether it was answered."""

    values: tuple[nw.Expr, ...]
    is_answered: nw.Expr


def made_by_repeats(survey: Survey, one: Derivation) -> Made:
    """Return whether an earlier respondent, in the order of the file, has the same in all sources.

    Sources are questions (single answers are compared by code, other columns by value) or columns
    of the file. No answer is like no answer; respondents who answered fewer than `least` sources,
    by default all, are not compared: they have no answer, and nobody repeats them.
    """
    keys = list(_keys(survey, one))
    least = least_of(one, len(keys))
    values = [value for key in keys for value in key.values]
    step = {helper_name(survey, one, place): value for place, value in enumerate(values)}
    count = helper_name(survey, one, "n")
    step[count] = _number_of([key.is_answered for key in keys])
    is_judged = nw.col(count) >= least
    judged, earliest = helper_name(survey, one, "judged"), helper_name(survey, one, "earliest")
    names = [name for name in step if name != count]
    order = nw.col(ORDER)
    made = _flag(
        tr("Repeats an earlier one"),
        tr("Repeats none"),
        order > nw.col(earliest),
        nw.col(judged),
    )
    compared = {earliest: order.min().over(*names, judged)}
    return replace(made, steps=(step, {judged: is_judged}, compared))


def _keys(survey: Survey, one: Derivation) -> Iterator[_Key]:
    for each in repeated_sources(survey, one):
        is_answered = has_answered(survey, each).fill_null(False)
        if each.kind in {Kind.SINGLE, Kind.SCALE} and not each.pooled:
            yield _Key((answer_code(survey, each),), is_answered)
        else:
            yield _Key(tuple(_raw(survey, each)), is_answered)


def _raw(survey: Survey, question: Question) -> Iterator[nw.Expr]:
    """Yield the values of the columns of a question; blank texts and NaN are null."""
    for column in question.columns:
        value = answer_values(survey, column)
        if isinstance(survey.schema[column], nw.String | nw.Categorical | nw.Enum):
            value = file_column(column).cast(nw.String)
            value = nw.when(value.str.strip_chars() != "").then(value)
        yield value


def _number_of(conditions: list[nw.Expr]) -> nw.Expr:
    return reduce(operator.add, [one.cast(nw.Int64) for one in conditions])


FLAGS = {Verb.STRAIGHT: made_by_straight, Verb.REPEATS: made_by_repeats}
"""How each verb that flags respondents does it."""
