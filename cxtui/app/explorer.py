"""The wiring: a key becomes the next View, and the Table that comes back is painted."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen

from cxtui.analysis.view.view import View
from cxtui.app.describing import Describing
from cxtui.app.keeping import Keeping
from cxtui.app.keys.commands import COMMANDS, QUESTIONS
from cxtui.app.moving import Moving
from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import State, Status, Title, state_of
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.base.count_progress import Progressed
from cxtui.app.screens.base.prompt import prompt
from cxtui.cancellation import Request, working_for
from cxtui.session.history import History
from cxtui.session.start import Start
from cxtui.session.view_steps import STEPS
from cxtui.sources.wave_files import describe_location
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.analysis.tables.table import Table
    from cxtui.session.answers import Answer, Answers

_PATIENCE = 0.2
_PAINTING = 1.0
"""Seconds after which numbers are taken to be on the screen."""
_REST = 0.15
"""Seconds that keys have to rest before a server far away is asked."""
_QUICK = 250.0
"""Beyond so many milliseconds of a count none is made unasked: a key might have to wait for it."""


class Explorer(Describing, Keeping, Moving):
    """Explores one survey. Its result is why it could not be opened, empty if it was."""

    CSS_PATH = "cxtui.tcss"
    TITLE = "cxtui"
    foresees = True
    freezes = False
    """Whether what is there once a survey has been opened is never looked through for garbage."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012 -- as Textual has them
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(command.keys),
            command.action,
            command.title,
            show=False,
            priority=command.id == "palette",
            id=command.id,
        )
        for command in COMMANDS
    ]

    class Answered(Message):
        """A view has been answered by `answers`; unless `final`, its marks follow."""

        def __init__(self, answers: Answers, answer: Answer, *, final: bool) -> None:
            super().__init__()
            self.answers = answers
            self.answer = answer
            self.final = final

    def __init__(self, start: Start) -> None:
        super().__init__(start)
        self.configure(start.config)
        self._counting: View | None = None
        self._counted_by: Answers | None = None
        self._request = Request()
        self._answered: Answer | None = None
        self._painted = Event()
        self._settled: Answers | None = None

    # The screen

    def compose(self) -> ComposeResult:
        """Lay out title, panes and status."""
        names = {"questions": "Questions", "roles": "Role", "table": "Table"}
        q, r, t = (f"{self.keymap[goes].sign} {name}" for goes, name in names.items())
        yield Title(id="title")
        with Horizontal(id="panes", classes=f"at-{QUESTIONS}"):
            with Vertical(id="left"):
                yield prompt("find a question", name="search")
                yield Frame(q, Questions(), hides=f"{r} · {t}", hides_low=r)
                yield Frame(r, Roles(), hides=f"{q} · {t}", hides_low=q)
            yield Frame(t, Comparison(), hides=f"{q} · {r}")
        yield Status(id="status")

    def on_mount(self) -> None:
        """Show the screen first; the engine loads behind it."""
        self.query_one(Title).load(clean(Path(describe_location(self.location)).name), State())
        self.query_one(Status).commands = self.keymap.commands
        table = self.query_one(Comparison)
        table.inspects_by, table.opens_by = self.keymap["inspect"].sign, self.keymap["open"].sign
        self.query_one(Roles).declares_by = self.keymap["codebook"].sign
        self.query_one(Questions).focus()
        self.call_after_refresh(self.open)

    def action_help_quit(self) -> None:
        """Say how to leave, in place of a notice that covers the table."""
        self.say(f"{self.keymap['quit'].sign} quits")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every command in the palette."""
        for command in self.keymap.commands:
            if command.id != "palette":
                run = partial(self.call_later, self.run_action, command.action)
                yield SystemCommand(f"{command.title} ({command.shown_keys})", command.help, run)

    def welcome(self, view: View, last: View | None) -> None:
        """Stand at the first view; where the survey was left the last time is offered."""
        self.greet(view, last, self.start)

    # The view, and what comes back for it

    def go(self, view: View) -> None:
        """Take the next step."""
        self.forget_count()
        view = self.of_now(view)
        if self.history is not None and view != self.history.view:
            self.forget_news()
            self.history.go(view)
            self.look()

    def look(self) -> None:
        """Ask for the table of the view we stand at, and show where we are."""
        if self.history is None or self.survey is None:
            return
        view = self.history.view
        self.query_one(Questions).select(view.question)
        if self._counting is None:
            self._count(view)
            self.set_timer(_PATIENCE, partial(self._say_if_counting, view))
        elif self._counting != view and self.survey.is_slow:
            self._request.cancel()  # a quick count is let finish: its cube may be asked for again

    def _say_if_counting(self, view: View) -> None:
        if self._counting is view:  # not what was asked before, and came
            self.say("counting …")

    def _count(self, view: View) -> None:
        """Start to count a view; there is one count at a time, and the newest waits."""
        # While it is under way another survey may come, with its own answers.
        self._counting, self._counted_by = view, self.answers
        self._request = Request(lambda done, of: self._tell(request, done, of))
        request = self._request
        self._count_in_thread(view, request)

    def _tell(self, request: Request, done: int, of: int) -> None:
        """Pass on how far a count is; called in its thread."""
        self.post_message(Progressed(request, done, of))

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        """Say how far the count is that somebody waits for."""
        if self._counting is not None and event.request is self._request:
            self.say(f"counting … {100 * event.done // event.of} %")

    @work(thread=True)
    def _count_in_thread(self, view: View, request: Request) -> None:
        with working_for(request):
            self._count_here(view, request)

    def _count_here(self, view: View, request: Request) -> None:
        if (answers := self._counted_by) is None:
            return
        if not answers.has_at_once(view):
            request.wait(_REST)
        took = 0.0
        if not answers.tests_are_loaded:
            answer = answers.answer(view, tested=False)
            took = answer.milliseconds
            self._painted.clear()
            self.post_message(self.Answered(answers, answer, final=False))
            # What the tests load would hold up the numbers that are there.
            self._painted.wait(_PAINTING)
        answer = answers.answer(view, tested=True)
        answer = replace(answer, milliseconds=answer.milliseconds + took)
        self.post_message(self.Answered(answers, answer, final=True))

    def on_explorer_answered(self, event: Answered) -> None:
        """Show an answer to the view we stand at; drop one to a view or a survey we left."""
        if self.history is None:
            return
        view = self.history.view
        is_ours = event.answer.view == view and event.answers is self.answers
        is_ours = is_ours and not event.answer.is_cancelled
        if is_ours:
            self._show(event.answer)
        self.call_after_refresh(self._painted.set)
        if event.final:
            self._settle(event.answers)
            self._counting = None
            if not is_ours:
                self._count(view)
            elif event.answer.milliseconds < _QUICK and self._may_foresee:
                self._foresee([view.with_question(one) for one in self.query_one(Questions).around])

    def _settle(self, answers: Answers) -> None:
        """Do once for each survey what can wait until its first table stands.

        Nobody looks through all that a survey is made of again and again: keys would wait.
        """
        if self._settled is answers or self.survey is None:
            return
        self._settled = answers
        self.remember(self.survey.codebook)
        if self.freezes:
            gc.freeze()

    @property
    def _may_foresee(self) -> bool:
        """Whether the neighbours may be counted unasked: no server of others is."""
        return self.survey is not None and not self.survey.is_remote

    @work(thread=True, exclusive=True, group="foresight")
    def _foresee(self, views: list[View]) -> None:
        """Count the neighbours while nobody waits, so that the next move shows them at once."""
        for view in views:
            if self.answers is not None and self._counting is None and self.foresees:
                self.answers.foresee(view)

    def _show(self, answer: Answer) -> None:
        if self.survey is None:
            return
        self._answered = answer
        self.query_one(Roles).load(answer.roles)
        comparison = self.query_one(Comparison)
        if answer.table is None:
            comparison.show_message(answer.problem)
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.redraw()
        else:
            comparison.show_table(answer.table, answer.extent)
        n = answer.table.respondents if answer.table else None
        codebook = self.survey.codebook
        self.query_one(Title).load(
            self.survey.title,
            state_of(codebook, answer.view, n),
        )
        took = f" · {answer.milliseconds:.1f} ms" if answer.milliseconds else " · remembered"
        took = took if answer.table is not None or answer.milliseconds else ""
        self.say(f"{self.survey.respondents:,} rows{took}{self.offer}")

    # Keys

    @property
    def view(self) -> View | None:
        """The view we stand at, `None` while the survey is being read."""
        return self.history.view if self.history else None

    def finished(self) -> Table | None:
        """Return the table of the view we stand at, once its tests have been made."""
        answer = self._answered
        if answer is None or answer.view != self.view or self._counting:
            return None
        return answer.table

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        question = event.listing.question if isinstance(event.listing, Questions) else None
        if question is not None and self.view is not None:
            self.go(self.view.with_question(question.id))

    def action_switch(self) -> None:
        """Switch the role under the cursor off, or on again."""
        if not isinstance(self._pane(), Roles):
            switch, pane = self.keymap["switch"].sign, self.keymap["roles"].sign
            self.say(f"{switch} switches a role off and on in pane {pane}")
            return
        role = self.query_one(Roles).role
        if role is not None and self.view is not None and self.survey is not None:
            codebook = self.survey.codebook
            self.go(self.view.switched(codebook.default_banner, role.code, codebook.wave))

    def action_step(self, name: str) -> None:
        """Take the next measure, sort, weight and so on."""
        if self.view is not None and self.survey is not None:
            step = STEPS[name](self.survey, self.view)
            if isinstance(step, str):
                self.say(step)
            else:
                self.go(step)
                self.bring_table()

    def action_undo(self) -> None:
        """Go back to the view before."""
        self._travel(History.undo, "nothing to undo")

    def action_redo(self) -> None:
        """Go forward to the view that was undone."""
        self._travel(History.redo, "nothing to redo")

    def _travel(self, step: Callable[[History], bool], otherwise: str) -> None:
        if self.history is None:
            return
        if step(self.history):
            self.look()
        else:
            self.say(otherwise)
