"""Rows and columns of the table, hidden and shown again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cxtui.app.panes.table_pane import Comparison
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.analysis.tables.table import Table
    from cxtui.analysis.view.hidden_parts import Hidden
    from cxtui.analysis.view.view import View
    from cxtui.app.explorer import Explorer


def hide(app: Explorer) -> None:
    """Pick what to hide: the row or column under the cursor, empty ones, the rows below."""
    from cxtui.app.screens.base.pick_line import PickLine

    shown = app.query_one(Comparison)
    survey = app.session.survey
    if shown.table is None or shown.cell is None:
        app.say(tr("there is no table to hide rows of yet"))
        return
    choices = list(_choices(shown.table, *shown.cell))

    def take(place: int | None) -> None:
        # The view may have moved on since this table was counted: that one hides them.
        if place is not None and (view := app.session.view) is not None:
            app.go(choices[place][1](view), survey)

    app.push_screen(PickLine(tr("Hide"), [words for words, _ in choices]), take)


def _choices(table: Table, row: int, column: int) -> Iterator[tuple[str, Callable[[View], View]]]:
    """Yield what can be hidden, and what hides it in a view."""
    from cxtui.analysis.query.cube import Status
    from cxtui.analysis.tables.hidden_rows import path_of, path_of_row

    one, head = table.rows[row], table.columns[column]
    yield tr("the row {}", one.label), partial(_hidden, path_of_row(table.question, one))
    if head.path:
        yield tr("the column {}", head.label), partial(_hidden, path_of(head))
    yield tr("rows and columns without respondents"), partial(replace, hide_empty=True)
    below = table.rows[row + 1 :]
    if one.status is Status.ANSWER and any(each.status is Status.ANSWER for each in below):
        yield tr("all answers below {}", one.label), partial(replace, most_rows=row + 1)


def _hidden(path: Hidden, view: View) -> View:
    return replace(view, hidden=(*view.hidden, path))


def show_all(app: Explorer) -> None:
    """Show all rows and columns again."""
    view = app.session.view
    if view is None or view == view.unhidden:
        app.say(tr("no row or column is hidden"))
    else:
        app.go(view.unhidden)
