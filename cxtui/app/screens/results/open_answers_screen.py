"""The open answers of a view as a list to read and to search while letters are typed."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.query.side_queries.open_answers import OpenAnswerTexts, read_open_answers
from cxtui.analysis.view.view import View
from cxtui.app.panes.open_answer_head import OpenAnswersHead
from cxtui.app.panes.open_answer_list import OpenAnswerList
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.survey.model import Survey
from cxtui.text import clean


class OpenAnswers(Overlay[None], named="answers"):
    """Shows the open answers to the question of a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("slash", "search", "Search"),
        Binding("down,j", "move(1)", "Down"),
        Binding("up,k", "move(-1)", "Up"),
        Binding("pagedown,space", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    def __init__(self, survey: Survey, view: View) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._search = ""
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """Lay out the question, the letters searched and the answers."""
        yield OpenAnswersHead(self._survey, self._view)
        yield Prompt(tr("search in the answers"), id="texts-search")
        yield OpenAnswerList(self.hint("{search} searches · {close} leaves"))

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(OpenAnswerList).focus()
        self._look()

    # One search at a time: the newest letters wait for the one under way.

    def _look(self) -> None:
        if not self._is_reading:
            self._is_reading, search = True, self._search
            read = partial(read_open_answers, self._survey, self._view, search)
            self.work_in_thread(read, partial(self._found, search))
        elif self._survey.is_slow:
            self.requests.cancel()

    def _found(self, search: str, found: OpenAnswerTexts | CxtuiError) -> None:
        self._is_reading = False
        if search != self._search:
            self._look()
            return
        texts = None if isinstance(found, CxtuiError) else found
        self.query_one(OpenAnswersHead).load(texts)
        self.query_one(OpenAnswerList).load(texts, "" if texts else str(found))
        if texts is None:
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.refresh(repaint=True, layout=True)

    # Keys

    def action_search(self) -> None:
        """Open the line to search in."""
        self.query_one(Prompt).open()

    def action_leave(self) -> None:
        """Give up the search that is being typed, else leave."""
        line = self.query_one(Input)
        if line.has_focus:
            line.value = ""
            self._back()
        else:
            self.dismiss()

    def _back(self) -> None:
        line = self.query_one(Input)
        line.set_class(bool(line.value), "open")
        self.query_one(OpenAnswerList).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if (search := clean(event.value)) != self._search:
            self._search = search
            self._look()

    @on(Input.Submitted)
    def _kept(self) -> None:
        self._back()
