"""Where what the verbs make goes: standard output or a file, and what is said beside it."""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cxtui.exit_status import Exit
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.analysis.tables.many_tables import Tabled
    from cxtui.output import Format, Shape
    from cxtui.output.replay import Opened


def print_text(text: str) -> int:
    """Write text to standard output, in whatever language the terminal is set to."""
    return _put(text.encode("utf-8", "surrogateescape"))


def _put(content: bytes) -> int:
    """Write to standard output, to its last byte; raises `ExportError` where it does not take it.

    A reader that has gone is no error: see `cxtui.cli.main`.
    """
    from cxtui.errors import ExportError

    if sys.stdout is None:
        raise ExportError("standard output is closed: there is nowhere to write to")
    try:
        _write_all(sys.stdout.buffer, content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(f"standard output could not be written: {error.strerror}") from None
    return Exit.DONE


def _write_all(stream: BinaryIO, content: bytes) -> None:
    """Write to the last byte: where Python is told not to buffer, one call may take a part alone.

    Raises `OSError` where the stream takes no more.
    """
    left = memoryview(content)
    while left:
        taken = stream.write(left)
        if not taken:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left = left[taken:]


def format_for(options: argparse.Namespace) -> Format:
    """Return the format asked for: by name, by the ending of the file, else text."""
    from cxtui.errors import ExportError
    from cxtui.output import Format, format_of

    if not options.format:
        return format_of(Path(options.output)) if options.output else Format.TEXT
    format_ = Format(options.format)
    if not (options.output or format_.writer.is_text) and sys.stdout and sys.stdout.isatty():
        raise ExportError(f"{format_} is nothing for a terminal: name a file with -o")
    return format_


def opened_by(options: argparse.Namespace) -> Opened:
    """Return how the survey was opened; the file that standard input is kept in does not last."""
    from cxtui.output.replay import opened_as

    return opened_as(options.files, options.codebook, options.piped)


def replayed(options: argparse.Namespace, format_: Format, command: str) -> str:
    """Return the command that goes with a table: none under text that is printed.

    Whoever reads that has just typed it.
    """
    return command if options.output or format_ != "text" else ""


def shape_asked(options: argparse.Namespace) -> Shape | None:
    """Return the shape that was asked for, `None` where the format's usual one will do."""
    from cxtui.output import Shape

    return Shape(options.shape) if options.shape else None


def check_output(options: argparse.Namespace) -> None:
    """Refuse a file that could not be written, before anything is counted for it.

    Raises `ExportError`, or `SourceError` where the survey is not there.
    """
    if options.output:
        from cxtui.output.files.write_file import try_target

        try_target(Path(options.output), replace=options.force, never=_own(options))


def _own(options: argparse.Namespace) -> tuple[Path, ...]:
    """Return the files of the survey, which no table ever takes the place of."""
    from cxtui.sources.locate import find_files

    return find_files(*options.files)


def deliver(options: argparse.Namespace, content: bytes) -> int:
    """Put the content where it was asked to go; standard output carries nothing else."""
    if not options.output:
        return _put(content)
    from cxtui.output.files.write_file import write_whole

    path = write_whole(Path(options.output), content, replace=options.force, never=_own(options))
    say(f"wrote {path}")
    return Exit.DONE


def say(line: str) -> None:
    """Say something beside what was asked for: on standard error."""
    print(line if line.isprintable() else clean(line), file=sys.stderr)  # noqa: T201


def rewrite(line: str) -> str:
    """Put a line of standard error where the last one was; return it."""
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{line[:width]:<{width}}\r")
    sys.stderr.flush()
    return line


def counted(tabled: Iterable[Tabled], of: int) -> Iterator[Tabled]:
    """Pass tables on, and tell a terminal how many there are so far."""
    if not sys.stderr.isatty():
        yield from tabled
        return
    try:
        for done, one in enumerate(tabled, 1):
            sys.stderr.write(f"\r{done} of {of} questions")
            sys.stderr.flush()
            yield one
    finally:  # also where it ends in an error, whose line would stand behind it
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
