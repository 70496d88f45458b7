"""Several lines of many, in an order: tab marks them, enter picks the marked ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from cxtui.app.panes.line_widget import BOLD
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.find_line import FindLine
from cxtui.output.drawing.fit import ellipsis, padded


class PickSeveral(FindLine[tuple[int, ...] | None], named="pick_several"):
    """Pick lines in the order in which they are marked; answers their positions, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "mark", "Mark", priority=True)]
    keys_told: ClassVar[str] = "{mark} marks · enter applies · {close} leaves"

    def __init__(self, title: str, lines: Sequence[str], marked: Sequence[int] = ()) -> None:
        super().__init__(title, lines, marked[0] if marked else 0)
        self._marked = list(marked)
        self._is_changed = False

    def drawn(self, line: int, _: int, width: int) -> Text:
        """Return a line after its place among the marked ones."""
        is_marked = line in self._marked
        place = f"{self._marked.index(line) + 1} " if is_marked else "  "
        text = padded(ellipsis(place + self._lines[line], width), width)
        return Text(text, BOLD if is_marked else "")

    def action_mark(self) -> None:
        """Mark the line under the cursor behind the others, or remove its mark."""
        found = self.query_one(DrawnList)
        if (line := found.entry) is None:
            return
        self._is_changed = True
        if line in self._marked:
            self._marked.remove(line)
        else:
            self._marked.append(line)
        found.paint()

    def take(self, place: int) -> None:
        """Answer the marked lines, or the one under the cursor where no mark was changed."""
        self.dismiss(tuple(self._marked) if self._is_changed and self._marked else (place,))
