"""The view as text: the options that ask for it, in a line to edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip
from textual.widgets import Input

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view, view_usage
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.errors import ViewError
from cxtui.output.drawing.fit import broken
from cxtui.survey.model import Survey
from cxtui.text import clean


class ViewLine(Overlay[tuple[str, View] | None], named="view"):
    """Edits the text of a view; answers what was typed and the view it asks for, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("up", "recall(-1)", "Earlier line"),
        Binding("down", "recall(1)", "Later line"),
    ]

    def __init__(self, survey: Survey, view: View, earlier: Sequence[str]) -> None:
        super().__init__()
        self._survey = survey
        self._lines = [*earlier, clean(str(view))]
        self._at = len(earlier)

    def compose(self) -> ComposeResult:
        """Lay out the line, what is wrong with it, and what can stand in it."""
        with Vertical(id="view-line") as box:
            box.border_title = "View"
            box.border_subtitle = self.hint(
                "enter goes there · {earlier_line}{later_line} earlier lines · {close} leaves"
            )
            yield prompt("options of a view", self._lines[self._at], name="view-text")
            yield _Reading()

    def on_mount(self) -> None:
        """Type at the end."""
        self._edit(self._lines[self._at])

    def _edit(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    def action_recall(self, by: int) -> None:
        """Edit a line that was typed before; what is being typed stays the last one."""
        self._lines[self._at] = self.query_one(Input).value
        self._at = max(0, min(self._at + by, len(self._lines) - 1))
        self._edit(self._lines[self._at])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the line asks for, or what is wrong with it."""
        try:
            view = parse_view(self._survey, event.value)
        except ViewError as error:
            self.query_one(_Reading).load(str(error), is_wrong=True)
        else:
            question = self._survey.codebook.find(view.question)
            label = question.label if question else view.question
            self.query_one(_Reading).load(f"enter shows: {label}", is_wrong=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the view; a line that asks for none stays open with the reason."""
        try:
            view = parse_view(self._survey, event.value)
        except ViewError as error:
            self.query_one(_Reading).load(str(error), is_wrong=True)
        else:
            self.dismiss((event.value, view))


class _Reading(Lines):
    """How the line is read, and the options that it takes."""

    _said = ""
    _is_wrong = False
    _usage: tuple[int, Sequence[Strip]] = 0, ()
    """The options for a width: they stay the same while letters are typed."""

    def load(self, said: str, *, is_wrong: bool) -> None:
        """Show how the line is read."""
        self._said, self._is_wrong = clean(said), is_wrong
        self.paint()

    def paint(self) -> None:
        """Show what was read, then every option."""
        width = max(self.size.width, 1)
        style = BOLD if self._is_wrong else ""
        read = self._strips_of(self._said, style, width)
        if self._usage[0] != width:
            self._usage = width, self._strips_of(view_usage(), DIM, width)
        strips = [*read, Strip([]), *self._usage[1]]
        self.styles.height = len(strips)
        self.show(strips)

    def _strips_of(self, text: str, style: Style | str, width: int) -> list[Strip]:
        return [self.strip(Text(line, style)) for line in broken(text, width)]
