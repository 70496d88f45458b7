"""A file is read as it is, and its progress is reported once a percent."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from cxtui.sources import reading_progress
from cxtui.sources.reading_progress import MeteredFile, Progress, report_progress

PIECE = 2**20


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, 3 * PIECE + 7])
@pytest.mark.parametrize("most", [0, 1, PIECE, 2 * PIECE + 1, 5 * PIECE])
def test_a_file_is_read_up_to_so_many_bytes(size: int, most: int, tmp_path: Path) -> None:
    content = os.urandom(size)
    file = tmp_path / "survey.csv"
    file.write_bytes(content)
    with MeteredFile(file) as opened:
        assert opened.read_up_to(most) == content[:most]
        assert opened.read() == content[most:]


@pytest.mark.parametrize("said", [0, 5, 2 * PIECE, 4 * PIECE])
def test_a_file_that_grows_or_shrinks_meanwhile_is_read_to_its_end(
    said: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(3 * PIECE)
    file = tmp_path / "survey.csv"
    file.write_bytes(content)
    stale = SimpleNamespace(fstat=lambda number: SimpleNamespace(st_size=said))
    with MeteredFile(file) as opened:
        monkeypatch.setattr(reading_progress, "os", stale)
        assert opened.read_up_to(8 * PIECE) == content


def test_each_percent_is_reported_once(tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    file.write_bytes(bytes(5 * PIECE))
    told: list[Progress] = []
    with report_progress(told.append), MeteredFile(file) as opened:
        opened.read_up_to(8 * PIECE)
    assert [one.percent for one in told] == [20, 40, 60, 80, 99]
    assert told[0].text == "Reading survey.csv … 20 %"
