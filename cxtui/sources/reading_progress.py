"""Progress of reading a large file, reported to a listener once a percent; loads no engine."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cxtui.messages import tr
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.survey.codebook.completion_listener import CompletionListener
    from cxtui.survey.question import Kind

LARGE = 2 * 1024 * 1024
PACKED_LARGE = LARGE // 8
"""Sizes in bytes from which progress is reported, smaller for compressed formats."""

_PIECE = 2**20
"""Bytes that are read at once."""

_PACKED = frozenset({".xlsx", ".xlsm", ".zsav"})


@dataclass(frozen=True, slots=True)
class Progress:
    """A line on a long operation, and the percentage done; `None` if it is about to start.

    `columns` are those that a file's header has, told once before its respondents are read; `kinds`
    those of the columns that have been described so far.
    """

    text: str
    percent: int | None = None
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)
    columns: Sequence[ListedColumn] = ()


def is_large(file: Path) -> bool:
    """Return whether reading a file is slow enough to report progress and cache the result."""
    packed = file.suffix.lower() in _PACKED
    return file.stat().st_size >= (PACKED_LARGE if packed else LARGE)


Step = TypeVar("Step")
Listener = Callable[[Progress], object]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def report_progress(listener: Listener) -> Iterator[None]:
    """Call `listener` with the progress of files that this thread reads in the `with` block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def announce(message: str) -> None:
    """Report a long operation that is about to start to the listener, if there is one."""
    pass_on(Progress(clean(message)))


def pass_on(progress: Progress) -> None:
    """Report progress to the listener, if there is one."""
    if (listener := _listener.get()) is not None:
        listener(progress)


def announce_step(files: Iterable[Path], message: str, *arguments: object) -> None:
    """Report the next step of reading large files, which the engine takes in one go."""
    if any(map(is_large, files)):
        pass_on(Progress(clean(tr(message, *arguments)), 0))


def describing(files: Iterable[Path], rows: int, columns: int) -> CompletionListener:
    """Return who reports how many columns of large files have been counted, and described."""
    from cxtui.survey.codebook.completion_listener import CompletionListener

    if not any(map(is_large, files)):
        return CompletionListener()
    every = max(columns // 100, 1)
    kinds: dict[str, Kind | None] = {}

    def was_counted(done: int) -> None:
        if done % every == 0:
            text = tr("Counting {:,} of {:,} columns, {:,} respondents …", done, columns, rows)
            pass_on(Progress(text, 100 * done // columns))

    def described(done: int, name: str, kind: Kind | None) -> None:
        kinds[name] = kind
        if done % every == 0:
            text = tr("Describing {:,} of {:,} columns, {:,} respondents …", done, columns, rows)
            pass_on(Progress(text, 100 * done // columns, dict(kinds)))

    return CompletionListener(was_counted, described)


class ProgressMeter:
    """Reporter of one pass of `total` steps; `message` has the file and the percentage."""

    def __init__(self, file: Path, total: int, message: str = "Reading {} … {} %") -> None:
        self._listener = _listener.get() if is_large(file) else None
        self._name, self._total, self._message = clean(file.name), max(total, 1), message
        self._reported = -1

    def report(self, done: int) -> None:
        """Report the number of steps done, if the percentage has increased.

        100 is never reported: more is to be done with what was read.
        """
        percent = min(100 * done // self._total, 99)
        if self._listener is not None and percent > self._reported:
            self._reported = percent
            self._listener(Progress(self._text(percent), percent))

    def list_columns(self, columns: Sequence[ListedColumn]) -> None:
        """Report the columns of a large file, before its first step."""
        if self._listener is not None:
            self._listener(Progress(self._text(0), 0, columns=columns))

    def _text(self, percent: int) -> str:
        return tr(self._message, self._name, percent)

    def track(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps, and report after each."""
        for done, step in enumerate(steps, start=1):
            yield step
            self.report(done)


class MeteredFile(io.BufferedReader):
    """A file that reports the progress of the decoder that reads it.

    Decoders hold the interpreter lock; each read in Python lets other threads run.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(io.FileIO(file))
        self._meter = ProgressMeter(file, file.stat().st_size)

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next `size` bytes, and report the position."""
        found = super().read(size)
        self._meter.report(self.tell())
        return found

    def read_up_to(self, most: int) -> bytes:
        """Return up to `most` bytes, a megabyte at a time."""
        size = min(os.fstat(self.fileno()).st_size, most)
        # zeros take no memory until they are replaced, and are given without a copy
        content = io.BytesIO(bytes(size))
        done = 0
        with content.getbuffer() as room:
            while done < size and (found := self.readinto(room[done : done + _PIECE])):
                done += found
                self._meter.report(done)
        content.seek(done)
        while (left := most - done) and (piece := self.read(min(_PIECE, left))):  # it has grown
            done += content.write(piece)
        content.truncate(done)
        return content.getvalue()
