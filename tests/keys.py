"""Presses keys at random: the program must stay alive, and its screen true.

`python -m tests.keys [KEYS] [SEED] [SURVEY …]` presses 50,000 keys over these surveys, or over the
example and two large ones where they are at hand. It says how it went: memory after each tenth,
and at the end the table on the screen against `cxtui table`.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from cxtui.analysis.options import parse_view
from cxtui.analysis.table import Table
from cxtui.analysis.tabulate import tabulate
from cxtui.app.app import Explorer
from cxtui.app.panes.comparison import Comparison
from cxtui.errors import CxtuiError
from cxtui.output.text import to_text
from cxtui.sources.opening import open_survey
from tests.app.screen import app_of, exploring, painted
from tests.shared import FOLDER

KEYS = [
    *"jjjjkkkkhhll123456789bfmswgticnNaBurvVyxoWpGRdDSE:/?!AZ aeiou ",
    *("down", "down", "up", "left", "right", "tab", "enter", "enter", "escape", "escape"),
    *("pagedown", "pageup", "home", "end", "space", "backspace", "ctrl+l", "f5"),
]
SIZES = [(80, 24), (120, 40), (40, 12), (200, 60), (1, 1), (60, 18)]
_EVERY = 25
"""Keys between two moments in which the explorer may catch its breath."""
_ESCAPES = 8


async def press_at_random(pilot: Pilot[str], keys: int, chance: random.Random) -> None:
    """Press keys as fast as they are taken; now and then the window changes its size."""
    app = app_of(pilot)
    for pressed in range(keys):
        key = chance.choice(KEYS)
        # An empty line of an export is not written to: the name proposed is wiped out.
        if key == "enter" and type(app.screen).__name__.startswith("Export"):
            key = "escape"
        character = key if len(key) == 1 else " " if key == "space" else None
        name = _character_to_key(key) if len(key) == 1 else key
        app.post_message(events.Key(name, character))
        if pressed % _EVERY == 0:
            while app._message_queue.qsize():
                assert app.is_running and app._exception is None
                await asyncio.sleep(0.005)
        if pressed % 500 == 499:
            await pilot.resize_terminal(*chance.choice(SIZES))


async def table_on_screen(pilot: Pilot[str]) -> tuple[object, object]:
    """Close what is open; return the table on the screen, and that of `cxtui table`."""
    app = app_of(pilot)
    for _ in range(_ESCAPES):
        # The codebook asks before it lets changes go; elsewhere nobody is asked.
        await pilot.press("escape", *(["y"] if type(app.screen).__name__ == "EditCodebook" else []))
        if len(app.screen_stack) == 1:
            break
    assert len(app.screen_stack) == 1, app.screen
    await painted(pilot)
    shown = app.query_one(Comparison).table
    survey = open_survey(app.location, "")
    assert app.view is not None
    if isinstance(shown, Table):
        # Where its measure fits, that is the view itself.
        assert parse_view(survey, str(shown.view)) == shown.view
    try:
        return shown, tabulate(survey, app.view)
    except CxtuiError:
        return shown, None


def same(shown: object, printed: object) -> bool:
    """Whether two tables are the same in all that is painted: sums may differ in the last digit."""
    if not isinstance(shown, Table) or not isinstance(printed, Table):
        return shown is printed
    return to_text(shown, tidy=False) == to_text(printed, tidy=False)


async def run(file: Path, keys: int, seed: int, *, reports: bool = False) -> list[int]:
    """Press keys on one survey; return the memory in use after each tenth of them."""
    chance = random.Random(seed)
    memory: list[int] = []
    async with exploring(file, size=(100, 30)) as pilot:
        for part in range(10):
            await press_at_random(pilot, keys // 10, chance)
            app = app_of(pilot)
            assert isinstance(app, Explorer) and app.is_running
            if reports:
                memory.append(resident())
                print(file.name, (part + 1) * keys // 10, "keys", memory[-1], "kB", flush=True)  # noqa: T201
        await pilot.resize_terminal(100, 30)
        shown, printed = await table_on_screen(pilot)
        assert same(shown, printed)
    return memory


def resident() -> int:
    """Return the memory of this process in kB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def surveys() -> list[Path]:
    """Return the example, and those of the large surveys that are there."""
    large = (
        FOLDER / "data/masculinity_538/masculinity-wide.parquet",
        FOLDER / "data/cncf_marketing_2020/CNCF Marketing and Member Survey 1H 2020.csv",
    )
    example = Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet"
    return [example, *(one for one in large if one.is_file())]


def main(arguments: list[str]) -> None:
    """Press many keys on each survey."""
    keys, seed = int((arguments or ["50000"])[0]), int((arguments[1:2] or ["1"])[0])
    files = [Path(one).resolve() for one in arguments[2:]] or surveys()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["HOME"] = folder
        for name in [*os.environ]:
            if name == "TMUX" or name.startswith("XDG_"):
                os.environ.pop(name, None)
        for file in files:
            copy = Path(shutil.copy(file, folder))
            asyncio.run(run(copy, keys // len(files), seed, reports=True))
            print(f"{file.name}: alive, and the table on the screen is that of cxtui table")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
