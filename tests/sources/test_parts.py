"""Parts of one table whose columns drift are one table, and what differs is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.note import sentences_of


def parts(folder: Path, **files: pl.DataFrame) -> Path:
    """Write partitions `wave=…`, one a frame."""
    for name, frame in files.items():
        part = folder / f"wave={name.removeprefix('_')}" / "part.parquet"
        part.parent.mkdir(parents=True)
        frame.write_parquet(part)
    return folder


def test_types_that_drift_from_part_to_part_lose_no_value(tmp_path: Path) -> None:
    """Whole numbers, floats and texts become texts; a column that a part lacks is empty there."""
    answers = {"goal": [1, 2, 2], "score": [1, 2, 3]}
    survey = open_survey(
        str(
            parts(
                tmp_path,
                _2015=pl.DataFrame(answers, schema={"goal": pl.Int8, "score": pl.Int64}),
                _2016=pl.DataFrame(answers, schema={"goal": pl.Float64, "score": pl.Float32}),
                _2017=pl.DataFrame({"goal": ["1", "none", None]}),
            )
        )
    )
    rows = survey.frame.collect().to_native()
    assert isinstance(rows, pl.DataFrame)
    assert rows["goal"].to_list() == ["1", "2", "2", "1", "2", "2", "1", "none", None]
    assert rows["score"].to_list() == [1.0, 2.0, 3.0] * 2 + [None] * 3
    assert survey.codebook.wave == "wave"
    assert sentences_of(survey.notes) == (
        "goal is Int8 in 1, Float64 in 1, String in 1 of 3 parts: read as String",
        "score is Int64 in 1, Float32 in 1 of 3 parts: read as Float64",
        "score is in 2 of 3 parts only: empty in the others",
    )


def test_equal_parts_are_one_scan_without_a_note(tmp_path: Path) -> None:
    frame = pl.DataFrame({"goal": ["Yes", "No"] * 5})
    survey = open_survey(str(parts(tmp_path, _2015=frame, _2016=frame, _2017=frame)))
    native = survey.frame.to_native()
    assert isinstance(native, pl.LazyFrame)
    assert native.explain().count("Parquet SCAN") == 1
    assert survey.notes == ()


def test_columns_without_a_common_type_are_refused(tmp_path: Path) -> None:
    folder = parts(
        tmp_path,
        _1=pl.DataFrame({"q": ["a"], "x": [[1]]}),
        _2=pl.DataFrame({"q": ["a"], "x": [1.5]}),
    )
    with pytest.raises(SourceError, match=r"hold .* in column 'x', which cannot be put together"):
        open_survey(str(folder))
