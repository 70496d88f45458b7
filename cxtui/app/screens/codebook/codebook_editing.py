"""What the screens have in common on which a codebook is edited."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.app.screens.base.respondent_count import Foot
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

    def say(self, text: str) -> None:
        """Say what happened, or what is wrong."""
        self.query_one(Foot).say(text)

    def decide(self, edit: Edit) -> bool:
        """Take an edit, or say why not."""
        problem = self.draft.decide(edit)
        self.refresh_lines()
        if problem:
            self.say(problem)
        return not problem

    def action_undo(self) -> None:
        """Take the last decision back."""
        self._travel(self.draft.undo(), "nothing to undo")

    def action_redo(self) -> None:
        """Decide again what was taken back."""
        self._travel(self.draft.redo(), "nothing to redo")

    def _travel(self, moved: bool, otherwise: str) -> None:
        self.refresh_lines()
        if not moved:
            self.say(otherwise)

    # The line to type in

    def typed(self, text: str) -> None:
        """Take a text that was typed."""
        raise NotImplementedError

    def ask(self, value: str, placeholder: str) -> None:
        """Open the line to type in."""
        line = self.query_one(Input)
        line.placeholder = placeholder
        line.value = value
        line.cursor_position = len(value)
        line.add_class("open")
        self.set_focus(line)  # at once: the next key is typed already
        self.say(self.hint("enter takes it · {close} leaves it as it was"))

    @property
    def is_asking(self) -> bool:
        """Whether a text is being typed."""
        return self.query_one(Input).has_class("open")

    def stop_asking(self) -> None:
        """Close the line to type in."""
        self.query_one(Input).remove_class("open")
        self.listing.focus()
        self.refresh_lines()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.stop_asking()
        self.typed(event.value)
