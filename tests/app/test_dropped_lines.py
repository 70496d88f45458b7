"""Lines that drop, signals and terminals that vanish or stall: the terminal is given back, the view
is kept, the process is gone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.forked import running
from tests.app.pty import (
    ALTERNATE_SCREEN,
    COMMAND,
    TAKE_THE_TERMINAL,
    Terminal,
    in_terminal,
    processes_of,
)

DOWN, REDRAW = b"\x1b[B", b"\x0c"
WORDINGS = (
    "││ Main goal",
    "││ Progress in mapping",
    "││ How is the customer",
    "││ Progress in delivering",
    "││ What stands in the way",
)
HELD = "import threading; hold = threading.Event().wait; "
ENDLESS_COUNT = (
    f"{HELD}from cxtui.analysis.query.view_count import ViewCount; "
    "ViewCount.ask = lambda *_: hold()"
)
HALF_A_FILE = (
    f"{HELD}import os, cxtui.output.files.write_file as room; "
    "through, here = room.write_through, room.Path.cwd(); "
    "half = lambda write: lambda draft: (write(draft), os.truncate(draft, 9), hold()); "
    "room.write_through = lambda path, write, **others: through("
    "path, half(write) if path.resolve().parent == here else write, **others)"
)
DEAF = (
    "import signal, asyncio.unix_events as room; add = room._UnixSelectorEventLoop."
    "add_signal_handler; room._UnixSelectorEventLoop.add_signal_handler = "
    "lambda loop, one, *rest: one == signal.SIGHUP or add(loop, one, *rest); "
    "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
)
"""As under `nohup`."""
_PATIENCE = 30.0
_WHILE = 0.3
"""Seconds over which a program that spins would be seen to."""


def opened(terminal: Terminal, wording: str = WORDINGS[0]) -> None:
    """Wait for a table, its tests included."""
    terminal.until(lambda text: "Base (n)" in text and wording in text)
    terminal.settled()


def test_a_visit_ended_by_a_signal_is_continued_by_the_next(example: Path, tmp_path: Path) -> None:
    """By a signal, whatever is open, or with its terminal: that is given back, the exit status is
    the shell's own for the signal, and the view was kept.
    """
    ends = (
        (signal.SIGTERM, b"", ""),
        (signal.SIGHUP, b"?", "Keys"),
        (signal.SIGINT, b"f", "Filter"),
        (None, b"g", "─ What stands out"),
    )
    options = ["--fresh"]
    for (number, key, words), before, after in zip(ends, WORDINGS, WORDINGS[1:], strict=False):
        with running([str(example), *options], tmp_path) as terminal:
            opened(terminal, before)
            terminal.send(DOWN)
            opened(terminal, after)
            terminal.send(key)
            terminal.shows(words)
            if number is None:
                terminal.hang_up()
                assert terminal.process.wait(_PATIENCE) == 128 + signal.SIGHUP
            else:
                terminal.process.send_signal(number)
                assert terminal.ended() == 128 + number
                assert terminal.restored
            assert b"Traceback" not in terminal.received
        options = ["--resume"]
    with running([str(example)], tmp_path, size=(100, 30)) as terminal:
        terminal.shows("last time: obstacles")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, None], ids=str)
def test_leaving_does_not_wait_for_a_count(
    number: signal.Signals | None, example: Path, tmp_path: Path
) -> None:
    """A query may take minutes; a signal, or `q`, gives the shell its prompt at once."""
    with running([str(example)], tmp_path, before=ENDLESS_COUNT) as terminal:
        terminal.shows("counting …")
        if number is None:
            terminal.send(b"q")
        else:
            terminal.process.send_signal(number)
        assert terminal.ended() == (128 + number if number else 0)
        assert terminal.restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_signal_at_the_first_byte_is_heard(
    number: signal.Signals, example: Path, tmp_path: Path
) -> None:
    """The screen has been taken by then, and is given back."""
    with running([str(example)], tmp_path) as terminal:
        terminal.until(lambda _: bool(terminal.received))
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        assert terminal.restored


def test_a_terminal_that_vanishes_at_the_first_byte_ends_the_program(
    example: Path, tmp_path: Path
) -> None:
    """No signal reports the dropped line."""
    with running([str(example)], tmp_path, before=DEAF) as terminal:
        terminal.until(lambda _: bool(terminal.received))
        terminal.hang_up()
        assert terminal.process.wait(_PATIENCE) == 128 + signal.SIGHUP


def test_an_export_cut_short_leaves_nothing(example: Path, tmp_path: Path) -> None:
    """Neither half a file under its name nor a draft of it."""
    folder = tmp_path / "exports"
    folder.mkdir()
    with running([str(example)], folder, before=HALF_A_FILE) as terminal:
        opened(terminal)
        terminal.send(b"e")
        terminal.shows("enter writes")
        terminal.send(b"\r")
        terminal.shows("writing …")
        wait_for(lambda: any(one.stat().st_size == 9 for one in folder.iterdir()))
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended() == 128 + signal.SIGTERM
        assert terminal.restored
    assert list(folder.iterdir()) == []


def test_a_vanished_terminal_leaves_no_busy_loop(example: Path, tmp_path: Path) -> None:
    """No busy loop is left without a signal either, nor while a count is running."""
    for before, words in ((DEAF, "55.9 B"), (f"{DEAF}; {ENDLESS_COUNT}", "counting …")):
        with running([str(example)], tmp_path, before=before) as terminal:
            terminal.shows(words)
            terminal.hang_up()
            assert terminal.process.wait(_PATIENCE) == 128 + signal.SIGHUP


def test_a_stalled_terminal_blocks_nothing(example: Path, tmp_path: Path) -> None:
    """It reads no more: keys go on to be heard, nothing spins, and the program ends all the same;
    what was looked at last is kept.
    """
    with running([str(example)], tmp_path) as terminal:
        opened(terminal)
        unread = -1
        while unread < (unread := waiting(terminal)):
            terminal.send(REDRAW * 20)
            rests(terminal)
        terminal.send(DOWN)
        rests(terminal)
        assert waiting(terminal) == unread
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(_PATIENCE) == 128 + signal.SIGTERM
        terminal.quiet()
        assert terminal.restored
    with running([str(example)], tmp_path, size=(100, 30)) as terminal:
        terminal.shows("last time: cx_map")


def test_a_suspended_explorer_comes_back_as_it_was(example: Path, tmp_path: Path) -> None:
    """By ctrl+z, or by a signal from elsewhere: the shell has its terminal; `fg` draws everything
    again, and keys go on.
    """
    file = tmp_path / "suspended.parquet"
    shutil.copy(example, file)
    shell = f"{TAKE_THE_TERMINAL}; import os; os.execvp('bash', ['bash', '--norc', '-i'])"
    command = [sys.executable, "-c", shell]
    with in_terminal(command, tmp_path, environment={"PS1": "ready> "}) as terminal:
        run(terminal, "bind 'set enable-bracketed-paste off'")
        run(terminal, f"{COMMAND} {file.name}")
        terminal.until(lambda text: "55.9 B" in text and "378 rows" in text)
        (process,) = processes_of(file.name)
        ways: tuple[Callable[[], None], ...] = (
            lambda: terminal.send(b"\x1a"),
            lambda: os.kill(process, signal.SIGTSTP),
        )
        for suspend, wording in zip(ways, WORDINGS[1:], strict=False):
            terminal.quiet()
            before = terminal.lines[1:-1]
            suspend()
            terminal.shows("Stopped")
            assert not terminal.is_switched
            terminal.screen.reset()  # the shell has written over it
            run(terminal, "fg")
            terminal.until(lambda _, before=before: terminal.lines[1:-1] == before)  # type: ignore[misc]
            assert terminal.has(ALTERNATE_SCREEN)
            terminal.send(DOWN)
            terminal.until(lambda text, wording=wording: wording in text and "rows ·" in text)  # type: ignore[misc]
        terminal.send(b"q")
        run(terminal, "echo left with $?.")
        terminal.shows("left with 0.")


def run(terminal: Terminal, line: str) -> None:
    """Have a shell run a line, as soon as it asks for one."""
    terminal.until(lambda _: terminal.received.endswith(b"ready> "))
    before = len(terminal.received)
    terminal.send(f"{line}\n".encode())
    terminal.until(lambda _: len(terminal.received) > before)


def waiting(terminal: Terminal) -> int:
    """How many bytes have been sent that nobody has read."""
    (count,) = struct.unpack("i", fcntl.ioctl(terminal.line, termios.FIONREAD, bytes(4)))
    return int(count)


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)


def rests(terminal: Terminal) -> None:
    """Wait until the program takes next to nothing of the processor for a while."""
    much = os.sysconf("SC_CLK_TCK") * _WHILE / 5

    def is_quiet() -> bool:
        before = _ticks_of(terminal.process.pid)
        time.sleep(_WHILE)
        return _ticks_of(terminal.process.pid) - before < much

    wait_for(is_quiet)


def _ticks_of(process: int) -> int:
    """What the processor has done for a process, in clock ticks."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
