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


def is_small(n: float, least: int) -> bool:
    """Return whether so few respondents could be told apart; nobody is none to protect."""
    return 0 < n < least


def is_shown(survey: Survey, n: float, of: float) -> bool:
    """Return whether neither a count nor its remainder is small."""
    return not any(is_small(one, survey.least) for one in (n, of - n))
