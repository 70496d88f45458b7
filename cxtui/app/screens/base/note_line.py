"""A few words below a list: what it comes to, or why a line of it is as it is."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from cxtui.app.panes.line_widget import Lines
from cxtui.output.drawing.fit import folded


class Sentence(Lines):
    """Words in up to so many lines."""

    def __init__(self, most: int, style: Style, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._most = most
        self._style = style
        self._said = ""

    def say(self, text: str) -> None:
        """Show these words."""
        self._said = text
        self.paint()

    def paint(self) -> None:
        """Fold the words."""
        lines = folded(self._said, max(self.size.width, 1), self._most)
        self.show([self.strip(Text(line, self._style)) for line in lines])
