"""What an opening costs as columns and rows grow: each column, and each megabyte, costs alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from tests.bench.clock import Times
from tests.bench.figures import Figure, Found
from tests.bench.openings import CXTUI, in_turn
from tests.bench.real_shape import real_csv
from tests.bench.surveys import Plan
from tests.bench.terminals import surroundings

_FEW, _MANY, _RESPONDENTS = 1_000, 8_000, 200
_TIMES = 3


def opening_growth(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """Yield the ratio of 8,000 columns to 1,000, and the cost of a further megabyte of CSV."""
    home = dict(os.environ) | dict(surroundings(folder)) | {"CXTUI_CACHE": "off"}
    times = min(_TIMES, moves)
    wide = {str(many): _wide(folder, many) for many in (_FEW, _MANY)}
    few, many = (one.median for one in _opened(wide, home, times).values())
    name = f"{_RESPONDENTS} respondents"
    yield Figure("8,000 columns", name, many, "1,000 columns", few, "ms of processor", 8.5)
    real = {str(rows): real_csv(folder, rows) for rows in (plan.rows, 2 * plan.rows)}
    less, more = (one.median for one in _opened(real, home, times).values())
    small, large = (one.stat().st_size / 1e6 for one in real.values())
    slope = (more - less) / (large - small)
    yield Figure("a further MB of CSV", plan.name, slope, "5 ms", 5.0, "ms of processor", 1.0)


def _opened(files: Mapping[str, Path], home: Mapping[str, str], times: int) -> dict[str, Times]:
    runs = {
        name: ((*CXTUI, "questions", str(file), "--format", "csv"), home)
        for name, file in files.items()
    }
    return in_turn(runs, times)


def _wide(folder: Path, columns: int) -> Path:
    """Return a CSV of so many columns: choices, ratings and numbers."""
    path = folder / f"wide-{columns}.csv"
    if not path.exists():
        random = np.random.default_rng(columns)
        kinds = (
            pl.Series(["Yes", "No", "Not sure"]),
            pl.Series(["Never", "Rarely", "Sometimes", "Often", "Always"]),
            pl.Series(np.arange(100)),
        )
        frame = pl.DataFrame(
            {
                f"topic{place}_answer": kind.gather(random.integers(0, len(kind), _RESPONDENTS))
                for place in range(columns)
                for kind in [kinds[place % len(kinds)]]
            }
        )
        frame.write_csv(path)
    return path
