"""Tests of statistics files that do not say how many respondents they have."""

from __future__ import annotations

import struct
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from cxtui.sources.readers.statistics import decoding
from cxtui.sources.readers.statistics.statistics_reader import read_statistics
from cxtui.sources.source import Source

_CASES_AT = 80
"""Where the header of an SPSS file has the number of respondents."""
FRAME = pl.DataFrame(
    {
        "q1": [1.0, 2.0, 9.0],
        "q2": ["x", "é", ""],
        "q3": [1.5, None, 3.0],
        "q4": [2.0, 1.0, 2.0],
        "q5": ["a", "b", "c"],
    }
)
LABELS: list[str | None] = ["One", "Two", "", "Four", "Five"]


def _written(folder: Path, ending: str) -> Path:
    file = folder / f"file{ending}"
    ascii_only = FRAME.with_columns(pl.col("q2").replace("é", "y"))
    if ending == ".por":
        pyreadstat.write_por(ascii_only, str(file), column_labels=LABELS, file_label="Title")
    elif ending == ".xpt":
        pyreadstat.write_xport(FRAME, str(file), column_labels=LABELS, file_label="Title")
    else:
        yes = {1.0: "yes", 2.0: "no", 9.0: "refused"}
        labels, missing = {"q1": yes, "q4": yes}, {"q1": [9.0], "q4": [{"lo": 8.0, "hi": 99.0}]}
        pyreadstat.write_sav(
            FRAME,
            str(file),
            column_labels=LABELS,
            variable_value_labels=labels,
            missing_ranges=missing,  # type: ignore[arg-type]
        )
        content = bytearray(file.read_bytes())
        struct.pack_into("<i", content, _CASES_AT, -1)
        file.write_bytes(content)
    return file


def _without_frame(source: Source) -> dict[str, object]:
    return {name: getattr(source, name) for name in ("labels", "dictionary", "notes")}


@pytest.mark.parametrize("ending", [".por", ".xpt", ".sav"])
def test_variables_without_room_for_all_are_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Values, labels and missing values are those of the file read at once."""
    file = _written(tmp_path, ending)
    whole = read_statistics((file,))
    asked: list[list[str]] = []
    name = {".por": "read_por", ".xpt": "read_xport", ".sav": "read_sav"}[ending]
    read = getattr(pyreadstat, name)

    def reading(*args: object, **options: object) -> object:
        if not options.get("metadataonly"):
            asked.append([one.lower() for one in options["usecols"]])  # type: ignore[attr-defined]
        return read(*args, **options)

    monkeypatch.setattr(pyreadstat, name, reading)
    monkeypatch.setattr(decoding, "memory_for", lambda size: 0)
    monkeypatch.setattr(decoding, "_FEWEST_VARIABLES", 2)
    parts = read_statistics((file,))
    assert asked == [["q1", "q2"], ["q3", "q4"], ["q5"]]
    assert_frame_equal(parts.frame.to_native().collect(), whole.frame.to_native().collect())
    assert _without_frame(parts) == _without_frame(whole)
    assert len(whole.labels) == 4
