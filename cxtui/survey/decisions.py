"""Decisions about a survey (declared, auto-detected or open), each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cxtui.messages import tr
from cxtui.survey.model import PARTS, Codebook
from cxtui.survey.question import Kind, Question
from cxtui.text import clean


class DecisionState(StrEnum):
    """Status of a decision, in list order; the values are headings on the screen."""

    OPEN = "Not decided"
    GUESSED = "Auto-detected"
    EXCLUDED = "Excluded columns"
    NOTED = "About the file"
    DECLARED = "Declared"


TITLE, QUESTION, COLUMN, NOTE = "title", "question", "column", "note"

_NOT_FOUND = {
    "role": "no question looks like a role: whom should the columns of a table compare?",
    "wave": "nothing in the file looks like waves or years of asking",
    "weight": "no column looks like a weight",
    "banner": "no question looks like one to compare by",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a survey, or an open point.

    `subject` is a part of the codebook (`role` …), `title`, `question`, `column` or `note`; `name`
    is the id of a question or a column; `words` is the decision, `reason` why it was taken.
    For a question `words` is its label beside its `kind`.
    """

    state: DecisionState
    subject: str
    name: str
    words: str
    reason: str
    kind: Kind | None = None


def list_decisions(codebook: Codebook, notes: Iterable[str] = ()) -> tuple[Decision, ...]:
    """Return all decisions in the order of `DecisionState`, parts of the survey before questions.

    What nothing in the file speaks of (a wave, a weight, a title) follows the undecided questions.
    `notes` are the notes on how the file was read; questions keep the order of the file.
    """
    found = [*_parts(codebook), *map(_question, codebook.questions)]
    found += (
        Decision(DecisionState.EXCLUDED, COLUMN, one.column, clean(one.column), one.reason)
        for one in codebook.excluded
    )
    found += (Decision(DecisionState.NOTED, NOTE, note, note, note) for note in notes)
    order = list(DecisionState)
    return tuple(sorted(found, key=lambda one: (order.index(one.state), _is_absent(one))))


def _is_absent(decision: Decision) -> bool:
    """Return whether a decision is open on a part that many surveys do not have."""
    return decision.state is DecisionState.OPEN and decision.subject in {"wave", "weight", TITLE}


def _parts(codebook: Codebook) -> Iterator[Decision]:
    declared = DecisionState.DECLARED
    for part in PARTS:
        name, guess = getattr(codebook, part), getattr(codebook, f"{part}_guess")
        if part == "banner" and codebook.role and not name:
            continue
        if name:
            state = DecisionState.GUESSED if guess else declared
            yield Decision(state, part, name, clean(name), guess or tr("the codebook says so"))
        elif part in codebook.absent:
            reason = tr("the codebook says that there is none")
            yield Decision(declared, part, "", tr("(none)"), reason)
        else:
            yield Decision(DecisionState.OPEN, part, "", "?", tr(_NOT_FOUND[part]))
    for weight in codebook.weights:
        if weight != codebook.weight:
            reason = tr("another weight, by the key w")
            yield Decision(declared, COLUMN, weight, clean(weight), reason)
    reason = tr("what the survey is called on the screen and in exports")
    state = declared if codebook.title else DecisionState.OPEN
    yield Decision(state, TITLE, "", codebook.title or "?", reason)


def _question(question: Question) -> Decision:
    state = DecisionState.DECLARED
    if question.guess:
        state = DecisionState.OPEN if question.undecided else DecisionState.GUESSED
    reason = question.guess or tr("the codebook says so")
    label = "" if question.label == question.id else question.label
    return Decision(state, QUESTION, question.id, label, reason, question.kind)
