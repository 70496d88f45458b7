"""Where a codebook goes whose own place cannot be written: the user's directory, or another."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.output.drawing.fit import broken
from cxtui.user_directories import expand_home


class SaveElsewhere(Overlay[Path | None], named="elsewhere"):
    """Ask for another place, and propose the user's own; answers it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]

    def __init__(self, problem: str, proposal: Path) -> None:
        super().__init__()
        self._problem = problem
        self._proposal = proposal

    def compose(self) -> ComposeResult:
        """Lay out the place and why it takes another one."""
        with Vertical(id="export") as box:
            box.border_title = "Save the codebook elsewhere"
            box.border_subtitle = self.hint("enter saves · {close} goes back")
            yield prompt("file name", str(self._proposal))
            yield _Why(self._problem)

    def on_mount(self) -> None:
        """Stand at the end of the name."""
        self.query_one(Input).cursor_position = len(str(self._proposal))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the place."""
        if event.value.strip():
            self.dismiss(expand_home(event.value.strip()))


class _Why(Lines):
    """What is wrong with the usual place, and what the proposed one means."""

    def __init__(self, problem: str) -> None:
        super().__init__(id="why")
        self._problem = problem

    def paint(self) -> None:
        """Show both."""
        width = max(self.size.width, 1)
        advice = (
            "In your own directory, as proposed, cxtui finds it again by itself and takes it "
            "before one beside the survey; in any other place open it with --codebook."
        )
        lines = [Text(line, BOLD) for line in broken(self._problem, width)]
        lines += [Text(line, DIM) for line in broken(advice, width)]
        self.styles.height = len(lines)
        self.show([self.strip(line) for line in lines])
