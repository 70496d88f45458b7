"""A file is written whole or not at all, and replaces nothing unless told to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cxtui.errors import ExportError
from cxtui.output.write import write_whole


def test_a_new_file_has_the_content_and_a_plain_mode(tmp_path: Path) -> None:
    """As if it had been written by the shell."""
    plain = tmp_path / "plain"
    plain.touch()
    path = write_whole(tmp_path / "goal.csv", b"a,b\n")
    assert path.read_bytes() == b"a,b\n"
    assert path.stat().st_mode == plain.stat().st_mode


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "goal.csv"
    file.write_bytes(b"old")
    with pytest.raises(ExportError, match=r"goal\.csv exists; nothing was replaced"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_told_to_replace_it_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "goal.csv"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_whole(file, b"new", replace=True)
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace"])
def test_the_old_file_survives_a_failure(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves what was there, and no draft."""
    file = tmp_path / "goal.csv"
    file.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fails, full)
    with pytest.raises(ExportError, match="could not be written: No space left on device"):
        write_whole(file, b"new", replace=True)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_system_without_links_replaces_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unsupported)
    file = write_whole(tmp_path / "goal.csv", b"first")
    with pytest.raises(ExportError, match="exists; nothing was replaced"):
        write_whole(file, b"second")
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"goal\.csv could not be written: No such file"):
        write_whole(tmp_path / "nowhere" / "goal.csv", b"a")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "goal.csv").mkdir()
    for replace in (False, True):
        with pytest.raises(ExportError):
            write_whole(tmp_path / "goal.csv", b"a", replace=replace)
    assert [one.name for one in tmp_path.iterdir()] == ["goal.csv"]


def test_the_survey_itself_is_never_replaced(tmp_path: Path) -> None:
    """Whatever name leads to it, and even where replacing was asked for."""
    survey, link = tmp_path / "survey.csv", tmp_path / "link.csv"
    survey.write_text("answers")
    link.symlink_to(survey)
    for name in (survey, link):
        with pytest.raises(ExportError, match="is the survey itself"):
            write_whole(name, b"table", replace=True, never=[survey])
    assert survey.read_text() == "answers"
