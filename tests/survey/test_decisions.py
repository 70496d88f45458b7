"""The list of decisions about a survey, declared, auto-detected or open."""

from __future__ import annotations

from dataclasses import replace

from cxtui.survey.decisions import DecisionState, list_decisions
from cxtui.survey.model import Codebook, ExcludedColumn
from tests.making import BUDGET, GOAL, ROLE, TOOLS

BOOK = Codebook(
    (
        ROLE,
        replace(GOAL, guess="scale: by its wording"),
        replace(BUDGET, guess="998 may be missing", undecided=True),
    ),
    role="role",
    weight="w",
    weight_guess="by its name",
    weights=("w", "w2"),
    excluded=(ExcludedColumn("id", "numbers everybody"),),
    absent=("wave",),
)


def test_open_decisions_come_first_and_declared_ones_last() -> None:
    """Within a state, decisions on the survey precede those on questions, but for what is absent.

    A title, a wave or a weight that nothing speaks of matters less than an undecided question.
    """
    found = [
        (one.state, one.subject, one.name) for one in list_decisions(BOOK, ["two rows dropped"])
    ]
    assert found == [
        (DecisionState.OPEN, "question", "budget"),
        (DecisionState.OPEN, "title", ""),
        (DecisionState.GUESSED, "weight", "w"),
        (DecisionState.GUESSED, "question", "goal"),
        (DecisionState.EXCLUDED, "column", "id"),
        (DecisionState.NOTED, "note", "two rows dropped"),
        (DecisionState.DECLARED, "role", "role"),
        (DecisionState.DECLARED, "wave", ""),
        (DecisionState.DECLARED, "column", "w2"),
        (DecisionState.DECLARED, "question", "role"),
    ]


def test_every_decision_has_a_reason() -> None:
    """The reason of a guess, why nothing was found, or that the codebook declares it."""
    reasons = {(one.subject, one.name): one.reason for one in list_decisions(Codebook((TOOLS,)))}
    assert reasons["wave", ""] == "nothing in the file looks like waves or years of asking"
    assert reasons["question", "tools"] == "the codebook says so"
    assert {one.reason for one in list_decisions(BOOK)} >= {"by its name", "numbers everybody"}
    assert all(reasons.values())
