"""The screens over the panes that say what keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


def show_help(app: Explorer) -> None:
    """List the keys that work here first; close the list where it is open."""
    from cxtui.app.screens.base.overlay import Overlay
    from cxtui.app.screens.help_screen import Help, keys_of_pane, keys_of_screen

    if isinstance(app.screen, Help):
        app.pop_screen()
    elif isinstance(app.screen, Overlay):
        app.push_screen(Help(keys_of_screen(app.screen)))
    else:
        app.push_screen(Help(keys_of_pane(app.movement.pane_id, app.keymap.commands)))


def show_palette(app: Explorer) -> None:
    """Find a command by its name."""
    from cxtui.app.screens.base.prompt import PALETTE, Palette

    if not isinstance(app.screen, Palette):
        app.push_screen(Palette(id=PALETTE))
