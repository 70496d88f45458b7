"""Whole screens of the example as plain text, kept beside this file.

`CXTUI_REWRITE=1 pytest tests/app/test_snapshots.py` writes them anew; read what changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.app.screen import exploring, lines_of, press, text_of, until

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
async def test_a_screen_is_as_it_was(name: str, example: Path) -> None:
    """Line by line, but for what stands behind the milliseconds."""
    size, options, keys = SCREENS[name]
    async with exploring(example, *options, size=size) as pilot:
        await press(pilot, *keys)
        if "g" in keys:
            await until(pilot, lambda: "enter opens the question" in text_of(pilot))
        lines = lines_of(pilot)
    # How many keys fit beside the milliseconds hangs on their digits.
    lines[-1] = re.sub(r"(rows · ).*", r"\1… ms", lines[-1])
    shown = "\n".join(lines) + "\n"
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CXTUI_REWRITE"):
        file.write_text(shown, encoding="utf-8")
    assert shown.splitlines() == file.read_text(encoding="utf-8").splitlines()


def test_every_kept_screen_is_compared() -> None:
    """None is left over from a screen that is no more."""
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(SCREENS)
