"""`C`: open answers are coded by letters, and are a question from then on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cxtui
from cxtui.app.screens.coding import code_answers_screen
from cxtui.app.screens.coding.code_answers_screen import CodeAnswers
from cxtui.app.screens.coding.disagreements_screen import Disagreements
from cxtui.app.screens.results.open_answers_screen import OpenAnswers
from cxtui.app.screens.results.respondents_screen import CellRespondents
from cxtui.errors import ExportError
from cxtui.output.files.append_lines import append_lines
from cxtui.output.files.write_file import write_whole
from cxtui.survey.derive.codes_lines import Assignment, hash_of, latest, line_of, read_codes
from cxtui.work.coding.coding_desk import CodingDesk
from cxtui.work.coding.coding_walk import CodingWalk
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    painted,
    press,
    screen_text,
    shows,
    until,
)
from tests.app.test_typed import type_at_once

CODEBOOK = """\
# kept
respondent = "id"
role = "sex"

[[question]]
id = "why"
label = "Why not?"
kind = "text"
"""
ANSWERS = ["Too slow", "No data\u001b[31m", "too SLOW!", None, "Slow data", "Too slow", "Nothing"]


def survey_file(folder: Path, answers: list[str | None] | None = None) -> Path:
    given = answers or ANSWERS
    people = {"id": range(1, len(given) + 1), "sex": ["F", "M"] * len(given), "why": given}
    frame = pl.DataFrame({name: list(each)[: len(given)] for name, each in people.items()})
    frame.write_csv(file := folder / "people.csv")
    if not (folder / "people.codebook.toml").exists():
        (folder / "people.codebook.toml").write_text(CODEBOOK, "utf-8")
    return file


def said(file: Path, coder: str = "ana") -> dict[str, tuple[str, ...]]:
    """The codes of each respondent by one coder, as the file beside the survey has them."""
    lines = read_codes(file.with_name("people.why.codes.csv").read_bytes()).lines
    found = latest(lines).items()
    return {who: coders[coder] for (who, _), coders in found if coder in coders}


async def code(pilot: Explored) -> None:
    """Open the screen, and wait for its answers."""
    await pilot.press("C")
    await until(pilot, lambda: isinstance(app_of(pilot).screen, CodeAnswers))
    await shows(pilot, "coder ana")


async def add(pilot: Explored, label: str, key: str) -> None:
    """Make a code, and wait until it stands among the codes."""
    await pilot.press("plus", *label, "enter")
    await shows(pilot, f"● {key}  {label.rpartition('=')[2]}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_code_quit_reopen_and_count(size: tuple[int, int], tmp_path: Path) -> None:
    """Letters switch codes, enter goes on, esc keeps; the coded question has a table at once."""
    file = survey_file(tmp_path)
    options = ("--question", "why", "--coder", "ana")
    async with exploring(file, *options, size=size) as pilot:
        await code(pilot)
        assert "0 of 6" in screen_text(pilot)
        assert "2 respondents wrote this" in screen_text(pilot)
        await add(pilot, "Speed", "s")
        assert '[[coding]]\nid = "why_coded"' in file.with_suffix(".codebook.toml").read_text()
        await pilot.press("enter")
        await shows(pilot, "2 of 6")
        assert said(file) == {"1": ("1",), "6": ("1",)}
        assert "No data␛[31m" in screen_text(pilot)
        await add(pilot, "z=Data", "z")
        await pilot.press("x")
        await shows(pilot, "no code has this key")
        await pilot.press("enter", "s", "enter", "z", "s")
        assert "4 of 6" in screen_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app_of(pilot).screen, CodeAnswers))
        await shows(pilot, "5 of 6 answers coded: why_coded")
        await painted(pilot)
    expected = {"1": ("1",), "2": ("2",), "3": ("1",), "5": ("1", "2"), "6": ("1",)}
    assert said(file) == expected
    async with exploring(file, "--question", "why_coded", "--coder", "ana", size=size) as pilot:
        await press(pilot, "3")
        await press(pilot, "F")
        assert "5 of 6 answers coded, 1 not" in screen_text(pilot)
        await press(pilot, "escape")
        await code(pilot)
        await shows(pilot, "Nothing")
        await pilot.press("escape")
        await painted(pilot)
    table = cxtui.open(file).table("why_coded", by="sex")
    counted = {row.label: [cell.n for cell in row.cells] for row in table.rows}
    assert counted == {"Speed": [4, 3, 1], "Data": [2, 1, 1]}
    assert file.with_suffix(".codebook.toml").read_text().startswith("# kept\n")


async def test_keys_that_are_typed_while_it_reads_are_heard_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new code and its letter; none of them is a command of anything else."""
    typed = threading.Event()

    class Late(CodingWalk):
        def __init__(self, desk: CodingDesk) -> None:
            assert typed.wait(20)
            super().__init__(desk)

    monkeypatch.setattr(code_answers_screen, "CodingWalk", Late)
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, CodeAnswers))
        before = app_of(pilot).keys_taken
        type_at_once(pilot, "+", "Speed", "enter", "enter")
        await until(pilot, lambda: app_of(pilot).keys_taken == before + 8)
        typed.set()
        await shows(pilot, "2 of 6")
    assert said(file) == {"1": ("1",), "6": ("1",)}


