"""Rows and columns that a view does not show, or shows alone, and their texts for options."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cxtui.errors import ViewError
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Question
from cxtui.survey.quoting import cuts_outside, quoted_name, spans_between, without_quotes

_NESTS = re.compile(">")
_IS = re.compile("=")

WHOLE = "total"
"""The text of the Total as a column."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """An answer of the question in the rows, or a banner column by its nested answers.

    `path` has the ids of the questions and the codes of their answers, the outermost first.
    """

    path: tuple[tuple[str, str], ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The ids of the questions, the outermost first."""
        return tuple(one for one, _ in self.path)

    def __str__(self) -> str:
        return ">".join(f"{quoted_name(one)}={quoted_name(code)}" for one, code in self.path)


def parse_hidden(survey: Survey, text: str, option: str = "--hidden") -> Hidden:
    """Return what `QUESTION=ANSWER` names, or `QUESTION=ANSWER>QUESTION=ANSWER` of nested columns.

    Raises `ViewError` if the survey does not have it.
    """
    spans = spans_between(cuts_outside(_NESTS, text), text)
    steps = (_step(survey, text[begin:end].strip(), f"{option} {text}") for begin, end in spans)
    return Hidden(tuple(steps))


def text_of_column(column: Hidden | None) -> str:
    """Return the text of a banner column for `--across`, empty for none."""
    return "" if column is None else str(column) or WHOLE


def parse_column(survey: Survey, text: str) -> Hidden | None:
    """Return the banner column that `--across` names; `total` is that of all respondents.

    Raises `ViewError` if the survey does not have it.
    """
    if not text:
        return None
    return Hidden(()) if text == WHOLE else parse_hidden(survey, text, "--across")


def _step(survey: Survey, part: str, text: str) -> tuple[str, str]:
    cuts = cuts_outside(_IS, part)
    if not cuts:
        raise ViewError("{} lacks an answer, as in role=Marketing", text)
    begin, end = cuts[0]
    name, answer = without_quotes(part[:begin].strip()), without_quotes(part[end:].strip())
    question = required(survey, name, "question")
    return question.id, _code(question, answer)


def _code(question: Question, answer: str) -> str:
    """Return a code, or that of a label in any case.

    Any other text may be the code of an answer that the codebook does not list, or of a net.
    """
    rows = [(one.code, one.label) for one in question.categories]
    rows += [(one.code, one.label) for one in question.items]
    rows += [(one.code, one.label) for one in question.nets]
    if answer in dict(rows):
        return answer
    return next((code for code, label in rows if label.casefold() == answer.casefold()), answer)
