"""The view as text: its options, in a line to edit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view, view_usage
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken
from cxtui.survey.model import Survey
from cxtui.text import clean


class ViewLine(Overlay[tuple[str, View] | None], named="view"):
    """Edits the text of a view; answers the text that was typed and its view, or `None`."""

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
        self._problem = self._label = ""

    def compose(self) -> ComposeResult:
        """Lay out the line, how it is read, and the options of a view."""
        keys = self.hint(
            "enter applies · {earlier_line}{later_line} earlier lines · {close} leaves"
        )
        with Box("view-line", tr("View"), keys):
            yield Prompt(tr("options of a view"), self._lines[self._at], id="view-text")
            yield Paragraph(self._reading, id="view-reading", grows=True)

    def action_recall(self, by: int) -> None:
        """Edit a line that was typed before; the line that is being typed stays the last one."""
        line = self.query_one(Prompt)
        self._lines[self._at] = line.value
        self._at = max(0, min(self._at + by, len(self._lines) - 1))
        line.write(self._lines[self._at])

    def _read(self, text: str) -> View | None:
        """Return the view of a text, `None` where the text has an error; show how it is read."""
        view, self._problem, self._label = None, "", ""
        try:
            view = parse_view(self._survey, text)
        except ViewError as error:
            self._problem = str(error)
        else:
            question = self._survey.codebook.find(view.question)
            self._label = question.label if question else view.question
        self.query_one(Paragraph).paint()
        return view

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show how the line is read."""
        self._read(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the view; a line with an error stays open with the reason."""
        if (view := self._read(event.value)) is not None:
            self.dismiss((event.value, view))

    def _reading(self, width: int, _: int) -> list[Text]:
        """Return how the line is read, then every option."""
        read = self._problem or (tr("enter shows: {}", self._label) if self._label else "")
        style = BOLD if self._problem else ""
        lines = [Text(line, style) for line in broken(clean(read), width)]
        return [*lines, Text(""), *(Text(line, DIM) for line in _usage_lines(width))]


@lru_cache(maxsize=1)
def _usage_lines(width: int) -> Sequence[str]:
    """Return the options of a view, which stay the same while letters are typed."""
    return broken(view_usage(), width)
