"""A CSV of real shape: its first and its second opening, beside peers that know its types.

Processor time is that of whole processes, its own and the system's, which no other program
disturbs much. All that is compared runs in turn.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tests.bench.clock import Times
from tests.bench.figures import Figure, Found, Gap
from tests.bench.real_shape import ANSWERED, BY, SECOND, real_csv
from tests.bench.surveys import Plan
from tests.bench.terminals import explorer, leave, memory, module, surroundings, until

_TIMES = 5
_SMALL = 10_000
"""The respondents of the files in other formats."""
CXTUI = (sys.executable, "-m", "cxtui")
_TYPED = "Polars, all columns typed"
_AS_PARQUET = "the same as Parquet with its codebook"
Run = tuple[Sequence[str], Mapping[str, str]]
"""The words of a command, and its environment."""
_CROSSTABS = {
    _TYPED: (
        "polars",
        "import sys, polars as pl; "
        "frame = pl.read_csv(sys.argv[1], null_values=['NA', '']); "
        "print(frame.group_by(sys.argv[2], sys.argv[3]).agg(pl.len()))",
    ),
    "DuckDB": (
        "duckdb",
        "import sys, duckdb; print(duckdb.sql('SELECT ' + sys.argv[2] + ', ' + sys.argv[3] + "
        "', count(*) FROM read_csv(\\'' + sys.argv[1] + '\\', nullstr=\\'NA\\') GROUP BY 1, 2'))",
    ),
    "pandas": (
        "pandas",
        "import sys, pandas as pd; frame = pd.read_csv(sys.argv[1]); "
        "print(pd.crosstab(frame[sys.argv[2]], frame[sys.argv[3]]))",
    ),
}
"""The crosstab by other means, each as a process of its own: the package, and the statements."""

_R = (
    "library(data.table); asked <- commandArgs(TRUE); people <- fread(asked[1]); "
    "print(table(people[[asked[2]]], people[[asked[3]]]))"
)
_UNIT = "ms of processor"


def openings(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """Tables of the command line, then the explorer, then second openings of other formats."""
    times = min(_TIMES, moves)
    file = real_csv(folder, plan.rows)
    parquet = _converted(file, ".parquet", folder)
    home = dict(os.environ) | dict(surroundings(folder))
    runs = _tables(file, parquet, home) | _peers(file, home)
    _processor(runs["second"])  # which keeps it
    found = in_turn(runs, times)
    for peer in _CROSSTABS:
        if peer in found:
            yield _figure("first opening, one table", file, found["first"], peer, found[peer])
        else:
            yield Gap(peer, _named(file), f"{peer} is not installed")
    yield from _fread(file, home, found["first"])
    second = ("second opening, one table", file, found["second"], _AS_PARQUET, found["Parquet"])
    yield _figure(*second, 1.15)
    yield from _in_the_app(file, parquet, folder, found.get(_TYPED), times)
    small = real_csv(folder, _SMALL)
    for ending in (".sav", ".xlsx"):
        other = _converted(small, ending, folder)
        kept = _tables(other, _converted(other, f"{ending}.parquet", folder), home)
        _processor(kept["second"])
        found = in_turn({name: kept[name] for name in ("second", "Parquet")}, times)
        asked = ("second opening, one table", other, found["second"], _AS_PARQUET)
        yield _figure(*asked, found["Parquet"], 1.15)


def _converted(file: Path, ending: str, folder: Path) -> Path:
    """Return the same survey in another format, written if it is not there."""
    other = file.with_name(file.name.removesuffix(file.suffix) + ending)
    if not other.exists():
        if ending == ".xlsx":
            pl.read_csv(file, null_values=["NA"]).write_excel(other)
        else:
            off = dict(os.environ) | dict(surroundings(folder)) | {"CXTUI_CACHE": "off"}
            command = [*CXTUI, "convert", "--force", str(file), str(other)]
            subprocess.run(command, check=True, capture_output=True, env=off)
    return other


def _tables(file: Path, parquet: Path, home: Mapping[str, str]) -> dict[str, Run]:
    """Return how one table of a file is made without and with the cache, and of its Parquet."""
    off = dict(home) | {"CXTUI_CACHE": "off"}
    table = (ANSWERED, "--by", BY, "--format", "csv")
    return {
        "first": ((*CXTUI, "table", str(file), *table), off),
        "second": ((*CXTUI, "table", str(file), *table), home),
        "Parquet": ((*CXTUI, "table", str(parquet), *table), home),
    }


def _peers(file: Path, home: Mapping[str, str]) -> dict[str, Run]:
    return {
        peer: ((sys.executable, "-c", code, str(file), ANSWERED, BY), home)
        for peer, (package, code) in _CROSSTABS.items()
        if importlib.util.find_spec(package)
    }


def _named(file: Path) -> str:
    return file.name.removeprefix("real-")


def _figure(
    what: str, file: Path, ours: Times, peer: str, theirs: Times, bound: float | None = None
) -> Figure:
    return Figure(what, _named(file), ours.median, peer, theirs.median, _UNIT, bound)


def _fread(file: Path, home: Mapping[str, str], ours: Times) -> Iterator[Found]:
    run = (("Rscript", "-e", _R, str(file), ANSWERED, BY), home)
    try:
        theirs = Times((_processor(run),))
    except (OSError, subprocess.CalledProcessError):
        yield Gap("R, fread", _named(file), "R or its package data.table is not installed")
        return
    yield _figure("first opening, one table", file, ours, "R, fread", theirs)


def _in_the_app(
    file: Path, parquet: Path, folder: Path, typed: Times | None, times: int
) -> Iterator[Figure]:
    """Yield what the explorer takes until its list and its first table stand, and its memory."""
    visits: dict[str, list[_Visit]] = {"first": [], "second": [], "Parquet": [], "bare": []}
    for _ in range(times):
        visits["first"].append(_visit(file, folder, caches=False))
        visits["second"].append(_visit(file, folder, caches=True))
        visits["Parquet"].append(_visit(parquet, folder, caches=True))
        visits["bare"].append(_bare_visit(file, folder))
    of = {name: _Visit.median(some) for name, some in visits.items()}
    first, second, size = of["first"], of["second"], file.stat().st_size / 2**20
    survey = _named(file)
    yield Figure(
        "first opening, list of questions",
        survey,
        first.listed,
        "its first text",
        first.text,
        bound=1.25,
    )
    if typed is not None:
        whole = "first opening, first table in the app"
        yield Figure(whole, survey, first.processor, _TYPED, typed.median, _UNIT, 3.0)
    yield Figure(
        "second opening, first table in the app",
        survey,
        second.processor,
        _AS_PARQUET,
        of["Parquet"].processor,
        _UNIT,
        1.15,
    )
    bare = of["bare"].most
    for name, visit, peer, room in (
        ("first", first, "a bare app with Polars, and 5 times the file", 5 * size),
        ("second", second, "a bare app with Polars, and 60 MB", 60.0),
    ):
        yield Figure(f"memory, {name} opening", survey, visit.most, peer, bare + room, "MB", 1.0)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit until its first table: milliseconds until text, list and end, processor, and MB."""

    text: float
    listed: float
    processor: float
    most: float

    @staticmethod
    def median(visits: Sequence[_Visit]) -> _Visit:
        """Return the median of each of them."""
        parts = zip(
            *((one.text, one.listed, one.processor, one.most) for one in visits), strict=True
        )
        return _Visit(*(Times(part).median for part in parts))


