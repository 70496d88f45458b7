"""Runs a session in an app: its work in threads, its events painted in the panes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import Status, Title, state_of
from cxtui.app.panes.table_pane import Comparison
from cxtui.garbage import skip_what_is_loaded
from cxtui.messages import tr
from cxtui.sources.wave_files import describe_location
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.app.explorer import Explorer
    from cxtui.session import events
    from cxtui.session.answers import Answer
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.survey.model import Codebook, Survey

_SLOW = 0.2
"""Seconds of a count before the status line says that it is under way."""
_EVERY = 15.0
"""Seconds between two looks at the files: a few `stat` calls in a thread of their own."""


class SessionPainter:
    """Paints the events of an explorer's session.

    `problem` is that of the configuration, shown with the first table.
    """

    def __init__(self, app: Explorer, problem: str) -> None:
        self._app = app
        self._problem = problem
        self._is_news = False
        self._change = ""
        """What the last move changed, until its table is final."""
        self._listed: Codebook | None = None
        self.chosen: ListedColumn | None = None
        """The column that was chosen in the list before the survey was read."""
        self.freezes = False
        """Whether the garbage collector skips the objects of an opened survey."""

    def paint(self, event: events.Event) -> None:
        """Show what happened."""
        from cxtui.session import events

        app = self._app
        match event:
            case events.ReadingProgressed() | events.ColumnsListed() | events.FirstCounted():
                self._paint_reading(event)
            case events.OpeningFailed(reason):
                app.exit(reason)
            case events.Opened():
                self._paint_opened(event)
            case events.ReloadingFailed(reason):
                self._remark(tr("not read again, old numbers"))
                app.say(reason.replace(*self._place))
            case events.FileChanged(problem):
                self._paint_change(problem)
            case events.SavingFailed(draft, reason):
                app.codebook_dialogs.save_elsewhere(draft, reason)
            case events.Moved():
                self._paint_move(event)
            case events.CountProgressed(done, of):
                app.say(tr("counting … {}%", 100 * done // of))
            case events.Answered():
                self._paint_answer(event.answer)
                app.call_after_refresh(app.session.painted)
                if event.is_final:
                    app.release_keys()
                    app.session.foresee(app.query_one(Questions).around)
            case events.Settled() if self.freezes:
                skip_what_is_loaded()
            case events.Refused(reason):
                app.say(reason)

    def _paint_reading(
        self, event: events.ReadingProgressed | events.ColumnsListed | events.FirstCounted
    ) -> None:
        """Show how far the first reading is, the columns, and the first table once it is sure."""
        from cxtui.session import events

        app, questions = self._app, self._app.query_one(Questions)
        if app.session.ready is not None:
            return
        match event:
            case events.ReadingProgressed(text, kinds):
                if app.query_one(Comparison).table is None:
                    app.query_one(Comparison).show_message(text)
                else:
                    app.say(text)
                questions.tell_kinds(kinds)
            case events.ColumnsListed(columns):
                self.list_columns(columns)
            case events.FirstCounted(survey, answer, kinds):
                questions.tell_kinds(kinds)
                self._paint_first(survey, answer)
                app.call_after_refresh(app.session.painted)

    def list_columns(self, columns: Sequence[ListedColumn]) -> None:
        """List the columns of a survey that is being read, in which some keys move at once."""
        questions = self._app.query_one(Questions)
        questions.load(columns)
        questions.paint()
        self._app.call_later(self._app.take_waiting)

    def _paint_first(self, survey: Survey, answer: Answer) -> None:
        """Show the first table, unless another column has been chosen meanwhile."""
        question = survey.codebook.find(answer.view.question)
        if self.chosen is None and question is not None:
            self._app.query_one(Questions).point_at(question.columns[0])
            self._name_roles(survey.codebook)
            self._paint_numbers(survey, answer)

    @property
    def _place(self) -> tuple[str, str]:
        """The survey as it was named, and without the folder that it is in."""
        where = describe_location(self._app.session.start.files)
        return where, Path(where).name

    def _paint_opened(self, event: events.Opened) -> None:
        app, before = self._app, event.before
        start, ready = app.session.start, app.session.ready
        if before is None:
            if start.resume and ready is not None and ready.last is None:
                self._problem = self._problem or tr("no previous view")
            app.set_interval(_EVERY, app.session.look_at_files)
            if event.survey.is_slow:  # a count there may be cancelled, and take long
                app.release_keys()
        codebook = event.survey.codebook
        self._name_roles(codebook)
        self._list_questions(codebook)
        if before is None:
            app.question_line.find_again()
            self._go_to_chosen(codebook)
        if before is not None and before.codebook.default_banner != codebook.default_banner:
            app.query_one(Roles).load(())  # those of another question, until they are counted
        self._remark(" · ".join(event.news), is_news=True)

    def _name_roles(self, codebook: Codebook) -> None:
        side = codebook.find(codebook.default_banner)
        name = clean(side.label) if side and not codebook.role else tr("Role")
        if codebook.role_guess or codebook.banner_guess:
            name = tr("{} (auto)", name)
        sign = self._app.keymap["roles"].sign
        self._app.query_one("#roles-frame", Frame).entitle(f"{sign} {name}")

    def _go_to_chosen(self, codebook: Codebook) -> None:
        """Show the question of the column that was chosen before the survey was read."""
        if (column := self.chosen) is None:
            return
        having = [one for one in codebook.table_questions if column.name in one.columns]
        if having:  # rather the item of a grid than the whole
            self._app.go_to_question(min(having, key=lambda one: len(one.columns)).id)

    def _list_questions(self, codebook: Codebook) -> None:
        """List the questions, unless they are those that are listed: a step may derive some."""
        if codebook is not self._listed:
            self._listed = codebook
            self._app.query_one(Questions).load(codebook.table_questions)
            self._app.keep_signs(_texts_of(codebook))

    def _paint_change(self, problem: str) -> None:
        if problem:
            self._remark(tr("old numbers"))
            self._app.say(problem)
        else:
            key = self._app.keymap["reload"].sign
            self._remark(tr("the file has changed: {} reads it again", key))

    def _remark(self, text: str, *, is_news: bool = False) -> None:
        """Keep a remark in the status line; news only until the next step."""
        self._is_news = is_news
        self._app.query_one(Status).remark(text)

    def _paint_move(self, event: events.Moved) -> None:
        self._change = event.said
        if event.is_step and self._is_news:
            self._remark("")
        if self._app.session.survey is not None:
            self._list_questions(self._app.session.survey.codebook)
        self._app.query_one(Questions).select(event.view.question)
        if event.is_counted:
            self._app.set_timer(_SLOW, partial(self._say_if_counting, event.view))

    def _say_if_counting(self, view: View) -> None:
        if self._app.session.counting is view:  # not what was asked before, and came
            self._app.say(tr("counting …"))

    def _paint_answer(self, answer: Answer) -> None:
        if (survey := self._app.session.survey) is None:
            return
        self._paint_numbers(survey, answer)
        said = [*_cost(survey, answer), self._offer]
        self._app.say(self._change or " · ".join(filter(None, said)))

    def _paint_numbers(self, survey: Survey, answer: Answer) -> None:
        app = self._app
        app.query_one(Roles).load(answer.roles)
        comparison = app.query_one(Comparison)
        if answer.table is None:
            comparison.show_message(answer.problem)
            # An engine that breaks down writes on the terminal itself, across our lines.
            app.redraw()
        else:
            comparison.show_table(answer.table, answer.extent)
        n = answer.table.respondents if answer.table else None
        app.query_one(Title).load(survey.title, state_of(survey.codebook, answer.view, n))

    @property
    def _offer(self) -> str:
        """The problem of the configuration, or the key of the last view, for the first table."""
        session = self._app.session
        if self._problem and session.ready and session.ready.view == session.ready.first:
            return self._problem
        if (last := session.offered) is None:
            return ""
        return tr("{} last time: {}", self._app.keymap["last_view"].shown_keys, last.question)


def _cost(survey: Survey, answer: Answer) -> Iterator[str]:
    """Yield how many rows were counted, and how long it took."""
    yield tr("{:,} rows", survey.respondents)
    if answer.milliseconds:
        yield tr("{:.1f} ms", answer.milliseconds)
    elif answer.table is not None:
        yield tr("cached")


class SessionWorkers:
    """Runs work in threads; its callbacks wait until the panes are laid out."""

    def __init__(self, app: App[str]) -> None:
        self._app = app
        self._calls: deque[Callable[[], object]] = deque()
        self._is_laid_out = False

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread."""
        self._app.run_worker(work, thread=True)

    def later(self, call: Callable[[], object]) -> None:
        """Call back among the messages of the app; may be used from any thread."""
        self._calls.append(call)
        if self._is_laid_out:
            self._app.call_later(self._call)

    def laid_out(self) -> None:
        """Let calls through: a small survey may have been read before there are panes."""
        self._is_laid_out = True
        self._call()

    def _call(self) -> None:
        while self._calls:
            self._calls.popleft()()


def _texts_of(codebook: Codebook) -> Iterator[str]:
    """Yield the texts of a survey that its tables show."""
    yield codebook.title
    for question in codebook.questions:
        yield from (question.label, question.section)
        yield from (one.label for one in question.categories)
        yield from (one.label for one in question.items)
