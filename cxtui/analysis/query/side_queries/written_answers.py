"""Open answers with the respondents who wrote them, to be coded or counted by their codes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey, query_rows
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.expressions.value_matching import is_one_of
from cxtui.analysis.query.expressions.write_ins import has_open_answer, open_text
from cxtui.errors import ViewError
from cxtui.survey.conditions import Condition
from cxtui.survey.derive.codes_lines import Answer, hash_of
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question, code_of, is_null
from cxtui.text import clean

_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An open answer as it is written, and who wrote it.

    `respondent` is as files of codes have it, `value` as the survey has it; `mark` is of both, the
    respondent and the text, as `mark_of` makes it.
    """

    respondent: str
    text_hash: str
    text: str
    value: Any
    mark: str

    @property
    def answer(self) -> Answer:
        """What codes are given to."""
        return self.respondent, self.text_hash


def is_written(question: Question) -> bool:
    """Return whether respondents wrote answers of their own, alone or beside a list."""
    return question.kind is Kind.TEXT or bool(question.others)


def check_can_be_coded(survey: Survey, question: Question) -> None:
    """Raise `ViewError` where the answers to a question cannot be coded, with what to do."""
    if not is_written(question):
        message = '{} is {}: only open answers can be coded (kind = "text" in the codebook)'
        raise ViewError(message, question.id, question.kind)
    if survey.is_remote:
        message = "{} is on a server: code the open answers of a copy in a file"
        raise ViewError(message, survey.location)
    if survey.codebook.respondent not in survey.schema:
        message = (
            'put respondent = "COLUMN" above the questions of the codebook, the one of their ids: '
            "codes hang on respondents, and {} has none"
        )
        raise ViewError(message, survey.location)


def read_written(
    survey: Survey, question: Question, respondents: Container[str] | None = None
) -> tuple[WrittenAnswer, ...]:
    """Return the open answers in the order of the file; respondents without an id are left out.

    With `respondents` only theirs: the others are not looked at one by one.
    Raises `ViewError` where they cannot be coded, `SourceError` where the survey has changed.
    """
    check_can_be_coded(survey, question)
    identity = file_column(survey.codebook.respondent)
    columns = (
        *(identity.alias("id"), open_text(question).alias("text")),
        mark_of(survey, question).alias("mark"),
    )
    rows = query_rows(
        survey, survey.frame.filter(has_open_answer(survey, question)).select(*columns)
    )
    named = ((clean(code_of(row[0])), row) for row in rows if not is_null(row[0]))
    return tuple(
        WrittenAnswer(name, hash_of(text), text, value, mark)
        for name, (value, text, mark) in named
        if (name if respondents is None else name in respondents)
    )


@cached_per_survey
def count_coded(
    survey: Survey, written: Question, coded: Question, filters: tuple[Condition, ...]
) -> tuple[int, int]:
    """Return how many open answers have codes, and how many there are; unweighted."""
    has_written = has_open_answer(survey, written).fill_null(False)
    is_coded = ~file_column(coded.columns[0]).is_null()
    kept = filter_respondents(survey, filters)
    ones = (one.cast(nw.Int64).sum() for one in (has_written & is_coded, has_written))
    columns = (one.alias(name) for one, name in zip(ones, ("coded", "written"), strict=True))
    ((n, of),) = query_rows(survey, kept.select(*columns))
    return int(n or 0), int(of or 0)


def mark_of(survey: Survey, question: Question) -> nw.Expr:
    """Return the respondent and the text as one text."""
    identity = file_column(survey.codebook.respondent).cast(nw.String)
    return nw.concat_str([identity, nw.lit(_BETWEEN), open_text(question)])


def are_among(
    survey: Survey,
    question: Question,
    written: Sequence[WrittenAnswer],
    groups: Iterable[Sequence[WrittenAnswer]],
) -> list[nw.Expr]:
    """Return whether an answer is in each of some groups of the `written`, never null.

    Respondents say which it is; where some of them wrote several answers, the texts say so, too.
    """
    respondents = {one.respondent for one in written}
    if len(respondents) < len({one.answer for one in written}):
        mark = mark_of(survey, question)
        marks = ([one.mark for one in group] for group in groups)
        return [mark.is_in(each).fill_null(False) for each in marks]
    column = survey.codebook.respondent
    values = ([one.value for one in group] for group in groups)
    return [is_one_of(column, each).fill_null(False) for each in values]