def _visit(file: Path, folder: Path, *, caches: bool) -> _Visit:
    """Open the explorer, and leave it as soon as its first table stands."""
    before, begun = _spent(), time.perf_counter()
    with explorer(file, folder, opened=False, caches=caches) as terminal:
        text = until(terminal, "1 Questions", begun)
        listed = until(terminal, SECOND, begun)
        until(terminal, "Base (n)", begun)
        _, most = memory(terminal)
        leave(terminal)
    return _Visit(text, listed, _spent() - before, most)


def _bare_visit(file: Path, folder: Path) -> _Visit:
    """Open a bare app that loads Polars."""
    before, begun = _spent(), time.perf_counter()
    with module("bare", folder, "polars") as terminal:
        text = until(terminal, "Base (n)", begun)
        _, most = memory(terminal)
        leave(terminal)
    return _Visit(text, text, _spent() - before, most)


def in_turn(runs: Mapping[str, Run], times: int) -> dict[str, Times]:
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            found[name].append(_processor(run))
    return {name: Times(tuple(one)) for name, one in found.items()}


def _processor(run: Run) -> float:
    """Return the milliseconds of processor that a process takes."""
    before = _spent()
    subprocess.run(run[0], check=True, capture_output=True, env=dict(run[1]))
    return _spent() - before


def _spent() -> float:
    """Return the milliseconds of processor that all processes took which have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (spent.ru_utime + spent.ru_stime)
