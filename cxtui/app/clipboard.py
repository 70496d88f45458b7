"""The user's own clipboard, reached through the terminal, tmux, or else left to a file."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress

from cxtui.shell.places import copied_file, keep

_LONGEST = 74_994
"""Characters of base64 that terminals are known to take in one OSC 52."""

_BETWEEN = ("screen", "tmux")
"""How a terminal is called that stands between us and the user's, as over SSH from within one."""

_PATIENCE = 2.0
"""Seconds that tmux has to take a text."""


def copy(text: str, ending: str, send: Callable[[str], None]) -> str:
    """Copy a text; return in words which way it went.

    `send` writes to the terminal, `ending` is that of a file the text may have to go to.
    Raises `ExportError` where not even that file can be written.
    """
    if os.environ.get("TMUX") and (way := _through_tmux(text)):
        return way
    code, term = osc_52(text), os.environ.get("TERM", "")
    why = why_not_sent(code, os.environ)
    if why is None:
        send(code)
        if not term.startswith(_BETWEEN):
            return "by OSC 52"
        why = f"{term} may not pass on the OSC 52 that was sent too"
    file = keep(copied_file(ending), text.encode("utf-8", "surrogateescape"))
    return f"to {file} ({why})"


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


def _through_tmux(text: str) -> str:
    """Give a text to tmux, and by it to the clipboard; return the way, empty where it refused."""
    content = text.encode("utf-8", "surrogateescape")
    for options, way in (
        (["-w"], "by tmux"),
        ([], "to tmux's buffer alone (it is too old to pass it on)"),
    ):
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["tmux", "load-buffer", *options, "-"],
                input=content,
                check=True,
                timeout=_PATIENCE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return way
    return ""
