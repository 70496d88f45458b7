"""What was decided about a survey, and what was not."""

from __future__ import annotations

from dataclasses import replace

from cxtui.survey.decisions import State, decisions_of
from cxtui.survey.model import Aside, Codebook
from tests.making import BUDGET, GOAL, ROLE, TOOLS

BOOK = Codebook(
    (ROLE, replace(GOAL, guess="scale: by its wording"), replace(BUDGET, guess="undecided: 998")),
    role="role",
    weight="w",
    weight_guess="by its name",
    weights=("w", "w2"),
    aside=(Aside("id", "numbers everybody"),),
    without=("wave",),
)


def test_what_nobody_could_decide_comes_first_and_what_is_settled_last() -> None:
    """Under each state the survey as a whole before its questions."""
    found = [(one.state, one.subject, one.name) for one in decisions_of(BOOK, ["two rows dropped"])]
    assert found == [
        (State.OPEN, "title", ""),
        (State.OPEN, "question", "budget"),
        (State.GUESSED, "weight", "w"),
        (State.GUESSED, "question", "goal"),
        (State.ASIDE, "column", "id"),
        (State.NOTED, "note", "two rows dropped"),
        (State.DECLARED, "role", "role"),
        (State.DECLARED, "wave", ""),
        (State.DECLARED, "column", "w2"),
        (State.DECLARED, "question", "role"),
    ]


def test_each_says_why() -> None:
    """The reason of a guess, what looked like nothing, or that the codebook says so."""
    reasons = {(one.subject, one.name): one.reason for one in decisions_of(Codebook((TOOLS,)))}
    assert reasons["wave", ""] == "nothing in the file looks like waves or years of asking"
    assert reasons["question", "tools"] == "the codebook says so"
    assert {one.reason for one in decisions_of(BOOK)} >= {"by its name", "numbers everybody"}
    assert all(reasons.values())
