"""Tests of columns of texts that many respondents share."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.sources.readers import few_texts
from cxtui.sources.readers.parquet_reader import read_parquet

LISTS = ['["a", "b\\"c"]', "['a' , 2.5]", None, "[]", "N/A", '["", "null"]', "['null']"]


@pytest.mark.parametrize(
    ("cells", "is_parsed_once"),
    [
        (LISTS, True),
        (['{a,"b c"}', "{}", None, " {d} ", "-", "{null,e}"], True),
        ([*LISTS, "['\x1f']", "['a\x1fb', 'c']"], False),
    ],
)
def test_lists_that_many_respondents_share_are_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: list[str], is_parsed_once: bool
) -> None:
    """As by the pattern for each respondent, which no query of the file has then."""
    file = tmp_path / "lists.parquet"
    pl.DataFrame({"which": cells * 20}).write_parquet(file)
    plans, found, words = [], [], []
    for most, shared in ((5_000, 10), (0, 10**9)):
        monkeypatch.setattr(few_texts, "_MOST_TEXTS", most)
        monkeypatch.setattr(few_texts, "_SHARED", shared)
        source = read_parquet((file,))
        frame = source.frame.to_native()
        assert isinstance(frame, pl.LazyFrame)
        plans.append(frame.explain())
        found.append(frame.collect()["which"])
        words.append(source.words)
    assert found[0].to_list() == found[1].to_list()
    assert found[0].dtype == pl.List(pl.String)
    assert [] in found[0].to_list()
    assert words[0] == words[1]
    assert ["extract_all" in one for one in plans] == [not is_parsed_once, True]


def test_columns_of_many_texts_are_not_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the most, and not a tenth of the respondents either; null is no text."""
    monkeypatch.setattr(few_texts, "_MOST_TEXTS", 8)
    numbers = pl.int_range(100, eager=True)
    frame = pl.LazyFrame(
        {
            "few": (numbers % 5).cast(pl.String).set(numbers == 50, None),
            "tenth": (numbers % 10).cast(pl.String),
            "more": (numbers % 11).cast(pl.String),
        }
    )
    columns = {name: pl.col(name) for name in frame.collect_schema().names()}
    found = few_texts.few_texts(frame, columns)
    assert {name: sorted(own) for name, own in found.items()} == {
        "few": list("01234"),
        "tenth": list("0123456789"),
    }
