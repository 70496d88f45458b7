"""Reads the survey of a session, again where it is asked for, and watches its files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Event as Signal
from typing import TYPE_CHECKING

from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.session import events
from cxtui.session.first_table import FirstTable
from cxtui.survey.codebook.early_survey import show_early

if TYPE_CHECKING:
    from cxtui.analysis.view.refit import RefitView
    from cxtui.analysis.view.view import View
    from cxtui.session.answers import Answers
    from cxtui.session.counting import Work
    from cxtui.session.start import Start
    from cxtui.sources.reading_progress import Progress
    from cxtui.survey.model import Survey

_log = logging.getLogger("cxtui.session")

_BETWEEN = 0.1
"""Seconds between two reports on a reading: painting each percent takes as long as the reading."""


@dataclass(frozen=True, slots=True)
class Loading:
    """The survey is being read for the first time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The survey could not be read; the reason is one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A survey that has been read, the current view of it, and what counts its views.

    `read` is the survey with the questions of its codebook, `survey` has those that the view
    derives, too. `first` is the view that the session began with, `last` the one that the visit
    before ended with, if any, `default` the one that this survey opens on; `files` is the state of
    the files before they were read.
    """

    read: Survey
    survey: Survey
    view: View
    answers: Answers
    files: str
    first: View
    default: View
    last: View | None = None

    def at(self, view: View) -> Ready:
        """Return the survey with the questions that `view` derives, at that view.

        Raises `CodebookError` where they cannot be derived.
        """
        from cxtui.session.answers import Answers

        survey = _derived(self.read, view.derive)
        if survey is self.survey:
            return replace(self, view=view)
        return replace(self, survey=survey, view=view, answers=Answers(survey, self.answers.memory))


State = Loading | Ready | Failed


def fit_view(view: View, before: Survey, after: Ready) -> View:
    """Return a view of the survey `before` without what the survey `after` no longer has."""
    return view if before is after.survey else _refitted(view, before, after).view


def _refitted(view: View, before: Survey, after: Ready) -> RefitView:
    from cxtui.analysis.view.refit import refit_view

    if view.derive:
        from cxtui.analysis.derive.derived_lines import fitting_lines

        view = replace(view, derive=fitting_lines(after.read, view.derive))
    return refit_view(view, before, _derived(after.read, view.derive), after.default)


def _derived(survey: Survey, lines: tuple[str, ...]) -> Survey:
    if not lines:
        return survey
    from cxtui.analysis.derive.derived_lines import survey_with

    return survey_with(survey, lines)


def changes_since(before: Ready, after: Ready) -> tuple[str, ...]:
    """Return the news of a survey that was read again, and the parts of its view that are gone."""
    from cxtui.analysis.view.refit import describe_changes

    gone = _refitted(before.view, before.survey, after).dropped
    is_changed = after.read.fingerprint != before.read.fingerprint
    told = describe_changes(before.read, after.read) if is_changed else ()
    return (*told, *(tr("no longer there: {}", one) for one in gone))


class SurveyReader:
    """Reads in a thread and tells what was `read`, or why it `failed`.

    Meanwhile `hear` is told how far the reading is. Of a file that is read the first time, it is
    also told the columns, and the first table as soon as that is sure. Then the reading waits up to
    `painting` seconds until `painted` says that the table is on a screen; 0 means no screen.

    What is asked for during a reading is read after it, since that one may miss a change.
    """

    def __init__(
        self,
        work: Work,
        read: Callable[[Ready, str], object],
        failed: Callable[[str], object],
        hear: Callable[[events.Event], object],
        painting: float,
    ) -> None:
        self.is_reading = False
        self._work, self._was_read, self._failed = work, read, failed
        self._hear, self._painting, self._painted = hear, painting, Signal()
        self._next: tuple[Start, str] | None = None
        self._told = -_BETWEEN

    def read(self, start: Start, after: str) -> None:
        """Read a survey; `after` says what happened, where it was read before."""
        if self.is_reading:
            self._next = start, after
        else:
            self.is_reading = True
            self._work.start(partial(self._read, start, after))

    def _read(self, start: Start, after: str) -> None:
        first = FirstTable(start, self._show)
        show = first.show if self._painting and first.is_wanted and not after else None
        try:
            with show_early(show):
                ready = read_survey(start, self._tell, again=bool(after))
        except CxtuiError as error:
            self._work.later(partial(self._end, partial(self._failed, str(error))))
        else:
            _log.info("opened: %d respondents", ready.survey.respondents)
            self._work.later(partial(self._end, partial(self._was_read, ready, after)))

    def _show(self, first: events.FirstCounted) -> None:
        self._painted.clear()
        self._work.later(partial(self._hear, first))
        # describing the other columns would delay the painting
        self._painted.wait(self._painting)

    def painted(self) -> None:
        """Take note that the first table is on the screen."""
        self._painted.set()

    def _tell(self, progress: Progress) -> None:
        """Report each step of a reading, but no number that follows another too soon to be seen."""
        if progress.columns:
            listed = events.ColumnsListed(tuple(progress.columns))
            self._work.later(partial(self._hear, listed))
        now = time.monotonic()
        if not progress.percent or now - self._told >= _BETWEEN:
            self._told = now
            event = events.ReadingProgressed(progress.text, progress.kinds)
            self._work.later(partial(self._hear, event))

    def _end(self, tell: Callable[[], object]) -> None:
        tell()
        self.is_reading, following = False, self._next
        self._next = None
        if following is not None:
            self.read(*following)


def read_survey(start: Start, report: Callable[[Progress], object], *, again: bool) -> Ready:
    """Read a survey and return it with its first view, with its default view if read `again`.

    `report` is told how far a slow file is. Raises `CxtuiError`.
    """
    from cxtui.analysis.view.view_options import default_view, view_of
    from cxtui.session.answers import Answers
    from cxtui.session.saved_view_store import last_view
    from cxtui.sources.reading_progress import report_progress
    from cxtui.sources.wave_files import state_of_files
    from cxtui.work.open_derived import open_derived

    files = state_of_files(start.files)
    with report_progress(report):
        read = open_derived(
            *(start.files, start.codebook, start.timeout, start.sheet), suppress=start.suppress
        )
        survey, lines = _with_lines(read, start.derive)
    answers = Answers(survey, start.memory)
    if again:
        view = default_view(survey)
        return Ready(read, survey, view, answers, files, view, view)
    view = replace(view_of(survey, start.view), derive=lines)
    ready = Ready(read, survey, view, answers, files, view, view, last_view(start.files, read))
    if ready.last is None or not start.resume:
        return ready
    return replace(ready.at(ready.last), first=ready.last, default=ready.last)


def _with_lines(survey: Survey, lines: Sequence[str]) -> tuple[Survey, tuple[str, ...]]:
    """Return a survey with the questions of `lines`, and those of them that no codebook has."""
    if not lines:
        return survey, ()
    from cxtui.analysis.derive.derived_lines import survey_with, undeclared_lines

    own = undeclared_lines(survey, lines)
    return survey_with(survey, own), own


class FileWatch:
    """Looks in a thread whether the files have changed, one look at a time.

    It tells the state of the files, empty where they cannot be read, and why they cannot.
    """

    def __init__(
        self, files: Sequence[str], work: Work, looked: Callable[[str, str], object]
    ) -> None:
        self.is_looking = False
        self.is_at_rest = False
        """Whether the last two looks found the same state."""
        self._files, self._work, self._tell = tuple(files), work, looked
        self._last = ""

    def look(self) -> None:
        """Look at the files, unless a look is under way."""
        if not self.is_looking:
            self.is_looking = True
            self._work.start(self._look)

    def _look(self) -> None:
        from cxtui.sources.wave_files import state_of_files

        state, problem = "", ""
        try:
            state = state_of_files(self._files)
        except CxtuiError as error:
            problem = str(error)
        self._work.later(partial(self._looked, state, problem))

    def _looked(self, state: str, problem: str) -> None:
        self.is_at_rest, self._last = state == self._last, state
        self.is_looking = False
        self._tell(state, problem)
