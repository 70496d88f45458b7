"""Presses random keys: the program must keep running, and its table be correct.

`python -m tests.keys [KEYS] [SEED] [SURVEY …]` presses 50,000 keys over these surveys, or over the
example and two large ones where they are at hand. After each tenth of the keys of a survey the
explorer comes to rest: the table on its screen must be that of `cxtui table`, and nothing may be
left over. It says what memory was then, and ends with status 1 where it was not flat.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from cxtui.analysis.query.cube import Cube
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.tables.trend import Trend
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.explorer import Explorer
from cxtui.app.panes.table_painting import Painting
from cxtui.app.panes.table_pane import Comparison
from cxtui.errors import CxtuiError
from cxtui.native_libraries import use_one_heap
from cxtui.output import Format
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.app.screen import app_of, exploring, painted, until
from tests.rendering import render
from tests.shared import FOLDER

KEYS = [
    *"jjjjkkkkhhll0123456789bfmswgticnNaBurvVyxoOoWpGRdDSE:$/?!AZ aeiou ",
    *("down", "down", "up", "left", "right", "tab", "enter", "enter", "escape", "escape"),
    *("pagedown", "pageup", "home", "end", "space", "backspace", "ctrl+l", "f5"),
]
SIZES = [(80, 24), (120, 40), (40, 12), (200, 60), (1, 1), (60, 18)]
Heard = Callable[[Explorer, int], None]
_EVERY = 25
"""Keys between two moments in which the explorer may catch its breath."""
_ESCAPES = 8


async def press_at_random(pilot: Pilot[str], keys: int, chance: random.Random) -> None:
    """Press keys as fast as they are handled; every 500 keys the window changes its size."""
    app = app_of(pilot)
    for pressed in range(keys):
        key = chance.choice(KEYS)
        # No file is written.
        if key == "enter" and type(app.screen).__name__ in {"Export", "WriteWeighted"}:
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


async def rest(pilot: Pilot[str]) -> None:
    """Close what is open, on a window of the usual size, and let all counts come to an end."""
    app = app_of(pilot)
    await pilot.resize_terminal(100, 30)
    for _ in range(_ESCAPES):
        # The codebook asks before it lets changes go; elsewhere nobody is asked.
        await pilot.press("escape", *(["y"] if type(app.screen).__name__ == "EditCodebook" else []))
        if len(app.screen_stack) == 1:
            break
    assert len(app.screen_stack) == 1, app.screen
    # A codebook is saved once its screen has closed, then read with the survey, and counted anew.
    await pilot.pause()
    await until(pilot, lambda: app.session.is_at_rest)
    await painted(pilot)


def table_on_screen(app: Explorer) -> tuple[object, object]:
    """Return the table on the screen and that of `cxtui table`, `None` for a missing one."""
    shown = app.query_one(Comparison).table
    survey = open_survey(app.session.start.files, "")
    assert app.session.view is not None
    if isinstance(shown, Table):
        # Where its measure fits, that is the view itself.
        assert repr(parse_view(survey, str(shown.view))) == repr(shown.view), shown.view
    try:
        return shown, tabulate(survey, app.session.view)
    except CxtuiError:
        return shown, None


def same(shown: object, printed: object) -> bool:
    """Whether two tables look the same: unrounded sums may differ in the last digit."""
    if not isinstance(shown, Table) or not isinstance(printed, Table):
        return shown is printed
    return render(shown, Format.TEXT) == render(printed, Format.TEXT)


def require_printed(app: Explorer) -> None:
    """Require that the command line which the explorer copies prints the table on its screen.

    Another process runs it; where there is no table, it fails and says so in one line.
    """
    assert app.session.view is not None
    shown = app.query_one(Comparison).table
    line = app.session.start.opened.table(shown.view if shown else app.session.view)
    words = [sys.executable, "-m", "cxtui", *shlex.split(line)[1:], "--format", "text"]
    ran = subprocess.run(words, capture_output=True, check=False)
    if shown is None:
        assert ran.returncode == 1 and ran.stderr.count(b"\n") == 1 and not ran.stdout, (line, ran)
    else:
        # The screen also says which measure it could not take from the question before.
        assert app.session.survey is not None
        expected = render(tabulate(app.session.survey, shown.view), Format.TEXT)
        assert ran.stdout == expected, f"{line}\n{expected.decode()}\n{ran}"


# What is left at rest, however many keys were pressed before

_AT_MOST: Mapping[type, int] = {
    **{Screen: 8, Survey: 8, CubeCache: 8, Trend: 8},
    **{Table: 4, Painting: 4, Cube: 4},
}
"""How many there may be: what is seen, what caches of two keep, and what the last work of each
thread was for. Cubes that are remembered have their budget in bytes, and are not among them.
"""
_TIMERS = 1000
_TURNS = 100
"""Looks at what is left until it is too much: a thread may still count for a closed screen."""


async def nothing_left(pilot: Pilot[str], before: Counter[type]) -> None:
    """Wait until no more objects are alive than before, and than a screen at rest needs."""
    for _ in range(_TURNS):
        # Timers that were cancelled keep what they would have called, until many more are.
        for _ in range(_TIMERS):
            asyncio.get_running_loop().call_later(_TIMERS, int).cancel()
        await pilot.pause()
        now = living()
        more = {one: now[one] - before[one] for one in _AT_MOST}
        left = [f"{more[one]} × {one.__name__}" for one in more if more[one] > _AT_MOST[one]]
        if not left:
            return
        await pilot.pause(0.05)
    raise AssertionError(f"left over: {', '.join(left)}")


def living() -> Counter[type]:
    """Return how many screens, tables, cubes and surveys are alive, cached ones aside."""
    gc.collect()
    kinds = tuple(_AT_MOST)
    found = [one for one in gc.get_objects() if issubclass(type(one), kinds)]
    caches = [one.counts for one in found if isinstance(one, CubeCache)]
    cached = {id(counts.get(key)) for counts in caches for key in counts}
    return Counter(
        kind for one in found if id(one) not in cached for kind in kinds if isinstance(one, kind)
    )


async def run(
    file: Path, keys: int, seed: int, *, rests: int = 1, heard: Heard | None = None
) -> None:
    """Press keys on one survey, resting so many times on the way: the screen must be true then,
    and nothing left over. `heard` is told how many keys have been pressed at each rest.
    """
    chance = random.Random(seed)
    before = living()
    async with exploring(file, size=(100, 30)) as pilot:
        app = app_of(pilot)
        for part in range(rests):
            await press_at_random(pilot, keys // rests, chance)
            assert app.is_running
            await rest(pilot)
            assert same(*table_on_screen(app)), app.session.view
            await nothing_left(pilot, before)
            if heard is not None:
                heard(app, (part + 1) * keys // rests)


# Memory

_RESTS = 10
_FLAT = 1.05
"""The memory of the last three tenths may be so many times that of the fourth to the sixth."""


def resident() -> int:
    """Return the memory of this process in kB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def growth(memory: Sequence[int]) -> float:
    """Return how many times the memory of the middle tenths the last ones took."""
    return fmean(memory[7:]) / fmean(memory[3:6])


