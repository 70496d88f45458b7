"""Derived questions in the app: made at a key, shown, inspected, edited, taken back and saved."""

from __future__ import annotations

import shlex
from pathlib import Path

import polars as pl
import pytest

from cxtui.app.screens.base.ask_line import AskLine
from cxtui.app.screens.codebook.question_screen import EditQuestion
from cxtui.app.screens.select.banner_screen import BuildBanner
from cxtui.cli.parser import parse
from cxtui.cli.verbs import RUN
from cxtui.survey.codebook.toml_format import read_codebook
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    kept,
    painted,
    press,
    screen_text,
    shows,
    table_text,
    until,
)
from tests.app.test_banner_screen import box_text
from tests.making import made

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
SHARE3 = 'id="share3", label="Share in three", from="budget_share", bands=[20,35]'
PEOPLE = [
    {
        "role": 1 + at % 2,
        "goal": 1 + at % 4,
        "tools_1": at % 2,
        "tools_2": at % 3 // 2,
        "tools_3": 0,
        "web": 1 + at % 3,
        "mobile": 2,
        "budget": float(at),
        "w": 1.0,
    }
    for at in range(60)
]


def derived_ids(pilot: Explored) -> list[str]:
    survey = app_of(pilot).session.survey
    assert survey
    return [one.id for one in survey.codebook.questions if one.made]


def banner_of(pilot: Explored) -> tuple[tuple[str, ...], ...]:
    view = app_of(pilot).session.view
    assert view is not None
    return view.banner


def replay_of(pilot: Explored) -> str:
    table = app_of(pilot).session.finished()
    assert table is not None
    return app_of(pilot).session.start.opened.table(table.view)


async def stands(pilot: Explored, words: str) -> None:
    """Wait until these words stand in the table of the view, which has its tests."""
    await until(pilot, lambda: words in table_text(pilot))
    await painted(pilot)


