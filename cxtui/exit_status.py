"""The end of the program: what it tells the shell, and leaving at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
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


_PATIENCE = 2.0
"""Seconds until a verb is ended that nothing interrupts."""

_ends: list[int] = []
"""The signals that told us to end."""


def install_signal_handlers() -> None:
    """Let SIGTERM and a dropped line end a verb as ctrl+c does: a file half written goes with it.

    Handlers in Python wait for native code to come back, for minutes on a large survey; a thread
    hears of a signal at once. Where ctrl+c is ignored, as behind `&` in a script, so is this.
    """
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is signal.SIG_DFL:  # under nohup it stays ignored
            signal.signal(one, _wait)
    threading.Thread(target=_listen, args=(heard,), daemon=True).start()


def _wait(*_: object) -> None:
    """Leave it to the thread."""


def _listen(heard: int) -> None:
    while number := os.read(heard, 1):
        if number[0] in {signal.SIGTERM, signal.SIGHUP} and not _ends:
            _ends.append(number[0])
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(_PATIENCE)
            os._exit(shell_status(Exit.INTERRUPTED))


def shell_status(status: int) -> int:
    """Return what the shell is told: of a signal that ended us 128 + its number."""
    return 128 + _ends[0] if _ends else status


def exit_now(status: int, tidy: Callable[[], None] = lambda: None) -> NoReturn:
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
