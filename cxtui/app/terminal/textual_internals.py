"""Every private name of Textual that cxtui uses, with the reason: no other module uses any.

A release of Textual may move them. A test of this module says of each what it has to be.
"""

from __future__ import annotations

import logging
from asyncio import AbstractEventLoop
from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

# How long a change may wait until it is painted: a module's constant, read as a screen opens.
from textual import screen as screens

# Codes around a frame, so that the terminal shows all of it at once.
from textual._ansi_sequences import SYNC_END, SYNC_START

# What a screen gives its app to draw: everything, or the spans that changed.
from textual._compositor import ChopsUpdate, LayoutUpdate

# The widget that asks to close a screen: a late key may ask for one that is closed already.
from textual._context import active_message_pump

# Our own thread reads the keys, since Textual's does not notice that a terminal is gone.
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget

__all__ = [
    "SYNC_END",
    "SYNC_START",
    "ChopsUpdate",
    "LayoutUpdate",
    "ParseError",
    "XTermParser",
    "active_message_pump",
]
"""The names of Textual that other modules import from here."""

_log = logging.getLogger("cxtui.app")

screens.UPDATE_PERIOD = 1 / 240  # type: ignore[misc]
"""Seconds between frames: with Textual's 60 a second, a key waits longer than it works.

No more is sent for it: a frame holds what has changed, and waits while the terminal is busy.
"""


class AdaptedDriver(LinuxDriver):
    """Textual's driver, with names that its subclass may use and override."""

    is_suspended = False
    """Whether the terminal was given back for a while."""

    @property
    def loop(self) -> AbstractEventLoop:
        """The event loop of the app, which writes without waiting, beside reading and painting."""
        return self._loop

    @property
    def app(self) -> App[Any]:
        """The app that the driver draws and reads keys for."""
        return self._app

    @property
    def is_debugged(self) -> bool:
        """Whether Textual logs what it reads; its parser of keys takes this."""
        return self._debug

    @property
    def reads_keys(self) -> bool:
        """Whether the thread that reads keys, and answers of the terminal, still runs."""
        return self._key_thread is not None and self._key_thread.is_alive()

    def _enable_mouse_support(self) -> None:
        """Ask for clicks and the wheel, but not for each move of the mouse as Textual does."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1006h")

    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size() or super()._get_terminal_size()

    def terminal_size(self) -> tuple[int, int] | None:
        """Return columns and lines, `None` to use Textual's way, which may be outdated."""
        return None

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again, unless the stopped process has never given it back."""
        if self.is_suspended:
            super()._sigcont_application()
        else:
            self._loop.call_soon_threadsafe(self._app.post_message, LinuxDriver.SignalResume())


class AdaptedApp(App[str]):
    """Textual's app, with names that its subclass may use and override."""

    def _handle_exception(self, error: Exception) -> None:
        """Leave with the reason; while leaving, log it: a screen may miss parts by then."""
        if self._exit:
            _log.info("went wrong while leaving", exc_info=error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave without Textual's account of an error: it shows variables, and answers in them."""
        self._close_messages_no_wait()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.display_update(screen, renderable)

    def display_update(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show what a screen has painted; Textual writes each change to the terminal."""
        super()._display(screen, renderable)

    @property
    def is_painting(self) -> bool:
        """Whether what is painted now is to be shown: `_display` checks it before it writes."""
        return self._running and not self._closed and not self._batch_count

    @property
    def synchronizes(self) -> bool:
        """Whether the terminal shows a frame at once when it is told to."""
        return self._sync_available

    def take_theme(self, name: str) -> None:
        """Use a theme before the first style is read; later, Textual reads all styles again."""
        self.set_reactive(App.theme, name)
        is_dark = self.current_theme.dark
        modes = {"-dark-mode": is_dark, "-light-mode": not is_dark, f"-theme-{name}": True}
        self.update_classes(modes, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    @property
    def has_mounted_screen(self) -> bool:
        """Whether there is a screen, with all its parts, to hand a key to."""
        return bool(self._screen_stack) and is_mounted(self.screen)

    async def wait_for_screen(self) -> None:
        """Wait until the screen on top has all its parts; one may open another at once."""
        while self._screen_stack and not is_mounted(self.screen):
            await self.screen._mounted_event.wait()


def driver_of(app: App[Any]) -> Driver | None:
    """Return the driver of a running app, to write a code for the clipboard to the terminal."""
    return app._driver


def error_of(app: App[Any]) -> Exception | None:
    """Return the error that ended an app; the view is kept all the same."""
    return app._exception


def changed_keys(app: App[Any]) -> Mapping[str, str]:
    """Return the keys that the configuration changed, by the ids of their bindings."""
    return app._keymap


def bindings_of(screen: type[DOMNode]) -> BindingsMap | None:
    """Return the keys of a class and its bases; they can be changed in place."""
    return screen._merged_bindings


def is_mounted(screen: Screen[Any]) -> bool:
    """Whether a screen has all its parts."""
    return screen._mounted_event.is_set()


def forget_lines(widget: Widget) -> None:
    """Drop the lines of a closed widget: Textual keeps them for the last thousand widgets."""
    widget._styles_cache.clear()
