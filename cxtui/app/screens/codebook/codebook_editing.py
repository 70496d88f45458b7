"""The base of the screens on which a codebook is edited."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.respondent_count import Foot
from cxtui.messages import tr
from cxtui.output.drawing.fit import folded
from cxtui.session.codebook_draft import DraftCodebook, Edit

T = TypeVar("T")


class DecidingScreen(MovingScreen[T]):
    """Edits a codebook line by line; a text is typed in the line below the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo"),
        Binding("r", "redo", "Redo"),
    ]

    def __init__(self, draft: DraftCodebook) -> None:
        super().__init__()
        self.draft = draft

    def refresh_lines(self) -> None:
        """Show the codebook as it is now."""
        raise NotImplementedError

    def say(self, message: str) -> None:
        """Show a message."""
        self.query_one(Foot).say(message)

    def decide(self, edit: Edit) -> bool:
        """Make an edit, or say why not."""
        problem = self.draft.decide(edit)
        self.refresh_lines()
        if problem:
            self.say(problem)
        return not problem

    @property
    def reason(self) -> str:
        """The reason of the line under the cursor."""
        raise NotImplementedError

    def reason_lines(self, width: int, height: int) -> list[Text]:
        """Return the reason, to be shown below the list."""
        return [Text(line, DIM) for line in folded(self.reason, width, max(height, 1))]

    def action_undo(self) -> None:
        """Undo the last decision."""
        self._travel(self.draft.undo(), tr("nothing to undo"))

    def action_redo(self) -> None:
        """Redo the decision that was undone."""
        self._travel(self.draft.redo(), tr("nothing to redo"))

    def _travel(self, is_done: bool, otherwise: str) -> None:
        self.refresh_lines()
        if not is_done:
            self.say(otherwise)

    # The line to type in

    def typed(self, text: str) -> None:
        """Take a text that was typed."""
        raise NotImplementedError

    def ask(self, value: str, placeholder: str) -> None:
        """Open the line to type in."""
        line = self.query_one(Prompt)
        line.placeholder = placeholder
        line.open(value)
        self.say(self.hint("enter applies · {close} leaves it as it was"))

    @property
    def is_asking(self) -> bool:
        """Whether a text is being typed."""
        return self.query_one(Prompt).is_open

    def stop_asking(self) -> None:
        """Close the line to type in."""
        self.query_one(Prompt).remove_class("open")
        self.listing.focus()
        self.refresh_lines()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.stop_asking()
        self.typed(event.value)
