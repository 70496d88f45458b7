"""Three lines of what to press, on a user's first visit until the first key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.app.panes.table_pane import Comparison
from cxtui.messages import tr
from cxtui.session.private_files import is_first_visit

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer

_LINES = (
    "First visit: {up}{down} another question · {find} find one · {table} the table, {inspect} "
    "explains a cell",
    "{banner} compare other groups · {filter} filter · {measure} measure · {gaps} where groups "
    "differ · {trend} waves",
    "{copy} copy · {export} write a file · {palette} commands by their words · {help} help · "
    "{quit} quit",
)


def welcome(app: Explorer) -> None:
    """Show what to press under the table, unless the user was here before or wants no offers."""
    if is_first_visit() and not app.start.fresh:
        signs = {one.id: one.sign for one in app.keymap.commands}
        app.query_one(Comparison).welcome = tuple(tr(line, **signs) for line in _LINES)


def end_welcome(app: Explorer) -> None:
    """Remove the lines: a key was pressed."""
    if len(app.screen_stack) == 1 and (table := app.query_one(Comparison)).welcome:
        table.welcome = ()
        table.paint()
