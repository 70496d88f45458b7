"""A list with a cursor, painted line by line; it scrolls rarely, since a scroll repaints all."""

from __future__ import annotations

from abc import abstractmethod

from rich.text import Text
from textual import events
from textual.message import Message

from cxtui.app.panes.line_widget import Lines


class Listing(Lines, can_focus=True):
    """A focusable list; subclasses say how many lines there are, and paint one."""

    class Chosen(Message):
        """The cursor came to stand on another line."""

        def __init__(self, listing: Listing, position: int) -> None:
            super().__init__()
            self.listing = listing
            self.position = position

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self.cursor = 0
        self._top = 0
        self._stood = self._wished = 0
        """Where the cursor was painted last, and where the lines in sight began when it came."""

    @property
    @abstractmethod
    def length(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return one line."""

    def stands(self, position: int) -> bool:
        """Whether the cursor may stand here; a heading says no."""
        return 0 <= position < self.length

    def paint(self) -> None:
        """Show the lines around the cursor."""
        height = self.size.height
        if not height:
            return
        self._scroll(height)
        if self.cursor != self._stood:  # at another size alone the place is not given up
            self._stood, self._wished = self.cursor, self._top
        positions = range(self._top, min(self._top + height, self.length))
        self.show([self.strip(self.line(one, at_cursor=one == self.cursor)) for one in positions])

    def _scroll(self, height: int) -> None:
        """Keep the cursor in sight, moving half a page at a time."""
        last = max(self.length - height, 0)
        self._top = self._wished
        if self.cursor >= self._top + height or self.cursor < self._top:
            self._top = self.cursor - height // 2
        if self.cursor <= 1 < height:  # a heading may stand over the first
            self._top = 0
        self._top = max(0, min(self._top, last))

    def move(self, by: int) -> None:
        """Move the cursor by lines; headings are stepped over."""
        step = 1 if by > 0 else -1
        target, left = self.cursor, abs(by)
        probe = self.cursor + step
        while left and 0 <= probe < self.length:
            if self.stands(probe):
                target, left = probe, left - 1
            probe += step
        self.stand(target)

    def wheel(self, by: int) -> None:
        """Move the cursor: what it stands on is what the other panes show."""
        self.move(by)

    def page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.move(by * max(self.size.height - 1, 1))

    def edge(self, towards: int) -> None:
        """Move the cursor to the first or the last line."""
        self.move(towards * max(self.length, 1))

    def stand(self, position: int) -> None:
        """Put the cursor on a line and say so."""
        if position != self.cursor and self.stands(position):
            self.cursor = position
            self.paint()
            self.post_message(self.Chosen(self, position))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Paint the cursor of a pane that got or lost the focus.

        The events of the focus come before `has_focus` changes, too early to paint by it.
        """
        super().watch_has_focus(has_focus)
        self.paint()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and self.stands(self._top + offset.y):
            self.stand(self._top + offset.y)
