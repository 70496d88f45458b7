"""Keys that arrive all at once: each goes to what the previous key opened."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from cxtui.analysis.view.view import Measure
from cxtui.app.keys.commands import TABLE
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.terminal import key_queue
from cxtui.session import survey_reading
from cxtui.survey.conditions import Filter
from tests.app.forked import running
from tests.app.screen import Explored, app_of, explorer, exploring, painted, shows, until

_NAMES = {"/": "slash", " ": "space", "?": "question_mark", ":": "colon", "+": "plus"}


def type_at_once(pilot: Explored, *keys: str) -> None:
    """Press keys without waiting for what any of them does; words are their letters."""
    named = {"enter", "escape", "down", "ctrl+c"}
    for key in [one for word in keys for one in ([word] if word in named else word)]:
        name = _NAMES.get(key, key)
        pilot.app.post_message(events.Key(name, key if len(key) == 1 else None))


async def test_letters_after_a_slash_are_searched(example: Path) -> None:
    """None of them acts as a key, and digits are no count."""
    async with exploring(example) as pilot:
        view = app_of(pilot).session.view
        type_at_once(pilot, "/a mature 5")
        line = pilot.app.query_one("#search", Input)
        await until(pilot, lambda: line.value == "a mature 5")
        assert app_of(pilot).movement.typed == ""
        type_at_once(pilot, "escape")
        await until(pilot, lambda: not line.has_class("open"))
        await painted(pilot)
        assert app_of(pilot).session.view == view


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("2", "down", " "), "[ ] Technology"),
        (("/silos", "enter", "f"), "keeps 198 of 378 respondents"),
        (("f", "escape", ":"), "enter applies"),
        (("?", "escape", "e", "escape", "/silos"), "What stands in the way of a better"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
async def test_each_key_goes_to_what_the_previous_key_opened(
    keys: tuple[str, ...], words: str, example: Path
) -> None:
    """A pane, a line or a screen: what it takes and what leaves it reach it, and nothing else."""
    async with exploring(example) as pilot:
        type_at_once(pilot, *keys)
        await shows(pilot, words)


@pytest.mark.parametrize(
    ("opened", "seen", "flood", "leaves"),
    [
        (b"", "55.9 B", b"jk", b"q"),
        (b"b", "type to find", b"ab", b"\x03\x03"),
        (b"g", "Cannot tell", b"jk", b"\x03\x03"),
    ],
    ids=["table", "picker", "ranking"],
)
def test_a_flood_of_keys_is_dropped_and_the_quit_key_is_heard(
    opened: bytes, seen: str, flood: bytes, leaves: bytes, example: Path, tmp_path: Path
) -> None:
    """Twenty thousand at once would otherwise be heard for minutes; some are heard."""
    with running([str(example)], tmp_path) as terminal:
        terminal.shows("55.9 B")
        terminal.send(opened)
        terminal.shows(seen)
        for _ in range(200):
            terminal.send(flood * 50)
            terminal.read(0)
        terminal.send(leaves)
        assert terminal.ended() == 0
        assert terminal.restored


async def test_keys_beyond_those_that_wait_are_dropped(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_queue, "_MOST_AHEAD", 5)
    async with exploring(example) as pilot:
        type_at_once(pilot, "/abcdefghij")
        line = pilot.app.query_one("#search", Input)
        await until(pilot, lambda: line.value == "abcde")


async def test_keys_that_nobody_waits_for_any_more_are_dropped(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a key held down: the last few are heard, and so is every letter of a text."""
    monkeypatch.setattr(key_queue, "_MANY_AHEAD", 5)
    monkeypatch.setattr(key_queue, "_STALE", -1.0)
    async with exploring(example) as pilot:
        questions = pilot.app.query_one(Questions)
        type_at_once(pilot, *["down"] * 20)
        await until(pilot, lambda: app_of(pilot).keys_taken == 20)
        await painted(pilot)
        assert 0 < questions.cursor <= 12
        await pilot.press("slash")
        line = pilot.app.query_one("#search", Input)
        await until(pilot, lambda: line.has_focus)
        type_at_once(pilot, "abcdefghij")
        await until(pilot, lambda: line.value == "abcdefghij")


async def test_ctrl_c_goes_before_many_keys(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_queue, "_MANY_AHEAD", 5)
    async with exploring(example) as pilot:
        type_at_once(pilot, *["down"] * 20, "ctrl+c")
        await until(pilot, lambda: "ctrl+c" in app_of(pilot).keys_handled)
        assert pilot.app.query_one(Questions).cursor < 10


async def test_keys_typed_while_the_survey_is_read_are_done_in_order(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait for the first table; help opens at once, and takes its own keys."""
    may_read, read = threading.Event(), survey_reading.read_survey

    def waiting(*given: Any, **more: Any) -> Any:
        assert may_read.wait(30)
        return read(*given, **more)

    monkeypatch.setattr(survey_reading, "read_survey", waiting)
    app = explorer(example)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("question_mark")
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        type_at_once(pilot, "3jom")
        await pilot.pause()
        assert app.movement.pane_id == TABLE and app.session.view is None
        may_read.set()
        await until(pilot, lambda: bool(app.session.view and app.session.view.show))
        assert app.session.view is not None and app.session.view.show is Measure.ROW
        assert app.session.view.filters[-1] == Filter("cx_goal", "=", ("2",))
