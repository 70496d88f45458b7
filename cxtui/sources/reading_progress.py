"""How far the reading of a large file is: said to whoever listens, to nobody otherwise.

Loads no engine. Only files that take a while are worth a word; each is heard of once a per cent.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cxtui.text import clean

LARGE = 2 * 1024 * 1024
PACKED_LARGE = LARGE // 8
"""From how many bytes on a file takes a while to decode in memory; in a packed one lies more."""

_PACKED = frozenset({".xlsx", ".xlsm", ".zsav"})


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done with a file, and how much of it is done."""

    file: Path
    doing: str
    percent: int

    def __str__(self) -> str:
        return f"{self.doing} {clean(self.file.name)} … {self.percent} %"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What takes a while, and is said before it begins."""

    said: str

    def __str__(self) -> str:
        return clean(self.said)


def is_large(file: Path) -> bool:
    """Whether the reading of a file is worth a word, and its conversion worth keeping."""
    packed = file.suffix.lower() in _PACKED
    return file.stat().st_size >= (PACKED_LARGE if packed else LARGE)


Step = TypeVar("Step")
Listener = Callable[[Progress | Announcement], object]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def report_progress(listener: Listener) -> Iterator[None]:
    """Tell `listener` of every step of what is read in this thread meanwhile."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def announce(said: str) -> None:
    """Say what will take a while, to whoever listens."""
    if (listener := _listener.get()) is not None:
        listener(Announcement(said))


class ProgressMeter:
    """Reports one pass through a file, `total` steps long."""

    def __init__(self, file: Path, total: int, doing: str = "Reading") -> None:
        self._listener = _listener.get() if is_large(file) else None
        self._file, self._total, self._doing = file, max(total, 1), doing
        self._reported = -1

    def report(self, done: int) -> None:
        """Say how many steps are done, if that makes another per cent."""
        percent = min(100 * done // self._total, 100)
        if self._listener is not None and percent > self._reported:
            self._reported = percent
            self._listener(Progress(self._file, self._doing, percent))

    def track(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps, and say after each how far that is."""
        for done, step in enumerate(steps, start=1):
            yield step
            self.report(done)


class MeteredFile(io.BufferedReader):
    """A file for decoders that take one: whatever they read is reported.

    They hold the interpreter while they decode; each read lets other threads have a turn.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(io.FileIO(file))
        self._meter = ProgressMeter(file, file.stat().st_size)

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on, and say how far that is."""
        found = super().read(size)
        self._meter.report(self.tell())
        return found
