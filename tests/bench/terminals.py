"""Programs in a pseudo-terminal: how long until a text stands there, what a key costs."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.app.pty import Terminal, in_terminal, running

SIZE = (120, 40)
_ROOT = Path(__file__).resolve().parents[2]
_ASKED, _HERE = b"\x1b[6n", b"\x1b[1;1R"
_COUNTING = "counting"
_PATIENCE = 600.0
QUIET = 0.15
"""Seconds without a byte, after which a key has done all it does."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a key cost: milliseconds until its last byte, and how many came."""

    milliseconds: float
    size: int


def press(terminal: Terminal, keys: bytes, expects: str = "", quiet: float = QUIET) -> Pressed:
    """Press keys and wait until nothing more comes, and what is expected stands on the screen.

    What comes is drawn only afterwards, so that drawing it here takes no time from the program.
    """
    begun = last = time.perf_counter()
    terminal.send(keys)
    received = bytearray()
    drawn = 0
    while True:
        if select.select([terminal.line], [], [], quiet)[0]:
            content = os.read(terminal.line, 65536)
            last = time.perf_counter()
            received += content
            for _ in range(content.count(_ASKED)):
                terminal.send(_HERE)
            continue
        terminal._stream.feed(bytes(received[drawn:]))
        drawn = len(received)
        if _COUNTING not in terminal.text and expects in terminal.text:
            return Pressed(1000 * (last - begun), len(received))
        waited = time.perf_counter() - begun
        assert waited < _PATIENCE, f"{expects!r} never came: {terminal.lines[-1]}"


@contextmanager
def explorer(
    survey: Path,
    folder: Path,
    *options: str,
    before: str = "pass",
    opened: bool = True,
    caches: bool = True,
) -> Iterator[Terminal]:
    """Run the explorer on a survey; `opened` waits until its first table stands and is at rest."""
    off = {} if caches else {"CXTUI_CACHE": "off"}
    with running(
        [str(survey), "--fresh", *options],
        folder,
        environment={**surroundings(folder), **off},
        size=SIZE,
        before=before,
        answers=True,
    ) as terminal:
        if opened:
            terminal.until(lambda text: "Base (n)" in text)
            press(terminal, b"", quiet=2 * QUIET)
        yield terminal


@contextmanager
def module(name: str, folder: Path, *arguments: str) -> Iterator[Terminal]:
    """Run a module of the benchmark in a terminal of its own."""
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    with program(command, folder) as terminal:
        yield terminal


@contextmanager
def program(command: Sequence[str], folder: Path) -> Iterator[Terminal]:
    """Run any program in a terminal."""
    environment = surroundings(folder)
    with in_terminal(command, folder, environment=environment, size=SIZE, answers=True) as terminal:
        yield terminal


def surroundings(folder: Path) -> Mapping[str, str]:
    """Return an environment in which nothing of the user's own plays a part."""
    places = {"PYTHONPATH": str(_ROOT)} | {
        f"XDG_{name}_HOME": str(folder / "home") for name in ("CACHE", "CONFIG", "STATE")
    }
    return {"TERM": "xterm-256color", "HOME": str(folder / "home"), **places}


def until(terminal: Terminal, words: str, begun: float) -> float:
    """Wait for words on the screen; return the milliseconds since `begun`."""
    terminal.until(lambda text: words in text)
    return 1000 * (time.perf_counter() - begun)


def memory(terminal: Terminal) -> tuple[float, float]:
    """Return the megabytes that the program holds, and the most it ever held.

    The process that was started guards the program, which is its child and the largest.
    """
    sizes = [_sizes(one) for one in _family(terminal.process.pid)]
    held, most = (
        max(sizes, key=lambda one: one["VmHWM"])["VmRSS"],
        max(one["VmHWM"] for one in sizes),
    )
    return held / 1024, most / 1024


def _family(first: int) -> Iterator[int]:
    """Yield a process and its children."""
    yield first
    children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()
    for one in map(int, children):
        yield from _family(one)


def _sizes(process: int) -> dict[str, int]:
    """Return the kilobytes that a process holds, by the names that the system gives them."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith("Vm")}


def leave(terminal: Terminal) -> None:
    """Leave the program as a person does."""
    terminal.send(b"q")
    terminal.ended()
