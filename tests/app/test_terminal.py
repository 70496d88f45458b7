"""The program in a real terminal: what goes over the wire, and how it is left."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from cxtui.cli import main
from cxtui.session.private_files import config_file, keep
from tests.app.forked import running
from tests.app.pty import ALTERNATE_SCREEN, MAIN, Terminal, installed

DOWN = b"\x1b[B"
_DEAREST_START = 6_500
_DEAREST_KEY = 2_500


def opened(terminal: Terminal) -> None:
    """Wait for the first table, its tests included."""
    terminal.until(lambda text: "Base (n)" in text and "55.9 B" in text)
    terminal.settled()


def test_a_visit(example: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The command as it is installed: little is sent, nothing while idle, and all is put back."""
    with installed([str(example)], tmp_path) as terminal:
        opened(terminal)
        assert terminal.has(ALTERNATE_SCREEN)
        assert not terminal.restored
        assert len(terminal.received) < _DEAREST_START

        for wording in ("Progress in mapping", "How is the customer", "Progress in delivering"):
            before = len(terminal.received)
            terminal.send(DOWN)
            terminal.shows(f"││ {wording}")
            terminal.settled()
            assert len(terminal.received) - before < _DEAREST_KEY

        terminal.resize(100, 30)
        terminal.until(lambda text: text.splitlines()[-1].startswith(" 378 rows"))
        terminal.settled()
        assert "Progress in delivering" in terminal.text

        terminal.send(b"e")
        terminal.shows("enter writes")
        while terminal.read(1):  # what a busy machine still had to say
            pass
        assert not terminal.read(0.7)  # a cursor would have blinked

        terminal.send(b"\r")
        terminal.shows("wrote ")
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
    file = tmp_path / "cmo-benchmark-2016-delivery.csv"
    assert main(["table", str(example), "delivery", "--format", "csv"]) == 0
    assert file.read_bytes() == capsysbinary.readouterr().out


def test_an_engine_panic_writes_nothing_on_the_screen(example: Path, tmp_path: Path) -> None:
    """A replaced file is not counted: the engine would panic and write to the terminal."""
    file = tmp_path / "made.parquet"
    file.write_bytes(example.read_bytes())
    with running([file.name], tmp_path) as terminal:
        opened(terminal)
        file.write_bytes(b"PAR1" + bytes(50))
        terminal.send(b"G")
        terminal.shows("made.parquet has changed since it was")
        terminal.settled()
        assert b"panicked" not in terminal.received
        assert "panicked" not in terminal.text and "unwrap" not in terminal.text
        assert terminal.lines[1].startswith("╭─ 1 Questions")


def test_a_missing_file_is_one_line_on_an_untouched_screen(tmp_path: Path) -> None:
    """The alternate screen is never entered."""
    with running(["nowhere.parquet"], tmp_path) as terminal:
        assert terminal.ended() == 1
        assert terminal.received == b"cxtui: nowhere.parquet does not exist\r\n"


def test_a_broken_file_is_one_line_after_the_screen_is_left(tmp_path: Path) -> None:
    """The reason stands where the shell goes on."""
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with running(["broken.parquet"], tmp_path) as terminal:
        assert terminal.ended() == 1
        assert terminal.restored
        left = terminal.received.rpartition(b"\x1b[?1049l")[2]
        assert left.count(b"cxtui: broken.parquet") == 1
        assert left.rstrip().count(b"\n") == 0
        assert b"Traceback" not in terminal.received


def test_without_a_terminal_the_error_names_the_printing_verbs(
    example: Path, tmp_path: Path
) -> None:
    """On standard error; standard output stays empty."""
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, str(example)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert ended.stderr.startswith(b"cxtui: the explorer needs a terminal")
    assert b"cxtui table FILE QUESTION" in ended.stderr
    assert ended.stderr.count(b"\n") == 1


@pytest.mark.parametrize("behind", ["> file", "| cat"])
def test_behind_a_redirected_output_it_says_how_to_print(
    behind: str, example: Path, tmp_path: Path
) -> None:
    """The explorer prints nothing: the file would stay empty, and so would the pipe."""
    file = tmp_path / "out"
    if behind == "| cat":
        os.mkfifo(file)
    result, output = os.open(file, os.O_RDWR | os.O_CREAT), os.open(file, os.O_WRONLY)
    try:
        with running([str(example)], tmp_path, output=output) as terminal:
            assert terminal.ended() == 1
            assert b"prints nothing; `cxtui table FILE QUESTION`" in terminal.received
            assert b"\x1b" not in terminal.received
            assert terminal.restored
        os.set_blocking(result, False)
        with suppress(BlockingIOError):
            assert os.read(result, 1) == b""
    finally:
        os.close(result)
        os.close(output)


def test_standard_input_can_be_the_survey(tmp_path: Path) -> None:
    """Keys come from the terminal all the same; the private copy is removed.

    What is wrong with the configuration is said in full at the end.
    """
    kept = tmp_path / "temporary"
    kept.mkdir()
    keep(config_file(), b"theme = 'purple'\nlevel = 95\n")
    survey = tmp_path / "survey.csv"
    survey.write_text("role,goal,pace\n" + "IT,more,slow\nHR,less,fast\n" * 30, "utf-8")
    source = os.open(survey, os.O_RDONLY)
    try:
        with running(["-"], tmp_path, source=source, environment={"TMPDIR": str(kept)}) as terminal:
            terminal.until(lambda text: "Base (n)" in text and "││ goal" in text)
            folder = next(kept.glob("cxtui-*"))
            assert folder.stat().st_mode & 0o777 == 0o700
            terminal.send(DOWN)
            terminal.shows("││ pace")
            terminal.send(b"q")
            assert terminal.ended() == 0
            assert terminal.restored
            assert b"theme takes dark, light, not 'purple'\r\n" in terminal.received
            assert b"[keys], [screens] and [view]\r\n" in terminal.received
    finally:
        os.close(source)
    assert list(kept.iterdir()) == []


def test_missed_frames_are_drawn_once(example: Path, tmp_path: Path) -> None:
    """A terminal that answers gets the newest frame, not all those that it missed."""
    with running([str(example)], tmp_path, answers=True) as terminal:
        opened(terminal)
        one = len(terminal.received)
        terminal.answers = False
        terminal.send(DOWN)
        terminal.shows("││ Progress in mapping")
        sent = len(terminal.received) - one
        for _ in range(6):
            terminal.send(DOWN)
            terminal.quiet()
        assert len(terminal.received) - one < sent + 2 * _DEAREST_KEY
        terminal.answers = True
        terminal.send(b"\x1b[1;1R" * 4)
        terminal.shows("││ Is your company executing")
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
