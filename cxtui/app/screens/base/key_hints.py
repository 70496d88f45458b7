"""Hints of keys in the room there is: none is broken in two, and the key that leaves is kept."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.containers import Vertical
from textual.content import Content

from cxtui.output.drawing.fit import folded
from cxtui.text import SEPARATOR

_LEFT_OUT = "…"
_CORNERS, _AROUND = 2, 4
"""Cells of a border's line that are not text, and those of a box that are not its inside."""
_MOST_LINES = 16
_AROUND_LIST = 3
"""The lines of a box that are not its list: the border, and the line to type in."""


def hint_lines(hints: str, width: int, most: int) -> list[str]:
    """Return hints in up to `most` lines of `width` terminal cells, broken between hints.

    Where they have no room, those before the last one are left out: it tells how to leave.
    """
    *others, last = hints.split(SEPARATOR)
    fewer = ([*others[:kept], _LEFT_OUT] for kept in range(len(others) - 1, 0, -1))
    for shown in (others, *fewer, others[:1], [_LEFT_OUT]):
        lines = _joined([*shown, last], width)
        if len(lines) <= most:
            return lines
    return folded(last, width, most)


def in_border(hints: str, width: int) -> Content:
    """Return hints that fit into the border around an inside of `width` terminal cells."""
    return Content(hint_lines(hints, max(width - _CORNERS, 1), 1)[0])


def _joined(hints: Iterable[str], width: int) -> list[str]:
    """Return hints in lines; a hint that is wider than a line is broken between words."""
    lines: list[str] = []
    for hint in hints:
        longer = f"{lines[-1]}{SEPARATOR}{hint}" if lines else hint
        if cell_len(longer) <= width:
            lines[-1:] = [longer]
        else:
            lines += folded(hint, width, max(cell_len(hint), 1))
    return lines


class Box(Vertical):
    """The box of a screen, with its title and its keys in the border."""

    def __init__(self, name: str, title: str, hints: str = "") -> None:
        super().__init__(id=name)
        self.border_title = Content(title)
        self._hints, self._shown = hints, ""

    def hold(self, lines: int) -> None:
        """Take the height of a list of so many lines under a line to type in.

        A long list has half of the screen, of a low screen what there is.
        """
        most = max(_MOST_LINES, self.app.size.height // 2)
        self.styles.height = max(min(lines, most), 1) + _AROUND_LIST

    def tell(self, hints: str) -> None:
        """Show other hints in the border."""
        self._hints = hints
        self.on_resize()

    def on_resize(self) -> None:
        """Show the hints that have room."""
        fitting = in_border(self._hints, self.outer_size.width - _AROUND)
        if fitting.plain != self._shown:
            self._shown = fitting.plain
            self.border_subtitle = fitting
