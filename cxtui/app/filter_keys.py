"""Filters by the answer or the role under the cursor, in one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.app.keys.commands import ROLES, TABLE
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.table_pane import Comparison
from cxtui.errors import ViewError

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer
    from cxtui.survey.question import Question


def keep_only(app: Explorer) -> None:
    """Keep only the respondents with the answer, or of the role, under the cursor."""
    _filter(app, is_kept=True)


def exclude(app: Explorer) -> None:
    """Exclude the respondents with the answer, or of the role, under the cursor."""
    _filter(app, is_kept=False)


def _filter(app: Explorer, *, is_kept: bool) -> None:
    from cxtui.analysis.tables import row_filters

    ready = app.session.ready
    try:
        under_cursor = _under_cursor(app)
    except ViewError as error:
        app.say(str(error))
        return
    if ready is not None and under_cursor is not None:
        change = row_filters.keep_only if is_kept else row_filters.exclude
        app.go(change(ready.view, *under_cursor, ready.survey.codebook.wave))


def _under_cursor(app: Explorer) -> tuple[Question, tuple[str, ...]] | None:
    """Return a question, and the codes of the answer under the cursor; `None` without one."""
    from cxtui.analysis.tables.row_filters import codes_of_row

    if app.movement.pane_id == ROLES:
        role, survey = app.query_one(Roles).entry, app.session.survey
        side = survey and survey.codebook.find(survey.codebook.default_banner)
        return (side, (role.code,)) if role is not None and side else None
    if app.movement.pane_id != TABLE:
        key = app.keymap["table"].sign
        raise ViewError("{} goes to the table: choose the answer there", key)
    shown = app.query_one(Comparison)
    if shown.table is None or shown.cell is None:
        raise ViewError("there is no answer to choose yet")
    question, row = shown.table.question, shown.table.rows[shown.cell[0]]
    return question, codes_of_row(question, row)
