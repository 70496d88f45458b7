"""The explorer's panes with every table ready: what painting alone costs.

`python -m tests.bench.painter FILE COUNT` takes j and k through the first questions; nothing is
counted, tested or sent between threads once the first table stands.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from cxtui.analysis.view.view_options import parse_view
from cxtui.app.explorer import Explorer
from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import Status, Title, state_of
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.terminal.frame_diff import DrawnApp
from cxtui.session.answers import Answer, Answers
from cxtui.sources.open_survey import open_survey
from tests.bench.asked import listed


class Painter(DrawnApp):
    """Moves through questions whose answers are known."""

    CSS_PATH = Path(inspect.getfile(Explorer)).with_name("cxtui.tcss")
    HORIZONTAL_BREAKPOINTS = Explorer.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = Explorer.VERTICAL_BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", "Down"),
        Binding("k", "move(-1)", "Up"),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(self, file: str, count: str) -> None:
        super().__init__()
        self._survey = open_survey(file)
        answers = Answers(self._survey)
        view = parse_view(self._survey, "")
        self._asked = listed(self._survey)[: int(count)]
        views = [view.with_question(one.id) for one in self._asked]
        self._answers = {one.question: answers.answer(one, tested=True) for one in views}

    def compose(self) -> ComposeResult:
        """Lay out the explorer's panes."""
        yield Title(id="title")
        with Horizontal(id="panes", classes="at-questions"):
            with Vertical(id="left"):
                yield Frame("1 Questions", Questions())
                yield Frame("2 Role", Roles())
            yield Frame("3 Table", Comparison())
        yield Status(id="status")

    def on_mount(self) -> None:
        """Show the first table."""
        super().on_mount()
        questions = self.query_one(Questions)
        questions.load(self._asked)
        questions.select(self._asked[0].id)
        questions.focus()
        self.call_after_refresh(self._show)

    def action_move(self, by: int) -> None:
        """Move by a question."""
        self.query_one(Questions).move(by)

    @on(Listing.Chosen)
    def _show(self) -> None:
        question = self.query_one(Questions).entry
        if question is not None:
            self._paint(self._answers[question.id])

    def _paint(self, answer: Answer) -> None:
        if answer.table is not None:
            self.query_one(Roles).load(answer.roles)
            self.query_one(Comparison).show_table(answer.table, answer.extent)
            state = state_of(self._survey.codebook, answer.view, answer.table.respondents)
            self.query_one(Title).load(self._survey.title, state)
            self.query_one(Status).say(f"{self._survey.respondents:,} rows · cached")


if __name__ == "__main__":
    Painter(*sys.argv[1:]).run()
