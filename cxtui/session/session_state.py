"""The states of a session, and how the survey of one is read, and read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View
from cxtui.session.start import Start
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.session.answers import Answers


@dataclass(frozen=True, slots=True)
class Loading:
    """The survey is being read for the first time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The survey could not be read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A survey that has been read, the view that is asked of it, and what answers it.

    `first` is the view that the session began with, `last` the one that the visit before ended
    with, if any, `default` the one that this survey opens on; `files` is the state of the files
    before they were read.
    """

    survey: Survey
    view: View
    answers: Answers
    files: str
    first: View
    default: View
    last: View | None = None


State = Loading | Ready | Failed


def read_survey(start: Start, report: Callable[[str], object], *, again: bool) -> Ready:
    """Read a survey and return it with its first view, with its default view if read `again`.

    `report` is told how far a slow file is. Raises `CxtuiError`.
    """
    from cxtui.analysis.view.view_options import default_view, view_of
    from cxtui.session.answers import Answers
    from cxtui.session.last_view import last_view
    from cxtui.sources.file_state import state_of_files
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.reading_progress import report_progress

    files = state_of_files(start.files)
    with report_progress(lambda progress: report(str(progress))):
        survey = open_survey(start.files, start.codebook, start.timeout)
    answers = Answers(survey, start.memory)
    if again:
        view = default_view(survey)
        return Ready(survey, view, answers, files, view, view)
    view, last = view_of(survey, start.view), last_view(start.files, survey)
    if last is not None and start.resume:
        view = last
    return Ready(survey, view, answers, files, view, view, last)


def fit_view(view: View, before: Survey, after: Ready) -> View:
    """Return a view that was asked of `before`, as far as the survey of now has what it names."""
    from cxtui.analysis.view.refit import carried

    if before is after.survey:
        return view
    return carried(view, before, after.survey, after.default).view


def changes_since(before: Ready, after: Ready) -> tuple[str, ...]:
    """Return what is new in a survey that was read again, and what its view no longer finds."""
    from cxtui.analysis.view.refit import carried, news

    gone = carried(before.view, before.survey, after.survey, after.default).gone
    is_changed = after.survey.fingerprint != before.survey.fingerprint
    told = news(before.survey, after.survey) if is_changed else ()
    return (*told, *(f"no longer there: {one}" for one in gone))
