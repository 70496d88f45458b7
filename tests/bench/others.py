"""VisiData over the same survey as text: its start, and what its keys send."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tests.bench.asked import listed, opened
from tests.bench.clock import Times
from tests.bench.figures import Figure, Found, Gap
from tests.bench.keys import heading
from tests.bench.surveys import Plan
from tests.bench.terminals import explorer, leave, press, program, until

_TIMES = 5
_MOVES = 10


def visidata(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """Its sheet of the survey moves by a row; its frequency table is a table of one question."""
    path, survey = opened(folder, plan)
    vd = shutil.which("vd", path=str(Path(sys.executable).parent)) or shutil.which("vd")
    if vd is None:
        yield Gap("VisiData", plan.name, "VisiData is not installed")
        return
    text = folder / f"{plan.name}.csv"
    pl.read_parquet(path).write_csv(text)
    command = [vd, "--config=/dev/null", str(text)]
    ours, theirs = [], []
    for _ in range(min(_TIMES, moves)):
        begun = time.perf_counter()
        with explorer(path, folder, opened=False) as terminal:
            ours.append(until(terminal, "Base (n)", begun))
            leave(terminal)
        begun = time.perf_counter()
        with program(command, folder) as terminal:
            theirs.append(until(terminal, "weight", begun))
    yield Figure(
        "start, first numbers",
        plan.name,
        Times(tuple(ours)).median,
        "VisiData, first rows of the CSV",
        Times(tuple(theirs)).median,
    )
    with explorer(path, folder) as terminal:
        moves = min(_MOVES, moves)
        asked = listed(survey)[1 : 1 + moves]
        key = [press(terminal, b"j", heading(one)).size for one in asked]
        leave(terminal)
    with program(command, folder) as terminal:
        until(terminal, "weight", time.perf_counter())
        press(terminal, b"")
        down = [press(terminal, b"j").size for _ in range(moves)]
        table = []
        for _ in range(moves):
            press(terminal, b"l")
            table.append(press(terminal, b"F").size)
            press(terminal, b"q")
    for peer, sizes in (("VisiData, a row down", down), ("VisiData, a frequency table", table)):
        ours_, theirs_ = (Times(tuple(map(float, some))).median for some in (key, sizes))
        yield Figure("bytes a key", plan.name, ours_, peer, theirs_, "bytes")
