"""Widgets made of whole lines, of which only those that changed are sent to the terminal."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget


class Lines(Widget):
    """Shows lines, and repaints only those that differ from before."""

    ALLOW_SELECT = False

    _strips: Sequence[Strip] = ()
    standing: Offset | None = None
    """Where its own cursor was painted last, from its left upper corner; `None` without one."""

    def show(self, strips: Sequence[Strip]) -> None:
        """Show these lines; one that has not changed is not painted again."""
        before, self._strips = self._strips, list(strips)
        width, height = self.size
        changed = [
            Region(0, y, width, 1) for y in range(height) if _at(before, y) != _at(self._strips, y)
        ]
        if changed:
            self.refresh(*changed)

    def stand_on(self, spot: Offset | None) -> None:
        """Take note of where the cursor is painted."""
        self.standing = spot

    def paint(self) -> None:
        """Compute the lines for the present size, and show them."""

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.paint()

    def wheel(self, by: int) -> None:
        """Move by a line: the mouse's wheel was turned."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down."""
        event.stop()
        self.wheel(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up."""
        event.stop()
        self.wheel(-1)

    def render_line(self, y: int) -> Strip:
        """Return one line, filled up to the width of the widget."""
        strip = _at(self._strips, y)
        return (strip or Strip([])).adjust_cell_length(self.size.width)

    def strip(self, text: Text) -> Strip:
        """Return `text` as one line, cut to the width of the widget."""
        return strip_of(text, self.app.console, self.size.width)


class Movable(Lines):
    """Lines of which only a part is in sight: keys and the mouse's wheel move through them."""

    @property
    @abstractmethod
    def length(self) -> int:
        """The number of all lines."""

    @abstractmethod
    def move(self, by: int) -> None:
        """Move by lines."""

    def wheel(self, by: int) -> None:
        """Move by a line."""
        self.move(by)

    def page(self, by: int) -> None:
        """Move by a page."""
        self.move(by * max(self.size.height - 1, 1))

    def edge(self, towards: int) -> None:
        """Move to the first or the last line."""
        self.move(towards * max(self.length, 1))


class Frame(Vertical):
    """A border around one widget of lines, which is repainted without the border."""

    def __init__(self, title: str, lines: Lines, *, hides: str = "", hides_low: str = "") -> None:
        super().__init__(lines, id=f"{lines.id}-frame")
        self.entitle(title)
        self._hides, self._hides_low = hides, hides_low
        self._more = ""

    def on_resize(self) -> None:
        """Name the panes that are hidden while this one has the screen, and their keys."""
        hidden = self._hides_low if self.screen.has_class("-low") else ""
        hidden = self._hides if self.screen.has_class("-narrow") else hidden
        self.border_subtitle = Content(hidden or self._more)

    def say_more(self, text: str) -> None:
        """Show below that there are more lines; the names of hidden panes have precedence."""
        if text != self._more:
            self._more = text
            self.on_resize()

    def entitle(self, title: str) -> None:
        """Set the title, which may come from a survey file: it is not read as markup."""
        self.border_title = Content(title)


def strip_of(text: Text, console: Console, width: int) -> Strip:
    """Return `text` as one line, cut or filled up to `width` cells.

    Text without a style keeps the terminal's colours and needs no escape codes.
    """
    # A text without spans renders without its own style.
    styled = Segment.apply_style(text.render(console), console.get_style(text.style))
    line = Strip(part for part in styled if part.text != "\n")
    return line.adjust_cell_length(width).simplify()


def _at(strips: Sequence[Strip], y: int) -> Strip | None:
    return strips[y] if y < len(strips) else None


DIM = Style(dim=True)
BOLD = Style(bold=True)
HEADING = Style(bold=True, underline=True)
CURSOR = Style(reverse=True)
