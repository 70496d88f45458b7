"""Respondents, a row each: who they are, and their answers in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.several_answers import gave_each
from cxtui.analysis.query.expressions.write_ins import open_text
from cxtui.errors import SourceError, ViewError, near_among
from cxtui.messages import tr
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question, code_of, is_null, told_apart
from cxtui.text import clean, numbered

_BETWEEN = "; "
_ROW = "row"


@dataclass(frozen=True, slots=True)
class RespondentRows:
    """Respondents in the order of the file.

    The first value of a row is the id of the respondent, or the place in the file from 1 on; the
    others are the answers to the `questions`, as texts, empty without an answer.
    """

    id_name: str
    questions: tuple[Question, ...]
    rows: tuple[tuple[str, ...], ...]


def with_row_numbers(survey: Survey) -> Survey:
    """Return a survey whose respondents can be named: with the place in the file, unless by an id.

    Raises `SourceError` where a server has the respondents.
    """
    if survey.is_remote:
        message = "{} is on a server: only counts come from there, no respondents"
        raise SourceError(message, survey.location)
    if survey.codebook.respondent in survey.schema:
        return survey
    name = numbered(f"__{_ROW}", survey.schema)
    frame = nw.from_native(survey.frame.to_native().with_row_index(name, 1))
    codebook = replace(survey.codebook, respondent=name)
    schema = {**survey.schema, name: nw.UInt32()}
    return replace(survey, frame=frame, schema=schema, codebook=codebook)


def open_questions(survey: Survey) -> tuple[str, ...]:
    """Return the ids of the questions with open answers."""
    return tuple(one.id for one in survey.codebook.questions if one.kind is Kind.TEXT)


def read_respondents(
    survey: Survey, frame: nw.LazyFrame[Any], names: Sequence[str]
) -> RespondentRows:
    """Return the respondents in `frame`, those of a survey of `with_row_numbers`.

    `names` are ids of questions (of a grid, all its items) or columns of the file. Raises
    `ViewError` for another name.
    """
    identity = survey.codebook.respondent
    questions = tuple(dict.fromkeys(one for name in names for one in _questions(survey, name)))
    readers = [_Reader(survey, one) for one in questions]
    columns = [file_column(identity).alias("__id")]
    for place, reader in enumerate(readers):
        columns += [one.alias(f"__{place}_{at}") for at, one in enumerate(reader.columns)]
    rows = []
    for first, *values in query_rows(survey, cancellable(survey, frame.select(*columns))):
        rest = iter(values)
        answers = (one.text([next(rest) for _ in one.columns]) for one in readers)
        rows.append((_text_of(first), *answers))
    is_number = identity not in {one for each in survey.codebook.questions for one in each.columns}
    name = tr(_ROW) if identity.startswith(f"__{_ROW}") and is_number else clean(identity)
    return RespondentRows(name, questions, tuple(rows))


def _questions(survey: Survey, name: str) -> Iterator[Question]:
    codebook = survey.codebook
    question = codebook.find(name) or codebook.find_item_column(name)
    if question is None and name in survey.schema:
        question = Question(name, clean(name), Kind.TEXT, (name,))
    if question is None:
        message = "{} has no question and no column {!r}; `cxtui questions` lists what it has"
        known = (*(one.id for one in codebook.table_questions), *survey.schema)
        raise ViewError(message, survey.location, name, near_among(name, known))
    if question.kind is Kind.GRID:
        items = (codebook.find_item(question.id, one.code) for one in question.items)
        yield from filter(None, items)
    else:
        yield question


class _Reader:
    """The columns that hold the answers to a question, and their text for one respondent."""

    def __init__(self, survey: Survey, question: Question) -> None:
        self._question = question
        self._coder = AnswerCoder(question.categories)
        self.columns: list[nw.Expr] = [file_column(question.columns[0])]
        self.text: Callable[[Sequence[Any]], str] = self._one
        if question.counts_each_answer:
            given = gave_each(survey, question, question.categories)
            self.columns = [one.fill_null(False) for one in given]
            self.text = self._several
        elif question.kind is Kind.TEXT:
            self.columns = [open_text(question)]

    def _several(self, given: Sequence[Any]) -> str:
        labels = (one.label for one in told_apart(self._question.categories))
        return _BETWEEN.join(
            label for label, is_given in zip(labels, given, strict=True) if is_given
        )

    def _one(self, values: Sequence[Any]) -> str:
        (value,) = values
        position = None if is_null(value) else self._coder.position(value)
        return "" if position is None else clean(self._coder.rows[position].label)


def _text_of(value: object) -> str:
    return "" if is_null(value) else clean(code_of(value))
