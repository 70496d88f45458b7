"""Files of many columns: the engine is asked for all of them at once, not for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from cxtui.errors import SourceError
from cxtui.sources import source
from cxtui.sources.countable_columns import countable_columns
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers import text_columns, text_lists
from cxtui.sources.readers.delimited.cell_types import typed_columns
from cxtui.sources.readers.statistics.statistics_reader import read_statistics
from cxtui.sources.readers.text_columns import convert_texts, first_texts
from cxtui.sources.source import Source

_ROWS = 30


def _answers(columns: int) -> pl.DataFrame:
    """Return columns of whole numbers, of others and of texts in turn."""
    kinds: list[list[Any]] = [[1.0, 2.0, 3.0], [0.5, 1.5, 2.5], ["a", "", "b"]]
    return pl.DataFrame({f"v{one}": kinds[one % 3] * (_ROWS // 3) for one in range(columns)})


def _collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the columns of every query, those of series too."""
    queries: list[int] = []
    collect = pl.LazyFrame.collect

    def counted(frame: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        found = collect(frame, *args, **options)
        queries.append(found.width)
        return found

    eager = pl.LazyFrame._collect_eager

    def counted_eager(frame: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        found = eager(frame, *args, **options)
        queries.append(found.width)
        return found

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


def test_types_that_others_leave_no_column_for_are_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = pl.DataFrame({f"v{one}": ["1", "2", None] for one in range(50)})
    queries = _collected(monkeypatch)
    types = list(typed_columns(cells.lazy()))
    assert sum(queries) == 4 * cells.width  # its cells, their pattern, and two counts of them
    assert cells.select(types).dtypes == [pl.Int64()] * cells.width


def _lists(columns: int) -> pl.DataFrame:
    """Return columns of lists in two notations, with words for no answer, and of other texts."""
    cells = [
        ['["a", "b\\"c"]', "['a' , 2.5]", None, "[]", "N/A", '["null", ""]'],
        ['{a,"b c"}', "{}", None, " {d} ", "-", "{null,e}"],
        ["[a", "{b", None, "c", "", "N/A"],
    ]
    return pl.DataFrame({f"v{one}": cells[one % 3] for one in range(columns)})


@pytest.mark.parametrize("cells", [1, 20, 10**6])
def test_lists_of_a_frame_in_memory_are_parsed_as_in_queries(
    monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(text_lists, "_CELLS", cells)
    frame = _lists(30).lazy()
    firsts = first_texts(frame, frame.collect_schema().names())
    held, words, _ = convert_texts(frame, firsts, is_held=True)
    lazy, same, _ = convert_texts(frame, firsts)
    assert_frame_equal(held.collect(), lazy.collect())
    assert held.collect_schema().dtypes().count(pl.List(pl.String)) == 20
    assert words == same
    assert words["v0"] == {"N/A": 1}


def test_few_queries_read_thousands_of_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would take half a megabyte of memory, and look at all columns."""
    monkeypatch.setattr(text_columns, "_MOST_TEXTS", 5)
    queries = _collected(monkeypatch)
    counts = []
    for columns in (9, 90):
        frame = pl.LazyFrame({f"v{one}": ['["a"]', '["b", "c"]'] for one in range(columns)})
        queries.clear()
        read, _, _ = convert_texts(frame, first_texts(frame, frame.collect_schema().names()))
        lists = countable_columns(Source(nw.from_native(read), ()))
        assert len(lists.frame.collect_schema().names()) == columns
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("columns", [3, 7])
def test_lists_beyond_what_queries_can_parse_stay_texts(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(text_lists, "_MOST_COLUMNS", 4)
    frame = pl.LazyFrame({f"v{one}": ['["a"]', '["b"]'] for one in range(columns)})
    read = text_lists.read_text_lists(frame, first_texts(frame, frame.collect_schema().names()))
    assert list(read) == [f"v{one}" for one in range(min(columns, 4))]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_more_columns_than_a_file_has_room_for_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(source, "_MOST_COLUMNS", 200)
    monkeypatch.setattr(source, "_BYTES_PER_COLUMN", 10_000)
    for columns in (200, 201):
        file = tmp_path / f"wide{columns}{ending}"
        cells = pl.DataFrame({f"v{one}": [1, 2] for one in range(columns)})
        cells.write_csv(file) if ending == ".csv" else cells.write_parquet(file)
    assert len(open_survey(str(tmp_path / f"wide200{ending}")).schema) == 200
    with pytest.raises(SourceError, match=r"has 201 columns .* more than 200 and too"):
        open_survey(str(tmp_path / f"wide201{ending}"))
