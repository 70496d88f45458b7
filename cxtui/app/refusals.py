"""What the app refuses where small counts are hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.errors import ViewError

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


def shows_respondents(app: Explorer, what: str) -> bool:
    """Return whether the survey shows respondents one by one; say why it does not.

    `what` would show them, in English.
    """
    if (survey := app.session.survey) is None:
        return True
    from cxtui.survey.suppression import require_all_shown

    try:
        require_all_shown(survey, what)
    except ViewError as error:
        app.say(str(error))
        return False
    return True
