"""The log for a report of a problem: what was asked and how long it took, never what was answered.

Messages of errors that may quote a cell of the survey are left out of it.
"""

from __future__ import annotations

import logging
import os
import stat
import sys
from pathlib import Path
from typing import TextIO

from cxtui import __version__
from cxtui.cli.problem_report import described_error, described_platform
from cxtui.errors import ExportError
from cxtui.messages import tr
from cxtui.text import clean
from cxtui.user_directories import expand_home

_HEAD = "# cxtui log"
_OWN_FILE = 0o600


def start_log(file: Path) -> None:
    """Write the log to the end of `file` from now on; only its owner can read it.

    Raises `ExportError` where it cannot be written, or is a file that is no log of ours.
    """
    path = expand_home(file)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, _OWN_FILE)
        stream = os.fdopen(descriptor, "a", encoding="utf-8", errors="replace")
        begun = _begun(descriptor)
        if begun is None:
            stream.close()
            raise ExportError("{} exists and is no log of ours; take another name", path)
        os.fchmod(descriptor, _OWN_FILE)
    except OSError as error:
        raise ExportError("{} could not be written: {}", path, error.strerror or error) from None
    handler = _Handler(stream)
    handler.setFormatter(_Formatter("%(asctime)s %(threadName)s %(name)s: %(message)s"))
    logger = logging.getLogger("cxtui")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    if not begun:
        stream.write(f"{_HEAD}\n")
    logger.info("cxtui %s, %s", __version__, described_platform())


def end_log() -> str:
    """Return why the log ends before the program did, empty where it is whole."""
    handlers = logging.getLogger("cxtui").handlers
    failed = [one.failed for one in handlers if isinstance(one, _Handler) and one.failed]
    return tr("the log could not be written to its end: {}", failed[0]) if failed else ""


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to a file until that fails: a full disk is said once, and stops nothing."""

    failed = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, unless one before it could not be written."""
        if not self.failed:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Keep the reason for the end of the program."""
        error = sys.exc_info()[1]
        self.failed = str(getattr(error, "strerror", None) or type(error).__name__)


def _begun(descriptor: int) -> bool | None:
    """Whether an open file is a log already, `None` where it is anything but that or empty."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    head = os.pread(descriptor, len(_HEAD), 0)
    return None if head not in {b"", _HEAD.encode()} else bool(head)


class _Formatter(logging.Formatter):
    """Writes one line a record, and errors as types and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record whose own message is one line of plain text."""
        record.msg, record.args = clean(record.getMessage()), ()
        return super().format(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 -- logging's name
        """Return the places an error came through, the error behind it first."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(described_error(error)) if isinstance(error, BaseException) else ""
