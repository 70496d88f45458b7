"""Saves a codebook elsewhere where its own place cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken
from cxtui.user_directories import expand_home


class SaveElsewhere(Overlay[Path | None], named="elsewhere"):
    """Ask for another path, and propose one in the user's directory; answers it, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]

    def __init__(self, problem: str, proposal: Path) -> None:
        super().__init__()
        self._problem = problem
        self._proposal = proposal

    def compose(self) -> ComposeResult:
        """Lay out the path, and why another one is asked for."""
        keys = self.hint("enter saves · {close} goes back")
        with Box("export", tr("Save the codebook elsewhere"), keys):
            yield Prompt(tr("file name"), str(self._proposal))
            yield Paragraph(self._why, id="why", grows=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer the path."""
        if event.value.strip():
            self.dismiss(expand_home(event.value.strip()))

    def _why(self, width: int, _: int) -> list[Text]:
        """Return what is wrong with the usual place, and what the proposed one means."""
        advice = tr(
            "In your own directory, as proposed, cxtui finds it again by itself and takes it "
            "before one beside the survey; in any other place open it with --codebook."
        )
        lines = [Text(line, BOLD) for line in broken(self._problem, width)]
        return lines + [Text(line, DIM) for line in broken(advice, width)]
