"""A CSV of real shape: its first and its second opening, beside peers that know its types."""

from __future__ import annotations

import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.clock import Times
from tests.bench.figures import Figure, Found, Gap
from tests.bench.real_shape import ANSWERED, BY, real_csv
from tests.bench.surveys import Plan
from tests.bench.terminals import explorer, leave, surroundings, until

_TIMES = 5
_PROGRAM = (sys.executable, "-m", "cxtui")
_CROSSTABS = {
    "Polars, all columns typed": (
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
    """All in turn; the processor time of whole processes, which no other program disturbs."""
    file = real_csv(folder, plan.rows)
    home = dict(os.environ) | dict(surroundings(folder))
    off = home | {"CXTUI_CACHE": "off"}
    parquet = folder / f"{file.stem}.parquet"
    _processor(["convert", "--force", str(file), str(parquet)], off)
    table = ["table", "{}", ANSWERED, "--by", BY, "--format", "csv"]
    asked = [str(file), ANSWERED, BY]
    ours = {
        "first": ([one.format(file) for one in table], off),
        "second": ([one.format(file) for one in table], home),
        "Parquet": ([one.format(parquet) for one in table], home),
    }
    peers = {
        peer: ([code, *asked], home)
        for peer, (package, code) in _CROSSTABS.items()
        if importlib.util.find_spec(package)
    }
    _processor(*ours["second"])  # which keeps it
    found = _in_turn({**ours, **peers}, min(_TIMES, moves))
    for peer in _CROSSTABS:
        if peer not in peers:
            yield Gap(peer, file.stem, f"{peer} is not installed")
            continue
        bound = 3.0 if peer.startswith("Polars") else None
        yield _figure("first opening, one table", file, found["first"], peer, found[peer], bound)
    yield _figure(
        *("second opening, one table", file, found["second"]),
        *("the same as Parquet with its codebook", found["Parquet"], 1.15),
    )
    yield from _fread(file, asked, home, found["first"])
    yield from _in_the_app(file, parquet, folder, min(_TIMES, moves))


def _figure(
    what: str, file: Path, ours: Times, peer: str, theirs: Times, bound: float | None
) -> Figure:
    return Figure(what, file.stem, ours.median, peer, theirs.median, _UNIT, bound)


def _fread(
    file: Path, asked: Sequence[str], home: Mapping[str, str], ours: Times
) -> Iterator[Found]:
    if shutil.which("Rscript") is None:
        yield Gap("R, fread", file.stem, "R is not installed")
        return
    theirs = Times((_processor(asked, home, ("Rscript", "-e", _R)),))
    yield _figure("first opening, one table", file, ours, "R, fread", theirs, None)


def _in_the_app(file: Path, parquet: Path, folder: Path, times: int) -> Iterator[Figure]:
    """Yield the time until the first numbers of a second opening, beside those of Parquet."""
    shown: dict[Path, list[float]] = {file: [], parquet: []}
    for _ in range(times):
        for path, waited in shown.items():
            begun = time.perf_counter()
            with explorer(path, folder, opened=False) as terminal:
                waited.append(until(terminal, "Base (n)", begun))
                leave(terminal)
    ours, theirs = (Times(tuple(one)).median for one in shown.values())
    peer = "the same as Parquet with its codebook"
    yield Figure("second opening, first numbers", file.stem, ours, peer, theirs, bound=1.15)


def _in_turn(
    runs: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], times: int
) -> dict[str, Times]:
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, (words, environment) in runs.items():
            found[name].append(_processor(words, environment))
    return {name: Times(tuple(one)) for name, one in found.items()}


def _processor(
    words: Sequence[str],
    environment: Mapping[str, str],
    program: Sequence[str] = (sys.executable, "-c"),
) -> float:
    """Return the milliseconds of processor, its own and the system's, that a process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*program, *words], check=True, capture_output=True, env=dict(environment))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