async def test_a_derived_question_is_shown_inspected_and_edited() -> None:
    """Its footer and `i` say how it was made; `D` edits its wording, not its answers; `u` steps."""
    options = ("--derive", SHARE3, "--question", "cx_goal", "--by", "share3")
    async with exploring(EXAMPLE, *options, size=(120, 90)) as pilot:
        await shows(pilot, "20 to")
        assert "ƒShare in three" in screen_text(pilot)
        await press(pilot, "i")
        await shows(pilot, "bands of budget_share, from 20, 35")
        await press(pilot, "escape")
        app = app_of(pilot)
        view = app.session.view
        assert view is not None
        app.session.go(view.with_question("share3"))
        await until(pilot, lambda: "Under 20" in table_text(pilot))
        await press(pilot, "D")
        await until(pilot, lambda: isinstance(app.screen, EditQuestion))
        assert "bands of budget_share" in screen_text(pilot)
        await press(pilot, "escape", "escape", "u")
        await until(pilot, lambda: app.session.view == view)
        assert "20 to" in table_text(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_bounds_in_the_banner_box_band_a_number(
    size: tuple[int, int], tmp_path: Path
) -> None:
    """Its counts are there before enter; nothing is saved; one undo takes it back, redo not."""
    file = kept(made(PEOPLE), tmp_path)
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    async with exploring(file, "--no-weight", size=size) as pilot:
        await press(pilot, "b", *"budget 20,45")
        counts = "Under 20 (20) · 20 to under 45 (25) · 45 and over (15) · no answer (0)"
        await until(pilot, lambda: counts in box_text(pilot))
        await press(pilot, "enter")
        await stands(pilot, "20 to")
        assert (banner_of(pilot), derived_ids(pilot)) == ((("budget3",),), ["budget3"])
        await press(pilot, "u")
        assert (banner_of(pilot), derived_ids(pilot)) == ((("role",),), [])
        await shows(pilot, "undone: new question: budget3")
        await press(pilot, "r")
        assert (banner_of(pilot), derived_ids(pilot)) == ((("budget3",),), ["budget3"])
        await press(pilot, "b", *"budget 20,45", "enter")  # which is there already
        assert (banner_of(pilot), derived_ids(pilot)) == ((("budget3",),), ["budget3"])
    assert {one: one.read_bytes() for one in tmp_path.iterdir()} == before


async def test_merges_and_nets_in_the_banner_box(tmp_path: Path) -> None:
    """Beside and within each other: the box stays open, and all of it is one step."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "b", "tab", *"goal low+mid", "enter")
        assert isinstance(app_of(pilot).screen, BuildBanner)
        await press(pilot, "tab", *"budget 30", "enter")
        assert "now: role, beside goal2 > budget2" in box_text(pilot)
        await press(pilot, "enter")
        await stands(pilot, "Low + Middle")
        assert banner_of(pilot) == (("role",), ("goal2", "budget2"))
        assert derived_ids(pilot) == ["goal2", "budget2"]
        await press(pilot, "u")
        assert derived_ids(pilot) == []
        await press(pilot, "b", *"budget 30,20")
        await until(pilot, lambda: "budget 30,20" in screen_text(pilot))
        assert " new " not in f"{box_text(pilot)} "
        await press(pilot, "enter")  # there is nothing to take
        assert isinstance(app_of(pilot).screen, BuildBanner)


async def test_marked_answers_are_merged(tmp_path: Path) -> None:
    """`M` asks for a label; the new question takes the place of its source."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "goal", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "3", "M")
        await shows(pilot, "space marks an answer to be merged")
        await press(pilot, "space", "down", "space", "up", "space")
        await shows(pilot, "1 answer marked: M merges it with the one under the cursor")
        assert "Middle ✓" in screen_text(pilot)
        await press(pilot, "M")
        assert isinstance(app_of(pilot).screen, AskLine)
        await press(pilot, *"Not high", "enter")
        await stands(pilot, "Not high")
        assert "✓" not in screen_text(pilot)
        view = app_of(pilot).session.view
        assert view is not None
        assert view.question == "goal2"
        table = app_of(pilot).session.finished()
        assert table is not None
        assert [(row.label, row.cells[0].n) for row in table.rows] == [
            ("Not high", 30),
            ("High", 15),
        ]
        await press(pilot, "u")
        assert derived_ids(pilot) == []
        await press(pilot, "3", "M", "escape")
        assert derived_ids(pilot) == []


async def test_what_cannot_be_merged_says_why(tmp_path: Path) -> None:
    """A number, a grid, a mean; a label that an answer has."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "budget", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "3", "M")
        await shows(pilot, "budget is a number: type its id and bounds into the banner")
        await press(pilot, ":", "ctrl+u", *"--question channels --no-weight", "enter")
        await press(pilot, "3", "M")
        await shows(pilot, "channels is a grid: open one of its items")
        await press(pilot, ":", "ctrl+u", *"--question goal --no-weight", "enter")
        await press(pilot, "3", "space", "down", "M", *"High", "enter")
        await shows(pilot, "'High' is the label of an answer that stays")
        assert derived_ids(pilot) == []


async def test_saved_views_and_replay_lines_carry_what_they_need(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And nothing else; a view opened later derives its questions again, beside those there."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "b", *"goal 1+2", "enter", "b", *"budget 20,45", "enter")
        await stands(pilot, "20 to")
        assert derived_ids(pilot) == ["goal2", "budget3"]
        await press(pilot, "v", "s", "ctrl+u", *"bands", "enter", "escape")
        line, shown = replay_of(pilot), app_of(pilot).session.finished()
        assert line.count("--derive") == 1
        assert 'id = "budget3"' in line
    assert shown is not None
    text = (tmp_path / "made.views.toml").read_text(encoding="utf-8")
    assert ("budget3" in text, "goal2" in text) == (True, False)
    words = shlex.split(line)[1:]
    assert RUN["table"](parse([*words, "--format", "csv", "--shape", "tidy"])) == 0
    printed = pl.read_csv(capfd.readouterr().out.encode())
    counts = [[cell.n for cell in row.cells] for row in shown.rows]
    assert printed["n"].to_list() == [n for row in counts for n in row]
    async with exploring(file, "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "b", *"goal 2+3", "enter")
        await stands(pilot, "Middle + High")
        await press(pilot, "v", "enter")
        await stands(pilot, "20 to")
        assert derived_ids(pilot) == ["goal2", "budget3"]
        await press(pilot, "u")
        assert (banner_of(pilot), derived_ids(pilot)) == ((("goal2",),), ["goal2"])
        await press(pilot, "V")  # the view of the visit before, whose goal2 was another
        await stands(pilot, "20 to")
        await press(pilot, "b", *"goal2", "enter")
        await stands(pilot, "Low + Middle")


async def test_saving_writes_them_into_the_codebook(tmp_path: Path) -> None:
    """`S` once; the view stays, undo steps over it, and the replay line derives no more."""
    file = kept(made(PEOPLE), tmp_path)
    beside = tmp_path / "made.codebook.toml"
    before = read_codebook(beside.read_text(encoding="utf-8"), "before")
    async with exploring(file, "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "S")
        await shows(pilot, "there is no new question to save")
        await press(pilot, "b", *"budget 20,45", "enter")
        await stands(pilot, "20 to")
        await press(pilot, "S")
        await shows(pilot, "saved ")
        await painted(pilot)
        assert "20 to" in table_text(pilot)
        assert (banner_of(pilot), derived_ids(pilot)) == ((("budget3",),), ["budget3"])
        assert "--derive" not in replay_of(pilot)
        await press(pilot, "u", "u")
        assert (banner_of(pilot), derived_ids(pilot)) == ((("role",),), ["budget3"])
        await press(pilot, "s")
        await press(pilot, "S")
        await shows(pilot, "there is no new question to save")
    after = read_codebook(beside.read_text(encoding="utf-8"), "after")
    assert after.questions == before.questions
    assert [(one.id, one.bounds) for one in after.derived] == [("budget3", (20.0, 45.0))]


async def test_a_survey_that_was_read_again_has_them(tmp_path: Path) -> None:
    """Those whose source is gone are dropped, and that is said."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "b", *"budget 20,45", "enter")
        await stands(pilot, "20 to")
        kept(made(PEOPLE[:30]), tmp_path)
        await press(pilot, "R")
        await until(pilot, lambda: not app_of(pilot).session.is_reading)
        await painted(pilot)
        table = app_of(pilot).session.finished()
        assert table is not None
        assert table.columns[1].label == "Under 20"
        assert table.respondents == 30
        beside = tmp_path / "made.codebook.toml"
        beside.write_text(beside.read_text("utf-8").replace('"budget"', '"money"', 1), "utf-8")
        await press(pilot, "R")
        await until(pilot, lambda: derived_ids(pilot) == [])
        await painted(pilot)
        await shows(pilot, "no longer there: banner budget3")
        assert banner_of(pilot) == (("role",),)
