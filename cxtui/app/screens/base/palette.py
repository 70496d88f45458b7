"""Every command by its name, as Textual finds them: without blinking, or a sign two cells wide."""

from __future__ import annotations

from textual.command import CommandPalette, SearchIcon
from textual.widgets import Input

PALETTE = "--command-palette"
"""The id by which Textual knows that it is open."""


class Palette(CommandPalette):
    """Textual's own, as quiet as our lines to type in."""

    def on_mount(self) -> None:
        """Let nothing go over the line while nobody types."""
        self.query_one(Input).cursor_blink = False
        self.query_one(SearchIcon).icon = "/"
