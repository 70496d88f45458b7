"""Widgets of the screens over the panes: a screen draws their lines, or they fold a text."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from typing import TypeVar

from rich.text import Text
from textual.content import Content

from cxtui.app.panes.line_widget import Lines, Movable
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.key_hints import in_border
from cxtui.messages import tr

E = TypeVar("E")


class Paragraph(Lines):
    """Shows the lines that a function makes for a width and a height; `grows` with their number."""

    def __init__(
        self,
        draw: Callable[[int, int], Iterable[Text]],
        *,
        id: str,  # noqa: A002 -- Textual's word
        grows: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._grows = grows

    def paint(self) -> None:
        """Draw the lines anew."""
        lines = list(self._draw(max(self.size.width, 1), self.size.height))
        if self._grows:
            self.styles.height = max(len(lines), 1)
        self.show([self.strip(line) for line in lines])


class DrawnList(Listing[E]):
    """A list whose lines a function draws from the entry, its position and the width."""

    def __init__(
        self,
        draw: Callable[[E, int, int], Text],
        entries: Sequence[E] = (),
        *,
        id: str,  # noqa: A002 -- Textual's word
    ) -> None:
        super().__init__(entries, id=id)
        self._draw = draw

    def line(self, entry: E, position: int) -> Text:
        """Return the line of one entry."""
        return self._draw(entry, position, self.size.width)


class Folded(Movable):
    """Shows parts of a text, each folded into lines.

    The place at the top is a line of a part: at another size that part stays in sight, and back at
    the first size the same line is at the top.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._parts: Sequence[Sequence[Text]] = ()
        self._place = 0, 0
        self._top = 0

    @abstractmethod
    def parts(self) -> Sequence[Sequence[Text]]:
        """Return the parts, folded for the present size."""

    @abstractmethod
    def tell(self, last: int, length: int) -> None:
        """Show that the lines up to the `last` of `length` are in sight."""

    @property
    def length(self) -> int:
        """The number of lines at the present width."""
        return sum(map(len, self._parts))

    def on_resize(self) -> None:
        """Fold for the new size."""
        self._parts = self.parts()
        part, line = self._place
        before = sum(map(len, self._parts[:part]))
        self._stand(before + min(line, len(self._parts[part]) - 1))

    def renew(self) -> None:
        """Fold another text, and show its beginning."""
        self._parts, self._place = self.parts(), (0, 0)
        self._stand(0)

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self._stand(self._top + by)
        starts = list(accumulate(map(len, self._parts), initial=0))
        part = max(at for at, start in enumerate(starts[:-1]) if start <= self._top)
        self._place = part, self._top - starts[part]

    def _stand(self, top: int) -> None:
        height = self.size.height
        self._top = max(0, min(top, self.length - height))
        lines = list(chain.from_iterable(self._parts))[self._top : self._top + height]
        self.show([self.strip(line) for line in lines])
        self.tell(self._top + len(lines), self.length)


class FoldedBox(Folded):
    """A folded text whose border says which lines are in sight, and which key closes it."""

    def __init__(self, title: str, close: str, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self.border_title = Content(title)  # it may come from a survey file
        self._close = close

    def tell(self, last: int, length: int) -> None:
        """Show in the border which lines are in sight."""
        rest = "" if length <= self.size.height else tr("↑↓ {} of {} · ", last, length)
        self.border_subtitle = in_border(f"{rest}{self._close}", self.size.width)
