"""The end of the program: what it tells the shell, and leaving at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import NoReturn


class Exit(IntEnum):
    """What the program tells the shell."""

    DONE = 0
    FAILED = 1
    """The survey or the view could not be read or computed."""
    USAGE = 2
    """The command line is wrong."""
    INTERRUPTED = 130


def leave_now(status: int, tidy: Callable[[], None] = lambda: None) -> NoReturn:
    """End the program without waiting for a count that nobody wants any more.

    Threads cannot be stopped: Python would wait for them, for minutes on a large survey, and keep
    the prompt from the shell; and it would take all libraries down, one object after another.
    `tidy` puts in order what else is left.
    """
    tidy()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(status)
