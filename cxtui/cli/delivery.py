"""Output of the verbs: results to standard output or a file, messages to standard error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from cxtui.errors import ExportError
from cxtui.exit_status import Exit
from cxtui.messages import tr
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.cli.command import Command
    from cxtui.output import Format, ResultOptions


T = TypeVar("T")


def print_text(text: str) -> int:
    """Write text to standard output as UTF-8, whatever the encoding of the terminal."""
    return _put(text.encode("utf-8", "surrogateescape"))


def _put(content: bytes) -> int:
    """Write to standard output, to the last byte; raises `ExportError` where that fails.

    A reader that has ended is no error: see `cxtui.cli.main`.
    """
    if sys.stdout is None:
        raise ExportError("standard output is closed: there is nowhere to write to")
    try:
        _write_all(sys.stdout.buffer, content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError("standard output could not be written: {}", error.strerror) from None
    return Exit.DONE


def _write_all(stream: BinaryIO, content: bytes) -> None:
    """Write to the last byte: an unbuffered stream may take a part of it in one call.

    Raises `OSError` where the stream takes no more.
    """
    left = memoryview(content)
    while left:
        taken = stream.write(left)
        if not taken:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left = left[taken:]


def format_for(result: ResultOptions) -> Format:
    """Return the format asked for: by name, by the ending of the file, else text."""
    from cxtui.output import Format, format_of

    if result.format is None:
        return format_of(Path(result.output)) if result.output else Format.TEXT
    if not (result.output or result.format.writer.is_text) and sys.stdout and sys.stdout.isatty():
        raise ExportError("{} is nothing for a terminal: name a file with -o", result.format)
    return result.format


def check_output(command: Command) -> None:
    """Refuse a file that could not be written, before anything is counted for it.

    Raises `ExportError`, or `SourceError` where the survey is not there.
    """
    if command.result.output:
        from cxtui.output.files.write_file import try_target
        from cxtui.sources.locate import find_files

        target, replace = Path(command.result.output), command.result.force
        try_target(target, replace=replace, never=find_files(*command.survey.files))


def deliver(command: Command, content: bytes) -> int:
    """Write the content to the file that was named, else to standard output.

    A file of the survey is never replaced.
    """
    if not command.result.output:
        return _put(content)
    from cxtui.output.files.write_file import write_whole
    from cxtui.sources.locate import find_files

    target, replace = Path(command.result.output), command.result.force
    own = find_files(*command.survey.files)
    say(tr("wrote {}", write_whole(target, content, replace=replace, never=own)))
    return Exit.DONE


def say(line: str) -> None:
    """Print a message on standard error."""
    print(line if line.isprintable() else clean(line), file=sys.stderr)  # noqa: T201


def note(line: str, *, exc_info: bool = False) -> None:
    """Write to the log, where there is one."""
    import logging

    logging.getLogger("cxtui.cli").info("%s", line, exc_info=exc_info)


def rewrite(line: str) -> None:
    """Replace the last line of standard error."""
    import shutil

    line, width = clean(line), shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{line[:width]:<{width}}\r")
    sys.stderr.flush()


def counted_aloud(tabled: Iterable[T], of: int, said: str = "{} of {} questions") -> Iterator[T]:
    """Yield the tables, and show on a terminal how many there are so far."""
    if not sys.stderr.isatty():
        yield from tabled
        return
    try:
        for done, one in enumerate(tabled, 1):
            sys.stderr.write("\r" + tr(said, done, of))
            sys.stderr.flush()
            yield one
    finally:  # also before the line of an error
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
