"""The user's own clipboard, reached through the terminal, tmux, or else left to a file."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress

from cxtui.app.terminal.tty import is_in_browser
from cxtui.session.private_files import copied_file, keep, shown
from cxtui.text import clean

_LONGEST = 74_994
"""Characters of base64 that terminals are known to take in one OSC 52."""

_UNSURE = ("screen", "tmux", "rxvt")
"""How terminals are called that may keep an OSC 52 to themselves: two stand between us and the
user's, as over SSH from within one, the third takes it with an extension alone."""

_PATIENCE = 2.0
"""Seconds that tmux has to take a text."""


def copy(text: str, ending: str, send: Callable[[str], None]) -> str:
    """Copy a text; return in words which way it went.

    `send` writes to the terminal, `ending` is that of a file the text may have to go to.
    Raises `ExportError` where not even that file can be written.
    """
    code = osc_52(text)
    # A page is no terminal of ours, whatever the server of pages was started in.
    environment = {} if is_in_browser() else os.environ
    if environment.get("TMUX") and (way := _through_tmux(text, code)):
        return way
    why = why_not_sent(code, environment)
    if why is None:
        send(code)
        if not (unsure := who_may_not_take_it(environment)):
            return "by OSC 52"
        why = f"{unsure} may not take the OSC 52 that was sent too"
    file = keep(copied_file(ending), text.encode("utf-8", "surrogateescape"))
    return f"to {shown(file)} ({why})"


def osc_52(text: str) -> str:
    """Return what asks a terminal to put `text` on the clipboard."""
    content = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")
    return f"\x1b]52;c;{content}\x07"


def why_not_sent(code: str, environment: Mapping[str, str]) -> str | None:
    """Return why a terminal would not take an OSC 52, `None` where it may."""
    term = environment.get("TERM", "")
    if environment.get("STY"):
        return "screen passes no clipboard on"
    if environment.get("TMUX"):
        return "tmux did not take it"
    if term == "linux" or term.startswith("vt"):
        return f"a terminal of kind {term} has no clipboard"
    if len(code) > _LONGEST:
        return "it is too long for a terminal's clipboard"
    return None


def who_may_not_take_it(environment: Mapping[str, str]) -> str:
    """Return how a terminal is called of which nobody knows whether it takes an OSC 52."""
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app"
    if environment.get("VTE_VERSION"):
        return "this terminal (VTE)"
    term = environment.get("TERM", "")
    return term if term.startswith(_UNSURE) else ""


def _through_tmux(text: str, code: str) -> str:
    """Give a text to tmux, and by it to the clipboard; return the way, empty where it refused.

    Its buffer holds the text in any case; what the terminal around it does is another matter.
    """
    content = text.encode("utf-8", "surrogateescape")
    if _asked_of_tmux("load-buffer", "-w", "-", content=content) is not None:
        around = _asked_of_tmux("display-message", "-p", "#{client_termname}") or b""
        why = why_not_passed_on(code, around.decode(errors="replace").strip())
        return f"to tmux's buffer ({why})" if why else "by tmux"
    if _asked_of_tmux("load-buffer", "-", content=content) is not None:
        return "to tmux's buffer (it is too old to pass it on)"
    return ""


def why_not_passed_on(code: str, around: str) -> str:
    """Return why what tmux holds may not reach the clipboard by way of the terminal around it."""
    environment = {"TERM": around}
    if unsure := who_may_not_take_it(environment):
        return f"{clean(unsure)} around it may not pass it on"
    return why_not_sent(code, environment) or ""


def _asked_of_tmux(*words: str, content: bytes = b"") -> bytes | None:
    """Return what tmux says, `None` where it refuses or does not answer."""
    with suppress(OSError, subprocess.SubprocessError):
        asked = subprocess.run(
            ["tmux", *words],
            input=content,
            check=True,
            timeout=_PATIENCE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return asked.stdout
    return None
