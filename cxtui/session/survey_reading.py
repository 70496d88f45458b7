"""Reads the survey of a session, as often as it is asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from cxtui.errors import CxtuiError
from cxtui.session.session_state import Ready
from cxtui.session.start import Start
from cxtui.session.work import Work

_log = logging.getLogger("cxtui.session")


class SurveyReader:
    """Reads in a thread and tells what was `read`, or why it `failed`.

    A change during a reading may be missed: what is asked for meanwhile is read once more then.
    """

    def __init__(
        self,
        work: Work,
        read: Callable[[Ready, str], object],
        failed: Callable[[str], object],
        report: Callable[[str], object],
    ) -> None:
        self.is_reading = False
        self._work, self._was_read, self._failed, self._report = work, read, failed, report
        self._next: tuple[Start, str] | None = None

    def read(self, start: Start, after: str) -> None:
        """Read a survey; `after` says what happened, where it was read before."""
        if self.is_reading:
            self._next = start, after
        else:
            self.is_reading = True
            self._work.start(partial(self._read, start, after))

    def _read(self, start: Start, after: str) -> None:
        try:
            ready = read_survey(start, self._tell, again=bool(after))
        except CxtuiError as error:
            self._work.later(partial(self._end, partial(self._failed, str(error))))
        else:
            _log.info("opened: %d respondents", ready.survey.respondents)
            self._work.later(partial(self._end, partial(self._was_read, ready, after)))

    def _tell(self, text: str) -> None:
        self._work.later(partial(self._report, text))

    def _end(self, tell: Callable[[], object]) -> None:
        tell()
        self.is_reading, following = False, self._next
        self._next = None
        if following is not None:
            self.read(*following)


def read_survey(start: Start, report: Callable[[str], object], *, again: bool) -> Ready:
    """Read a survey and return it with its first view, with its default view if read `again`.

    `report` is told how far a slow file is. Raises `CxtuiError`.
    """
    from cxtui.analysis.view.view_options import default_view, view_of
    from cxtui.session.answers import Answers
    from cxtui.session.last_view import last_view
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.reading_progress import report_progress
    from cxtui.sources.wave_files import state_of_files

    files = state_of_files(start.files)
    with report_progress(lambda progress: report(progress.text)):
        survey = open_survey(start.files, start.codebook, start.timeout)
    answers = Answers(survey, start.memory)
    if again:
        view = default_view(survey)
        return Ready(survey, view, answers, files, view, view)
    view, last = view_of(survey, start.view), last_view(start.files, survey)
    if last is not None and start.resume:
        view = last
    return Ready(survey, view, answers, files, view, view, last)
