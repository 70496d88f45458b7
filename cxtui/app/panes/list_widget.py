"""A list with a cursor, painted line by line; it scrolls rarely, since a scroll repaints all."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.message import Message

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Movable
from cxtui.output.drawing.fit import ellipsis, folded, padded

E = TypeVar("E")


class Listing(Movable, Generic[E], can_focus=True):
    """A list of entries with a cursor, which skips headings: the texts among the entries."""

    off_heading = 1
    """The direction in which the cursor leaves a heading."""

    class Chosen(Message):
        """The cursor moved to another line."""

        def __init__(self, listing: Listing[Any]) -> None:
            super().__init__()
            self.listing = listing

    def __init__(self, entries: Sequence[E | str] = (), *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self.entries = entries
        self.cursor = 0
        self.if_empty = ""
        """What is said where there are no entries."""
        self._top = 0
        self._stood = self._wished = 0
        """The line where the cursor was painted last, and the first one in sight at that moment."""

    @property
    def length(self) -> int:
        """The number of lines, headings included."""
        return len(self.entries)

    @property
    def entry(self) -> E | None:
        """The entry under the cursor, `None` where there is none."""
        entry = self.entries[self.cursor] if self.stands(self.cursor) else None
        return None if isinstance(entry, str) else entry

    @abstractmethod
    def line(self, entry: E, position: int) -> Text:
        """Return the line of one entry."""

    def line_at_cursor(self, line: Text) -> Text:
        """Return a line as it is painted under the cursor."""
        return Text(padded(line.plain, self.size.width), CURSOR)

    def stands(self, position: int) -> bool:
        """Whether a line is there, and no heading."""
        is_there = 0 <= position < len(self.entries)
        return is_there and not isinstance(self.entries[position], str)

    def fill(self, entries: Sequence[E | str]) -> None:
        """Show these entries; the cursor keeps its line, or takes the last, but no heading."""
        self.entries = entries
        self.cursor = max(0, min(self.cursor, len(entries) - 1))
        while entries and not self.stands(self.cursor):
            self.cursor += self.off_heading
        self.paint()

    def paint(self) -> None:
        """Show the lines around the cursor."""
        height = self.size.height
        if not height:
            return
        self._scroll(height)
        if self.cursor != self._stood:  # another size alone keeps the first line
            self._stood, self._wished = self.cursor, self._top
        self.stand_on(Offset(0, self.cursor - self._top) if self.entries else None)
        lines = [] if self.entries else self._nothing(height)
        for position in range(self._top, min(self._top + height, self.length)):
            entry = self.entries[position]
            if isinstance(entry, str):
                lines.append(Text(ellipsis(entry, self.size.width), BOLD))
            else:
                line = self.line(entry, position)
                lines.append(self.line_at_cursor(line) if position == self.cursor else line)
        self.show([self.strip(line) for line in lines])

    def _nothing(self, height: int) -> list[Text]:
        """Return the lines of a list without entries."""
        said = folded(self.if_empty, max(self.size.width, 1), height) if self.if_empty else []
        return [Text(line, DIM) for line in said]

    def _scroll(self, height: int) -> None:
        """Keep the cursor in sight, moving half a page at a time."""
        last = max(self.length - height, 0)
        self._top = self._wished
        if self.cursor >= self._top + height or self.cursor < self._top:
            self._top = self.cursor - height // 2
        if self.cursor <= 1 < height:  # a heading may be above the first
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

    def stand(self, position: int) -> None:
        """Put the cursor on a line, and post `Chosen`."""
        if position != self.cursor and self.stands(position):
            self.cursor = position
            self.paint()
            self.post_message(self.Chosen(self))

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
