"""The screen never waits for counting, reading or ranking."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from cxtui.analysis.query import engine
from tests.app.screen import exploring, lines_of, painted, press, text_of, until

SLOW = (
    ("cxtui.sources.open_survey", "open_survey"),
    ("cxtui.analysis.query.engine", "collect_frames"),
    ("cxtui.session.answers", "build_table"),
    ("cxtui.session.answers", "extent_of"),
    ("cxtui.analysis.ranking.rank_questions", "measure_lines"),
    ("cxtui.app.screens.results.growing_ranking", "rank_lines"),
    ("cxtui.app.screens.results.growing_ranking", "notes_on"),
    ("cxtui.app.screens.results.trend_screen", "trend"),
    ("cxtui.analysis.query.expressions.filters", "count_respondents"),
    ("cxtui.work.weighting.weigh_draft", "count_cells"),
    ("cxtui.work.weighting.weigh_draft", "weigh_cells"),
)
"""What takes as long as a survey is large."""


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[bool]]:
    """Whether each of the slow functions ran in the thread of the screen, and in another."""
    found: dict[str, set[bool]] = {name: set() for _, name in SLOW}

    def noting(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **options: Any) -> Any:
            found[name].add(threading.current_thread() is threading.main_thread())
            return run(*args, **options)

        return noted

    for module, name in SLOW:
        run = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(f"{module}.{name}", noting(name, run))
    return found


async def test_slow_work_runs_in_other_threads(example: Path, ran: dict[str, set[bool]]) -> None:
    """Whatever is opened, moved to or typed: none runs in the thread of the screen."""
    async with exploring(example) as pilot:
        for keys in ("j", "m", "g", "escape", "t", "escape", "f", "escape"):
            await press(pilot, keys)
        for keys in ("W", "plus", "enter", "5", "equals_sign", "escape", "R"):
            await press(pilot, keys)
    assert ran == {name: {False} for _, name in SLOW}


async def test_keys_work_while_a_source_does_not_answer(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that hangs holds up its own table alone; what was pressed meanwhile is counted."""
    answers, asked = threading.Event(), threading.Event()
    collected = engine.collect_frames

    def slow(frames: Any) -> Any:
        asked.set()
        assert answers.wait(60), "the screen waited for the query, and the query for the screen"
        return collected(frames)

    async with exploring(example, "--where", "role=Marketing") as pilot:
        monkeypatch.setattr(engine, "collect_frames", slow)
        await pilot.press("w", "j", "j", "j", "j")
        await until(pilot, asked.is_set)
        await pilot.press("slash", *"owner")
        assert pilot.app.query_one("#search", Input).value == "owner"
        assert any("Who owns" in line for line in lines_of(pilot))
        answers.set()
        await painted(pilot)
        assert "Who owns" in text_of(pilot).split("╭─ 3 ")[1]
