"""Copy a text from an app: the terminal is written to beside the screen."""

from __future__ import annotations

from typing import Any

from textual.app import App

from cxtui.app.terminal import clipboard
from cxtui.app.terminal.textual_internals import driver_of


def copy_from(app: App[Any], text: str, ending: str) -> str:
    """Copy a text, off the event loop; return in words where it went.

    Raises `ExportError` where the file that is written instead cannot be written.
    """

    def send(code: str) -> None:
        if driver := driver_of(app):
            app.call_from_thread(driver.write, code)

    return clipboard.copy(text, ending, send)
