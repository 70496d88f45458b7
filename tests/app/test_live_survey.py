"""A survey in the field: it grows, is replaced or goes away while it is looked at."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.app.panes.table_pane import Comparison
from cxtui.session.counting import Counting
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    lines_of,
    painted,
    press,
    shows,
    table_text,
    until,
)

_HEAD = "role,goal,tool\n"
_ROWS = "Marketing,High,CRM\nTechnology,Low,CDP\n" * 20


def grown(file: Path, more: str) -> None:
    with file.open("a") as opened:
        opened.write(more)


async def looked(pilot: Explored) -> None:
    """Let the explorer look at its file, as it does by itself every few seconds."""
    app_of(pilot).session.look_at_files()
    await until(pilot, lambda: app_of(pilot).session.is_at_rest)


def total(pilot: Explored) -> float:
    table = app_of(pilot).query_one(Comparison).table
    assert table is not None and table.respondents is not None
    return table.respondents


async def test_a_file_that_grows_is_read_again(tmp_path: Path) -> None:
    """It is noticed; `R` says who came in and what is new; view, filter and undo stay."""
    file = tmp_path / "field.csv"
    file.write_text(_HEAD + _ROWS)
    options = ("--question", "goal", "--where", "role=Marketing")
    async with exploring(file, *options) as pilot:
        before = app_of(pilot).session.view
        await looked(pilot)
        assert "changed" not in lines_of(pilot)[-1]
        grown(file, "Marketing,Middle,CRM\n" * 3)
        await looked(pilot)
        assert "the file has changed: R reads it again" in lines_of(pilot)[-1]
        assert total(pilot) == 20
        await press(pilot, "R")
        await until(pilot, lambda: total(pilot) == 23)
        assert "+3 respondents, 43 now · new answers to goal" in lines_of(pilot)[-1]
        assert "Middle" in table_text(pilot)
        assert app_of(pilot).session.view == before
        await press(pilot, "s", "u")
        assert app_of(pilot).session.view == before
        assert "respondents, 43 now" not in lines_of(pilot)[-1]


async def test_a_file_that_is_followed_is_read_once_it_is_at_rest(tmp_path: Path) -> None:
    """With `--follow`: not at the first look after a change, when it may be half written."""
    file = tmp_path / "field.csv"
    file.write_text(_HEAD + _ROWS)
    async with exploring(file, "--follow", "--question", "goal") as pilot:
        grown(file, "Marketing,High,CRM\n")
        await looked(pilot)
        assert total(pilot) == 40
        await looked(pilot)
        await shows(pilot, "+1 respondent, 41 now")
        await until(pilot, lambda: total(pilot) == 41)


async def test_a_replaced_parquet_gives_no_mixed_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question asked of other respondents than the screen is about is refused until `R`."""
    monkeypatch.setattr(Counting, "foresees", False)
    file = tmp_path / "field.parquet"
    first = {"role": ["A", "B"] * 20, "goal": ["Yes", "No"] * 20, "tool": ["x", "y"] * 20}
    pl.DataFrame(first).write_parquet(file)
    async with exploring(file, "--question", "goal") as pilot:
        second = {"role": ["A", "B"] * 10, "goal": ["Yes", "No"] * 10, "extra": ["v", "w"] * 10}
        pl.DataFrame(second).write_parquet(file)
        await press(pilot, "s")
        assert total(pilot) == 40
        await press(pilot, "s", "s", "s", "1", "down")
        answer = app_of(pilot).session.answer
        assert answer is not None and "has changed since it was opened" in answer.problem
        await press(pilot, "g")
        await shows(pilot, "R reads it again")
        await press(pilot, "escape")
        await press(pilot, "R")
        await shows(
            pilot, "−20 respondents, 20 now · new question extra · no longer there: question tool"
        )
        await painted(pilot)
        assert total(pilot) == 20


async def test_a_damaged_or_removed_file_keeps_the_old_numbers(tmp_path: Path) -> None:
    """The reason is shown; once the file is whole again, `R` reads it."""
    file = tmp_path / "field.parquet"
    whole = {"role": ["A", "B"] * 20, "goal": ["Yes", "No"] * 20}
    pl.DataFrame(whole).write_parquet(file)
    async with exploring(file, "--question", "goal", size=(200, 30)) as pilot:
        await press(pilot, "ctrl+l")  # a key ends the lines of the first visit
        table = table_text(pilot)
        file.write_bytes(b"PAR1 and then nothing of the kind")
        await press(pilot, "R")
        await shows(pilot, "not read again, old numbers")
        assert "could not be read as Parquet" in lines_of(pilot)[-1]
        file.unlink()
        await looked(pilot)
        assert "old numbers" in lines_of(pilot)[-1] and "does not exist" in lines_of(pilot)[-1]
        await press(pilot, "R")
        await shows(pilot, "not read again")
        assert table_text(pilot) == table
        pl.DataFrame(whole | {"goal": ["Yes"] * 40}).write_parquet(file)
        await press(pilot, "R")
        await shows(pilot, "no new respondents, 40 now")
