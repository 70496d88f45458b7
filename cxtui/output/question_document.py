"""The list of a survey's questions as a document, and what was guessed of the survey."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from rich.cells import cell_len

from cxtui.output.document import Columns, Document, Section, Values, list_grid
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, padded
from cxtui.output.writers.registry import Content
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Question
from cxtui.text import clean

COLUMNS = ("question", "kind", "label", "columns", "categories", "answered", "guessed")
"""The columns of the exported list, in their order; others rely on them."""

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({"question", "kind", "label", "columns", "guessed"}),
    digits={"categories": 0, "answered": 0},
)
_WIDEST_ID = 24
_MOST_NAMES = 6


def document_of_questions(survey: Survey, answered: Mapping[str, int]) -> Document:
    """Return the questions of a survey, each with how many `answered` it and why it is so."""
    rows = [_row(question, answered[question.id]) for question in survey.codebook.table_questions]
    notes = tuple(remarks_on(survey))
    section = Section(
        id="questions",
        name="questions",
        title=survey.title,
        notes=notes,
        rows=lambda: rows,
        grid=partial(list_grid, _LISTED, rows, notes),
        text=partial(_text, survey, answered),
        record=partial(_record, survey, rows, notes),
        is_noted=False,
    )
    return Document(survey.title, Content.LIST, _LISTED, (section,))


def _row(question: Question, answered: int) -> Values:
    return (
        question.id,
        question.kind.value,
        question.label,
        " ".join(map(clean, question.columns)),
        float(len(question.categories)),
        float(answered),
        question.guess,
    )


def _record(survey: Survey, rows: list[Values], notes: tuple[str, ...]) -> dict[str, Any]:
    questions = _LISTED.records(tuple(map(_whole, row)) for row in rows)
    return {"title": survey.codebook.title, "questions": questions, "notes": list(notes)}


def _whole(value: str | float | None) -> str | int | None:
    """Return a count as the whole number that it is."""
    return int(value) if isinstance(value, float) else value


def _text(survey: Survey, answered: Mapping[str, int]) -> Iterator[str]:
    questions = survey.codebook.table_questions
    width = min(_WIDEST_ID, max((cell_len(one.id) for one in questions), default=0))
    indent = " " * (width + 2)
    for question in questions:
        name = padded(ellipsis(question.id, width), width)
        head = f"{name}  {question.kind:<7} {answered[question.id]:>7,}  "
        yield head + ellipsis(question.label, TEXT_WIDTH - cell_len(head))
        if question.guess and question in survey.codebook.questions:
            reason = f"guess: {question.guess}"
            yield from textwrap.wrap(
                reason, TEXT_WIDTH, initial_indent=indent, subsequent_indent=indent
            )


def remarks_on(survey: Survey) -> Iterator[str]:
    """Yield what was read, guessed of the survey as a whole, and which columns were left aside."""
    codebook = survey.codebook
    yield from sentences_of(survey.notes)
    for what, name, guess in (
        ("role", codebook.role, codebook.role_guess),
        ("wave", codebook.wave, codebook.wave_guess),
        ("weight", codebook.weight, codebook.weight_guess),
        ("banner", codebook.banner, codebook.banner_guess),
    ):
        if name and guess:
            yield f"{what} {clean(name)}: a guess, {guess}"
    by_reason: dict[str, list[str]] = {}
    for aside in codebook.excluded:
        by_reason.setdefault(aside.reason, []).append(clean(aside.column))
    for reason, columns in by_reason.items():
        if len(columns) == 1:
            yield f"left aside {columns[0]}: {reason}"
        else:
            yield f"left aside {len(columns)} columns: {reason} ({_some(columns)})"


def _some(names: list[str]) -> str:
    """Return the names, the middle of a long list left out."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return ", ".join((*names[: _MOST_NAMES - 2], "…", names[-1]))
