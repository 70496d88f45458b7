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
from typing import Any, Protocol

import pyte

TAKE_THE_TERMINAL = "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0)"
MAIN = "from cxtui.cli import run; run()"
COMMAND = Path(sys.executable).with_name("cxtui")
"""The command as it is installed."""
UNREAD = "import cxtui.session.survey_session as room; room.Session.open = lambda session: None"
"""Runs first where a test looks at nothing but the first screen: the survey is never read."""
_PATIENCE = 30
"""Seconds until a program that should have answered has failed."""
_QUIET = 0.25
"""Seconds without a byte, after which nothing more is expected."""

_PRIVATE = 5
"""Pyte keeps private modes apart by this shift."""
ALTERNATE_SCREEN, PASTE, FOCUS, CURSOR, WRAP = 1049, 2004, 1004, 25, 7
MOUSE = (1000, 1002, 1003, 1006, 1015, 1016)


ARE_YOU_AT_REST = b"\x1b[999;999R"
"""An answer that no terminal gives: who tells when it is at rest takes it for the question."""
AT_REST = b"\x06"
"""What it sends then; nothing else sends this."""


class Process(Protocol):
    """What runs in a terminal, as `subprocess.Popen` has it."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...
    def kill(self) -> None: ...


@dataclass
class Terminal:
    """A program running in a terminal, and what it has drawn.

    `found` is how the terminal was set before, `tells` whether the program tells when it is at
    rest.
    """

    process: Process
    line: int
    screen: pyte.Screen
    found: list[Any]
    answers: bool = False
    tells: bool = False
    rests: int = 0
    received: bytearray = field(default_factory=bytearray)
    modes_seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stream = pyte.ByteStream(self.screen)

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
        is_as_found = termios.tcgetattr(self.line) == self.found
        return is_as_found and not self.is_switched

    @property
    def is_switched(self) -> bool:
        """Whether any mode is other than a shell would have it; kitty's keys are a mode too."""
        switched = any(self.has(mode) for mode in (ALTERNATE_SCREEN, *MOUSE, PASTE, FOCUS))
        pushed, popped = (self.received.count(code) for code in (b"\x1b[>25u", b"\x1b[<u"))
        return switched or pushed > popped or not (self.has(CURSOR) and self.has(WRAP))

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
        self.rests += content.count(AT_REST)
        content = content.replace(AT_REST, b"")
        self._stream.feed(content)
        self.received += content
        if self.answers:
            for _ in range(content.count(b"\x1b[6n")):
                self.send(b"\x1b[1;1R")
        self.modes_seen |= {mode >> _PRIVATE for mode in self.screen.mode}
        return True

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
        """Draw until everything that was sent has been dealt with; return how many bytes came.

        Who does not tell is taken to be at rest once nothing has come for a while.
        """
        before, rests = len(self.received), self.rests
        if not self.tells:
            return self.quiet()
        self.send(ARE_YOU_AT_REST)
        end = time.monotonic() + _PATIENCE
        while self.rests == rests:
            assert time.monotonic() < end, f"it never came to rest:\n{self.text}"
            assert self.read(0.2) or self.process.poll() is None, self.text
        return len(self.received) - before

    def quiet(self) -> int:
        """Draw until nothing has come for a while; return how many bytes came."""
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
        resized(self.line, columns, rows)
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Drop the line, as a lost connection does."""
        os.close(self.line)
        self.line = -1


def processes_of(file: str) -> list[int]:
    """The processes that were started on a file, named so."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[-2:-1] == [file.encode()] and b"python" in words[0]:
            found.append(int(one.parent.name))
    return found


def resized(line: int, columns: int, rows: int) -> None:
    """Give the terminal on a line its size."""
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
    command = [sys.executable, "-c", f"{TAKE_THE_TERMINAL}; {before}; {MAIN}", *arguments]
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
def installed(arguments: Sequence[str], folder: Path) -> Iterator[Terminal]:
    """Run the command as it is installed in a terminal of 80×24."""
    words = [str(COMMAND), *arguments]
    command = f"{TAKE_THE_TERMINAL}; import os; os.execv({words[0]!r}, {words!r})"
    with in_terminal([sys.executable, "-c", command], folder) as terminal:
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

    def start(other: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=other if source is None else source,
            stdout=other if output is None else output,
            stderr=other,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    with at_terminal(start, size, answers=answers) as terminal:
        yield terminal


@contextmanager
def at_terminal(
    start: Callable[[int], Process],
    size: tuple[int, int],
    *,
    answers: bool = False,
    tells: bool = False,
) -> Iterator[Terminal]:
    """Start a process at the other end of a new terminal; both are gone afterwards."""
    columns, rows = size
    line, other = os.openpty()
    resized(other, columns, rows)
    found = termios.tcgetattr(other)
    process = start(other)
    os.close(other)
    terminal = Terminal(process, line, pyte.Screen(columns, rows), found, answers, tells)
    try:
        yield terminal
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if terminal.line >= 0:
            os.close(terminal.line)
