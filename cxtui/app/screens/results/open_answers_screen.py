"""The open answers of a view as a list to read and to search while letters are typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from cxtui.analysis.query.side_queries.open_answers import OpenAnswerTexts, read_open_answers
from cxtui.analysis.view.view import View
from cxtui.app.panes.open_answer_head import OpenAnswersHead
from cxtui.app.panes.open_answer_list import OpenAnswerList
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.cancellation import LatestRequest, Request, working_for
from cxtui.errors import CxtuiError
from cxtui.survey.model import Survey
from cxtui.text import clean


class OpenAnswers(Overlay[None], named="answers"):
    """Shows what was written in answer to the question of a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("slash", "search", "Search"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    class Found(Message):
        """Answers have been read, or there is a reason why they could not be."""

        def __init__(self, search: str, texts: OpenAnswerTexts | None, problem: str = "") -> None:
            super().__init__()
            self.search = search
            self.texts = texts
            self.problem = problem

    def __init__(self, survey: Survey, view: View) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._search = ""
        self._requests = LatestRequest()
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """Lay out what is read, the letters searched and the answers."""
        yield OpenAnswersHead(self._survey, self._view)
        yield prompt("search in the answers", name="texts-search")
        yield OpenAnswerList(self.hint("{search} searches · {close} leaves"))

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(OpenAnswerList).focus()
        self._look()

    def on_unmount(self) -> None:
        """Let nothing run on for a screen that was left."""
        self._requests.cancel()

    # One search at a time: the newest letters wait for the one under way.

    def _look(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self._read(self._search, self._requests.renew())
        elif self._survey.is_slow:
            self._requests.cancel()

    @work(thread=True)
    def _read(self, search: str, request: Request) -> None:
        try:
            with working_for(request):
                found = self.Found(search, read_open_answers(self._survey, self._view, search))
        except CxtuiError as error:
            found = self.Found(search, None, str(error))
        self.post_message(found)

    @on(Found)
    def _found(self, event: Found) -> None:
        self._is_reading = False
        if event.search != self._search:
            self._look()
            return
        self.query_one(OpenAnswersHead).load(event.texts)
        self.query_one(OpenAnswerList).load(event.texts, event.problem)
        if event.texts is None:
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.refresh(repaint=True, layout=True)

    # Keys

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(OpenAnswerList).scroll_lines(by)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        answers = self.query_one(OpenAnswerList)
        answers.scroll_lines(by * max(answers.size.height - 1, 1))

    def action_edge(self, towards: int) -> None:
        """Scroll to the first or the last answer."""
        self.query_one(OpenAnswerList).edge(towards)

    def action_search(self) -> None:
        """Open the line to search in."""
        line = self.query_one(Input)
        line.add_class("open")
        line.focus()

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
