"""Moves from pane to pane, and the cursor in one; a count typed before repeats the move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxtui.app.keys.commands import QUESTIONS, ROLES, TABLE
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.table_pane import Comparison

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer

_BEGIN_COUNT, _DIGITS = "456789", 4
_EVERY_COLUMN = 1_000_000
_PANES = (QUESTIONS, ROLES, TABLE)


class PaneMovement:
    """The focused pane of an explorer and its cursor."""

    def __init__(self, app: Explorer) -> None:
        self._app = app
        self.typed = ""
        """The digits of the pending repeat count."""

    @property
    def pane(self) -> Questions | Roles | Comparison:
        """The pane that has the focus."""
        focused = self._app.focused
        if isinstance(focused, Roles | Comparison):
            return focused
        return self._app.query_one(Questions)

    @property
    def pane_id(self) -> str:
        """The id of the pane that has the focus."""
        return self.pane.id or QUESTIONS

    # A repeat count does not begin with 0, 1, 2 or 3: these keys have a command

    def count_on(self, digit: str) -> bool:
        """Add a digit to the repeat count; return `False` where the key is none of its digits."""
        if digit in _BEGIN_COUNT:
            self._add(digit)
        return digit in _BEGIN_COUNT

    def _add(self, digit: str) -> None:
        self.typed = (self.typed + digit)[-_DIGITS:]
        self._app.say(f"{self.typed} …")

    def forget_count(self) -> None:
        """Begin a new repeat count with the next digit."""
        self.typed = ""

    def _times(self) -> int:
        """Return the repeat count, 1 where none is pending, and reset it."""
        times, self.typed = int(self.typed or 1), ""
        return times

    # Moves

    def move(self, by: int) -> None:
        """Move the cursor, or scroll the table."""
        self.pane.move(by * self._times())

    def columns(self, by: int) -> None:
        """Scroll the banner columns."""
        self._app.query_one(Comparison).columns(by * self._times())

    def last_column(self) -> None:
        """Go to the last banner column."""
        self._app.query_one(Comparison).columns(_EVERY_COLUMN)

    def first_column(self) -> None:
        """Go to the first banner column, unless the 0 continues a count."""
        if self.typed:
            self._add("0")
        else:
            self._app.query_one(Comparison).columns(-_EVERY_COLUMN)

    def go_to(self, pane: str) -> None:
        """Give a pane the focus, unless its digit continues a count."""
        if self.typed:
            self._add(str(_PANES.index(pane) + 1))
        else:
            self.focus(pane)

    def next_pane(self) -> None:
        """Give the next pane the focus."""
        position = _PANES.index(self.pane_id)
        self.focus(_PANES[(position + 1) % len(_PANES)])

    def focus(self, pane: str) -> None:
        """Give a pane the focus."""
        self.show(pane)
        self._app.query_one(f"#{pane}").focus()

    def show(self, pane: str) -> None:
        """Show the pane where there is room for one alone; hidden, it could not get the focus."""
        panes = self._app.query_one("#panes")
        if not panes.has_class(f"at-{pane}"):
            panes.set_classes(f"at-{pane}")
            self._app.stylesheet.update(panes)

    def show_table(self) -> None:
        """Show the table where one pane has the screen: what a key changed is there."""
        if self._app.screen.has_class("-narrow"):
            self.focus(TABLE)

    def switch_chart(self) -> None:
        """Show the chart in the table's place, or the table again."""
        self._app.query_one(Comparison).switch_chart()
        self.show_table()
