"""The terminal: whether there is one, what it can show, and the signals that end it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping

from cxtui.errors import CxtuiError
from cxtui.messages import tr

_LIGHTEST_DARK = 6
_DARK_GREY = 8
"""The dark colours among the 16 of a terminal: those up to 6, and 8."""
_WITHOUT_GLYPHS = ("linux", "vt", "ansi")
"""Terminals whose fonts have no bars, no rounded corners and no dots."""
_PYTHONS_OWN = "C.UTF-8"
"""The LC_CTYPE that Python itself sets where the language is C (PEP 538)."""


def is_in_browser() -> bool:
    """Whether `textual serve` runs us: its page draws what comes through a pipe."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def require_terminal() -> None:
    """Raise `CxtuiError` where there is no terminal that could show the explorer.

    A pipe or a file behind it would stay empty, and a pager would compete for the terminal.
    """
    if is_in_browser():
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CxtuiError("the explorer needs a terminal to read keys and draw; {}", _instead())
    if not sys.stdout.isatty():
        raise CxtuiError("the explorer draws on a terminal and prints nothing; {}", _instead())
    if os.environ.get("TERM", "dumb") in {"", "dumb"}:
        raise CxtuiError("this terminal (TERM=dumb) cannot draw a screen; {}", _instead())


def _instead() -> str:
    return tr("`cxtui table FILE QUESTION` prints a table without a screen")


def take_keys_from_terminal() -> None:
    """Read keys from the terminal where standard input was the survey.

    Raises `CxtuiError` where there is no terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise CxtuiError("there is no terminal to read keys from; {}", _instead()) from None
    os.dup2(terminal, 0)
    os.close(terminal)


def leave_on_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with the exit status when the line drops or the program is told to end."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(one, leave, 128 + one)


def wants_ascii(asked: bool | None, environment: Mapping[str, str]) -> bool:
    """Whether to draw with ASCII alone: where the language names another encoding than UTF-8.

    Over SSH the language often is not set at all, for terminals that show UTF-8.
    """
    if asked is not None:
        return asked
    return not shows_text(environment) or environment.get("TERM", "").startswith(_WITHOUT_GLYPHS)


def shows_text(environment: Mapping[str, str]) -> bool:
    """Whether the terminal shows every letter: the language names UTF-8, or no encoding."""
    languages = [environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if languages[1] == _PYTHONS_OWN:
        languages[1] = ""
    language = next(filter(None, languages), "UTF-8")
    return "utf-8" in language.casefold() or "utf8" in language.casefold()


def is_light(asked: str | None, environment: Mapping[str, str]) -> bool:
    """Whether the background is light; some terminals say so in COLORFGBG."""
    if asked is not None:
        return asked == "light"
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return ground.isdecimal() and int(ground) > _LIGHTEST_DARK and int(ground) != _DARK_GREY
