"""Copies a text to the clipboard of the user, by the terminal or tmux, else to a file."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress

from cxtui.app.terminal.tty import is_in_browser
from cxtui.messages import tr
from cxtui.session.private_files import copied_file, keep, shown
from cxtui.text import clean

_LONGEST = 74_994
"""Characters of base64 that terminals are known to take in one OSC 52."""

_UNSURE = ("screen", "tmux", "rxvt")
"""Terminals that may ignore an OSC 52: two multiplexers, and one that needs an extension."""

_PATIENCE = 2.0
"""Seconds that tmux has to take a text."""


def copy(text: str, ending: str, send: Callable[[str], None]) -> str:
    """Copy a text; return in words where it went.

    `send` writes to the terminal; a file that is written instead gets this `ending`. Raises
    `ExportError` where that file cannot be written.
    """
    code = osc_52(text)
    # In a browser, the environment is that of the server.
    environment = {} if is_in_browser() else os.environ
    if environment.get("TMUX") and (way := _through_tmux(text, code)):
        return way
    why = why_not_sent(code, environment)
    if why is None:
        send(code)
        if not (unsure := who_may_not_take_it(environment)):
            return tr("by OSC 52")
        why = tr("{} may not take the OSC 52 that was sent too", unsure)
    file = keep(copied_file(ending), text.encode("utf-8", "surrogateescape"))
    return tr("to {} ({})", shown(file), why)


def osc_52(text: str) -> str:
    """Return what asks a terminal to put `text` on the clipboard."""
    content = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")
    return f"\x1b]52;c;{content}\x07"


def why_not_sent(code: str, environment: Mapping[str, str]) -> str | None:
    """Return why a terminal would not take an OSC 52, `None` where it may."""
    term = environment.get("TERM", "")
    if environment.get("STY"):
        return tr("screen passes no clipboard on")
    if environment.get("TMUX"):
        return tr("tmux did not take it")
    if term == "linux" or term.startswith("vt"):
        return tr("a terminal of kind {} has no clipboard", term)
    if len(code) > _LONGEST:
        return tr("it is too long for a terminal's clipboard")
    return None


def who_may_not_take_it(environment: Mapping[str, str]) -> str:
    """Return the name of a terminal that may ignore an OSC 52, empty for any other."""
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app"
    if environment.get("VTE_VERSION"):
        return tr("this terminal (VTE)")
    term = environment.get("TERM", "")
    return term if term.startswith(_UNSURE) else ""


def _through_tmux(text: str, code: str) -> str:
    """Give a text to tmux and, through it, to the clipboard; return where it went, if anywhere.

    The buffer of tmux has the text even where the terminal around tmux ignores it.
    """
    content = text.encode("utf-8", "surrogateescape")
    if _asked_of_tmux("load-buffer", "-w", "-", content=content) is not None:
        around = _asked_of_tmux("display-message", "-p", "#{client_termname}") or b""
        why = why_not_passed_on(code, around.decode(errors="replace").strip())
        return tr("to tmux's buffer ({})", why) if why else tr("by tmux")
    if _asked_of_tmux("load-buffer", "-", content=content) is not None:
        return tr("to tmux's buffer (it is too old to pass it on)")
    return ""


def why_not_passed_on(code: str, around: str) -> str:
    """Return why the terminal around tmux may not put its text on the clipboard."""
    environment = {"TERM": around}
    if unsure := who_may_not_take_it(environment):
        return tr("{} around it may not pass it on", clean(unsure))
    return why_not_sent(code, environment) or ""


def _asked_of_tmux(*words: str, content: bytes = b"") -> bytes | None:
    """Return the output of a command of tmux, `None` where it fails or does not end."""
    command = ["tmux", *words]
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(
            command, input=content, check=True, timeout=_PATIENCE, capture_output=True
        ).stdout
    return None
