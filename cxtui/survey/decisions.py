"""What was decided about a survey, by whom, and why: what nobody could decide comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cxtui.survey.model import PARTS, Codebook, Question
from cxtui.text import clean


class DecisionState(StrEnum):
    """How settled something is; the words head its part of a list."""

    OPEN = "Not decided"
    GUESSED = "Guessed"
    ASIDE = "Columns left aside"
    NOTED = "About the file"
    DECLARED = "Declared"


TITLE, QUESTION, COLUMN, NOTE = "title", "question", "column", "note"

_NOT_FOUND = {
    "role": "no question looks like a role: whom should the columns of a table compare?",
    "wave": "nothing in the file looks like waves or years of asking",
    "weight": "no column looks like a weight",
    "banner": "no question looks like one to compare by",
}
_NONE = "(none)"
_UNDECIDED = "undecided:"
"""What stands in the reason of a guess that is one of several."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that was decided, or is not.

    `subject` is a part of the codebook (`role` …), `title`, `question`, `column` or `note`; `name`
    the id of a question or a column; `words` what was decided, `reason` why.
    """

    state: DecisionState
    subject: str
    name: str
    words: str
    reason: str


def list_decisions(codebook: Codebook, notes: Iterable[str] = ()) -> tuple[Decision, ...]:
    """Return everything that was decided; `notes` is what is said of how the file was read.

    In the order of `State`; parts of the survey before its questions, those as in the file.
    """
    found = [*_parts(codebook), *map(_question, codebook.questions)]
    found += (
        Decision(DecisionState.ASIDE, COLUMN, one.column, clean(one.column), one.reason)
        for one in codebook.aside
    )
    found += (Decision(DecisionState.NOTED, NOTE, note, note, note) for note in notes)
    order = list(DecisionState)
    return tuple(sorted(found, key=lambda one: order.index(one.state)))


def _parts(codebook: Codebook) -> Iterator[Decision]:
    for part in PARTS:
        name, guess = getattr(codebook, part), getattr(codebook, f"{part}_guess")
        if part == "banner" and codebook.role and not name:
            continue
        if name:
            state = DecisionState.GUESSED if guess else DecisionState.DECLARED
            yield Decision(state, part, name, clean(name), guess or "the codebook says so")
        elif part in codebook.without:
            yield Decision(
                DecisionState.DECLARED, part, "", _NONE, "the codebook says that there is none"
            )
        else:
            yield Decision(DecisionState.OPEN, part, "", "?", _NOT_FOUND[part])
    for weight in codebook.weights:
        if weight != codebook.weight:
            words = "another weight, by the key w"
            yield Decision(DecisionState.DECLARED, COLUMN, weight, clean(weight), words)
    title = codebook.title or "?"
    reason = "what the survey is called on the screen and in exports"
    yield Decision(
        DecisionState.DECLARED if codebook.title else DecisionState.OPEN, TITLE, "", title, reason
    )


def _question(question: Question) -> Decision:
    state = DecisionState.GUESSED if question.guess else DecisionState.DECLARED
    if _UNDECIDED in question.guess:
        state = DecisionState.OPEN
    reason = question.guess or "the codebook says so"
    label = "" if question.label == question.id else question.label
    return Decision(state, QUESTION, question.id, f"{question.kind:<7} {label}".rstrip(), reason)
