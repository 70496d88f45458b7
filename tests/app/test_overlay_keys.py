"""Keys of the screens over the panes can be configured, and are shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cxtui.app.explorer import Explorer
from cxtui.app.keys.keymap import Keymap, keymap
from cxtui.app.keys.overlay_keys import keys_of_overlays, overlays
from cxtui.app.screens.base.overlay import Overlay
from cxtui.session.config import read_config
from cxtui.session.start import Start
from tests.app.screen import painted, text_of

_CONFIG = """
[keys]
down = "ctrl+n"
inspect = "I"
help = "f1"
[screens.correction]
family = "F"
take = "T"
close = "Q"
"""


@pytest.mark.parametrize("screen", overlays().values(), ids=list(overlays()))
def test_a_key_does_one_thing_in_a_screen(screen: type[Overlay[Any]]) -> None:
    """Each command of a screen has a unique name that is a bare TOML key."""
    keys = [key for keys in screen.own_keys.values() for key in keys]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    bound = [one for _, one in screen._merged_bindings or () if one.id]
    assert len({(one.id, one.action) for one in bound}) == len(screen.own_keys)
    assert all(name.isascii() and name.replace("_", "").isalnum() for name in screen.own_keys)


def changed(
    wished: Mapping[str, Mapping[str, tuple[str, ...]]], main: Keymap | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what `[screens]` comes to, and the problems."""
    return keys_of_overlays(main or Keymap(), wished, "config.toml")


def test_a_key_of_the_panes_is_the_same_in_a_screen() -> None:
    """It differs only where the screen uses the key, or the configuration says so."""
    wished = {"down": ("x",), "respondents": ("X",), "undo": ("Q",)}
    main = keymap(wished, "config.toml")
    found, problems = changed({"question": {"undo": ("U",)}}, main)
    assert problems == ()
    assert found["gaps.down"] == found["choose.down"] == "x"
    assert "codebook.down" not in found and "filter.down" not in found  # there x drops a line
    assert (found["codebook.undo"], found["question.undo"]) == ("Q", "U")
    assert "trend.the_wave_before" not in found


@pytest.mark.parametrize(
    ("screen", "name", "key", "problem"),
    [
        ("gap", "open", "o", "screens.gap: there is no such screen"),
        ("gaps", "opens", "o", "screens.gaps.opens: there is no such command"),
        ("gaps", "open", "p", "screens.gaps.open: p is the key of pair_of_columns already"),
        ("gaps", "open", "ctrl+i", "screens.gaps.open: 'ctrl+i' is no key that terminals send"),
        ("banner", "erase", "E", "screens.banner.erase: letters are typed there"),
    ],
)
def test_an_invalid_key_of_a_screen_is_reported(
    screen: str, name: str, key: str, problem: str
) -> None:
    """The report takes one line, and the command keeps its key."""
    assert changed({screen: {name: (key,)}}) == ({}, (f"config.toml: {problem}",))


def test_two_keys_of_a_screen_can_be_exchanged() -> None:
    """Esc still leaves the screen."""
    found, problems = changed({"gaps": {"export": ("p",), "pair_of_columns": ("e",)}})
    assert (found, problems) == ({"gaps.export": "p", "gaps.pair_of_columns": "e"}, ())
    assert changed({"gaps": {"close": ("Q",)}})[0] == {"gaps.close": "Q,escape"}


async def test_other_keys_work_in_a_screen_and_are_shown(example: Path) -> None:
    """In its border and in its help, which the key for help opens there too."""
    config = read_config(_CONFIG, "config.toml")
    app = Explorer(Start((str(example),), config=config))
    async with app.run_test(size=(110, 22)) as pilot:
        await painted(pilot)
        await pilot.press("c")
        assert "T applies" in text_of(pilot)
        await pilot.press("f1")
        assert "[screens.correction] in the configuration" in text_of(pilot)
        assert "^n" in text_of(pilot) and "Q esc" in text_of(pilot)
        await pilot.press("escape", "ctrl+n", "enter", "T")
        await painted(pilot)
        assert "F all notes" in text_of(pilot)
        assert app.session.view is not None and "--correction bh" in str(app.session.view)
        await pilot.press("c", "q", "c")
        assert type(app.screen).__name__ == "PickCorrection"
        await pilot.press("Q")
        assert len(app.screen_stack) == 1


def test_the_tables_of_keys_are_read() -> None:
    """Of every screen, and what is no table is said."""
    keys = json.dumps(["a", "b"])
    assert read_config(f"[screens.gaps]\nopen = {keys}", "").screens == {
        "gaps": {"open": ("a", "b")}
    }
    assert read_config("screens.gaps = 1", "f").problem == "f: screens.gaps takes a table of keys"
    wrong = "f: screens.gaps.open takes a key or a list of keys"
    assert read_config("screens.gaps.open = 1", "f").problem == wrong
