"""Filters of a view, and conditions on answers, as expressions for the engine; counts by them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.delimited_answers import contains_delimited
from cxtui.errors import ViewError
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question

_LARGEST = 1e60
"""Larger numbers count as missing, since the squares of weighted sums would overflow."""

_MANY = 8
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
    return reduce(lambda rest, one: rest.filter(_expression(survey, one)), filters, everyone)


def count_respondents(survey: Survey, filters: Iterable[Condition]) -> int:
    """Return the unweighted number of respondents who meet all conditions."""
    respondents = cancellable(
        survey, filter_respondents(survey, filters).select(file_column(next(iter(survey.schema))))
    )
    rows = query_rows(survey, respondents.select(nw.len().alias("kept")))
    return int(rows[0][0])


def count_answered(survey: Survey) -> dict[str, int]:
    """Return the unweighted number of respondents who answered, by question id.

    Answering any item answers the set. User-missing answers do not count.
    """
    questions = survey.codebook.table_questions
    if not questions:
        return {}
    flags = [
        _answered(survey, question).cast(nw.Int64).alias(f"__{position}")
        for position, question in enumerate(questions)
    ]
    frame = cancellable(survey, survey.frame.select(*flags))
    row = query_rows(survey, frame.select(nw.all().sum()))[0]
    return {one.id: int(count or 0) for one, count in zip(questions, row, strict=True)}


def _answered(survey: Survey, question: Question) -> nw.Expr:
    missing = [one for one in question.categories if one.missing]

    def is_answered(column: str) -> nw.Expr:
        dtype = survey.schema[column]
        codes = (is_one_of(column, raw_values(one.texts, dtype)) for one in missing)
        return reduce(lambda given, code: given & ~code, codes, ~file_column(column).is_null())

    return join_balanced(operator.or_, map(is_answered, question.columns))


def period_key(question: Question) -> nw.Expr:
    """Return the periods of a date question as text, in the length of its category codes."""
    length = len(question.categories[0].code) if question.categories else 7
    return file_column(question.columns[0]).dt.to_string(_PERIODS.get(length, "%Y-%m"))


def _expression(survey: Survey, one: Condition) -> nw.Expr:
    alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
    return join_balanced(operator.or_, [_passes(survey, each) for each in alternatives])


def _passes(survey: Survey, one: Filter) -> nw.Expr:
    question = survey.codebook.find(one.question)
    if question is None:
        raise ViewError("there is no question {!r} to filter by", one.question)
    if compare := _COMPARISONS.get(one.operator):
        return _comparison(survey, question, compare, one)
    chosen = [_gave_answer(survey, question, code) for code in one.values]
    among = join_balanced(operator.or_, chosen)
    return _not(among) if one.operator == "!=" else among


def _not(condition: nw.Expr) -> nw.Expr:
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


def is_countable(survey: Survey, column: str, least: float = -_LARGEST) -> nw.Expr:
    """Return whether a column holds a finite number of at least `least`.

    Engines differ in comparisons with NaN; some use Parquet statistics, which ignore NaN, so remote
    engines test it explicitly.
    """
    number = file_column(column).cast(nw.Float64)
    inside = (number >= least) & (number <= _LARGEST)
    if survey.is_remote and survey.schema[column].is_float():
        return inside & ~number.is_nan()
    return inside


def is_usable_weight(survey: Survey, weight: str) -> nw.Expr:
    """Return whether respondents have a weight that counts: a finite positive number."""
    return is_countable(survey, weight, SMALLEST_WEIGHT)


def _gave_answer(survey: Survey, question: Question, code: str) -> nw.Expr:
    category = next((one for one in question.categories if one.code == code), None)
    if category is None and code == NO_ANSWER:
        return _gave_no_answer(survey, question)
    column = question.columns[0]
    category = category or Category(code, code)
    if question.counts_each_answer:
        if is_in_one_column(survey, question):
            return contains_answer(survey, question, category)
        position = [one.code for one in question.categories].index(code)
        return is_chosen(survey, question, question.columns[position])
    if question.kind is Kind.DATE:
        return period_key(question) == code
    return is_one_of(column, raw_values(category.texts, survey.schema[column]))


def _gave_no_answer(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave no answer; for a multiple response, to no item."""
    if question.kind is Kind.NUMERIC:
        return _not(is_countable(survey, question.columns[0]))
    if question.kind is Kind.GRID:
        raise ViewError("{} is a grid: filter by one of its items", question.id)
    if question.counts_each_answer:
        return is_unanswered(survey, question) | _is_only_missing(survey, question)
    dtype, value = survey.schema[question.columns[0]], file_column(question.columns[0])
    if dtype.is_float():
        return value.is_null() | value.is_nan()
    if any(dtype == one for one in (nw.String, nw.Categorical, nw.Enum)):
        return value.is_null() | (value.cast(nw.String).str.strip_chars() == "")
    return value.is_null()


