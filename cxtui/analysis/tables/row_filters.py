"""Filters made from a row of a table: its respondents only, or all others."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import TableRow
from cxtui.analysis.view.scale_nets import find_net
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.survey.conditions import Filter
from cxtui.survey.question import Kind, Question

_ANSWERS = {Status.ANSWER, Status.MISSING, Status.NULL}


def codes_of_row(question: Question, row: TableRow) -> tuple[str, ...]:
    """Return the codes of the answers that a row of the table of `question` counts.

    Raises `ViewError` for a row that is no share of respondents: a mean, a difference of nets, an
    item of a grid.
    """
    if question.kind is Kind.GRID:
        raise ViewError("the rows are items: open one to keep or exclude its answers")
    if question.kind is Kind.TEXT or question.kind is Kind.NUMERIC:
        raise ViewError("{} has no answers to choose from: the filter takes a range", question.id)
    if row.status is Status.NET:
        return question.category_codes(find_net(question, row.code).members)
    if row.status not in _ANSWERS:
        raise ViewError("{} is a score: no respondents to keep or exclude", row.label)
    return (row.code,)


def keep_only(view: View, question: Question, codes: Sequence[str], wave: str) -> View:
    """Return the view of the respondents with any of these answers to `question`.

    Another answer to a question with one answer per respondent takes the place of the one kept
    before. `wave` is as in `View.with_filters`.
    """
    filters = [
        one
        for one in view.filters
        if not (isinstance(one, Filter) and one.question == question.id and question.is_exclusive)
    ]
    return view.with_filters((*filters, Filter(question.id, "=", tuple(codes))), wave)


def exclude(view: View, question: Question, codes: Sequence[str], wave: str) -> View:
    """Return the view without the respondents with any of these answers to `question`.

    `wave` is as in `View.with_filters`.
    """
    excluded = tuple(dict.fromkeys((*view.excluded_codes(question.id), *codes)))
    filters = [
        one
        for one in view.filters
        if not (isinstance(one, Filter) and (one.question, one.operator) == (question.id, "!="))
    ]
    return view.with_filters((*filters, Filter(question.id, "!=", excluded)), wave)
