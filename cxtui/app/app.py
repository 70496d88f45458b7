"""The wiring: a key becomes the next View, and the Table that comes back is painted."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar, NoReturn, TypeVar

from textual import on, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from cxtui.analysis.view import Condition, Correction, Sort, View, measure_of, measures_of
from cxtui.app.commands import COMMANDS, QUESTIONS, ROLES, TABLE
from cxtui.app.history import History
from cxtui.app.lines import Frame
from cxtui.app.panes.comparison import Comparison
from cxtui.app.panes.listing import Listing
from cxtui.app.panes.questions import Questions
from cxtui.app.panes.roles import Roles
from cxtui.app.panes.status import State, Status, Title, state_of
from cxtui.app.screens.prompt import prompt
from cxtui.app.terminal import leave_now, leave_on_signals
from cxtui.errors import CxtuiError
from cxtui.survey.clean import clean
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.analysis.table import Table
    from cxtui.app.answers import Answer, Answers

_PATIENCE = 0.2
_PANES = (QUESTIONS, ROLES, TABLE)

T = TypeVar("T")


class Explorer(App[str]):
    """Explores one survey. Its result is why it could not be opened, empty if it was."""

    CSS_PATH = "cxtui.tcss"
    TITLE = "cxtui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), command.action, command.title, show=False)
        for command in COMMANDS
        if command.id != "palette"
    ]

    class Opened(Message):
        """The survey has been read."""

        def __init__(self, survey: Survey, view: View, answers: Answers) -> None:
            super().__init__()
            self.survey = survey
            self.view = view
            self.answers = answers

    class Refused(Message):
        """The survey cannot be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Answered(Message):
        """A view has been answered; unless `final`, its marks follow."""

        def __init__(self, answer: Answer, *, final: bool) -> None:
            super().__init__()
            self.answer = answer
            self.final = final

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self._options = options
        self._survey: Survey | None = None
        self._answers: Answers | None = None
        self._history: History | None = None
        self._counting: View | None = None
        self._answered: Answer | None = None
        self._laid_out = Event()
        self._wave = ""

    # The screen

    def compose(self) -> ComposeResult:
        """Lay out title, panes and status."""
        yield Title(id="title")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield prompt("find a question", name="search")
                yield Frame("1 Questions", Questions())
                yield Frame("2 Role", Roles())
            yield Frame("3 Table", Comparison())
        yield Status(id="status")

    def on_mount(self) -> None:
        """Show the screen first; the engine loads behind it."""
        self.theme = "ansi-dark"
        leave_on_signals(lambda status: self.exit(return_code=status))
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(repaint=True, layout=True))
        self.query_one(Title).load(clean(Path(self._options.file).name), State())
        self.query_one(Questions).focus()
        self._open()

    def on_ready(self) -> None:
        """Let the survey in: a small one may be read before the panes are there."""
        self._laid_out.set()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every command in the palette."""
        for command in COMMANDS:
            if command.id != "palette":
                run = partial(self.call_later, self.run_action, command.action)
                yield SystemCommand(f"{command.title} ({command.shown_keys})", command.help, run)

    # The survey

    @work(thread=True)
    def _open(self) -> None:
        try:
            from cxtui.analysis.options import view_of
            from cxtui.app.answers import Answers
            from cxtui.sources.opening import open_survey

            survey = open_survey(self._options.file, self._options.codebook)
            view = view_of(survey, self._options)
        except CxtuiError as error:
            self.post_message(self.Refused(str(error)))
        else:
            self._laid_out.wait()
            self.post_message(self.Opened(survey, view, Answers(survey)))

    def on_explorer_refused(self, event: Refused) -> None:
        """Leave with the reason; nothing could be shown."""
        self.exit(event.reason)

    def on_explorer_opened(self, event: Opened) -> None:
        """Fill the panes and ask for the first table."""
        codebook = event.survey.codebook
        self._survey, self._answers = event.survey, event.answers
        self._history = History(event.view)
        side = codebook.find(codebook.side)
        guess = " (guess)" if codebook.role_guess or codebook.banner_guess else ""
        name = "Role" if codebook.role else clean(side.label) if side else "Role"
        self.query_one("#roles-frame", Frame).entitle(f"2 {name}{guess}")
        self.query_one(Questions).load(codebook.tabulated)
        self._look()

    # The view, and what comes back for it

    def _go(self, view: View) -> None:
        """Take the next step."""
        if self._history is not None and view != self._history.view:
            self._history.go(view)
            self._look()

    def _look(self) -> None:
        """Ask for the table of the view we stand at, and show where we are."""
        if self._history is None or self._survey is None:
            return
        view = self._history.view
        self.query_one(Questions).select(view.question)
        if self._counting is None:
            self._count(view)
            self.set_timer(_PATIENCE, self._say_if_counting)

    def _say_if_counting(self) -> None:
        if self._counting is not None:
            self.query_one(Status).say("counting …")

    def _count(self, view: View) -> None:
        """Start to count a view; there is one count at a time, and the newest waits."""
        self._counting = view
        self._count_in_thread(view)

    @work(thread=True)
    def _count_in_thread(self, view: View) -> None:
        if self._answers is None:
            return
        took = 0.0
        if not self._answers.tests_are_loaded:
            answer = self._answers.answer(view, tested=False)
            took = answer.milliseconds
            self.post_message(self.Answered(answer, final=False))
        answer = self._answers.answer(view, tested=True)
        answer = replace(answer, milliseconds=answer.milliseconds + took)
        self.post_message(self.Answered(answer, final=True))

    def on_explorer_answered(self, event: Answered) -> None:
        """Show an answer to the view we stand at; drop one to a view we left."""
        if self._history is None:
            return
        view = self._history.view
        if event.answer.view == view:
            self._show(event.answer)
        if event.final:
            self._counting = None
            if event.answer.view != view:
                self._count(view)

    def _show(self, answer: Answer) -> None:
        if self._survey is None:
            return
        self._answered = answer
        self.query_one(Roles).load(answer.roles)
        comparison = self.query_one(Comparison)
        if answer.table is None:
            comparison.show_message(answer.problem)
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.refresh(repaint=True, layout=True)
        else:
            comparison.show_table(answer.table)
        n = answer.table.respondents if answer.table else None
        codebook = self._survey.codebook
        self.query_one(Title).load(
            codebook.title or clean(Path(self._survey.location).name),
            state_of(codebook, answer.view, n),
        )
        took = f"{answer.milliseconds:.1f} ms" if answer.milliseconds else "remembered"
        self.query_one(Status).say(f"{self._survey.respondents:,} rows · {took}")

    # Keys

    @property
    def view(self) -> View | None:
        """The view we stand at, `None` while the survey is being read."""
        return self._history.view if self._history else None

    def _pane(self) -> Questions | Roles | Comparison:
        focused = self.focused
        return focused if isinstance(focused, Roles | Comparison) else self.query_one(Questions)

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that got the focus."""
        self.query_one(Status).stand_in(self._pane().id or "")

    def action_move(self, by: int) -> None:
        """Move the cursor, or scroll the table."""
        self._pane().move(by)

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self._pane().page(by)

    def action_edge(self, towards: int) -> None:
        """Move to the first or the last line."""
        self._pane().edge(towards)

    def action_columns(self, by: int) -> None:
        """Scroll the banner columns."""
        self.query_one(Comparison).columns(by)

    def action_pane(self, pane: str) -> None:
        """Give a pane the focus."""
        self.query_one(f"#{pane}").focus()

    def action_next_pane(self) -> None:
        """Give the next pane the focus."""
        position = _PANES.index(self._pane().id or QUESTIONS)
        self.action_pane(_PANES[(position + 1) % len(_PANES)])

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        question = event.listing.question if isinstance(event.listing, Questions) else None
        if question is not None and self.view is not None:
            self._go(self.view.with_question(question.id))

    def action_switch(self) -> None:
        """Switch the role under the cursor off, or on again."""
        role = self.query_one(Roles).role
        if role is not None and self.view is not None and self._survey is not None:
            self._go(self.view.switched(self._survey.codebook.side, role.code))

    def action_measure(self) -> None:
        """Show the next measure that this question has."""
        if self.view is None or self._survey is None:
            return
        question = self._survey.codebook.find(self.view.question)
        if question is not None:
            possible = measures_of(question)
            show = _after(possible, measure_of(question, self.view))
            self._go(replace(self.view, show=None if show is possible[0] else show))

    def action_sort(self) -> None:
        """Sort the rows another way."""
        if self.view is not None:
            self._go(replace(self.view, sort=_after(tuple(Sort), self.view.sort)))

    def action_weight(self) -> None:
        """Take the next weight of the survey, or none."""
        if self.view is None or self._survey is None:
            return
        codebook = self._survey.codebook
        weights = dict.fromkeys((codebook.weight, *codebook.weights, self.view.weight or ""))
        weights.pop("", None)
        if not weights:
            self.query_one(Status).say("this survey has no weight")
            return
        weight = _after((None, *weights), self.view.weight)
        self._go(replace(self.view, weight=weight))

    def action_undo(self) -> None:
        """Go back to the view before."""
        self._travel(History.undo, "nothing to undo")

    def action_redo(self) -> None:
        """Go forward to the view that was undone."""
        self._travel(History.redo, "nothing to redo")

    def _travel(self, step: Callable[[History], bool], otherwise: str) -> None:
        if self._history is None:
            return
        if step(self._history):
            self._look()
        else:
            self.query_one(Status).say(otherwise)

    # What opens over the screen

    def action_find(self) -> None:
        """Open the line to find a question."""
        search = self.query_one("#search", Input)
        search.add_class("open")
        search.value = ""
        search.focus()

    def action_forget(self) -> None:
        """Close the search and list all questions again."""
        search = self.query_one("#search", Input)
        search.remove_class("open")
        search.value = ""
        questions = self.query_one(Questions)
        questions.focus()
        questions.find("")
        if self.view is not None:
            questions.select(self.view.question)

    @on(Input.Changed, "#search")
    def _narrow(self, event: Input.Changed) -> None:
        if not event.input.has_class("open"):
            return
        questions = self.query_one(Questions)
        if not event.value:
            questions.find("")
            if self.view is not None:
                questions.select(self.view.question)
            return
        found = questions.find(event.value)
        self.query_one(Status).say(f"{found} found" if found else "no question has that")
        if questions.question is not None and self.view is not None:
            self._go(self.view.with_question(questions.question.id))

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.query_one("#search", Input).remove_class("open")
        self.query_one(Questions).focus()
        self.query_one(Status).say("esc lists all questions again")

    def action_banner(self) -> None:
        """Choose whom to compare."""
        from cxtui.app.screens.pick import Pick

        if self.view is None or self._survey is None:
            return
        candidates = [one for one in self._survey.codebook.tabulated if one.is_banner]
        chosen = self.view.banner[0][0] if self.view.banner else ""
        self.push_screen(Pick("Compare by", candidates, chosen), self._compare_by)

    def _compare_by(self, question: str | None) -> None:
        if question is not None and self.view is not None:
            self._go(replace(self.view, banner=((question,),)))

    def action_filter(self) -> None:
        """Choose who is kept."""
        from cxtui.app.screens.filter import Filters

        if self.view is not None and self._survey is not None:
            self.push_screen(Filters(self._survey, self.view.filters), self._keep)

    def _keep(self, filters: tuple[Condition, ...] | None) -> None:
        if filters is not None and self.view is not None and self._survey is not None:
            self._go(self.view.with_filters(filters, self._survey.codebook.wave))

    def action_export(self) -> None:
        """Write the table on the screen to a file."""
        from cxtui.app.screens.export import Export

        table = self._finished()
        if table is None:
            self.query_one(Status).say("there is no table to export yet")
            return
        self.push_screen(Export(table, self._options.file), self._exported)

    def _finished(self) -> Table | None:
        """Return the table of the view we stand at, once its tests have been made."""
        answer = self._answered
        if answer is None or answer.view != self.view or self._counting:
            return None
        return answer.table

    def _exported(self, said: str | None) -> None:
        if said:
            self.query_one(Status).say(said)

    def action_inspect(self) -> None:
        """Show everything behind a cell."""
        from cxtui.app.screens.inspect import Inspect

        table, cell = self._finished(), self.query_one(Comparison).cell
        if table is None or cell is None:
            self.query_one(Status).say("there is no cell to inspect yet")
            return
        self.push_screen(Inspect(table, *cell))

    def action_correction(self) -> None:
        """Choose the correction and the level of the tests."""
        from cxtui.app.screens.correction import PickCorrection

        if self.view is not None:
            pick = PickCorrection(self.view.correction, self.view.level)
            self.push_screen(pick, self._be_strict)

    def _be_strict(self, chosen: tuple[Correction, float] | None) -> None:
        if chosen is not None and self.view is not None:
            correction, level = chosen
            self._go(replace(self.view, correction=correction, level=level))

    def action_gaps(self) -> None:
        """Rank all answers by how far the two columns differ."""
        if self.view is None or self._survey is None:
            return
        from cxtui.app.screens.gaps import Gaps

        self.push_screen(Gaps(self._survey, self.view), self._open_question)

    def _open_question(self, question: str | None) -> None:
        if question is not None and self.view is not None:
            self._go(self.view.with_question(question))

    def action_trend(self) -> None:
        """Follow the question over the waves."""
        if self.view is None or self._survey is None:
            return
        from cxtui.app.screens.trend import Trends

        wave = self._wave or self._survey.codebook.wave
        if wave == self.view.question:
            wave = ""
        self.push_screen(Trends(self._survey, self.view, wave), self._remember_wave)

    def _remember_wave(self, wave: str | None) -> None:
        self._wave = wave or self._wave

    def action_help(self) -> None:
        """List the keys."""
        from cxtui.app.screens.help import Help

        self.push_screen(Help(self._pane().id or ""))


def _after(possible: tuple[T, ...], current: T) -> T:
    """Return what follows `current`, the first after the last."""
    position = possible.index(current) if current in possible else -1
    return possible[(position + 1) % len(possible)]


def explore(options: argparse.Namespace) -> NoReturn:
    """Open the explorer, and end the program with its exit status.

    Raises `CxtuiError` where the survey cannot be opened.
    """
    problem = asyncio.run(_run(Explorer(options)))
    raise CxtuiError(problem)


async def _run(app: Explorer) -> str:
    """Run the explorer; return why the survey could not be opened, if so."""
    problem = await app.run_async()
    if not problem:
        leave_now(app.return_code or 0)
    return problem
