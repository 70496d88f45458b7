"""One of many: type letters to narrow the list, enter takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cxtui.app.lines import CURSOR, DIM
from cxtui.app.panes.listing import Listing
from cxtui.app.panes.questions import matching
from cxtui.app.screens.prompt import prompt
from cxtui.output.fit import ellipsis, padded
from cxtui.survey.model import Question

_ID = 16


class Pick(ModalScreen[str | None]):
    """Pick a question; answers its id, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("up", "move(-1)", "Up", priority=True),
    ]

    def __init__(self, title: str, questions: Sequence[Question], chosen: str) -> None:
        super().__init__()
        self._title = title
        self._questions = questions
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the letters typed and the list."""
        with Vertical(id="pick") as box:
            box.border_title = self._title
            box.border_subtitle = "↑↓ choose · enter takes · esc leaves"
            yield prompt("type to find")
            yield _Candidates(self._questions, self._chosen)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        found = matching(self._questions, event.value) if event.value else self._questions
        self.query_one(_Candidates).narrow(found)

    def on_input_submitted(self) -> None:
        """Take the question under the cursor."""
        self.dismiss(self.query_one(_Candidates).chosen)

    def action_move(self, by: int) -> None:
        """Move the cursor while letters are typed."""
        self.query_one(_Candidates).move(by)


class _Candidates(Listing):
    """The questions that can be picked."""

    can_focus = False

    def __init__(self, questions: Sequence[Question], chosen: str) -> None:
        super().__init__(id="candidates")
        self._questions = questions
        ids = [one.id for one in questions]
        self.cursor = ids.index(chosen) if chosen in ids else 0

    @property
    def length(self) -> int:
        """How many can be picked."""
        return len(self._questions)

    @property
    def chosen(self) -> str | None:
        """The id of the question under the cursor."""
        return self._questions[self.cursor].id if self._questions else None

    def narrow(self, questions: Sequence[Question]) -> None:
        """Show only these."""
        if list(questions) != list(self._questions):
            self._questions = questions
            self.cursor = 0
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a question's id, wording and number of categories."""
        question, width = self._questions[position], self.size.width
        head = f"{padded(ellipsis(question.id, _ID), _ID)} "
        text = head + ellipsis(question.label, width - cell_len(head))
        if at_cursor:
            return Text(padded(text, width), CURSOR)
        return Text(head).append(text[len(head) :], DIM)
