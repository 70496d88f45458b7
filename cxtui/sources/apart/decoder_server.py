"""The process that decodes: it forks one child a file, so that each begins afresh and warm.

It has no terminal. A child is limited in memory and processor time; it sends what it has read
through the pipe of its request, and ends.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

from cxtui.errors import CxtuiError, SourceError, engine_errors, first_line, is_panic
from cxtui.languages import speak_as_told
from cxtui.sources.apart.decoder_limits import Limits, apply_limits, has_reached_memory
from cxtui.sources.apart.decoder_messages import (
    ERROR,
    PROGRESS,
    ROWS,
    SOURCE,
    pack_source,
    pack_value,
    send,
    unpack_value,
)
from cxtui.sources.reading_progress import Progress, report_progress
from cxtui.sources.source import Source

REQUEST_BYTES = 2**16
_IDLE_SECONDS = 30.0
_LETTER = "a"
"""A text in the script of most languages."""
_LISTED = 3
"""Descriptors that come with a request: the pipe for its messages, and standard error."""

Reader = Callable[[tuple[Path, ...], str, tuple[str, ...]], Source]
"""Reads files, or a sheet of a workbook by its name, of which some columns stay as they are."""


def reader_of(kind: str) -> Reader:
    """Return the reader of a kind of files, whose libraries are loaded with it."""
    if kind == "excel":
        from cxtui.sources.readers.excel.excel_reader import read_excel

        return read_excel
    import pyreadstat  # noqa: F401 -- loaded once, for all children

    from cxtui.sources.readers.statistics.statistics_reader import read_statistics

    return lambda files, *_: read_statistics(files)


def serve(connection: int, lifeline: int, kind: str) -> NoReturn:
    """Decode what is asked for until the other side ends, or asks for nothing for a while."""
    _leave_terminal()
    _end_with(lifeline)
    with socket.socket(fileno=connection) as asked:
        _load_reader(kind)
        while select.select([asked], [], [], _IDLE_SECONDS)[0]:
            request, given, *_ = socket.recv_fds(asked, REQUEST_BYTES, _LISTED)
            if not request:
                break
            _load_reader(unpack_value(request)[0])
            asked.sendall(_decoded_apart(request, given))
            if select.select([asked], [], [], _IDLE_SECONDS)[0]:  # there is a second file
                _load_words()
    os._exit(0)


def _load_reader(kind: str) -> None:
    """Load the libraries of a kind of files for all children to come."""
    with suppress(ImportError):  # is said by the child
        reader_of(kind)
    import narwhals.stable.v2 as nw
    import polars as pl

    nw.from_native(pl.Series(), series_only=True)  # loads what adapts the engine; starts no thread


def _load_words() -> None:
    """Load the words of languages for all children to come; a single file may need none."""
    from cxtui.survey.inference.answer_order import says_no_answer
    from cxtui.survey.languages.language_choice import all_languages
    from cxtui.survey.languages.lexicon import vocabulary

    deque(map(vocabulary, all_languages(_LETTER)), maxlen=0)
    says_no_answer(_LETTER)


def _leave_terminal() -> None:
    """Give up the terminal of this process, so that a decoder cannot open it."""
    import fcntl
    import termios

    with suppress(OSError), open(os.ctermid(), "rb") as terminal:
        fcntl.ioctl(terminal, termios.TIOCNOTTY)


def _end_with(lifeline: int) -> None:
    """Let the system end this process and its children once the other side has ended."""
    import fcntl

    with suppress(OSError):
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)
        signal.signal(signal.SIGIO, signal.SIG_DFL)


def _decoded_apart(request: bytes, given: list[int]) -> bytes:
    """Decode in a child, and return its wait status as four bytes."""
    child = os.fork()
    if not child:
        status = 1
        try:
            _decode(request, *given)
            status = 0
        finally:
            os._exit(status)
    for one in given:
        os.close(one)
    return os.waitpid(child, 0)[1].to_bytes(4, "little")


def _decode(request: bytes, pipe: int, errors: int) -> None:
    os.dup2(errors, 2)
    gc.disable()  # it would look at millions of values again and again, and the process ends soon
    kind, folder, names, options, memory, seconds = unpack_value(request)
    with open(pipe, "wb") as out:
        try:
            os.chdir(folder)
            read = reader_of(kind)
            _start_engine()
            apply_limits(Limits(memory, seconds))
            with report_progress(lambda one: _send_progress(out, one)):
                source = read(tuple(map(Path, names)), *options)
            _send_rows(out, source)
            send(out, SOURCE, pack_source(source))
        except CxtuiError as error:
            if has_reached_memory():
                _end_without_memory()
            send(out, ERROR, pack_value(str(error)))
        except MemoryError:
            _end_without_memory()
        except OSError as error:
            reason = SourceError("{}: {}", error.filename or names[0], error.strerror or error)
            send(out, ERROR, pack_value(str(reason)))
        except BaseException as error:  # a panic of native code is no `Exception`
            send(out, ERROR, pack_value(_other_error(names[0], error)))


def _end_without_memory() -> NoReturn:
    """End with a word to the other side, which knows the limit and says it."""
    os.write(2, MemoryError.__name__.encode())
    os._exit(1)


def _start_engine() -> None:
    """Let the engine start its threads, whose stacks count as address space."""
    import polars as pl

    pl.DataFrame({"a": [1]}).lazy().select(pl.col("a").sum()).collect()


def _send_progress(out: BinaryIO, progress: Progress) -> None:
    columns = [(one.name, one.id, one.label) for one in progress.columns]
    send(out, PROGRESS, pack_value((progress.text, progress.percent, columns)))


def _send_rows(out: BinaryIO, source: Source) -> None:
    """Send the respondents as an Arrow file, a piece at a time."""
    import polars as pl

    frame = source.frame.to_native()
    assert isinstance(frame, pl.LazyFrame)
    frame.collect().write_ipc(_Rows(out), compression="lz4")  # type: ignore[call-overload]


class _Rows:
    """A file to write to, of which every piece becomes a message."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, piece: bytes) -> int:
        """Send a piece."""
        send(self._out, ROWS, piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: pieces are sent at once."""


def _other_error(file: str, error: BaseException) -> str:
    """Return the line on an error of the engine, or on one that no reader knows.

    Of the latter it has the type and the place, and no answer.
    """
    if is_panic(error) or isinstance(error, engine_errors()):
        return str(SourceError("{} could not be read: {}", file, first_line(error)))
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).stem}:{last.lineno}"
    message = "{} could not be read ({} in {}): was it cut off? Download or export it again"
    return str(SourceError(message, file, type(error).__name__, place))


def main() -> NoReturn:
    """Run the server with the descriptors and the kind of files in the arguments."""
    connection, lifeline, kind = sys.argv[-3:]
    speak_as_told()
    serve(int(connection), int(lifeline), kind)
