"""The program in a real terminal: what goes over the wire, and how it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from cxtui.cli import main
from cxtui.shell.places import config_file, keep
from tests.app.pty import ALTERNATE_SCREEN, MAIN, UNREAD, Terminal, running
from tests.shared import shared

DOWN = b"\x1b[B"
_DEAREST_START = 6_500
_DEAREST_KEY = 2_500


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


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda one: one.name
)
def test_a_signal_leaves_the_terminal_as_it_was(
    number: signal.Signals, example: Path, tmp_path: Path
) -> None:
    """The exit status is the shell's own for that signal."""
    with running([str(example)], tmp_path, before=UNREAD) as terminal:
        terminal.shows("q quit")
        terminal.settled()
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


def test_behind_a_redirected_output_it_says_how_to_print(example: Path, tmp_path: Path) -> None:
    """The explorer prints nothing: the file would stay empty."""
    file = tmp_path / "out.txt"
    output = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        with running([str(example)], tmp_path, output=output) as terminal:
            assert terminal.ended() == 1
            assert b"prints nothing; `cxtui table FILE QUESTION`" in terminal.received
            assert b"\x1b" not in terminal.received
    finally:
        os.close(output)
    assert file.read_bytes() == b""


def test_standard_input_can_be_the_survey(example: Path, tmp_path: Path) -> None:
    """Keys come from the terminal all the same; the private copy is removed.

    What is wrong with the configuration is said in full at the end.
    """
    kept = tmp_path / "temporary"
    kept.mkdir()
    keep(config_file(), b"theme = 'purple'\nlevel = 95\n")
    source = os.open(example, os.O_RDONLY)
    try:
        with running(["-"], tmp_path, source=source, environment={"TMPDIR": str(kept)}) as terminal:
            opened(terminal)
            folder = next(kept.glob("cxtui-*"))
            assert folder.stat().st_mode & 0o777 == 0o700
            terminal.send(DOWN)
            terminal.shows("││ Progress in mapping")
            terminal.send(b"q")
            assert terminal.ended() == 0
            assert terminal.restored
            assert b"theme takes dark or light\r\n" in terminal.received
            assert b"[keys], [screens] and [view]\r\n" in terminal.received
    finally:
        os.close(source)
    assert list(kept.iterdir()) == []


def test_a_suspended_explorer_comes_back_as_it_was(example: Path, tmp_path: Path) -> None:
    """ctrl+z gives the terminal back; fg draws everything again."""
    with running([str(example)], tmp_path) as terminal:
        opened(terminal)
        before = terminal.text
        terminal.send(b"\x1a")
        _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        terminal.settled()
        assert terminal.restored
        terminal.screen.reset()  # the shell has written over it
        terminal.process.send_signal(signal.SIGCONT)
        terminal.until(lambda text: text == before)
        terminal.send(b"q")
        assert terminal.ended() == 0


def test_a_vanished_terminal_is_left_without_a_spin(example: Path, tmp_path: Path) -> None:
    """Also where nobody hears that the line was dropped, as under nohup."""
    deaf = (
        "import signal, asyncio.unix_events as room; add = room._UnixSelectorEventLoop."
        "add_signal_handler; room._UnixSelectorEventLoop.add_signal_handler = "
        "lambda loop, one, *rest: one == signal.SIGHUP or add(loop, one, *rest); "
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    )
    with running([str(example)], tmp_path, before=deaf) as terminal:
        opened(terminal)
        terminal.hang_up()
        assert terminal.process.wait(10) == 128 + signal.SIGHUP


def test_a_stalled_terminal_holds_nothing_up(example: Path, tmp_path: Path) -> None:
    """It reads no more, and keys go on to be heard; the program ends all the same."""
    with running([str(example)], tmp_path) as terminal:
        opened(terminal)
        for _ in range(12):
            terminal.send(DOWN * 5 + b"\x1b[A" * 4 + b"g\x1b")
            time.sleep(0.05)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(10) == 128 + signal.SIGTERM
        terminal.settled()
        assert terminal.restored


def test_what_was_held_up_is_drawn_once(example: Path, tmp_path: Path) -> None:
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
            terminal.settled()
        assert len(terminal.received) - one < sent + 2 * _DEAREST_KEY
        terminal.answers = True
        terminal.send(b"\x1b[1;1R" * 4)
        terminal.shows("││ Is your company executing")
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored


def test_bytes_a_key_over_twenty_questions(tmp_path: Path) -> None:
    """On a survey of the wild, 100×30: a table is 2,500 bytes at most, two changed rows are 400."""
    survey = shared("data/masculinity_538/masculinity-wide.parquet")
    with running([str(survey)], tmp_path, size=(100, 30)) as terminal:
        terminal.shows("Effective base")
        terminal.settled()
        assert len(terminal.received) < 2 * _DEAREST_START
        assert median(_sent_for_down(terminal) for _ in range(20)) <= 2_500
        terminal.send(b"3")
        terminal.settled()
        assert 0 < median(_sent_for_down(terminal) for _ in range(5)) <= 400


def _sent_for_down(terminal: Terminal) -> int:
    terminal.send(DOWN)
    return terminal.settled()
