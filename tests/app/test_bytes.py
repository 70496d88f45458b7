"""How many bytes the program sends for a key, counted in a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import median

import polars as pl

from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question
from tests.app.forked import running
from tests.app.pty import Terminal
from tests.app.screen import kept
from tests.making import survey_of
from tests.shared import shared

WORDS = ("rarely", "often", "never", "masculine", "people", "pressure", "money", "work", "talk")
DOWN, UP = b"\x1b[B", b"\x1b[A"
_KEYS = 20
_DEAREST_KEY, _DEAREST_ROWS = 2_500, 400
"""Bytes of a key that changes the whole table, and of one that changes two rows of it."""
_DEAREST_START = 6_000


def test_a_key_sends_few_bytes_on_a_real_survey(tmp_path: Path) -> None:
    """Weighted, with lists of texts and grids between the questions."""
    costs_little(shared("data/masculinity_538/masculinity-wide.parquet"), tmp_path)


def test_a_key_sends_few_bytes_where_every_question_differs(tmp_path: Path) -> None:
    """Consecutive tables share no label, number or width."""
    costs_little(survey_of_differences(tmp_path), tmp_path)


def costs_little(survey: Path, folder: Path) -> None:
    """A key, the first screen, and rest, in 256 colours."""
    with running([str(survey)], folder, size=(100, 30)) as terminal:
        terminal.shows("Effective base")
        terminal.settled()
        assert 0 < median(sent_for(terminal, [DOWN] * _KEYS)) <= _DEAREST_KEY
        terminal.send(b"3")
        terminal.settled()
        assert 0 < median(sent_for(terminal, [DOWN, UP] * (_KEYS // 2))) <= _DEAREST_ROWS
    with running([str(survey)], folder, size=(80, 24)) as terminal:
        terminal.shows("Base (n)")
        terminal.settled()
        assert len(terminal.received) <= _DEAREST_START
        assert not terminal.modes_seen & {1002, 1003}  # that the mouse moves is not asked for
        terminal.send(b"".join(b"\x1b[<35;%d;9M" % column for column in range(5, 75)))
        assert terminal.settled() == 0
        assert not terminal.read(0.6)


def sent_for(terminal: Terminal, keys: list[bytes]) -> list[int]:
    """Press keys, each once the one before has been dealt with; return the bytes of each."""
    sent = []
    for key in keys:
        terminal.send(key)
        sent.append(terminal.settled())
    return sent


def survey_of_differences(folder: Path) -> Path:
    """As many questions as keys are pressed, each with wordings of its own, weighted."""
    dice = Random(538)
    ages = tuple(Category(str(one), f"Age group {one}") for one in (1, 2, 3))
    questions = [Question("age", "Age", Kind.SINGLE, ("age",), ages)]
    for number in range(_KEYS + 1):
        answers = tuple(
            Category(str(code), f"{' '.join(dice.sample(WORDS, 3)).capitalize()} {number}")
            for code in range(1, dice.randint(5, 8))
        )
        label = f"{' '.join(dice.sample(WORDS, 6)).capitalize()} {number}"
        name = f"q{number:02}"
        questions.append(Question(name, label, Kind.SINGLE, (name,), answers))
    respondents = [
        {one.id: dice.randint(1, len(one.categories)) for one in questions}
        | {"weight": dice.uniform(0.3, 3)}
        for _ in range(300)
    ]
    schema = {**{one.id: pl.Int8 for one in questions}, "weight": pl.Float64}
    codebook = Codebook(title="Differences", role="age", weight="weight")
    return kept(survey_of(respondents, questions, schema, codebook), folder)
