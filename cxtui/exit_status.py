"""Exit statuses of the program, signals that end it, and exit without waiting for threads."""

from __future__ import annotations

import mmap
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
    """Exit statuses of the program."""

    DONE = 0
    FAILED = 1
    """The survey, the view or the targets could not be read or computed."""
    USAGE = 2
    """The command line is wrong."""
    ALERT = 3
    """`changes --alert` found changes."""
    INTERRUPTED = 130


GRACE_SECONDS = 2.0
"""Time that a verb has to stop after a signal, before the process ends."""

_ELSEWHERE = 0.01
"""Seconds after which a program is no longer where it lost an exception."""

_received: list[int] = []
"""Numbers of the signals received that end the program."""


_own_end: list[mmap.mmap] = []
"""A byte that a forked child shares with its parent: whether it ended by `exit_now`."""


def share_own_end() -> None:
    """Let the parent of a child that is forked now see by `is_own_end` how it ended."""
    _own_end[:] = [mmap.mmap(-1, 1)]


def is_own_end() -> bool:
    """Return whether the child ended by `exit_now`, not by an `exit` of a native library."""
    return bool(_own_end and _own_end[0][0])


def install_signal_handlers() -> None:
    """End a verb on SIGTERM and SIGHUP as on ctrl+c, so that half-written files are removed.

    Python's signal handlers wait until native code returns, which takes minutes on a large survey;
    a thread that reads the wake-up pipe is told at once. Does nothing where ctrl+c is ignored, as
    behind `&` in a script.
    """
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it stays ignored
            signal.signal(number, lambda *_: None)  # the thread acts on it
    threading.Thread(target=_watch_signals, args=(reading,), daemon=True).start()


def _watch_signals(pipe: int) -> None:
    """Interrupt the main thread on an end signal; exit the process if that has no effect."""
    while number := os.read(pipe, 1):
        if number[0] in {signal.SIGTERM, signal.SIGHUP} and not _received:
            _received.append(number[0])
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(GRACE_SECONDS)
            os._exit(shell_status(Exit.INTERRUPTED))


def hear_lost_exceptions() -> None:
    """Take what Python would print as `Exception ignored in …` and a traceback.

    It drops exceptions in the callback of a weak reference, say, which each import has: ctrl+c is
    sent again then, and others are logged.
    """
    sys.unraisablehook = _hear_lost


def _hear_lost(lost: sys.UnraisableHookArgs) -> None:
    if issubclass(lost.exc_type, KeyboardInterrupt):
        threading.Thread(target=_interrupt_again, daemon=True).start()
    elif logging := sys.modules.get("logging"):  # without a log nothing has loaded it
        logging.getLogger("cxtui.exit").info("lost", exc_info=lost.exc_value)


def _interrupt_again() -> None:
    time.sleep(_ELSEWHERE)
    os.kill(os.getpid(), signal.SIGINT)


def shell_status(status: int) -> int:
    """Return the exit status for the shell: 128 + the signal's number after a signal."""
    return 128 + _received[0] if _received else status


def exit_now(status: int, tidy: Callable[[], None] = lambda: None) -> NoReturn:
    """Exit at once, without waiting for counts in other threads.

    Threads cannot be stopped: Python would wait for them, for minutes on a large survey, and then
    destroy every object of every library. `tidy` runs first, for the remaining clean-up.
    """
    tidy()
    if _own_end:
        _own_end[0][0] = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(status)
