"""Whole screens of the example as plain text, kept beside this file.

`CXTUI_REWRITE=1 pytest tests/app/test_snapshots.py` writes them anew; read what changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.app.screen import Explored, exploring, lines_of, press, shows

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCREENS: dict[str, tuple[tuple[int, int], Sequence[str], Sequence[str]]] = {
    "first-80x24": ((80, 24), (), ()),
    "industries-120x40": (
        (120, 40),
        ("--question", "cx_owner", "--by", "industry", "--wave", "all"),
        ("2", "space", "m"),
    ),
    "grid-120x40": ((120, 40), ("--question", "channels", "--by", "role"), ("3",)),
    "gaps-80x24": ((80, 24), (), ("g", "down")),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_equals_its_snapshot(name: str, example: Path) -> None:
    """Every line is equal, but for the end of the status line after the milliseconds."""
    size, options, keys = SCREENS[name]
    file = SNAPSHOTS / f"{name}.txt"
    rewrites = bool(os.environ.get("CXTUI_REWRITE"))
    kept = [] if rewrites else file.read_text(encoding="utf-8").splitlines()
    async with exploring(example, *options, size=size) as pilot:
        for key in keys:
            await press(pilot, key)
            if key == "g":  # there has to be a line to go down from
                await shows(pilot, "enter table")
        for _ in range(100):
            if shown(pilot) == kept:
                break
            await pilot.pause(0.01)
        screen = shown(pilot)
    if rewrites:
        file.write_text("\n".join(screen) + "\n", encoding="utf-8")
    else:
        assert screen == kept


def shown(pilot: Explored) -> list[str]:
    """Return the screen; how many keys fit beside the milliseconds hangs on their digits."""
    lines = lines_of(pilot)
    return [*lines[:-1], re.sub(r"(rows · ).*", r"\1… ms", lines[-1])]


def test_every_snapshot_is_compared() -> None:
    """No snapshot is left of a former screen."""
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(SCREENS)
