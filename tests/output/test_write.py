"""A file is written whole or not at all, and replaces nothing unless told to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cxtui.errors import ExportError
from cxtui.output.files.write_file import try_target, write_whole


def test_a_new_file_has_the_content_and_a_plain_mode(tmp_path: Path) -> None:
    """Its mode is the one that the shell would give."""
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


STEPS = ["os.open", "pathlib.Path.write_bytes", "os.fsync", "pathlib.Path.chmod"]


@pytest.mark.parametrize("fails", [*STEPS, "pathlib.Path.replace"])
def test_the_old_file_survives_a_failure(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves what was there, and no draft; so does a lack of memory, at every step."""
    file = tmp_path / "goal.csv"
    file.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fails, full)
    with pytest.raises(ExportError, match="could not be written: No space left on device"):
        write_whole(file, b"new", replace=True)

    def lacking(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(fails, lacking)
    with pytest.raises(MemoryError):
        write_whole(file, b"new", replace=True)
    monkeypatch.undo()
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


def test_a_missing_folder_is_named_in_the_error(tmp_path: Path) -> None:
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
    """No other name of the file and no --force lets an export replace it."""
    survey, link = tmp_path / "survey.csv", tmp_path / "link.csv"
    survey.write_text("answers")
    link.symlink_to(survey)
    for name in (survey, link):
        with pytest.raises(ExportError, match="is the survey itself"):
            write_whole(name, b"table", replace=True, never=[survey])
    assert survey.read_text() == "answers"


def test_a_link_stays_a_link_and_the_file_behind_it_is_replaced(tmp_path: Path) -> None:
    file, link = tmp_path / "real.csv", tmp_path / "link.csv"
    file.write_bytes(b"old")
    link.symlink_to(file)
    with pytest.raises(ExportError, match="exists; nothing was replaced"):
        write_whole(link, b"new")
    assert write_whole(link, b"new", replace=True) == file
    assert (link.is_symlink(), file.read_bytes()) == (True, b"new")


def test_a_device_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    """Root could replace it, and the machine would lose /dev/null."""
    pipe = tmp_path / "goal.csv"
    os.mkfifo(pipe)
    for replace in (False, True):
        with pytest.raises(ExportError, match="is a device or a pipe"):
            write_whole(pipe, b"new", replace=replace)
    assert pipe.is_fifo()


def test_a_name_is_as_long_as_the_file_system_lets_it_be(tmp_path: Path) -> None:
    """The temporary file has a shorter name; a name too long is refused in one line."""
    longest = f"{'x' * 251}.csv"
    assert write_whole(tmp_path / longest, b"a").name == longest
    with pytest.raises(ExportError, match="could not be written: File name too long"):
        write_whole(tmp_path / f"x{longest}", b"a")


def test_a_tilde_that_is_nobodys_home_is_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert write_whole(Path("~nobody-at-all.csv"), b"a") == tmp_path / "~nobody-at-all.csv"
    assert write_whole(Path("~/goal.csv"), b"a") == tmp_path / "home" / "goal.csv"


def test_a_file_is_tried_before_anything_is_counted_for_it(tmp_path: Path) -> None:
    file = tmp_path / "goal.csv"
    try_target(file)
    with pytest.raises(ExportError, match="No such file"):
        try_target(tmp_path / "nowhere" / "goal.csv")
    file.write_bytes(b"old")
    with pytest.raises(ExportError, match="exists; nothing was replaced"):
        try_target(file)
    try_target(file, replace=True)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"old"]
