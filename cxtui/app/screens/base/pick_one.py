"""One of many: type letters to narrow the list, enter takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cxtui.app.panes.question_search import Finder
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.app.screens.base.question_candidates import Candidates
from cxtui.survey.question import Question


class Pick(Overlay[str | None], named="pick"):
    """Pick a question; answers its id, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
    ]

    def __init__(self, title: str, questions: Sequence[Question], chosen: str) -> None:
        super().__init__()
        self._title = title
        self._questions = questions
        self._finder = Finder(questions)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the letters typed and the list."""
        with Vertical(id="pick") as box:
            box.border_title = self._title
            box.border_subtitle = self.hint("{up}{down} choose · enter takes · {close} leaves")
            yield prompt("type to find")
            yield Candidates(self._questions, self._chosen, id="candidates")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.query_one(Candidates).narrow(self._finder.find(event.value))

    def on_input_submitted(self) -> None:
        """Take the question under the cursor."""
        question = self.query_one(Candidates).chosen
        self.dismiss(question.id if question else None)

    def action_move(self, by: int) -> None:
        """Move the cursor while letters are typed."""
        self.query_one(Candidates).move(by)
