"""The program in a real terminal: what goes over the wire, and how it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cxtui.cli import main
from tests.app.pty import ALTERNATE_SCREEN, MAIN, Terminal, running

DOWN = b"\x1b[B"
_DEAREST_START = 32_000
_DEAREST_KEY = 3_000


def opened(terminal: Terminal) -> None:
    """Wait for the first table, its tests included."""
    terminal.until(lambda text: "Base (n)" in text and "55.9 B" in text)
    terminal.settled()


def test_a_visit(example: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Open, move, export, quit: little is sent, nothing while idle, and all is put back."""
    with running([str(example)], tmp_path) as terminal:
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

        while terminal.read(1):  # what a busy machine still had to say
            pass
        terminal.send(b"".join(b"\x1b[<35;%d;9M" % column for column in range(5, 75)))
        assert terminal.settled() == 0
        assert not terminal.read(0.5)

        terminal.resize(100, 30)
        terminal.until(lambda text: text.splitlines()[-1].startswith(" 378 rows"))
        terminal.settled()
        assert "Progress in delivering" in terminal.text

        terminal.send(b"e")
        terminal.shows("enter writes")
        terminal.settled()
        assert not terminal.read(0.7)  # a cursor would have blinked

        terminal.send(b"\r")
        terminal.shows("wrote ")
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
    file = tmp_path / "cmo-benchmark-2016-delivery.csv"
    assert main(["table", str(example), "delivery", "--format", "csv"]) == 0
    assert file.read_bytes() == capsysbinary.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_signal_leaves_the_terminal_as_it_was(
    number: signal.Signals, example: Path, tmp_path: Path
) -> None:
    """The exit status is the shell's own for that signal."""
    with running([str(example)], tmp_path) as terminal:
        opened(terminal)
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        assert terminal.restored
        assert b"Traceback" not in terminal.received


def test_quit_waits_for_no_count(example: Path, tmp_path: Path) -> None:
    """A query may take minutes; the shell gets its prompt back at once."""
    endless = "lambda count, respondents: threading.Event().wait()"
    hold = f"import threading; from cxtui.analysis.cube import Count; Count.ask = {endless}"
    with running([str(example)], tmp_path, before=hold) as terminal:
        terminal.shows("counting …")
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored


def test_a_dropped_line_ends_it(example: Path, tmp_path: Path) -> None:
    """No process is left behind."""
    with running([str(example)], tmp_path) as terminal:
        opened(terminal)
        terminal.hang_up()
        assert terminal.process.wait(10) == 128 + signal.SIGHUP


def test_an_engine_that_breaks_down_leaves_no_words_on_the_screen(
    example: Path, tmp_path: Path
) -> None:
    """It would write them itself over a file that was replaced: it is not asked."""
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


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_draw_is_told_the_way_out(
    term: str, example: Path, tmp_path: Path
) -> None:
    """One line, no escape code."""
    with running([str(example)], tmp_path, environment={"TERM": term}) as terminal:
        assert terminal.ended() == 1
        assert terminal.received.startswith(b"cxtui: this terminal (TERM=dumb) cannot draw")
        assert b"cxtui table FILE QUESTION" in terminal.received
        assert terminal.received.count(b"\n") == 1
        assert b"\x1b" not in terminal.received


def test_without_a_terminal_it_says_how_to_do_without(example: Path, tmp_path: Path) -> None:
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


def test_a_redirected_output_stays_empty(example: Path, tmp_path: Path) -> None:
    """The screen goes where the terminal is."""
    file = tmp_path / "out.txt"
    output = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        with running([str(example)], tmp_path, output=output) as terminal:
            opened(terminal)
            terminal.send(b"q")
            assert terminal.ended() == 0
            assert terminal.restored
    finally:
        os.close(output)
    assert file.read_bytes() == b""
