"""One query in raw Polars, with nothing imported but Polars."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def asked_raw(file: str, wave: str, column: str) -> pl.DataFrame:
    """Return n, Σw and Σw² of a column by role in one wave."""
    w = pl.col("weight")
    in_parts = Path(file).is_dir()
    source = f"{file}/**/*.parquet" if in_parts else file
    kept = pl.scan_parquet(source, hive_partitioning=in_parts).filter(
        pl.col("wave").cast(pl.String) == wave
    )
    cells = kept.group_by(column, "role")
    return cells.agg(pl.len(), w.sum().alias("w"), (w * w).sum().alias("q")).collect()
