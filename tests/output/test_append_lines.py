"""Lines appended to a file of several people: whole or not at all, whatever ends the program."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from cxtui.errors import ExportError
from cxtui.output.files.append_lines import append_lines
from cxtui.survey.derive.codes_lines import CUT, Assignment, header, line_of, read_codes

LONG = "n" * 200


def line(respondent: str, coder: str = "ana") -> str:
    return line_of(Assignment(respondent, "aa", coder, ("s",)))


def append(file: Path, respondent: str, coder: str = "ana") -> None:
    append_lines(file, line(respondent, coder), header(), CUT)


def respondents(file: Path) -> list[str]:
    return [one.respondent for one in read_codes(file.read_bytes()).lines]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """A header, then a line an answer."""
    file = tmp_path / "s.why.codes.csv"
    append(file, "1")
    append(file, "2")
    assert file.read_text() == header() + line("1") + line("2")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_program_killed_at_any_byte_loses_its_answer_alone(tmp_path: Path) -> None:
    """The next one ends the cut line, which then is passed over."""
    file = tmp_path / "s.why.codes.csv"
    append(file, "1")
    before = file.read_bytes()
    whole = line("2").encode()
    for cut in range(len(whole)):
        file.write_bytes(before + whole[:cut])
        append(file, "3")
        is_whole = cut == len(whole) - 1  # the line end alone is missing
        assert respondents(file) == ["1", *(["2"] if is_whole else []), "3"]


@pytest.mark.parametrize("fails", ["write", "rest", "fsync"])
def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first write, at the rest of it, and at the end."""
    file = tmp_path / "s.why.codes.csv"
    append(file, "1")
    before, written, calls = file.read_bytes(), os.write, []

    def write(descriptor: int, content: bytes) -> int:
        calls.append(1)
        if fails == "write" or (fails == "rest" and len(calls) > 1):
            raise OSError(28, "No space left on device")
        return written(descriptor, content[:7] if fails == "rest" else content)

    def fsync(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        if fails == "fsync":
            patched.setattr(os, "fsync", fsync)
        with pytest.raises(ExportError, match="could not be written"):
            append(file, "2")
    assert file.read_bytes() == before
    append(file, "3")
    assert respondents(file) == ["1", "3"]


def _append_many(file: Path, coder: str) -> None:
    for at in range(50):
        append(file, f"{at}{LONG}", coder)


def test_several_people_append_at_once(tmp_path: Path) -> None:
    """No line is lost, none is torn, and there is one header."""
    file = tmp_path / "s.why.codes.csv"
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=_append_many, args=(file, one)) for one in ("ana", "ben")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    found = read_codes(file.read_bytes())
    assert found.cut == ()
    for coder in ("ana", "ben"):
        own = [one.respondent for one in found.lines if one.coder == coder]
        assert own == [f"{at}{LONG}" for at in range(50)]
    assert file.read_text().count(header()) == 1


def test_a_place_that_takes_no_file_is_told_apart(tmp_path: Path) -> None:
    """The caller takes another place then."""
    with pytest.raises(FileNotFoundError):
        append(tmp_path / "none" / "s.csv", "1")
