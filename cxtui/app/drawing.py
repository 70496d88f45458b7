"""What the compositor changes, kept as a frame; what a terminal lacks of it goes over the wire."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import chain

from rich.console import RenderableType
from rich.segment import Segment
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen

from cxtui.app.cells import Frame, Look, blank_frame, cells_of, changes
from cxtui.app.driver import Driver


class DrawnApp(App[str]):
    """An app whose screen is compared with what the terminal shows, cell by cell.

    However often the same is painted, it is sent once; while the terminal is busy nothing is sent
    but, in the end, the newest.
    """

    def __init__(self) -> None:
        no_colour = bool(os.environ.get("NO_COLOR"))
        os.environ.pop("NO_COLOR", None)  # Textual takes an empty one for set, and leaves greys
        super().__init__(driver_class=Driver)
        colours = None if no_colour else self.console._color_system
        self.look = Look(colours)
        self._wanted: Frame = []
        self._known: Frame | None = None

    def redraw(self) -> None:
        """Draw everything: nobody knows what the terminal shows."""
        self._known = None
        self.refresh(repaint=True, layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Take what the compositor has painted into the frame, and offer it to the terminal."""
        driver = self._driver
        is_update = isinstance(renderable, LayoutUpdate | ChopsUpdate)
        if self._batch_count or not is_update or not isinstance(driver, Driver):
            super()._display(screen, renderable)
            return
        if self._running and not self._closed:
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
                # Beside its span a line is painted without what was not to be painted.
                if strip is not None and x < end and x + strip.cell_length > start:
                    cut = max(start - x, 0)
                    self._put(y, x + cut, strip.crop(cut, end - x))

    def _put(self, y: int, x: int, segments: Iterable[Segment]) -> None:
        if 0 <= y < len(self._wanted):
            line = self._wanted[y]
            cells = cells_of(segments, self.look)[: max(len(line) - x, 0)]
            line[x : x + len(cells)] = cells

    def _changes(self) -> str:
        """Return what turns the screen that the terminal shows into the one wanted."""
        sent = changes(self._known, self._wanted)
        self._known = [list(line) for line in self._wanted]
        return f"{SYNC_START}{sent}{SYNC_END}" if sent and self._sync_available else sent
