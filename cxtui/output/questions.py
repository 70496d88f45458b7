"""The list of a survey's questions, and what was guessed of it."""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Iterator

from rich.cells import cell_len

from cxtui.analysis.answered import count_answered
from cxtui.output import Format
from cxtui.output.csv import written
from cxtui.output.fit import ellipsis
from cxtui.output.markdown import document
from cxtui.output.numbers import exact
from cxtui.survey.clean import clean
from cxtui.survey.model import Question, Survey

COLUMNS = ("question", "kind", "label", "columns", "categories", "answered", "guessed")
"""The columns of the exported list, in their order; others rely on them."""

_WIDTH = 100
_WIDEST_ID = 24


def list_questions(survey: Survey, format_: Format) -> bytes:
    """Return the questions of `survey`, each with how many answered it and why it is so."""
    answered = count_answered(survey)
    rows = [_row(question, answered[question.id]) for question in survey.codebook.tabulated]
    match format_:
        case Format.CSV:
            return written([COLUMNS, *rows])
        case Format.TSV:
            return written([COLUMNS, *rows], "\t")
        case Format.JSON:
            return _json(survey, rows)
        case Format.MARKDOWN:
            return document([COLUMNS, *rows], text_columns=len(COLUMNS))
        case Format.TEXT:
            return _text(survey, answered)


def _row(question: Question, answered: int) -> tuple[str, ...]:
    return (
        question.id,
        question.kind.value,
        question.label,
        " ".join(map(clean, question.columns)),
        exact(float(len(question.categories))),
        exact(float(answered)),
        question.guess,
    )


def _json(survey: Survey, rows: list[tuple[str, ...]]) -> bytes:
    questions = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    document = {
        "title": survey.codebook.title,
        "questions": questions,
        "notes": list(remarks_on(survey)),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _text(survey: Survey, answered: dict[str, int]) -> bytes:
    questions = survey.codebook.tabulated
    width = min(_WIDEST_ID, max((cell_len(one.id) for one in questions), default=0))
    lines = io.StringIO()
    for question in questions:
        name = ellipsis(question.id, width)
        head = name + " " * (width - cell_len(name))
        head += f"  {question.kind:<7} {answered[question.id]:>7,}  "
        lines.write(head + ellipsis(question.label, _WIDTH - cell_len(head)) + "\n")
        if question.guess:
            indent = " " * (width + 2)
            reason = f"guess: {question.guess}"
            lines.write(
                textwrap.fill(reason, _WIDTH, initial_indent=indent, subsequent_indent=indent)
                + "\n"
            )
    return lines.getvalue().encode()


def remarks_on(survey: Survey) -> Iterator[str]:
    """Yield what was read, guessed of the survey as a whole, and which columns were left aside."""
    codebook = survey.codebook
    yield from survey.notes
    for what, name, guess in (
        ("role", codebook.role, codebook.role_guess),
        ("wave", codebook.wave, codebook.wave_guess),
        ("weight", codebook.weight, codebook.weight_guess),
        ("banner", codebook.banner, codebook.banner_guess),
    ):
        if name and guess:
            yield f"{what} {clean(name)}: a guess, {guess}"
    for aside in codebook.aside:
        yield f"left aside {clean(aside.column)}: {aside.reason}"
