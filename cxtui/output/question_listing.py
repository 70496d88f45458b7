"""The list of a survey's questions, and what was guessed of it."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping

from rich.cells import cell_len

from cxtui.analysis.query.side_queries.answered import count_answered
from cxtui.output import Format
from cxtui.output.document import Sheet
from cxtui.output.drawing.fit import ellipsis
from cxtui.output.listing import Listing, Values, render_list
from cxtui.output.writers.json_writer import dumped
from cxtui.survey.model import Question, Survey
from cxtui.survey.note import sentences_of
from cxtui.text import clean

COLUMNS = ("question", "kind", "label", "columns", "categories", "answered", "guessed")
"""The columns of the exported list, in their order; others rely on them."""

TEXTS = frozenset({"question", "kind", "label", "columns", "guessed"})
"""Those of them that are no numbers."""

_WIDTH = 100
_WIDEST_ID = 24
_MOST_NAMES = 6


def list_questions(survey: Survey, format_: Format) -> bytes:
    """Return the questions of `survey`, each with how many answered it and why it is so."""
    answered = count_answered(survey)
    listing = _listing(survey, answered)
    match format_:
        case Format.JSON:
            return _json(survey, listing.rows)
        case Format.TEXT:
            return _text(survey, answered)
        case _:
            return render_list(listing, format_)


def sheet_of_questions(survey: Survey) -> Sheet:
    """Return the questions of `survey` as a report shows them."""
    return _listing(survey, count_answered(survey)).sheet


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


def _listing(survey: Survey, answered: Mapping[str, int]) -> Listing:
    return Listing(
        name="questions",
        title=survey.title,
        columns=COLUMNS,
        texts=TEXTS,
        rows=tuple(_row(one, answered[one.id]) for one in survey.codebook.tabulated),
        digits={"categories": 0, "answered": 0},
        notes=tuple(remarks_on(survey)),
    )


def _json(survey: Survey, rows: tuple[Values, ...]) -> bytes:
    questions = [dict(zip(COLUMNS, map(_whole, row), strict=True)) for row in rows]
    return dumped(
        {
            "title": survey.codebook.title,
            "questions": questions,
            "notes": list(remarks_on(survey)),
        }
    )


def _whole(value: str | float | None) -> str | int | None:
    """Return a count as the whole number that it is."""
    return int(value) if isinstance(value, float) else value


def _text(survey: Survey, answered: dict[str, int]) -> bytes:
    questions = survey.codebook.tabulated
    width = min(_WIDEST_ID, max((cell_len(one.id) for one in questions), default=0))
    lines = io.StringIO()
    for question in questions:
        name = ellipsis(question.id, width)
        head = name + " " * (width - cell_len(name))
        head += f"  {question.kind:<7} {answered[question.id]:>7,}  "
        lines.write(head + ellipsis(question.label, _WIDTH - cell_len(head)) + "\n")
        if question.guess and question in survey.codebook.questions:
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
    for aside in codebook.aside:
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
