"""The respondents of one cell of a table, found by the keys that the cube counts them by."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner import BannerVariable
from cxtui.analysis.query.counting_plan import ROW, QueryPlan
from cxtui.analysis.query.cube import Column, Row, Status
from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.expressions.exact_sums import add_weights, weighting_of
from cxtui.analysis.query.expressions.filters import filter_respondents, is_not
from cxtui.analysis.query.expressions.several_answers import (
    gave_each,
    is_only_missing,
    is_unanswered,
)
from cxtui.analysis.query.expressions.value_matching import join_balanced
from cxtui.analysis.query.side_queries.respondent_rows import (
    RespondentRows,
    read_respondents,
    with_row_numbers,
)
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.scale_nets import find_net, nets_of_scale
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.errors import SourceError
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Net, Question

_NULL = Row("", "No answer", Status.NULL)
_Counts = Callable[[Row], bool]
"""Whether a row of the table counts the respondents of a row of the cube."""


def respondents_of_cell(survey: Survey, table: Table, row: int, column: int) -> nw.LazyFrame[Any]:
    """Return the respondents of a cell, as many as its unweighted n, in the order of the file.

    Of a mean they are those behind it. Raises `SourceError` where a server has the respondents.
    """
    frame = _counted(survey, table.view)
    for condition in _column_conditions(survey, frame, table.across or table.columns[column]):
        frame = frame.filter(condition)
    condition = _row_condition(survey, frame, table, table.rows[row], column)
    found = frame.filter(condition)
    return found.select(*map(file_column, survey.schema))


def read_cell(
    survey: Survey,
    table: Table,
    row: int,
    column: int,
    names: Sequence[str],
    only: int | None = None,
) -> RespondentRows:
    """Return the respondents of a cell, a row each, or the one at a place among them.

    `names` are those of `read_respondents`; raises as it, and as `respondents_of_cell`.
    """
    named = with_row_numbers(survey)
    frame = respondents_of_cell(named, table, row, column)
    if only is not None:
        frame = nw.from_native(frame.to_native().slice(only, 1))
    return read_respondents(named, frame, names)


def respondents_of_view(survey: Survey, view: View) -> nw.LazyFrame[Any]:
    """Return all respondents of a view; raises as `respondents_of_cell`."""
    return _counted(survey, view).select(*map(file_column, survey.schema))


def _counted(survey: Survey, view: View) -> nw.LazyFrame[Any]:
    """Return the respondents of a view with a usable weight."""
    if survey.is_remote:
        message = "{} is on a server: only counts come from there, no respondents"
        raise SourceError(message, survey.location)
    kept = add_weights(filter_respondents(survey, view.filters), survey, view.weight)
    return kept.filter(nw.col(weighting_of(survey, view.weight).n) > 0)


def _column_conditions(
    survey: Survey, frame: nw.LazyFrame[Any], column: Column
) -> Iterator[nw.Expr]:
    """Yield the condition of each nested variable of a column."""
    for step in column.path:
        variable = BannerVariable(survey, step.variable)
        key = variable.key(survey)
        values = [
            value
            for value in _distinct(survey, frame, key)
            if any(variable.coder.rows[at].code == step.code for at in variable.positions(value))
        ]
        yield key.is_in(values)


def _distinct(survey: Survey, frame: nw.LazyFrame[Any], key: nw.Expr) -> list[Any]:
    """Return the distinct values of an expression, NaN and null too."""
    rows = query_rows(survey, frame.select(key.alias(ROW)).group_by(ROW).agg(nw.len().alias("n")))
    return [value for value, _ in rows]


def _row_condition(
    survey: Survey, frame: nw.LazyFrame[Any], table: Table, row: TableRow, column: int
) -> nw.Expr:
    counting = ViewCount(survey, table.view)
    question = counting.question
    if question.counts_each_answer:
        return _several_answers(survey, question, row, table.view.base)
    plan = counting.plans[0]
    if question.kind is Kind.GRID:
        items = [one.code for one in question.items]
        plan = counting.plans[items.index(row.code)]
    counts = _counted_rows(question, table, row)
    if table.across is not None:
        counts = _counted_answers(question, table, row, column)
    key = _key(plan)
    held = [value for value in _distinct(survey, frame, key) if counts(_row_of(plan, value))]
    is_held = key.is_in([value for value in held if value is not None])
    return is_held | key.is_null() if None in held else is_held.fill_null(False)


def _key(plan: QueryPlan) -> nw.Expr:
    """Return the expression of the answer by which a plan groups, which is its last column."""
    return plan.columns()[-1]


def _row_of(plan: QueryPlan, value: Any) -> Row:
    """Return the row of the cube that counts a value of the key of a plan."""
    nothing = np.zeros((1, 1))
    ((_, position, _),) = plan.tallies((value,), nothing, nothing)
    return _NULL if position is None else plan.coder.rows[position]


def _counted_rows(question: Question, table: Table, row: TableRow) -> _Counts:
    """Return which rows of the cube a row of the table counts, of a question with one answer."""
    base, is_grid = table.view.base, question.kind is Kind.GRID
    if is_grid and table.measure is not Measure.MEAN:
        return _members(question, nets_of_scale(question)[0], base)
    if is_grid or (row.status is Status.SCORE and row.code == "mean"):
        is_number = question.kind is Kind.NUMERIC
        return lambda one: one.status is Status.ANSWER and (is_number or one.score is not None)
    if row.status is Status.SCORE:
        return lambda one: one.status is Status.ANSWER
    if row.status is Status.NET:
        return _members(question, find_net(question, row.code), base)
    return lambda one: (one.status, one.code) == (row.status, row.code)


def _counted_answers(question: Question, table: Table, row: TableRow, column: int) -> _Counts:
    """Return which rows of the cube a cell of a grid's items by its answers counts."""
    cell, codes = row.cells[column], table.columns[column].codes
    if cell.is_base:
        without = {Base.ANSWERED: {Status.MISSING, Status.NULL}, Base.ASKED: {Status.NULL}}
        left_out = without.get(table.view.base, set())
        return lambda one: one.status not in left_out
    if cell.mean is not None:
        return lambda one: one.status is Status.ANSWER and one.score is not None
    best = nets_of_scale(question)[0]
    if codes == (best.code,) and best.code not in {one.code for one in question.categories}:
        return _members(question, best, table.view.base)
    return lambda one: (one.code,) == codes