async def test_a_screen_that_reads_can_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = threading.Event()
    monkeypatch.setattr(code_answers_screen, "CodingWalk", lambda _: leave.wait(20))
    async with exploring(survey_file(tmp_path), "--question", "why", "--coder", "ana") as pilot:
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, CodeAnswers))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app_of(pilot).screen, CodeAnswers))
        leave.set()
        await press(pilot, "f")
        await shows(pilot, "keeps 7 of 7")


async def test_back_find_alike_and_taking_back(tmp_path: Path) -> None:
    """Backspace shows what was coded; words find; tab codes what differs in capitals alone."""
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await code(pilot)
        await add(pilot, "Speed", "s")
        assert "1 answer is alike: tab codes it, too" in screen_text(pilot)
        await pilot.press("tab")
        await shows(pilot, "1 answer alike was coded")
        assert said(file) == {"1": ("1",), "6": ("1",), "3": ("1",)}
        await shows(pilot, "No data")
        await pilot.press("backspace")
        await shows(pilot, "● s  Speed")
        await pilot.press("s", "enter")
        await until(pilot, lambda: said(file) == {"3": ("1",)})
        await pilot.press("slash", *"data slow", "enter")
        await shows(pilot, "1 of 1 found")
        assert "Slow data" in screen_text(pilot)
        await pilot.press("s", "enter", "escape")
        await shows(pilot, "2 of 6")
        assert said(file) == {"3": ("1",), "5": ("1",)}
        await pilot.press("slash", *"nowhere", "enter")
        await shows(pilot, "no answer contains these words")
        await pilot.press("s", "tab", "enter", "backspace", "space", "escape", "escape")
        await until(pilot, lambda: not isinstance(app_of(pilot).screen, CodeAnswers))
        assert said(file) == {"3": ("1",), "5": ("1",)}


