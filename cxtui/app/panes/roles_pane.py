"""Pane 2: the roles, each with its live count, to be switched off and on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on

from cxtui.app.keys.commands import ROLES
from cxtui.app.panes.line_widget import DIM, Frame
from cxtui.app.panes.list_widget import Listing
from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import between
from cxtui.output.drawing.number_text import HIDDEN

if TYPE_CHECKING:
    from cxtui.session.answers import Role

_MOST_SHOWN = 8
_ON, _OFF = "[x] ", "[ ] "


class Roles(Listing["Role"]):
    """The categories of the role, or of the default banner where there is no role."""

    declares_by = "d"
    """The key that its words name."""

    def __init__(self) -> None:
        super().__init__(id=ROLES)

    def load(self, roles: Sequence[Role]) -> None:
        """Show these roles."""
        if len(roles) != self.length:
            self.styles.height = min(max(len(roles), 1), _MOST_SHOWN)
        self.if_empty = tr("none: {} declares one", self.declares_by)
        self.fill(roles)

    @on(events.Click)
    async def _switch_box(self, event: events.Click) -> None:
        """Switch the role whose box the mouse clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.x < len(_ON) and self.stands(self._top + offset.y):
            self.stand(self._top + offset.y)
            await self.run_action("app.do('switch')")

    def paint(self) -> None:
        """Show the roles, and in the border that there are more."""
        super().paint()
        if isinstance(self.parent, Frame):
            hidden = self.length > self.size.height > 0
            self.parent.say_more(tr("↑↓ more of {}", self.length) if hidden else "")

    def line(self, entry: Role, position: int) -> Text:
        """Return a role's switch, label and count."""
        switch = _ON if entry.on else _OFF
        count = HIDDEN if entry.n is None else count_text(entry.n)
        text = between(switch, entry.label, count, self.size.width)
        return Text(text, "" if entry.on else DIM)

    def line_at_cursor(self, line: Text) -> Text:
        """Return the line of the cursor, which is seen only with the focus."""
        return super().line_at_cursor(line) if self.has_focus else line
