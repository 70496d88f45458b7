"""The filters of a view as one expression for the engine."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.view import Filter
from cxtui.errors import ViewError
from cxtui.survey.model import Category, Kind, Question, Survey

_MANY = 8
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PERIODS = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}


def kept(survey: Survey, filters: Iterable[Filter]) -> nw.LazyFrame[Any]:
    """Return the respondents of `survey` that pass every filter."""
    return reduce(lambda frame, one: frame.filter(_expression(survey, one)), filters, survey.frame)


def period_key(question: Question) -> nw.Expr:
    """Return a date question's periods as text, as long as its category codes."""
    length = len(question.categories[0].code) if question.categories else 7
    return nw.col(question.columns[0]).dt.to_string(_PERIODS.get(length, "%Y-%m"))


def _expression(survey: Survey, one: Filter) -> nw.Expr:
    question = survey.codebook.find(one.question)
    if question is None:
        raise ViewError(f"there is no question {one.question!r} to filter by")
    if compare := _COMPARISONS.get(one.operator):
        return _compared(question, compare, one)
    chosen = [_has(survey, question, code) for code in one.values]
    among = balanced(operator.or_, chosen)
    return _not(among) if one.operator == "!=" else among


def _not(condition: nw.Expr) -> nw.Expr:
    """Everyone else: also those for whom the condition has no answer."""
    return ~nw.when(condition).then(nw.lit(True)).otherwise(nw.lit(False))


def _compared(question: Question, compare: Callable[[Any, Any], Any], one: Filter) -> nw.Expr:
    try:
        number = float(one.values[0])
    except ValueError:
        raise ViewError(
            f"{one.question} {one.operator} takes a number, not {one.values[0]!r}"
        ) from None
    column = nw.col(question.columns[0])
    comparison: nw.Expr = compare(column.cast(nw.Float64), number)
    missing = [float(category.code) for category in question.categories if category.missing]
    return reduce(lambda kept, code: kept & (column != code), missing, comparison)


def _has(survey: Survey, question: Question, code: str) -> nw.Expr:
    """Whether a respondent gave the answer `code`."""
    category = next((one for one in question.categories if one.code == code), Category(code, code))
    column = question.columns[0]
    if question.kind is Kind.MULTI:
        if is_list(survey, question):
            return has_listed(column, category)
        position = [one.code for one in question.categories].index(code)
        return is_chosen(survey, question, question.columns[position])
    if question.kind is Kind.DATE:
        return period_key(question) == code
    return is_any(column, raw_values(category.texts, survey.schema[column]))


def is_list(survey: Survey, question: Question) -> bool:
    """Whether a multiple response stands in one list column."""
    return isinstance(survey.schema[question.columns[0]], nw.List)


def has_listed(column: str, category: Category) -> nw.Expr:
    """Whether a list column holds `category`, in any of its spellings."""
    return balanced(operator.or_, [nw.col(column).list.contains(text) for text in category.texts])


def is_chosen(survey: Survey, question: Question, *columns: str) -> nw.Expr:
    """Whether each of a multiple response's columns is ticked; null where it is null.

    One expression for all columns: an expression a column costs a millisecond each to build.
    """
    dtypes = {survey.schema[column] for column in columns}
    if len(dtypes) > 1:
        raise ViewError(f"the columns of {question.id} differ in type: store them alike")
    unchosen = raw_values(question.unchosen, dtypes.pop())
    return ~is_any(columns, unchosen) if unchosen else ~nw.col(*columns).is_null()


def is_any(columns: str | Sequence[str], values: list[Any]) -> nw.Expr:
    """Whether each of `columns` is one of `values`; null where it is null.

    For one column up to eight values as a balanced OR, which Parquet and Spark push down; more,
    and several columns at once, as a set.
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    found: nw.Expr
    if not values:
        found = nw.col(*names).is_null() & nw.lit(False)
    elif len(values) > (1 if len(names) > 1 else _MANY):
        found = nw.col(*names).is_in(values)
    else:
        found = balanced(operator.or_, [nw.col(*names) == value for value in values])
    return found


def balanced(join: Callable[[Any, Any], Any], terms: Iterable[nw.Expr]) -> nw.Expr:
    """Join terms as a balanced tree: engines limit the depth of an expression."""
    level = list(terms)
    while len(level) > 1:
        pairs = (level[place : place + 2] for place in range(0, len(level), 2))
        level = [reduce(join, pair) for pair in pairs]
    return level[0]


def raw_values(texts: Iterable[str], dtype: nw.dtypes.DType) -> list[Any]:
    """Return what a column of `dtype` holds where a codebook says one of `texts`.

    A text that such a column cannot hold is left out: nobody gave that answer.
    """
    convert = _converter(dtype)
    values: list[Any] = []
    for text in texts:
        try:
            values.append(convert(text))
        except (ValueError, KeyError):
            continue
    return values


def _converter(dtype: nw.dtypes.DType) -> Callable[[str], Any]:
    if isinstance(dtype, nw.Enum):
        return {name: name for name in dtype.categories}.__getitem__
    if dtype.is_integer():
        return int
    if dtype.is_numeric():
        return float
    if isinstance(dtype, nw.Boolean):
        return {"true": True, "false": False, "1": True, "0": False}.__getitem__
    return str
