"""Diffs the composited frame against the terminal's and sends only the changed cells."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from functools import partial
from itertools import chain

from rich.console import COLOR_SYSTEMS, RenderableType
from rich.segment import Segment
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from cxtui.app.panes.line_widget import Lines
from cxtui.app.terminal.driver import Driver
from cxtui.app.terminal.key_queue import TypedApp
from cxtui.app.terminal.screen_cells import (
    DRAWN,
    Frame,
    Look,
    blank_frame,
    cells_of,
    changes,
    pointing,
)
from cxtui.app.terminal.textual_internals import (
    SYNC_END,
    SYNC_START,
    ChopsUpdate,
    LayoutUpdate,
    active_message_pump,
    driver_of,
    forget_lines,
)
from cxtui.app.terminal.tty import is_in_browser


class DrawnApp(TypedApp):
    """An app whose screen is compared with what the terminal shows, cell by cell.

    What is painted twice is sent once; while the terminal is busy only the newest frame is kept.
    """

    def __init__(
        self, *, ascii_only: bool = False, on_light: bool = False, shows_text: bool = True
    ) -> None:
        # To Textual an empty NO_COLOR is set too, and it still draws greys then.
        without_colours = bool(os.environ.pop("NO_COLOR", ""))
        super().__init__(None if is_in_browser() else Driver)
        system = self.console.color_system
        colours = COLOR_SYSTEMS[system] if system and not without_colours else None
        self.looks = Look(colours, ascii_only, on_light, shows_text)
        self.take_theme("ansi-light" if on_light else "ansi-dark")
        self._wanted: Frame = []
        self._known: Frame | None = None
        self._spot: Offset | None = None

    def on_mount(self) -> None:
        """Hear when the terminal is gone."""
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())
        driver = driver_of(self)
        if isinstance(driver, Driver):
            driver.when_gone(partial(self.exit, return_code=128 + signal.SIGHUP))

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top, unless a closed one asks again, as for a second enter."""
        asks = active_message_pump.get()
        around = asks.ancestors_with_self if isinstance(asks, Widget) else []
        closed = any(isinstance(one, Screen) and one is not self.screen for one in around)
        if closed or len(self.screen_stack) <= 1:
            return AwaitComplete()
        parts = self.screen.walk_children(with_self=True)
        return AwaitComplete(_forgotten(parts, super().pop_screen()))

    def keep_signs(self, texts: Iterable[str]) -> None:
        """Draw no sign in ASCII that a survey has in its texts: they stay as they are."""
        if self.looks.ascii_only and self.looks.shows_text:
            kept = DRAWN.intersection(chain.from_iterable(texts))
            if kept != self.looks.kept:
                self.looks = self.looks._replace(kept=kept)
                self.redraw()

    def standing(self) -> Offset | None:
        """Return the place of the selected line or cell on the screen, or of the next letter.

        The terminal's cursor goes there: it is hidden, but screen readers and magnifiers follow it.
        """
        one = self.focused
        if isinstance(one, Input):
            return one.cursor_screen_offset - (int(one.cursor_at_end), 0)
        if isinstance(one, Lines) and one.standing is not None:
            return one.content_region.offset + one.standing
        return None

    def redraw(self) -> None:
        """Draw everything, since the content of the terminal is unknown."""
        self._known = None
        self.refresh(repaint=True, layout=True)

    def display_update(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Add what the compositor has painted to the frame, and offer that to the terminal."""
        driver = driver_of(self)
        if not isinstance(driver, Driver) or not isinstance(renderable, LayoutUpdate | ChopsUpdate):
            super().display_update(screen, renderable)
            return
        if self.is_painting:
            self._size_frame()
            self._take(renderable)
            driver.draw(self._changes)
        self.post_display_hook()

    def _size_frame(self) -> None:
        """Begin a new frame where the terminal has got another size."""
        width, height = self.size
        if len(self._wanted) != height or len(self._wanted[0]) != width:
            self._wanted, self._known = blank_frame(width, height), None

    def _take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                self._put(y, update.region.x, chain.from_iterable(strips))
            return
        for y, start, end in update.spans:
            for x, strip in update.chops[y].items():
                # Outside its span a line lacks the cells that were not to be painted.
                if strip is not None and x < end and x + strip.cell_length > start:
                    cut = max(start - x, 0)
                    self._put(y, x + cut, strip.crop(cut, end - x))

    def _put(self, y: int, x: int, segments: Iterable[Segment]) -> None:
        if 0 <= y < len(self._wanted):
            line = self._wanted[y]
            cells = cells_of(segments, self.looks)[: max(len(line) - x, 0)]
            line[x : x + len(cells)] = cells

    def _changes(self) -> str:
        """Return the codes that turn the screen of the terminal into the wanted one."""
        sent, spot = changes(self._known, self._wanted), self.standing()
        self._known = [list(line) for line in self._wanted]
        if spot is not None and (sent or spot != self._spot):
            sent += pointing(*spot)
        self._spot = spot
        return f"{SYNC_START}{sent}{SYNC_END}" if sent and self.synchronizes else sent


async def _forgotten(parts: Iterable[DOMNode], closing: AwaitComplete) -> None:
    """Drop the lines of a screen once it has closed."""
    await closing
    for part in parts:
        if isinstance(part, Widget):
            forget_lines(part)
