"""Keys that arrive all at once: each goes to what the previous key opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from tests.app.screen import Explored, app_of, exploring, painted, shows, until


def type_at_once(pilot: Explored, *keys: str) -> None:
    """Press keys without waiting for what any of them does; words are their letters."""
    named = {"enter", "escape", "down"}
    for key in [one for word in keys for one in ([word] if word in named else word)]:
        name = {"/": "slash", " ": "space", "?": "question_mark", ":": "colon"}.get(key, key)
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
        (("f", "escape", ":"), "enter goes there"),
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