async def test_coders_disagree_and_an_answer_that_changed(tmp_path: Path) -> None:
    """`!` lists the answers; the codes of a text that has changed count once enter confirms."""
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await code(pilot)
        await add(pilot, "Speed", "s")
        await pilot.press("enter")
        await add(pilot, "Data", "d")
        await pilot.press("enter", "exclamation_mark")
        await shows(pilot, "coders disagree nowhere")
        await pilot.press("escape")
        await painted(pilot)
    with file.with_name("people.why.codes.csv").open("a", encoding="utf-8") as opened:
        opened.write(line_of(Assignment("2", hash_of("No data\u001b[31m"), "ben", ("1",))))
    survey_file(tmp_path, [*ANSWERS[:5], "Too slow for me", *ANSWERS[6:]])
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await code(pilot)
        await shows(pilot, "2 of 6")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, Disagreements))
        assert "ana: Data ben: Speed" in screen_text(pilot)
        await pilot.press("enter")
        await shows(pilot, "coders disagree on this answer")
        await pilot.press("slash", *"for me", "enter")
        await shows(pilot, "coded before the text changed: enter confirms")
        await pilot.press("escape")  # leaves the search, and confirms nothing
        assert ("6", hash_of("Too slow for me")) not in latest(
            read_codes(file.with_name("people.why.codes.csv").read_bytes()).lines
        )
        await pilot.press("slash", *"for me", "enter", "enter", "escape")
        await shows(pilot, "3 of 6")
        await pilot.press("escape")
        await painted(pilot)
    table = cxtui.open(file).table("why_coded")
    assert {row.label: row.cells[0].n for row in table.rows} == {"Speed": 2, "Data": 1}


async def test_a_proposal_is_taken_by_space_alone(tmp_path: Path) -> None:
    """After ten coded answers; enter without it codes nothing."""
    slow = [f"slow thing {at}" for at in range(10)]
    file = survey_file(tmp_path, [*slow, "slow thing too", "a slow thing"])
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await code(pilot)
        await add(pilot, "Speed", "s")
        for _ in range(9):
            await pilot.press("enter", "s")
        assert "proposed" not in screen_text(pilot)
        await pilot.press("enter")
        await shows(pilot, "▸ proposed: s Speed")
        await pilot.press("enter")
        await shows(pilot, "a slow thing")
        assert len(said(file)) == 10
        await pilot.press("space", "enter")
        await until(pilot, lambda: len(said(file)) == 11)
        await pilot.press("escape")
        await painted(pilot)


async def test_it_opens_from_open_answers_and_respondents(tmp_path: Path) -> None:
    """And says why not where there are none."""
    file = survey_file(tmp_path)
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await press(pilot, "enter")
        assert isinstance(app_of(pilot).screen, OpenAnswers)
        await code(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, OpenAnswers))
        await press(pilot, "escape", "3", "x")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, CellRespondents))
        await shows(pilot, "4 respondents")
        await code(pilot)
        await pilot.press("escape", "escape")
        await painted(pilot)
    file.with_suffix(".codebook.toml").write_text(CODEBOOK.replace('"id"', '""'), "utf-8")
    people = pl.read_csv(file).rename({"id": "number"}).with_columns(number=pl.lit(4))
    people.write_csv(file)
    async with exploring(file, "--question", "why", size=(160, 30)) as pilot:
        await press(pilot, "C")
        assert 'put respondent = "COLUMN" above the questions' in screen_text(pilot)
        await press(pilot, "down")
        await press(pilot, "C")
        assert "only open answers can be coded" in screen_text(pilot)


async def test_a_folder_that_takes_no_file_has_the_codes_in_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And they are read from there."""
    file = survey_file(tmp_path)

    def append(path: Path, lines: str, header: str, cut: bytes) -> None:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        append_lines(path, lines, header, cut)

    def write(path: Path, content: bytes, **more: Any) -> Path:
        if path.parent == tmp_path:
            raise ExportError("{} could not be written", path)
        return write_whole(path, content, **more)

    monkeypatch.setattr("cxtui.work.coding.coding_desk.append_lines", append)
    monkeypatch.setattr("cxtui.output.files.survey_files.write_whole", write)
    async with exploring(file, "--question", "why", "--coder", "ana") as pilot:
        await code(pilot)
        await add(pilot, "Speed", "s")
        await pilot.press("escape")
        await painted(pilot)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["people.codebook.toml", "people.csv"]
    assert cxtui.open(file).questions["why_coded"].answered == 2
