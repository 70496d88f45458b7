"""All numbers behind a cell of a table or a line of a ranking, to be scrolled through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.app.panes.line_widget import BOLD
from cxtui.app.screens.base.drawn_lines import FoldedBox
from cxtui.app.screens.base.overlay import Overlay, moving
from cxtui.output.drawing.cell_details import Details
from cxtui.output.drawing.fit import broken


class Inspect(Overlay[None], named="inspect"):
    """Shows sections of numbers under a title."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "dismiss", "Close"),
        *moving("pagedown,space"),
    ]

    def __init__(self, title: str, sections: Sequence[Details]) -> None:
        super().__init__()
        self._behind = _Behind(title, sections, self.hint("{close} closes"))

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield self._behind


class _Behind(FoldedBox):
    """The lines, a part for each heading and for the lines under it."""

    def __init__(self, title: str, sections: Sequence[Details], close: str) -> None:
        super().__init__(title, close, id="inspect")
        self._sections = sections

    def parts(self) -> Sequence[Sequence[Text]]:
        """Return headings and lines; a blank line parts a section from the next."""
        width = max(self.size.width, 1)
        parts: list[list[Text]] = []
        for section in self._sections:
            parts.append([Text(line, BOLD) for line in broken(section.title, width)])
            parts.append([Text(line) for line in (*section.lines(width), "")])
        parts[-1].pop()
        return parts
