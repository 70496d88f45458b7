"""The terminal: whether there is one, and leaving it as it was found."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from cxtui.errors import CxtuiError

_NO_SCREEN = "`cxtui table FILE QUESTION` prints a table without a screen"

_TEXTUALS_DRIVER = "TEXTUAL_DRIVER"


def is_in_browser() -> bool:
    """Whether `textual serve` runs us: its page draws what comes through a pipe."""
    return os.environ.get(_TEXTUALS_DRIVER, "").endswith(":WebDriver")


def require_terminal() -> None:
    """Refuse to draw where there is no terminal that could show it.

    A pipe or a file behind the explorer would stay empty, and who reads the pipe would fight it
    for the terminal. Raises `CxtuiError` with the way out.
    """
    if is_in_browser():
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CxtuiError(f"the explorer needs a terminal to read keys and draw; {_NO_SCREEN}")
    if not sys.stdout.isatty():
        raise CxtuiError(f"the explorer draws on a terminal and prints nothing; {_NO_SCREEN}")
    if os.environ.get("TERM", "dumb") in {"", "dumb"}:
        raise CxtuiError(f"this terminal (TERM=dumb) cannot draw a screen; {_NO_SCREEN}")


def take_keys_from_terminal() -> None:
    """Read keys from the terminal where standard input was the survey.

    Raises `CxtuiError` where there is no terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise CxtuiError(f"there is no terminal to read keys from; {_NO_SCREEN}") from None
    os.dup2(terminal, 0)
    os.close(terminal)


def leave_on_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with the exit status when the line drops or the program is told to end."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(one, leave, 128 + one)
