"""Files of many columns: the engine is asked for all of them at once, not for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from cxtui.sources.readers.statistics.statistics_reader import read_statistics

_ROWS = 30


def _answers(columns: int) -> pl.DataFrame:
    """Return columns of whole numbers, of others and of texts in turn."""
    kinds: list[list[Any]] = [[1.0, 2.0, 3.0], [0.5, 1.5, 2.5], ["a", "", "b"]]
    return pl.DataFrame({f"v{one}": kinds[one % 3] * (_ROWS // 3) for one in range(columns)})


def _collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by an element with every query, of a series too."""
    queries: list[int] = []
    collect = pl.LazyFrame.collect

    def counted(frame: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        queries.append(1)
        return collect(frame, *args, **options)

    eager = pl.LazyFrame._collect_eager

    def counted_eager(frame: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        queries.append(1)
        return eager(frame, *args, **options)

    monkeypatch.setattr(pl.LazyFrame, "collect", counted)
    monkeypatch.setattr(pl.LazyFrame, "_collect_eager", counted_eager)
    return queries


@pytest.mark.parametrize(
    ("ending", "write"), [(".sav", pyreadstat.write_sav), (".dta", pyreadstat.write_dta)]
)
def test_no_column_of_a_statistics_file_is_converted_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, write: Any
) -> None:
    queries = _collected(monkeypatch)
    counts = []
    for columns in (9, 90):
        file = tmp_path / f"{columns}{ending}"
        write(_answers(columns), str(file))
        queries.clear()
        frame = read_statistics((file,)).frame.to_native()
        counts.append(len(queries))
        types = [pl.Int64(), pl.Float64(), pl.String()]
        assert frame.collect_schema().dtypes() == types * (columns // 3)
    assert 0 < counts[0] == counts[1]
