"""Arrow files: read lazily, told apart by their beginning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey

ROWS = pl.DataFrame(
    {
        "role": pl.Series(
            ["Marketing", "Technology"] * 6, dtype=pl.Enum(["Technology", "Marketing"])
        ),
        "goal": ["Yes", "No", "No"] * 4,
        "spent": [1.5, 2.5, 3.5, 4.5] * 3,
    }
)


@pytest.mark.parametrize("name", ["a.arrow", "a.feather", "a.ipc"])
def test_a_file_is_read_lazily(tmp_path: Path, name: str) -> None:
    ROWS.write_ipc(tmp_path / name, compression="zstd")
    survey = open_survey(str(tmp_path / name))
    frame = survey.frame.to_native()
    assert isinstance(frame, pl.LazyFrame)
    assert "IPC SCAN" in frame.explain().upper()
    assert frame.collect().equals(ROWS)
    assert survey.codebook.role == "role"


_LOOKS = """
import sys
from pathlib import Path
from cxtui.cli import main

main(["questions", sys.argv[1]])
from cxtui.sources.open_survey import open_survey

mapped = []
def look(rows):
    mapped.append(sys.argv[1] in Path("/proc/self/maps").read_text())
    return rows

survey = open_survey(sys.argv[1])
survey.frame.to_native().map_batches(look, streamable=True).collect()
sys.exit(not mapped or any(mapped))
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no list of what is mapped here")
def test_a_file_is_never_mapped_into_memory(tmp_path: Path) -> None:
    """Whoever cuts a mapped file off while it is counted ends the program by a signal."""
    file = tmp_path / "a.arrow"
    pl.concat([ROWS] * 2000).write_ipc(file, compression="uncompressed", record_batch_size=100)
    subprocess.run([sys.executable, "-c", _LOOKS, str(file)], check=True, stdout=subprocess.DEVNULL)


def test_a_stream_in_a_file_is_read(tmp_path: Path) -> None:
    ROWS.write_ipc_stream(tmp_path / "a.arrow")
    assert open_survey(str(tmp_path / "a.arrow")).respondents == 12


def test_a_codebook_lies_beside_it(tmp_path: Path) -> None:
    ROWS.write_ipc(tmp_path / "a.arrow")
    (tmp_path / "a.codebook.toml").write_text('title = "Beside"')
    assert open_survey(str(tmp_path / "a.arrow")).codebook.title == "Beside"


def test_other_files_are_refused_as_arrow(tmp_path: Path) -> None:
    ROWS.write_ipc(tmp_path / "whole.arrow")
    whole = (tmp_path / "whole.arrow").read_bytes()
    for content, says in {
        b"": r"empty \(0 bytes\)",
        b"role,goal\n": "is not an Arrow file",
        b"FEA1" + bytes(40): "Feather file of version 1",
        whole[: len(whole) // 2]: "could not be read as Arrow",
        b"\xff\xff\xff\xff" + bytes(9): "Arrow|respondents|header",
    }.items():
        (tmp_path / "a.arrow").write_bytes(content)
        with pytest.raises(SourceError, match=says) as raised:
            open_survey(str(tmp_path / "a.arrow"))
        assert "\n" not in str(raised.value)
