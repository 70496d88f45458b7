"""The lines of the export screen below its name: what is chosen, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Lines
from cxtui.output.drawing.fit import ellipsis


class Choices(Lines, can_focus=True):
    """What, format and shape: one line each, the chosen one between arrows."""

    _rows: Sequence[tuple[str, str, str]] = ()
    _cursor = -1

    def load(self, rows: Sequence[tuple[str, str, str]], cursor: int) -> None:
        """Show these lines, the cursor on one of them or, at −1, on none."""
        self._rows, self._cursor = rows, cursor
        self.paint()

    def paint(self) -> None:
        """Show each line."""
        lines = []
        for position, (what, chosen, means) in enumerate(self._rows):
            here = position == self._cursor
            line = Text("› " if here else "  ").append(what.ljust(8), DIM)
            line.append(f"‹ {chosen} ›", CURSOR if here else BOLD).append(f"  {means}", DIM)
            lines.append(self.strip(line))
        self.show(lines)


class Explanation(Lines):
    """The command line that prints the same, or what went wrong."""

    _command = ""
    _problem = ""

    def explain(self, command: str, problem: str) -> None:
        """Show a problem if there is one, else the command line."""
        self._command, self._problem = command, problem
        self.paint()

    def paint(self) -> None:
        """Fold the words into the width; a long command ends in …"""
        width, height = max(self.size.width, 1), self.size.height
        said = self._problem or self._command or "no command line prints this"
        style = BOLD if self._problem else DIM
        lines = list(Text(said, style).wrap(self.app.console, width))
        if len(lines) > height > 0:
            last = ellipsis(f"{lines[height - 1].plain} …", width)
            lines = [*lines[: height - 1], Text(last, style)]
        self.show([self.strip(line) for line in lines])
