"""The states of a session, and how one that was ready fits a survey that was read again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View
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
