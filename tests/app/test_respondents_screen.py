"""`x`: from a cell to its respondents and their open answers, and from there to a filter."""

from __future__ import annotations

import logging
from pathlib import Path

import polars as pl
import pytest

from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.results.inspect_screen import Inspect
from cxtui.app.screens.results.respondents_screen import CellRespondents
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    kept,
    painted,
    press,
    screen_text,
    shows,
    until,
)
from tests.making import QUESTIONS, SCHEMA, survey_of

SAID = Question("said", "Why?", Kind.TEXT, ("said",))
PEOPLE = [
    {
        "role": 1 + at % 2,
        "goal": 1 + at % 4,
        "tools_1": at % 2,
        "tools_2": 1,
        "tools_3": 0,
        "web": 1 + at % 3,
        "mobile": 2,
        "budget": float(at),
        "w": 0.0 if at == 3 else 1.5,
        "said": None if at % 5 == 0 else f"Secret {at}\u001b[31m",
    }
    for at in range(60)
]


def survey_file(folder: Path, respondent: str = "") -> Path:
    schema: dict[str, type[pl.DataType]] = {**SCHEMA, "said": pl.String}
    codebook = Codebook(role="role", weight="w", respondent=respondent)
    return kept(survey_of(PEOPLE, (*QUESTIONS, SAID), schema, codebook), folder)


def listed(pilot: Explored) -> int:
    return app_of(pilot).screen.query_one(DrawnList).length


async def read(pilot: Explored, words: str) -> None:
    """Wait until these words stand in the box."""
    await until(pilot, lambda: words in screen_text(pilot))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_respondents_of_a_cell(size: tuple[int, int], tmp_path: Path) -> None:
    """As many lines as its n; one whole; found by words; another question; then the filter."""
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "goal", "--no-weight", size=size) as pilot:
        await press(pilot, "3", "down", "x")
        assert isinstance(app_of(pilot).screen, CellRespondents)
        await read(pilot, "0 respondents")  # nobody in marketing said Middle
        await press(pilot, "escape", "l", "x")
        await read(pilot, "15 respondents")
        assert listed(pilot) == 15
        assert "Secret 13" in screen_text(pilot)
        await press(pilot, "/", *"secret 13", "enter")
        await read(pilot, "1 of them with")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, Inspect))
        assert "row 14" in screen_text(pilot)
        assert "Tool 1; Tool 2" in screen_text(pilot)
        await press(pilot, "escape", "/", "escape", "c", *"budget", "enter")
        await read(pilot, "· 13")
        await press(pilot, "f")
        await painted(pilot)
        view = app_of(pilot).session.view
        assert view is not None
        assert list(map(str, view.filters)) == ["role=2", "goal=2"]
        table = app_of(pilot).session.finished()
        assert table is not None
        assert table.respondents == 15
        await press(pilot, "u")
        assert app_of(pilot).session.view != view


async def test_those_listed_are_copied_only_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As TSV to the clipboard, and it is said how many people they are."""
    copied: list[str] = []

    def keep(_: object, text: str, ending: str) -> str:
        copied.append(ending + text)
        return "by OSC 52"

    monkeypatch.setattr("cxtui.app.screens.results.respondents_screen.copy_from", keep)
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "goal", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "3", "down", "l", "l", "x")
        await read(pilot, "15 respondents")
        assert copied == []
        await press(pilot, "/", *"secret 13", "enter", "y")
        await read(pilot, "copied by OSC 52: 1 respondent")
    assert copied == [".tsvrow\tsaid\n14\tSecret 13␛[31m\n"]


async def test_nothing_of_it_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a log, a session, or a view; respondents have their own id where there is one."""
    caplog.set_level(logging.DEBUG)
    file = survey_file(tmp_path, "said")
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    async with exploring(file, "--question", "tools", size=(120, 40)) as pilot:
        await press(pilot, "3", "l", "x")
        await read(pilot, "29 respondents")  # one of the thirty has no weight
        assert "Secret 1" in screen_text(pilot)
        await press(pilot, "escape")
        await shows(pilot, "Tools")
        await press(pilot, "1", "x")
        assert isinstance(app_of(pilot).screen, CellRespondents)
        await press(pilot, "escape")
    assert "Secret" not in caplog.text
    assert {one: one.read_bytes() for one in tmp_path.iterdir()} == before
