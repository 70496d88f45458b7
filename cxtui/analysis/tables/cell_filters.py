"""The respondents of a cell as filters: what `--where` takes to keep them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cxtui.analysis.query.cube import TOTAL, Column, Status, Step
from cxtui.analysis.query.expressions.number_classes import add_classes, class_categories
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.scale_nets import find_net, nets_of_scale
from cxtui.analysis.view.view import Base, Measure
from cxtui.survey.conditions import NO_ANSWER, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question

_MEAN = "mean"


def filters_of_cell(survey: Survey, table: Table, row: int, column: int) -> tuple[Filter, ...]:
    """Return the filters that keep the respondents of a cell, beside those of its view.

    Each is there once, and none that the view has.
    """
    if table.across is not None:
        return _of_item(survey, table, row, column)
    found = (
        *_of_column(survey, table.columns[column]),
        *_of_row(survey, table, table.rows[row]),
    )
    return tuple(one for one in dict.fromkeys(found) if one not in table.view.filters)


def _of_item(survey: Survey, table: Table, row: int, column: int) -> tuple[Filter, ...]:
    """Return the filters of a cell of a grid's items by its answers."""
    question, code = table.question, table.rows[row].code
    item = survey.codebook.find_item(question.id, code)
    name = item.id if item else code
    found = [*_of_column(survey, table.across or TOTAL)]
    head, cell = table.columns[column], table.rows[row].cells[column]
    if cell.mean is not None:
        found.append(Filter(name, "=", tuple(_scored(question))))
    elif cell.is_base:
        missing = [one.code for one in question.categories if one.missing]
        kept = {Base.ANSWERED: (NO_ANSWER, *missing), Base.ASKED: (NO_ANSWER,), Base.ALL: ()}
        found += [Filter(name, "!=", one) for one in (kept[table.view.base],) if one]
    else:
        found.append(Filter(name, "=", tuple(_of_answer(question, head.codes, table.view.base))))
    return tuple(one for one in dict.fromkeys(found) if one not in table.view.filters)


def _of_answer(question: Question, codes: Sequence[str], base: Base) -> Iterator[str]:
    """Yield the codes of an answer of a grid, or of the members of its net of best answers."""
    if codes[0] in {one.code for one in question.categories}:
        yield from codes
    elif codes[0]:
        yield from _of_base(question, nets_of_scale(question)[0].members, base)
    else:
        yield NO_ANSWER


def _of_column(survey: Survey, column: Column) -> Iterator[Filter]:
    for step in column.path:
        question = required(survey, step.variable, "banner variable")
        if question.kind is Kind.NUMERIC:
            yield from _of_class(add_classes(survey, question), step)
        else:
            yield Filter(question.id, "=", (step.code,))


def _of_class(question: Question, step: Step | TableRow) -> Iterator[Filter]:
    """Yield the bounds of a class of a number; without bounds, that there is a number."""
    bounds = question.classes
    if not bounds:
        yield from _answered(question)
        return
    place = [one.code for one in class_categories(question)].index(step.code)
    if place:
        yield Filter(question.id, ">=", (f"{bounds[place - 1]!r}",))
    if place < len(bounds):
        yield Filter(question.id, "<", (f"{bounds[place]!r}",))


def _answered(question: Question) -> Iterator[Filter]:
    missing = [one.code for one in question.categories if one.missing]
    # beside another answer, a missing one is no reason to have no answer
    yield Filter(question.id, "!=", (NO_ANSWER, *([] if question.counts_each_answer else missing)))


def _of_row(survey: Survey, table: Table, row: TableRow) -> Iterator[Filter]:
    question, base = table.question, table.view.base
    if question.kind is Kind.GRID:
        item = survey.codebook.find_item(question.id, row.code)
        codes: Iterable[str] = _scored(question)
        if table.measure is not Measure.MEAN:
            codes = _of_base(question, nets_of_scale(question)[0].members, base)
        yield Filter(item.id if item else row.code, "=", tuple(codes))
    elif row.status is Status.NULL:
        yield Filter(question.id, "=", (NO_ANSWER,))
        # which for several answers holds of those with missing ones alone, too
        missing = tuple(one.code for one in question.categories if one.missing)
        if missing and question.counts_each_answer:
            yield Filter(question.id, "!=", missing)
    elif row.status is Status.NET:
        yield from _of_net(question, row, base)
    elif row.status is Status.SCORE and row.code == _MEAN and question.kind is not Kind.NUMERIC:
        yield Filter(question.id, "=", tuple(_scored(question)))
    elif row.status is Status.SCORE or question.kind is Kind.TEXT:
        yield from _answered(question)
    elif question.kind is Kind.NUMERIC and row.status is Status.ANSWER:
        yield from _of_class(question, row)
    else:
        yield Filter(question.id, "=", (row.code,))


def _of_net(question: Question, row: TableRow, base: Base) -> Iterator[Filter]:
    members = find_net(question, row.code).members
    if not question.counts_each_answer:
        yield Filter(question.id, "=", tuple(_of_base(question, members, base)))
        return
    yield Filter(question.id, "=", question.category_codes(members))
    if base is Base.ANSWERED and any(one.missing for one in question.categories):
        yield Filter(question.id, "!=", (NO_ANSWER,))


def _of_base(question: Question, members: Iterable[str], base: Base) -> Iterator[str]:
    """Yield the codes of the members of a net that are in the base."""
    missing = {one.code for one in question.categories if one.missing}
    codes = question.category_codes(members)
    yield from (code for code in codes if base is not Base.ANSWERED or code not in missing)


def _scored(question: Question) -> Iterator[str]:
    listed = (one for one in question.categories if not one.missing)
    yield from (one.code for one in listed if one.score is not None)
