"""The survey behind the screen: opened, watched while it is open, and opened again."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from cxtui.analysis.view.view import View
from cxtui.app.overlays import Overlays
from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import Status
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.terminal.capabilities import is_light, wants_ascii
from cxtui.errors import CxtuiError
from cxtui.output import replay
from cxtui.session.history import History
from cxtui.session.start import Start
from cxtui.sources.wave_files import describe_location
from cxtui.survey.model import Codebook, Survey
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.session.answers import Answers

_log = logging.getLogger("cxtui.app")

_EVERY = 15.0
"""Seconds between two looks at the file: a few `stat` calls in a thread of their own."""

_CHANGED = "the file has changed: {} reads it again"


@dataclass(frozen=True, slots=True)
class Open:
    """A survey that has been read, the view it opens on, and who answers for it.

    `seen` is the state that the file was in before it was read, `last` the view that it was left
    at the last time.
    """

    survey: Survey
    view: View
    answers: Answers
    seen: str
    last: View | None = None


class Opening(Overlays):
    """Opens the survey of an explorer, and opens it again when its file or codebook changed."""

    class Opened(Message):
        """The survey has been read; `again` says after what, where it was read before."""

        def __init__(self, opened: Open, again: str) -> None:
            super().__init__()
            self.opened = opened
            self.again = again

    class Reading(Message):
        """A slow file is being read, so far."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    class Refused(Message):
        """The survey cannot be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Looked(Message):
        """The file has been looked at: its state, or why it has none."""

        def __init__(self, state: str, problem: str) -> None:
            super().__init__()
            self.state = state
            self.problem = problem

    def __init__(self, start: Start) -> None:
        super().__init__(
            ascii_only=wants_ascii(start.ascii, os.environ),
            on_light=is_light(start.theme, os.environ),
        )
        self.start = start
        self.location = start.files
        self.history: History | None = None
        self._laid_out = Event()
        self._seen = self._tried = self._last_look = ""
        self._is_looking = self._is_reading = self._is_news = False
        self._once_more = ""

    @property
    def opened(self) -> replay.Opened:
        """How command lines name the survey."""
        return self.start.opened

    def look(self) -> None:
        """Ask for the table of the view we stand at, and show where we are."""
        raise NotImplementedError

    def welcome(self, view: View, last: View | None) -> None:
        """Stand at the first view of a survey that was left at `last` some time ago."""
        raise NotImplementedError

    def on_ready(self) -> None:
        """Let the survey in: a small one may be read before the panes are there."""
        self._laid_out.set()

    # Opened

    def open(self, again: str = "") -> None:
        """Read the survey in a thread; `again` says after what, where it was read before.

        Where it is being read already, what changed since may be missed: it is read once more.
        """
        if self._is_reading:
            self._once_more = again
        else:
            self._is_reading = True
            self._read(again)

    def _has_been_read(self) -> None:
        self._is_reading, again = False, self._once_more
        self._once_more = ""
        if again:
            self.open(again)

    @work(thread=True)
    def _read(self, again: str) -> None:
        try:
            opened = self._read_here(again)
        except CxtuiError as error:
            self.post_message(self.Refused(str(error)))
        else:
            self._laid_out.wait()
            _log.info("opened: %d respondents", opened.survey.respondents)
            self.post_message(self.Opened(opened, again))

    def _read_here(self, again: str) -> Open:
        from cxtui.analysis.view.view_options import default_view, view_of
        from cxtui.session.answers import Answers
        from cxtui.session.last_view import last_view
        from cxtui.sources.file_state import state_of_files
        from cxtui.sources.open_survey import open_survey
        from cxtui.sources.reading_progress import report_progress

        seen = state_of_files(self.location)
        with report_progress(lambda progress: self.post_message(self.Reading(str(progress)))):
            survey = open_survey(self.location, self.start.codebook, self.start.timeout)
        answers = Answers(survey, self.start.memory)
        if again:
            return Open(survey, default_view(survey), answers, seen)
        view, last = view_of(survey, self.start.view), last_view(self.location, survey)
        if last is not None and self.start.resume:
            view = last
        return Open(survey, view, answers, seen, last)

    @work(thread=True)
    def remember(self, codebook: Codebook) -> None:
        """Keep what the completion of a command line needs of the survey that is open."""
        from cxtui.session.completion_cache import remember

        remember(self.location, self.start.codebook, codebook)

    @on(Reading)
    def _reading(self, event: Reading) -> None:
        """Say how far it is, in the place of the table to come."""
        if self._laid_out.is_set() and self.survey is None:
            self.query_one(Comparison).show_message(event.said)

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        """Leave with the reason; where there are numbers from before, they stay."""
        if self.survey is None:
            self.exit(event.reason)
        else:
            self._remark("not read again, old numbers")
            self.say(event.reason.replace(*self._place))
            self._has_been_read()

    @property
    def _place(self) -> tuple[str, str]:
        """The survey as it was named, and without the folder that it is in."""
        where = describe_location(self.location)
        return where, Path(where).name

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        """Fill the panes and ask for the table."""
        opened, before = event.opened, self.survey
        said = self._carry(before, opened) if before else ()
        self.survey, self.answers, self._seen = opened.survey, opened.answers, opened.seen
        if self.history is None:
            self.history = History(opened.view)
            self.welcome(opened.view, opened.last)
            self.set_interval(_EVERY, self.look_at_file)
        codebook = opened.survey.codebook
        side = codebook.find(codebook.default_banner)
        guess = " (guess)" if codebook.role_guess or codebook.banner_guess else ""
        key = self.keymap["roles"].sign
        name = "Role" if codebook.role else clean(side.label) if side else "Role"
        self.query_one("#roles-frame", Frame).entitle(f"{key} {name}{guess}")
        self.query_one(Questions).load(codebook.table_questions)
        if before is not None and before.codebook.default_banner != codebook.default_banner:
            self.query_one(Roles).load(())  # those of another question, until they are counted
        self._remark(" · ".join((event.again, *said)) if before else "", is_news=True)
        self.look()
        self._has_been_read()

    def _remark(self, text: str, *, is_news: bool = False) -> None:
        """Keep a remark in the status line; news only until the next step."""
        self._is_news = is_news
        self.query_one(Status).remark(text)

    def forget_news(self) -> None:
        """Take back what was told of a survey that was read again."""
        if self._is_news:
            self._remark("")

    def _carry(self, before: Survey, opened: Open) -> tuple[str, ...]:
        """Take the views along to the survey as it is now; return what is to be said of it."""
        from cxtui.analysis.view.refit import carried, news

        after, default = opened.survey, opened.view
        gone: tuple[str, ...] = ()
        if self.history is not None:
            gone = carried(self.history.view, before, after, default).gone
            self.history.each(lambda view: carried(view, before, after, default).view)
        told = news(before, after) if after.fingerprint != before.fingerprint else ()
        return (*told, *(f"no longer there: {one}" for one in gone))

    # Watched

    def look_at_file(self) -> None:
        """See in a thread whether the file is still the one that was read."""
        if not self._is_looking and not self._is_reading and self.survey is not None:
            self._is_looking = True
            self._look_at_file()

    @work(thread=True)
    def _look_at_file(self) -> None:
        from cxtui.sources.file_state import state_of_files

        try:
            looked = self.Looked(state_of_files(self.location), "")
        except CxtuiError as error:
            looked = self.Looked("", str(error))
        self.post_message(looked)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        """Say what became of the file; where it is followed, read it once it is at rest."""
        self._is_looking = False
        is_at_rest, self._last_look = event.state == self._last_look, event.state
        is_known = bool(event.state) and event.state in {self._seen, self._tried}
        if self._is_reading or is_known:
            return
        if event.problem:
            self._remark("old numbers")
            self.say(event.problem)
        elif self.start.follow and is_at_rest:
            # What cannot be read is not tried again before it changes.
            self._tried = event.state
            self.open("read again")
        else:
            self._remark(_CHANGED.format(self.keymap["reload"].sign))

    def action_reload(self) -> None:
        """Read the file again; the view stays."""
        if self.survey is not None:
            self.say("reading again …")
            self.open("read again")
