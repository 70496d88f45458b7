"""What a survey whose small counts are hidden does not show at all, and when a count is small."""

from __future__ import annotations

from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.model import Survey


def require_all_shown(survey: Survey, what: str) -> None:
    """Raise `ViewError` where a survey hides small counts; `what` would show respondents."""
    if survey.least:
        message = "{} would show respondents one by one; suppress = {} shows groups of {} or more"
        raise ViewError(message, tr(what), survey.least, survey.least)


def is_shown(survey: Survey, n: float, of: float) -> bool:
    """Return whether a count and its remainder are 0 or as large as the survey asks for."""
    return not any(0 < one < survey.least for one in (n, of - n))