def surveys() -> list[Path]:
    """Return the example, and those of the large surveys that are there."""
    large = (
        FOLDER / "data/masculinity_538/masculinity-wide.parquet",
        FOLDER / "data/cncf_marketing_2020/CNCF Marketing and Member Survey 1H 2020.csv",
    )
    example = Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet"
    return [example, *(one for one in large if one.is_file())]


def main(arguments: list[str]) -> bool:
    """Press many keys on each survey; return whether memory stayed flat on each."""
    keys, seed = int((arguments or ["50000"])[0]), int((arguments[1:2] or ["1"])[0])
    files = [Path(one).resolve() for one in arguments[2:]] or surveys()
    use_one_heap()  # as the explorer does when it starts
    are_flat = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
        os.chdir(folder)
        os.environ["HOME"] = folder
        for name in [*os.environ]:
            if name == "TMUX" or name.startswith("XDG_"):
                os.environ.pop(name, None)
        for file in files:
            copy = Path(shutil.copy(file, folder))
            grown = press_on(copy, keys // len(files), seed)
            are_flat.append(grown <= _FLAT)
            say(
                f"{file.name}: alive, the table on the screen is that of cxtui table at each rest, "
                f"and memory is {'flat' if are_flat[-1] else 'NOT FLAT'}: the last three tenths "
                f"take {100 * (grown - 1):+.1f} % of the fourth to the sixth "
                f"(at most {100 * (_FLAT - 1):+.0f} %)"
            )
    return all(are_flat)


def press_on(file: Path, keys: int, seed: int) -> float:
    """Press keys on one survey; say how it goes, and return how memory grew."""
    memory: list[int] = []

    def heard(app: Explorer, pressed: int) -> None:
        memory.append(resident())
        say(f"{file.name}: {pressed} keys, {memory[-1] / 1024:.0f} MB")
        require_printed(app)

    asyncio.run(run(file, keys, seed, rests=_RESTS, heard=heard))
    return growth(memory)


def say(line: str) -> None:
    """Print a line without buffering."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
