"""The keys and what they do, those of the focused pane first."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from cxtui.app.commands import COMMANDS, Command
from cxtui.app.lines import BOLD, DIM, Lines
from cxtui.output.fit import broken, padded

_MARKS = (
    "B behind a number: significantly higher than column B",
    "~ few cases: under 5 expected    * base under 100    ** base under 30, not tested",
    "– nobody in the base    A−B: first column minus second, bold where it holds up",
)

_NARROWEST = 16
_NARROW = 50
"""Under this width what a key does stands below it."""


class Help(ModalScreen[None]):
    """Every command, from the table of commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,space", "app.pop_screen", "Close"),
        Binding("down,j,pagedown", "scroll(1)", "Down"),
        Binding("up,k,pageup", "scroll(-1)", "Up"),
    ]

    def __init__(self, pane: str) -> None:
        super().__init__()
        self._pane = pane

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield _Keys(self._pane)

    def action_scroll(self, by: int) -> None:
        """Scroll where the screen is too low."""
        self.query_one(_Keys).scroll_lines(by)


class _Keys(Lines):
    """The list of keys."""

    def __init__(self, pane: str) -> None:
        super().__init__(id="help")
        self.border_title = "Keys"
        self.border_subtitle = "esc closes"
        here = [command for command in COMMANDS if command.pane == pane]
        rest = [command for command in COMMANDS if command.pane != pane]
        self._commands: list[Command] = [*here, *rest]
        self._top = 0

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.scroll_lines(0)

    def scroll_lines(self, by: int) -> None:
        """Move by half a page."""
        lines = self._lines()
        self.styles.height = len(lines) + 2
        height = self.size.height
        last = max(len(lines) - height, 0)
        self._top = max(0, min(self._top + by * max(height // 2, 1), last))
        self.show([self.strip(line) for line in lines[self._top : self._top + height]])

    def _lines(self) -> list[Text]:
        keys = max(cell_len(command.shown_keys) for command in self._commands)
        titles = max(cell_len(command.title) for command in self._commands)
        indent = keys + titles + 4
        lines = []
        for command in self._commands:
            if self.size.width < _NARROW:
                lines.append(Text(f"{padded(command.shown_keys, keys)} {command.title}", BOLD))
                lines += [
                    Text(f"  {one}", DIM) for one in broken(command.help, self.size.width - 2)
                ]
                continue
            first, *rest = broken(command.help, max(self.size.width - indent, _NARROWEST))
            head = Text(padded(f"{command.shown_keys} ", keys + 2), BOLD)
            lines.append(head.append(padded(command.title, titles + 2)).append(first, DIM))
            lines += [Text(" " * indent + line, DIM) for line in rest]
        marks = [line for mark in _MARKS for line in broken(mark, self.size.width)]
        return [*lines, Text(""), *(Text(mark, DIM) for mark in marks)]
