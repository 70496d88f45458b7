"""Columns of one name in a Parquet file are columns like others."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.parquet_footer import footer_of
from cxtui.sources.readers.parquet_reader import read_parquet

FRAME = pl.DataFrame(
    {
        "role": ["IT", "Sales", "IT", "HR"] * 30,
        "tools": [["CRM"], ["CRM", "ESP"], [], ["ESP"]] * 30,
        "q1": [1, 2, 3, 4] * 30,
        "qx": ["yes", "no", "no", "no"] * 30,
        "qy": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}] * 60,
        "qz": [4, 4, 4, 1] * 30,
    }
)


def written(folder: Path, *names: str) -> Path:
    """Write the columns, those in `names` under the name `q1`, in several groups of rows."""
    file = folder / "repeated.parquet"
    FRAME.write_parquet(file, row_group_size=50, statistics=False)
    footer = footer_of(file)
    content = file.read_bytes()
    renamed = footer
    for name in names:
        renamed = renamed.replace(name.encode(), b"q1")
    file.write_bytes(content[: -len(footer)] + renamed)
    return file


def test_columns_of_one_name_have_numbers_and_their_own_values(tmp_path: Path) -> None:
    source = read_parquet((written(tmp_path, "qx", "qz"),))
    expected = FRAME.rename({"qx": "q1_2", "qz": "q1_3"})
    assert source.frame.collect().to_native().equals(expected)
    (note,) = source.notes
    assert note == "several columns are called 'q1': the others are read as 'q1_2', 'q1_3'"


def test_a_struct_may_repeat_a_name(tmp_path: Path) -> None:
    survey = open_survey(str(written(tmp_path, "qx", "qy")))
    assert survey.codebook.find("q1") and survey.codebook.find("q1_2")


def test_repeated_names_in_several_parts_are_refused(tmp_path: Path) -> None:
    first = written(tmp_path, "qx")
    other = tmp_path / "other.parquet"
    FRAME.write_parquet(other)
    with pytest.raises(SourceError, match="q1"):
        read_parquet((first, other))
