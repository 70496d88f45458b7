"""Who answered a question: the one definition, which tables and lists of questions share."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_frame
from cxtui.analysis.query.expressions.filters import LARGEST, gave_no_answer
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.expressions.value_matching import (
    is_one_of,
    join_balanced,
    raw_values,
)
from cxtui.analysis.query.expressions.write_ins import BLANKS, has_open_answer
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_TOGETHER = 500
"""Columns that one query reads: those of thousands would be in memory all at once."""


def has_answered(survey: Survey, question: Question) -> nw.Expr:
    """Return whether a respondent gave a valid answer; to a grid or a set, to any item.

    It may be null for respondents who did not.
    """
    if question.counts_each_answer:
        return ~gave_no_answer(survey, question)
    match question.kind:
        case Kind.NUMERIC:
            return is_valid_number(survey, question)
        case Kind.TEXT:
            return has_open_answer(survey, question)
        case Kind.GRID:
            ids = (survey.codebook.find_item(question.id, one.code) for one in question.items)
            items = (has_answered(survey, one) for one in ids if one)
            return join_balanced(operator.or_, items)
    column = question.columns[0]
    missing = [text for one in question.categories if one.missing for text in one.texts]
    valid = ~gave_no_answer(survey, question)
    codes = raw_values(missing, survey.schema[column])
    return valid & ~is_one_of(column, codes) if codes else valid


def count_answered(survey: Survey) -> dict[str, int]:
    """Return the unweighted number of respondents who answered, by question id."""
    names: dict[str, str] = {}
    flags: list[tuple[int, nw.Expr]] = []
    plain: dict[Hashable, list[Question]] = {}
    for position, one in enumerate(survey.codebook.table_questions):
        if form := _plain_form(survey, one):
            plain.setdefault(form, []).append(one)
        else:
            names[one.id] = f"__{position}"
            flag = _has_any_value(survey, one) if _is_plain_grid(survey, one) else None
            flag = has_answered(survey, one) if flag is None else flag
            flags.append((len(one.columns), _addable(survey, flag).alias(names[one.id])))
    for number, group in enumerate(plain.values()):
        names |= {one.id: f"{number}_{one.columns[0]}" for one in group}
        columns = list(dict.fromkeys(one.columns[0] for one in group))
        for some in (columns[at : at + _TOGETHER] for at in range(0, len(columns), _TOGETHER)):
            answered = _has_value(survey, group[0].kind, *some)
            flags.append((len(some), _addable(survey, answered).name.prefix(f"{number}_")))
    row: dict[str, Any] = {}
    for together in _batches(flags, is_one=survey.is_remote):
        frame = cancellable(survey, survey.frame.select(*together))
        row |= query_frame(survey, frame.select(nw.all().sum())).rows(named=True)[0]
    return {identity: int(row[name] or 0) for identity, name in names.items()}


def _addable(survey: Survey, flag: nw.Expr) -> nw.Expr:
    """Return a truth value, as a number where a server counts, which adds no truth values.

    Here it takes an eighth of a byte, and the number eight.
    """
    return flag.cast(nw.Int64) if survey.is_remote else flag


def _batches(flags: Iterable[tuple[int, nw.Expr]], *, is_one: bool) -> Iterator[list[nw.Expr]]:
    """Yield flags, each with its number of columns, by the query that asks for them."""
    batch: list[nw.Expr] = []
    columns = 0
    for number, flag in flags:
        if batch and not is_one and columns + number > _TOGETHER:
            yield batch
            batch, columns = [], 0
        batch.append(flag)
        columns += number
    if batch:
        yield batch


def _plain_form(survey: Survey, question: Question) -> Hashable:
    """Return what questions share that one expression asks for at once, `None` for the others.

    Building an expression for each of thousands takes seconds. Of a remote survey each is asked for
    by itself: the name of a column may mean something to a server.
    """
    is_single = question.kind is not Kind.GRID and not question.counts_each_answer
    if not is_single or survey.is_remote or any(one.missing for one in question.categories):
        return None
    dtype = survey.schema[question.columns[0]]
    if question.kind is Kind.TEXT and (question.pooled or question.others or dtype != nw.String):
        return None
    return question.kind if question.kind in {Kind.NUMERIC, Kind.TEXT} else None, dtype


def _is_plain_grid(survey: Survey, question: Question) -> bool:
    """Return whether one expression asks for all items of a grid, as `_plain_form`."""
    is_plain = question.kind is Kind.GRID and not survey.is_remote
    types = {survey.schema[name] for name in question.columns}
    return is_plain and len(types) == 1 and not any(one.missing for one in question.categories)


def _has_any_value(survey: Survey, question: Question) -> nw.Expr:
    """Return `has_answered` of a plain grid."""
    values = _has_value(survey, Kind.SINGLE, *question.columns)
    return nw.any_horizontal(values, ignore_nulls=True)


def _has_value(survey: Survey, kind: Kind, *columns: str) -> nw.Expr:
    """Return `has_answered` of columns of one type without missing categories; null if empty."""
    dtype, value = survey.schema[columns[0]], file_column(*columns)
    if kind is Kind.TEXT:
        return value.str.strip_chars(BLANKS) != ""
    if kind is Kind.NUMERIC:
        return value.cast(nw.Float64).is_between(-LARGEST, LARGEST)
    if dtype.is_float():
        return ~value.is_nan()
    if any(dtype == one for one in (nw.String, nw.Categorical, nw.Enum)):
        return value.cast(nw.String).str.strip_chars() != ""
    return ~value.is_null()
