"""Every private name of Textual that cxtui uses, with the reason: no other module uses any.

A release of Textual may move them. A test of this module says of each what it has to be.
"""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

# What a terminal is told before and after a frame, so that it shows all of it at once.
from textual._ansi_sequences import SYNC_END, SYNC_START

# What a screen hands to its app to draw: everything, or the spans that changed.
from textual._compositor import ChopsUpdate, LayoutUpdate

# Which widget asks to close a screen: a late key may ask for one that is closed already.
from textual._context import active_message_pump

# Keys are read by our own thread, since Textual's does not notice that a terminal is gone.
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
    "AdaptedApp",
    "AdaptedDriver",
    "ChopsUpdate",
    "LayoutUpdate",
    "ParseError",
    "XTermParser",
    "active_message_pump",
    "bindings_of",
    "changed_keys",
    "driver_of",
    "error_of",
    "forget_lines",
    "is_mounted",
    "mounted",
]


class AdaptedDriver(LinuxDriver):
    """Textual's driver, with names that its subclass may use and override."""

    # Writing without waiting is done by the loop that reads keys and paints.
    @property
    def loop(self) -> AbstractEventLoop:
        """The event loop of the app."""
        return self._loop

    # The parser of keys takes it, as Textual's own thread does.
    @property
    def is_debugged(self) -> bool:
        """Whether Textual writes down what it reads."""
        return self._debug

    # A terminal that answers questions must be read until it has answered.
    @property
    def reads_keys(self) -> bool:
        """Whether the thread that reads keys still runs."""
        thread: threading.Thread | None = self._key_thread
        return thread is not None and thread.is_alive()

    # Textual also asks for every move of the mouse: bytes for nothing over a slow line.
    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.enable_mouse()

    def enable_mouse(self) -> None:
        """Ask the terminal for what the mouse does."""
        super()._enable_mouse_support()

    # Textual believes COLUMNS and LINES, which are of before a resize.
    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size()

    def terminal_size(self) -> tuple[int, int]:
        """Return the columns and lines of the terminal."""
        return super()._get_terminal_size()

    # Textual takes a terminal again that a stopped process has never given back.
    def _sigcont_application(self, *_: object) -> None:
        self.continued()

    def continued(self) -> None:
        """Take the terminal again, since the stopped process goes on."""
        super()._sigcont_application()

    def tell_resumed(self) -> None:
        """Tell the app that the process goes on; from any thread."""
        self._loop.call_soon_threadsafe(self._app.post_message, LinuxDriver.SignalResume())


class AdaptedApp(App[str]):
    """Textual's app, with names that its subclass may use and override."""

    # Textual ends with a traceback on the terminal, also where the app was leaving anyhow.
    def _handle_exception(self, error: Exception) -> None:
        self.handle_error(error)

    def handle_error(self, error: Exception) -> None:
        """Deal with an error that no handler has caught."""
        super()._handle_exception(error)

    @property
    def is_leaving(self) -> bool:
        """Whether the app was told to end."""
        return self._exit

    # Textual writes each change to the terminal; ours compares the whole frame first.
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.display_update(screen, renderable)

    def display_update(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show what a screen has painted."""
        super()._display(screen, renderable)

    # As `_display` asks before it writes.
    @property
    def is_painting(self) -> bool:
        """Whether what is painted now is to be shown."""
        return self._running and not self._closed and not self._batch_count

    @property
    def synchronizes(self) -> bool:
        """Whether the terminal shows a frame at once when it is told to."""
        return self._sync_available

    # Before the first style is read: later, Textual reads all styles a second time.
    def take_theme(self, name: str) -> None:
        """Use a theme before anything has been styled."""
        self.set_reactive(App.theme, name)
        is_dark = self.current_theme.dark
        modes = {"-dark-mode": is_dark, "-light-mode": not is_dark, f"-theme-{name}": True}
        self.update_classes(modes, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    # `screen` raises where there is none yet; a key may come as early.
    @property
    def has_screen(self) -> bool:
        """Whether there is a screen to hand a key to."""
        return bool(self._screen_stack)


# The terminal beside the screen: the clipboard is a code that is written to it.
def driver_of(app: App[Any]) -> Driver | None:
    """Return the driver of a running app."""
    return app._driver


# Where an app has broken down, its view is kept all the same.
def error_of(app: App[Any]) -> Exception | None:
    """Return the error that ended an app."""
    return app._exception


# Titles of keys on a screen follow the configuration.
def changed_keys(app: App[Any]) -> Mapping[str, str]:
    """Return the keys of an app that were changed, by the ids of their bindings."""
    return app._keymap


# A screen gives each of its keys a name before any of it is made.
def bindings_of(screen: type[DOMNode]) -> BindingsMap | None:
    """Return the keys of a class and its bases; they can be changed in place."""
    return screen._merged_bindings


# A key that opened a screen is followed by keys that are for that screen.
def is_mounted(screen: Screen[Any]) -> bool:
    """Whether a screen has all its parts."""
    return screen._mounted_event.is_set()


async def mounted(screen: Screen[Any]) -> None:
    """Wait until a screen has all its parts."""
    await screen._mounted_event.wait()


# Textual keeps the caches of a thousand widgets for their colours, and with each its lines.
def forget_lines(widget: Widget) -> None:
    """Drop the lines that a closed widget was painted with."""
    widget._styles_cache.clear()
