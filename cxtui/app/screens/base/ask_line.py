"""One line to type, with a proposal."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt


class AskLine(Overlay[str | None], named="line"):
    """Asks for a line of text; answers it without blanks at its ends, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]

    def __init__(self, title: str, value: str) -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        with Box("export", self._title, self.hint("enter applies · {close} leaves")):
            yield Prompt("", self._value)

    def on_mount(self) -> None:
        """Let what is typed replace the proposal."""
        self.query_one(Prompt).select_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer the text."""
        self.dismiss(event.value.strip())
