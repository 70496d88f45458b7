"""Reads files through a process of its own, and says in one line what ended it."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from cxtui.errors import SourceError
from cxtui.languages import handed_on
from cxtui.messages import tr
from cxtui.sources.locate import EXCEL, STATISTICS, ending_of
from cxtui.sources.reading_progress import Progress, pass_on

if TYPE_CHECKING:
    from cxtui.sources.apart.decoder_limits import Limits
    from cxtui.sources.source import Source

_START = (
    "import sys; sys.path[:] = sys.argv[1:-3]; "
    "from cxtui.sources.apart.decoder_server import main; main()"
)
_FEW_THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "2",
    "MALLOC_ARENA_MAX": "1",
}
"""Each thread takes address space, which is limited."""
_NO_MEMORY = (b"memory allocation of", b"Cannot allocate memory", b"out of memory", b"MemoryError")
_STATUS_BYTES = 4

Options = tuple[str, tuple[str, ...]]
"""The sheet of a workbook, and its columns that stay as they are."""

_server: Server | None = None
_lock = Lock()
"""Held while a file is decoded: one at a time."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that decodes, and the socket that it is asked through."""

    process: subprocess.Popen[bytes]
    asked: socket.socket
    lifeline: int
    """The end of a pipe that is open as long as this process lives."""

    def end(self) -> None:
        """End the process and all of its children."""
        with suppress(OSError):
            os.close(self.lifeline)
        self.asked.close()
        self.process.kill()
        self.process.wait()


def kind_of(file: str) -> str:
    """Return the kind of a file that is decoded apart, empty for all others."""
    ending = ending_of(file)
    return "excel" if ending in EXCEL else "statistics" if ending in STATISTICS else ""


def start_early(files: tuple[str, ...]) -> None:
    """Start the process that these files will need, so that it loads while this one does.

    What the cache has needs none.
    """
    from cxtui.sources.cache.cache_entries import has_entry

    apart = (one for one in files if kind_of(one) and not has_entry(Path(os.path.realpath(one))))
    kind = next(map(kind_of, apart), "")
    if kind:
        with _lock, suppress(OSError, SourceError):
            _running(kind)


def read_apart(files: tuple[Path, ...], sheet: str = "", kept: Collection[str] = ()) -> Source:
    """Return the source of files, decoded in another process; `sheet` names one of a workbook,
    whose columns `kept` stay as they are.

    Raises `SourceError` where they cannot be read, or where the process is ended: by a signal, or
    by its limits.
    """
    from cxtui.sources.apart.decoder_limits import limits_for

    limits = limits_for(files)
    with _lock:
        try:
            return _decoded(files, (sheet, tuple(kept)), limits)
        except BaseException as error:
            if not isinstance(error, SourceError):  # its answer would be taken for the next one
                _stop()
            raise


def _decoded(files: tuple[Path, ...], options: Options, limits: Limits) -> Source:
    """Return the source of files; ask a second process where the first has ended meanwhile."""
    for _ in range(2):
        with suppress(OSError), _unnamed_file() as said:
            request = _request(files, options, limits)
            found, code = _ask(_running(kind_of(str(files[0]))), request, files, limits, said)
            if isinstance(found, SourceError):
                raise found
            if found is not None:
                return found
            said.seek(0)
            raise _ended_error(files[0], code, said.read(4096), limits)
        _stop()
    raise SourceError("{} could not be read: its decoder cannot be started", files[0])


def _ask(
    server: Server, request: bytes, files: tuple[Path, ...], limits: Limits, said: BinaryIO
) -> tuple[Source | SourceError | None, int]:
    """Return what a process makes of files, and the exit code of the child that decoded them.

    Raises `OSError` where the process itself has ended.
    """
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe:
        try:
            socket.send_fds(server.asked, [request], [writing, said.fileno()])
        finally:
            os.close(writing)
        found = _received(pipe, files, limits)
    status = server.asked.recv(_STATUS_BYTES, socket.MSG_WAITALL)
    if len(status) < _STATUS_BYTES:
        raise ConnectionResetError
    return found, os.waitstatus_to_exitcode(int.from_bytes(status, "little"))


def _request(files: tuple[Path, ...], options: Options, limits: Limits) -> bytes:
    from cxtui.sources.apart.decoder_messages import pack_value

    names = list(map(str, files))
    kind = kind_of(names[0])
    return pack_value((kind, _folder(), names, options, limits.memory, limits.seconds))


def _folder() -> str:
    """Return the current folder, from which names are given; the root where it is gone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return os.sep


def _running(kind: str) -> Server:
    """Return the process that decodes; a new one unless there is one. Raises `OSError`."""
    global _server  # noqa: PLW0603 -- one for all files
    if _server is not None and _server.process.poll() is not None:
        _stop()
    if _server is None:
        ours, theirs = socket.socketpair()
        listened, lifeline = os.pipe()
        try:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-c", _START, *sys.path),
                    *(str(theirs.fileno()), str(listened), kind),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), listened),
                env={**os.environ, **_FEW_THREADS, **handed_on()},
                process_group=0,  # ctrl+c is not for it; a session of its own has another share
            )
        except OSError:
            os.close(lifeline)
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(listened)
        _server = Server(process, ours, lifeline)
    return _server


def _stop() -> None:
    global _server  # noqa: PLW0603 -- as above
    if _server is not None:
        _server.end()
        _server = None


def _unnamed_file() -> BinaryIO:
    """Return a file without a name, which nobody else can read."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("cxtui"), "w+b")
    return tempfile.TemporaryFile()


def _received(
    pipe: BinaryIO, files: tuple[Path, ...], limits: Limits
) -> Source | SourceError | None:
    """Return the source or error that is sent, `None` where the sender has ended before."""
    import narwhals.stable.v2 as nw
    import polars as pl

    from cxtui.sources.apart.decoder_messages import (
        ERROR,
        PROGRESS,
        ROWS,
        SOURCE,
        receive,
        unpack_value,
    )
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.sources.source import Source

    rows = bytearray()
    while (message := receive(pipe, limits.memory)) is not None:
        kind, content = message
        if kind == ROWS:
            rows += content
        elif kind == PROGRESS:
            text, percent, columns = unpack_value(content)
            pass_on(Progress(text, percent, columns=[ListedColumn(*one) for one in columns]))
        elif kind == ERROR:
            return SourceError("{}", unpack_value(content))
        elif kind == SOURCE:
            frame = nw.from_native(pl.read_ipc(io.BytesIO(rows)).lazy())
            return Source(frame, files, **unpack_value(content))
    return None


def _ended_error(file: Path, code: int, said: bytes, limits: Limits) -> SourceError:
    """Return the error for a process that ended before it had sent a source."""
    message = "{} could not be read: {}; is it damaged? Download or export it again"
    if any(one in said for one in _NO_MEMORY):
        reason = tr("it takes more than {:,} MB of memory", limits.memory // 2**20)
    elif code == -signal.SIGXCPU:
        reason = tr("it takes more than {:,} s of processor time", limits.seconds)
    elif code == -signal.SIGALRM:
        reason = tr("it was not decoded within {:,} s", limits.waiting)
    elif code < 0:
        reason = tr("its decoder was ended by {}", signal.Signals(-code).name)
    else:
        reason = tr("its decoder ended with status {}", code)
    return SourceError(message, file, reason)