def _members(question: Question, net: Net, base: Base) -> _Counts:
    codes = set(question.category_codes(net.members))
    statuses = {Status.ANSWER} if base is Base.ANSWERED else {Status.ANSWER, Status.MISSING}
    return lambda one: one.status in statuses and one.code in codes


def _several_answers(survey: Survey, question: Question, row: TableRow, base: Base) -> nw.Expr:
    """Return whether a respondent counts in a row of a multiple response, never null."""
    is_silent, is_missing = is_unanswered(survey, question), is_only_missing(survey, question)
    match row.status:
        case Status.NULL:
            return is_silent
        case Status.SCORE:
            return is_not(is_silent) & is_not(is_missing)
        case Status.NET:
            codes = question.category_codes(find_net(question, row.code).members)
        case _:
            codes = (row.code,)
    listed = [one for one in question.categories if one.code in codes]
    given = [one.fill_null(False) for one in gave_each(survey, question, listed)]
    is_given = join_balanced(operator.or_, given)
    if row.status is Status.NET and base is Base.ANSWERED:
        return is_given & is_not(is_missing)
    return is_given


def cell_in_words(table: Table, row: int, column: int) -> str:
    """Return the answer and the column of a cell in words."""
    where = table.columns[column].label
    if table.across is not None and table.across.path:
        where = tr("{} · {}", where, table.across.label)
    return tr("{} · {}", table.rows[row].label, where)
