"""The line in which a question is found by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from cxtui.app.keys.commands import QUESTIONS
from cxtui.app.panes.questions_pane import Questions
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


class QuestionLine:
    """Narrows the list of questions of an explorer while letters are typed."""

    def __init__(self, app: Explorer) -> None:
        self._app = app
        self._began_at = ""
        """The question that was shown before the search."""

    @property
    def _line(self) -> Input:
        return self._app.query_one("#search", Input)

    @property
    def is_open(self) -> bool:
        """Whether letters are typed, or have narrowed the list."""
        return self._line.has_class("open") or bool(self._line.value)

    def open(self) -> None:
        """Open the line."""
        self._app.movement.show(QUESTIONS)
        line = self._line
        line.add_class("open")
        line.value = ""
        line.focus()
        view = self._app.session.view
        self._began_at = view.question if view is not None else ""

    def close(self) -> None:
        """List all questions again; an open search goes back to the question before it."""
        line = self._line
        if line.has_class("open"):
            self._app.painter.chosen = None
            if self._began_at:
                self._app.go_to_question(self._began_at)
        line.remove_class("open")
        line.value = ""
        self._app.query_one(Questions).focus()
        self._list_all()

    def _list_all(self) -> None:
        questions, view = self._app.query_one(Questions), self._app.session.view
        questions.find("")
        if view is not None:
            questions.select(view.question)

    def narrow(self, letters: str) -> None:
        """List the questions that contain these letters, and go to the best match."""
        if not self._line.has_class("open"):
            return
        if not letters:
            self._list_all()
            return
        questions = self._app.query_one(Questions)
        found = questions.find(letters)
        self._app.say(tr("{} found", found) if found else tr("no question has that"))
        self._app.choose(questions.entry)

    def find_again(self) -> None:
        """Look for the same letters among the questions of a survey that has just been read."""
        if self._line.value:
            self._app.query_one(Questions).find(self._line.value)

    def keep(self) -> None:
        """Close the line and keep the narrowed list."""
        self._line.remove_class("open")
        self._app.query_one(Questions).focus()
        self._app.say(tr("{} lists all questions again", self._app.keymap["forget"].sign))