def _is_only_missing(survey: Survey, question: Question) -> nw.Expr:

    def any_of(*, missing: bool) -> nw.Expr:
        codes = [one.code for one in question.categories if one.missing is missing]
        ticked = [_gave_answer(survey, question, code).fill_null(False) for code in codes]
        return join_balanced(operator.or_, ticked) if ticked else nw.lit(False)

    return any_of(missing=True) & ~any_of(missing=False)


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
    columns = (answer_values(survey, column).is_null() for column in question.columns)
    return join_balanced(operator.and_, columns)


def answer_values(survey: Survey, *columns: str) -> nw.Expr:
    """Return columns of one type, with NaN as null."""
    values = file_column(*columns)
    return values.fill_nan(None) if survey.schema[columns[0]].is_float() else values


def is_chosen(survey: Survey, question: Question, *columns: str) -> nw.Expr:
    """Return whether each of a multiple response's columns is chosen; null if it is null.

    One expression covers all columns, since building one for each takes a millisecond.
    """
    # A column without values has no type, and was never chosen.
    dtypes = {survey.schema[column] for column in columns} - {nw.Unknown()}
    if not dtypes:
        return ~file_column(*columns).is_null()
    if len(dtypes) > 1 and not all(dtype.is_integer() for dtype in dtypes):
        raise ViewError("the columns of {} differ in type: store them alike", question.id)
    dtype = dtypes.pop()
    unchosen = raw_values(question.unchosen, dtype)
    if not unchosen:
        return ~answer_values(survey, *columns).is_null()
    if dtype.is_float():
        return ~answer_values(survey, *columns).is_in(unchosen)
    return ~is_one_of(columns, unchosen)


def is_one_of(columns: str | Sequence[str], values: list[Any]) -> nw.Expr:
    """Return whether each of `columns` is one of `values`; null if it is null.

    Up to eight values of one column are a balanced OR, which Parquet and Spark push down; more
    values or columns are a set.
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    if not values:
        return file_column(*names).is_null() & nw.lit(False)
    if len(values) > (1 if len(names) > 1 else _MANY):
        return file_column(*names).is_in(values)
    return join_balanced(operator.or_, (file_column(*names) == value for value in values))


def join_balanced(join: Callable[[Any, Any], Any], terms: Iterable[nw.Expr]) -> nw.Expr:
    """Return the terms joined as a balanced tree, since engines limit the depth of expressions."""
    level = list(terms)
    while len(level) > 1:
        pairs = (level[place : place + 2] for place in range(0, len(level), 2))
        level = [reduce(join, pair) for pair in pairs]
    return level[0]


def raw_values(texts: Iterable[str], dtype: nw.dtypes.DType) -> list[Any]:
    """Return the values of a column of `dtype` for texts of a codebook.

    Texts that such a column cannot hold are omitted.
    """
    convert = _converter(dtype)
    values: list[Any] = []
    for text in texts:
        try:
            values.append(convert(text))
        except (ValueError, KeyError):
            continue
    return values


def _whole(text: str) -> int:
    """Return a whole number, which may be written as 30.0; raises `ValueError` for others."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)


def _converter(dtype: nw.dtypes.DType) -> Callable[[str], Any]:
    if isinstance(dtype, nw.Enum):
        return {name: name for name in dtype.categories}.__getitem__
    if dtype.is_integer():
        return _whole
    if dtype.is_numeric():
        return float
    if isinstance(dtype, nw.Boolean):
        return {"true": True, "false": False, "1": True, "0": False}.__getitem__
    return str
