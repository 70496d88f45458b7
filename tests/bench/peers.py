"""The same weighted cross-tab by other means: raw Polars, DuckDB, pandas, NumPy, R's `survey`."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cxtui.survey.question import Question

Query = Callable[[Question], object]
"""Counts each column of a question by role, in the latest wave: n, Σw and Σw² of each cell."""

_PANDAS_REACH = 20_000_000
"""More respondents than these are not counted by pandas: it would take all memory."""


def kept(survey: Path, wave: str) -> pl.LazyFrame:
    """Return the respondents of one wave, from the file or the folder of its parts."""
    source = f"{survey}/**/*.parquet" if survey.is_dir() else survey
    frame = pl.scan_parquet(source, hive_partitioning=survey.is_dir())
    column = pl.col("wave")
    return frame.filter((column.cast(pl.String) if survey.is_dir() else column) == wave)


def crosstab(frame: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Return the query of one column by role as a user of Polars would write it."""
    w = pl.col("weight")
    return frame.group_by(column, "role").agg(
        pl.len(), w.sum().alias("w"), (w * w).sum().alias("q")
    )


def raw_query(survey: Path, wave: str) -> Query:
    """Return the query in raw Polars, from the file."""
    return _grouped(kept(survey, wave))


def from_the_file(survey: Path, wave: str) -> Iterator[tuple[str, Query]]:
    """Yield peers that read the file each time."""
    yield "Polars from the file", raw_query(survey, wave)
    if importlib.util.find_spec("duckdb"):
        yield "DuckDB from the file", _duckdb(survey, wave)


def in_memory(
    survey: Path, wave: str, questions: Sequence[Question], respondents: int
) -> Iterator[tuple[str, Query]]:
    """Yield peers whose columns are decoded before the clock starts."""
    columns = [name for one in questions for name in one.columns]
    decoded = kept(survey, wave).select("role", "weight", *columns).collect()
    yield "Polars in memory", _grouped(decoded.lazy())
    has_pandas = all(map(importlib.util.find_spec, ("pandas", "pyarrow")))
    if has_pandas and respondents <= _PANDAS_REACH:
        yield "pandas.crosstab", _pandas(decoded)
    yield "NumPy bincount", _bincount(decoded)


def _grouped(frame: pl.LazyFrame) -> Query:
    return lambda question: pl.collect_all([crosstab(frame, one) for one in question.columns])


def _duckdb(survey: Path, wave: str) -> Query:
    import duckdb

    connection = duckdb.connect()
    source = f"{survey}/**/*.parquet" if survey.is_dir() else str(survey)

    def count(question: Question) -> object:
        return [
            connection.execute(
                f'SELECT "{column}", role, count(*), sum(weight), sum(weight * weight) '
                f"FROM read_parquet('{source}') WHERE wave = '{wave}' GROUP BY 1, 2"
            ).fetchall()
            for column in question.columns
        ]

    return count


def _pandas(decoded: pl.DataFrame) -> Query:
    import pandas as pd

    frame: Any = decoded.to_pandas()

    def count(question: Question) -> object:
        return [
            pd.crosstab(frame[column], frame["role"], values=frame["weight"], aggfunc="sum")
            for column in question.columns
        ]

    return count


def _bincount(decoded: pl.DataFrame) -> Query:
    count = Bins(decoded)
    return lambda question: [count(decoded[column]) for column in question.columns]


class Bins:
    """Counts a column by role with `bincount`: the floor in practice."""

    def __init__(self, decoded: pl.DataFrame) -> None:
        self._role = decoded["role"].to_physical().to_numpy().astype(np.int64)
        self._weight = decoded["weight"].to_numpy()
        self._square = self._weight * self._weight
        self._roles = int(self._role.max()) + 1

    def __call__(self, column: pl.Series) -> object:
        """Return n, Σw and Σw² of each cell."""
        answer = column.fill_null(-1).to_numpy().astype(np.int64) + 1
        cell = answer * self._roles + self._role
        return np.bincount(cell), np.bincount(cell, self._weight), np.bincount(cell, self._square)


_R = """
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
asked <- commandArgs(TRUE)
people <- read.csv(asked[1], stringsAsFactors = TRUE)
people$answer <- factor(people$answer)
elapsed <- function(run) 1000 * system.time(run())["elapsed"]
design <- function() svydesign(ids = ~1, weights = ~weight, data = people)
cat(elapsed(function() svytable(~answer + role, design())),
    elapsed(function() svyby(~answer, ~role, design(), svymean, na.rm = TRUE)))
"""


def has_r() -> bool:
    """Whether R and its package `survey` are installed."""
    if shutil.which("Rscript") is None:
        return False
    asks = 'quit(status = !requireNamespace("survey", quietly = TRUE))'
    return subprocess.run(["Rscript", "-e", asks], capture_output=True, check=False).returncode == 0


def r_survey(survey: Path, wave: str, column: str, folder: Path) -> tuple[float, float]:
    """Return the milliseconds of R's `svytable`, and of `svyby` with its standard errors."""
    file = folder / "for-r.csv"
    people = kept(survey, wave).select(pl.col(column).alias("answer"), "role", "weight")
    people.sink_csv(file)
    script = folder / "peer.R"
    script.write_text(_R, encoding="utf-8")
    command = ["Rscript", str(script), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    table, errors = map(float, done.stdout.split())
    return table, errors
