"""Filters by the answer or the role under the cursor, in one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.app.keys.commands import ROLES, TABLE
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.table_pane import Comparison
from cxtui.errors import ViewError
from cxtui.survey.question import Question

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


class RowFilters:
    """Keeps or excludes the respondents with the answer under the cursor of an explorer."""

    def __init__(self, app: Explorer) -> None:
        self._app = app

    def keep_only(self) -> None:
        """Keep only the respondents with that answer."""
        self._filter(is_kept=True)

    def exclude(self) -> None:
        """Exclude the respondents with that answer."""
        self._filter(is_kept=False)

    def _filter(self, *, is_kept: bool) -> None:
        from cxtui.analysis.tables.row_filters import exclude, keep_only

        app = self._app
        ready = app.session.ready
        try:
            under_cursor = self._under_cursor()
        except ViewError as error:
            app.say(str(error))
            return
        if ready is not None and under_cursor is not None:
            change = keep_only if is_kept else exclude
            app.go(change(ready.view, *under_cursor, ready.survey.codebook.wave))

    def _under_cursor(self) -> tuple[Question, tuple[str, ...]] | None:
        """Return a question, and the codes of the answer under the cursor; `None` without one."""
        from cxtui.analysis.tables.row_filters import codes_of_row

        app = self._app
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
