"""An error that nobody foresaw is one line, and a report for its user without answers."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest

from cxtui.cli import main, verbs
from cxtui.cli.problem_report import report_problem
from tests.app.forked import running

SECRET = "an answer of somebody"


class Panic(BaseException):
    """As a native library raises it."""


@pytest.mark.parametrize(
    "error",
    [
        *(ValueError(SECRET), csv.Error(SECRET), RecursionError(SECRET), Panic(SECRET)),
        UnicodeEncodeError("ascii", SECRET, 0, 1, SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_unforeseen_error_is_one_line_and_a_report(
    error: BaseException,
    example: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_: object) -> int:
        respondent = SECRET
        raise error from KeyError(respondent)

    monkeypatch.setattr(verbs, "RUN", {"table": broken})
    assert main(["table", str(example), "cx_goal"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"cxtui: unforeseen {type(error).__name__} (test_problem_report:")
    assert said.count("\n") == 1
    (report,) = (Path(os.environ["XDG_STATE_HOME"]) / "cxtui").glob("problem-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "in broken" in report.read_text() and "KeyError" in report.read_text()
    assert SECRET not in report.read_text() + said


def test_what_the_system_lacks_is_said_without_a_report() -> None:
    assert report_problem(MemoryError()) == "it takes more memory than there is"
    assert report_problem(OSError(24, "Too many open files", "a.csv")) == (
        "a.csv: Too many open files"
    )
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("problem-*"))


def test_a_library_without_memory_to_load_is_said_without_a_report() -> None:
    """NumPy tells that as an error of its own."""
    unloaded = ImportError("libopenblas.so: failed to map segment from shared object")
    told = ImportError("IMPORTANT: PLEASE READ THIS")
    told.__cause__ = unloaded
    for error in (unloaded, told):
        assert report_problem(error) == "it takes more memory than there is"
    assert report_problem(ImportError("no such module")).startswith("unforeseen ImportError")


def test_an_explorer_that_breaks_down_shows_no_variables(example: Path, tmp_path: Path) -> None:
    """One line, after the terminal is given back."""
    before = (
        "import cxtui.session.survey_session as room; "
        f"room.Session.undo = lambda session: int({SECRET!r})"
    )
    with running([str(example)], tmp_path, before=before) as terminal:
        terminal.shows("55.9 B")
        terminal.send(b"u")
        assert terminal.ended() == 1
        assert terminal.restored
        left = terminal.received.rpartition(b"\x1b[?1049l")[2]
        assert left.count(b"cxtui: unforeseen ValueError") == 1
        assert left.rstrip().count(b"\n") == 0
        assert SECRET.encode() not in terminal.received
