"""The list of a survey's questions as a Document, and what was auto-detected."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from rich.cells import cell_len

from cxtui.messages import tr, tr_count
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.fit import TEXT_WIDTH, ellipsis, fitted
from cxtui.output.drawing.number_text import HIDDEN, whole
from cxtui.output.grid import Columns, list_grid
from cxtui.output.writers.registry import Content
from cxtui.survey.derive.derivation_text import made_in_words
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Question
from cxtui.survey.suppression import is_shown
from cxtui.text import clean

COLUMNS = ("question", "kind", "label", "columns", "categories", "answered", "guessed", "derived")
"""The columns of the exported list, in their order; other programs rely on them."""

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({"question", "kind", "label", "columns", "guessed", "derived"}),
    digits={"categories": 0, "answered": 0},
)
_WIDEST_ID = 24
_MOST_NAMES = 6


def document_of_questions(survey: Survey, answered: Mapping[str, int]) -> Document:
    """Return the questions of a survey, each with the number of respondents who `answered` it."""
    rows: list[Values] = [
        (
            *(one.id, one.kind.value, one.label, " ".join(map(clean, one.columns))),
            *(
                float(len(one.categories)),
                _shown(survey, answered[one.id]),
                one.guess,
                clean(one.made),
            ),
        )
        for one in survey.codebook.table_questions
    ]
    notes = tuple(remarks_on(survey))
    section = Section(
        id="questions",
        title=survey.title,
        name="questions",
        notes=notes,
        rows=lambda: rows,
        grid=partial(list_grid, _LISTED, rows, notes),
        text=partial(_text, survey, answered),
        record=lambda: {
            "title": survey.codebook.title,
            "questions": _LISTED.records(tuple(map(whole, row)) for row in rows),
            "notes": list(notes),
        },
        is_noted=False,
    )
    return Document(survey.title, Content.LIST, _LISTED, (section,))


def _shown(survey: Survey, answered: int) -> float | None:
    """Return how many answered, `None` where few did or few did not and small counts are hidden."""
    return float(answered) if is_shown(survey, answered, survey.respondents) else None


def _text(survey: Survey, answered: Mapping[str, int]) -> Iterator[str]:
    questions = survey.codebook.table_questions
    whole_ids = {one.id for one in survey.codebook.questions}  # the others are items of grids
    width = min(_WIDEST_ID, max((cell_len(one.id) for one in questions), default=0))
    indent = " " * (width + 2)
    for question in questions:
        n = _shown(survey, answered[question.id])
        count = HIDDEN if n is None else f"{n:,.0f}"
        head = f"{fitted(question.id, width)}  {question.kind:<7} {count:>7}  "
        yield head + ellipsis(question.label, TEXT_WIDTH - cell_len(head))
        if question.id in whole_ids and (reason := _reason(question)):
            yield from textwrap.wrap(
                reason, TEXT_WIDTH, initial_indent=indent, subsequent_indent=indent
            )


def _reason(question: Question) -> str:
    """Return why a question is what it is: how it was made, or what it was inferred from."""
    if question.made:
        return tr("derived: {}", made_in_words(question))
    return tr("auto-detected: {}", question.guess) if question.guess else ""


def remarks_on(survey: Survey) -> Iterator[str]:
    """Yield what was auto-detected, how the file was read, and the columns that were excluded.

    First comes what matters to every table.
    """
    codebook = survey.codebook
    for sentence, name, guess in (
        ("role {}: auto-detected, {}", codebook.role, codebook.role_guess),
        ("wave {}: auto-detected, {}", codebook.wave, codebook.wave_guess),
        ("weight {}: auto-detected, {}", codebook.weight, codebook.weight_guess),
        ("banner {}: auto-detected, {}", codebook.banner, codebook.banner_guess),
    ):
        if name and guess:
            told = tr("counts are not shown") if survey.least else guess
            yield tr(sentence, clean(name), told)
    if undecided := [one.id for one in codebook.questions if one.guess and one.undecided]:
        yield tr_count(
            len(undecided),
            "undecided: {1}; `d` or its kind in the codebook settles it",
            "undecided: {1}; `d` or their kinds in the codebook settle them",
            _listed(undecided),
        )
    yield from sentences_of(survey.notes)
    by_reason: dict[str, list[str]] = {}
    for one in codebook.excluded:
        by_reason.setdefault(one.reason, []).append(clean(one.column))
    for reason, names in by_reason.items():
        if len(names) == 1:
            yield tr("excluded {}: {}", names[0], reason)
        else:
            yield tr("excluded {} columns: {} ({})", len(names), reason, _listed(names))


def _listed(names: Sequence[str]) -> str:
    shown = (*names[: _MOST_NAMES - 2], "…", names[-1])
    return ", ".join(names if len(names) <= _MOST_NAMES else shown)
