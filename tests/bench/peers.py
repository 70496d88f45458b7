"""The same weighted cross-tab by other means: raw Polars, DuckDB, pandas and a NumPy floor."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

Query = Callable[[str], object]
"""Counts one column by role, in the latest wave, weighted: n, Σw and Σw² of each cell."""


def peers(survey: Path, wave: str) -> Iterator[tuple[str, Query]]:
    """Yield what can be compared with on this machine, by name."""
    yield "Polars from the file", _polars(survey, wave)
    if importlib.util.find_spec("duckdb"):
        yield "DuckDB from the file", _duckdb(survey, wave)


def peers_in_memory(survey: Path, wave: str, columns: list[str]) -> Iterator[tuple[str, Query]]:
    """Yield peers whose columns are decoded before the clock starts."""
    frame = _scan(survey).filter(pl.col("wave") == wave)
    decoded = frame.select("role", "weight", *columns).collect()
    yield "Polars in memory", lambda column: _counted(decoded.lazy(), column).collect()
    if importlib.util.find_spec("pandas") and importlib.util.find_spec("pyarrow"):
        yield "pandas.crosstab", _pandas(decoded)
    yield "NumPy bincount", _bincount(decoded)


def raw_query(survey: Path, wave: str) -> Query:
    """Return the query that a user of Polars would write, from the file."""
    return _polars(survey, wave)


def _scan(survey: Path) -> pl.LazyFrame:
    if survey.is_dir():
        return pl.scan_parquet(f"{survey}/**/*.parquet", hive_partitioning=True).with_columns(
            pl.col("wave").cast(pl.String)
        )
    return pl.scan_parquet(survey).with_columns(pl.col("wave").cast(pl.String))


def _counted(frame: pl.LazyFrame, column: str) -> pl.LazyFrame:
    w = pl.col("weight")
    return frame.group_by(column, "role").agg(
        pl.len(), w.sum().alias("w"), (w * w).sum().alias("q")
    )


def _polars(survey: Path, wave: str) -> Query:
    if survey.is_dir():
        frame = pl.scan_parquet(f"{survey}/**/*.parquet", hive_partitioning=True)
        kept = frame.filter(pl.col("wave").cast(pl.String) == wave)
    else:
        kept = pl.scan_parquet(survey).filter(pl.col("wave") == wave)
    return lambda column: _counted(kept, column).collect()


def _duckdb(survey: Path, wave: str) -> Query:
    import duckdb

    connection = duckdb.connect()
    source = f"{survey}/**/*.parquet" if survey.is_dir() else str(survey)
    return lambda column: connection.execute(
        f'SELECT "{column}", role, count(*), sum(weight), sum(weight * weight) '
        f"FROM read_parquet('{source}') WHERE wave = '{wave}' GROUP BY 1, 2"
    ).fetchall()


def _pandas(decoded: pl.DataFrame) -> Query:
    import pandas as pd

    frame: Any = decoded.to_pandas()
    return lambda column: pd.crosstab(
        frame[column], frame["role"], values=frame["weight"], aggfunc="sum"
    )


def _bincount(decoded: pl.DataFrame) -> Query:
    role = decoded["role"].to_physical().to_numpy().astype(np.int64)
    weight = decoded["weight"].to_numpy()
    roles = int(role.max()) + 1

    def count(column: str) -> object:
        answer = decoded[column].fill_null(-1).to_numpy().astype(np.int64) + 1
        cell = answer * roles + role
        return np.bincount(cell), np.bincount(cell, weight), np.bincount(cell, weight * weight)

    return count
