"""One line of several: type letters to narrow the list, enter picks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.overlay import Overlay, box
from cxtui.app.screens.base.prompt import Prompt
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded


class PickLine(Overlay[int | None], named="pick_line"):
    """Pick one of several lines; answers its position, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
    ]

    def __init__(self, title: str, lines: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the letters typed and the list."""
        keys = self.hint("{up}{down} choose · enter takes · {close} leaves")
        with box("pick", self._title, keys):
            yield Prompt(tr("type to find"))
            found = DrawnList(self._drawn, range(len(self._lines)), id="candidates")
            found.can_focus = False
            found.cursor = self._chosen
            found.styles.height = min(len(self._lines), 16)
            yield found

    def _drawn(self, line: int, _: int, width: int) -> Text:
        return Text(padded(ellipsis(self._lines[line], width), width))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to the lines with all words typed."""
        words = event.value.casefold().split()
        found = [
            place
            for place, line in enumerate(self._lines)
            if all(word in line.casefold() for word in words)
        ]
        candidates = self.query_one(DrawnList)
        candidates.cursor = 0 if words else self._chosen
        candidates.fill(found)

    def on_input_submitted(self) -> None:
        """Take the line under the cursor."""
        self.dismiss(self.query_one(DrawnList).entry)
