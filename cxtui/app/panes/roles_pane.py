"""Pane 2: the roles, each with its live count, to be switched off and on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on

from cxtui.app.keys.commands import ROLES
from cxtui.app.panes.line_widget import CURSOR, DIM, Frame
from cxtui.app.panes.list_widget import Listing
from cxtui.output.drawing.fit import between

if TYPE_CHECKING:
    from cxtui.session.answers import Role

_MOST_SHOWN = 8
_ON, _OFF = "[x] ", "[ ] "


class Roles(Listing):
    """The categories of the role, or of what stands in for it."""

    declares_by = "d"
    """The key that its words name."""

    def __init__(self) -> None:
        super().__init__(id=ROLES)
        self.roles: Sequence[Role] = ()
        self._is_loaded = False

    @property
    def length(self) -> int:
        """How many roles there are."""
        return len(self.roles)

    @property
    def role(self) -> Role | None:
        """The role under the cursor."""
        return self.roles[self.cursor] if self.cursor < len(self.roles) else None

    def load(self, roles: Sequence[Role]) -> None:
        """Show these roles."""
        grown = len(roles) != len(self.roles)
        self.roles, self._is_loaded = roles, True
        if grown:
            self.styles.height = min(max(len(roles), 1), _MOST_SHOWN)
        self.cursor = min(self.cursor, max(len(roles) - 1, 0))
        self.paint()

    @on(events.Click)
    async def _switch_box(self, event: events.Click) -> None:
        """Switch the role whose box the mouse clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.x < len(_ON) and self.stands(self._top + offset.y):
            self.stand(self._top + offset.y)
            await self.run_action("app.do('switch')")

    def paint(self) -> None:
        """Show the roles, that there are none, or that there are more."""
        if self._is_loaded and not self.roles:
            self.show([self.strip(Text(f"none: {self.declares_by} declares one", DIM))])
        else:
            super().paint()
        if isinstance(self.parent, Frame):
            hidden = self.length > self.size.height > 0
            self.parent.say_more(f"↑↓ more of {self.length}" if hidden else "")

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a role's switch, label and count."""
        role = self.roles[position]
        width = self.size.width
        count = f"{role.n:,}"
        switch = _ON if role.on else _OFF
        text = between(switch, role.label, count, width)
        style = CURSOR if at_cursor and self.has_focus else "" if role.on else DIM
        return Text(text, style)
