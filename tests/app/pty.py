"""The program in a real pseudo-terminal, with pyte as what a person would see."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyte

_TAKE_THE_TERMINAL = "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0)"
MAIN = "from cxtui.cli import run; run()"
UNREAD = "import cxtui.app.app as room; room.Explorer.open = lambda app: None"
"""Runs first where a test looks at nothing but the first screen: the survey is never read."""
_PATIENCE = 30
"""Seconds until a program that should have answered has failed."""
_QUIET = 0.25
"""Seconds without a byte, after which nothing more is expected."""

_PRIVATE = 5
"""Pyte keeps private modes apart by this shift."""
ALTERNATE_SCREEN, PASTE, FOCUS, CURSOR = 1049, 2004, 1004, 25
MOUSE = (1000, 1002, 1003, 1006, 1015, 1016)


@dataclass
class Terminal:
    """A program running in a terminal, and what it has drawn."""

    process: subprocess.Popen[bytes]
    line: int
    screen: pyte.Screen
    answers: bool = False
    received: bytearray = field(default_factory=bytearray)
    modes_seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stream = pyte.ByteStream(self.screen)
        self._found = termios.tcgetattr(self.line)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """What stands on the screen, as one text."""
        return "\n".join(self.lines)

    def has(self, mode: int) -> bool:
        """Whether a private mode is on."""
        return mode << _PRIVATE in self.screen.mode

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was found: keys, modes, cursor and screen."""
        switched = (ALTERNATE_SCREEN, *MOUSE, PASTE, FOCUS)
        return (
            not any(self.has(mode) for mode in switched)
            and self.has(CURSOR)
            and termios.tcgetattr(self.line) == self._found
        )

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.line, keys)

    def read(self, seconds: float) -> bool:
        """Draw what comes within some seconds; `False` where nothing came or nobody is there."""
        if not select.select([self.line], [], [], seconds)[0]:
            return False
        try:
            content = os.read(self.line, 65536)
        except OSError:  # what Linux says where the other end is closed
            return False
        self._stream.feed(content)
        self.received += content
        if self.answers:
            for _ in range(content.count(b"\x1b[6n")):
                self.send(b"\x1b[1;1R")
        self.modes_seen |= {mode >> _PRIVATE for mode in self.screen.mode}
        return bool(content)

    def until(self, holds: Callable[[str], bool]) -> None:
        """Draw until something holds of the screen's text."""
        end = time.monotonic() + _PATIENCE
        while not holds(self.text):
            assert time.monotonic() < end, f"it never came to hold:\n{self.text}"
            assert self.read(0.2) or self.process.poll() is None, self.text

    def shows(self, words: str) -> None:
        """Draw until these words stand on the screen."""
        self.until(lambda text: words in text)

    def settled(self) -> int:
        """Draw until nothing more comes; return how many bytes came."""
        before = len(self.received)
        while self.read(_QUIET):
            pass
        return len(self.received) - before

    def ended(self) -> int:
        """Draw to the end; return the exit status."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0):
            pass
        return self.process.wait(1)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a window does."""
        _resize(self.line, columns, rows)
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Drop the line, as a lost connection does."""
        os.close(self.line)
        self.line = -1


def _resize(line: int, columns: int, rows: int) -> None:
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def running(
    arguments: Sequence[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
    output: int | None = None,
    source: int | None = None,
    before: str = "pass",
    answers: bool = False,
) -> Iterator[Terminal]:
    """Run `cxtui` with these arguments in a terminal; nothing of it is left afterwards.

    `output` and `source` are files for standard output and input, `before` a statement to run
    first. A terminal that `answers` says where its cursor is when asked.
    """
    command = [sys.executable, "-c", f"{_TAKE_THE_TERMINAL}; {before}; {MAIN}", *arguments]
    with in_terminal(
        command,
        folder,
        environment=environment,
        size=size,
        output=output,
        source=source,
        answers=answers,
    ) as terminal:
        yield terminal


@contextmanager
def in_terminal(
    command: Sequence[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
    output: int | None = None,
    source: int | None = None,
    answers: bool = False,
) -> Iterator[Terminal]:
    """Run any command in a terminal of its own; it is ended afterwards."""
    columns, rows = size
    line, other = os.openpty()
    _resize(other, columns, rows)
    process = subprocess.Popen(
        command,
        stdin=other if source is None else source,
        stdout=other if output is None else output,
        stderr=other,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    os.close(other)
    terminal = Terminal(process, line, pyte.Screen(columns, rows), answers)
    try:
        yield terminal
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if terminal.line >= 0:
            os.close(terminal.line)
