"""A screen over the panes that has one list: the keys that move its cursor."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.overlay import Overlay

T = TypeVar("T")


class MovingScreen(Overlay[T]):
    """Moves the cursor of its list by the keys that move it everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down"),
        Binding("up,k", "move(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    @property
    def listing(self) -> Listing:
        """The one list of this screen."""
        return self.query_one(Listing)  # type: ignore[type-abstract] # it is never made, only found

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.listing.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.listing.page(by)

    def action_edge(self, towards: int) -> None:
        """Move the cursor to the first or the last line."""
        self.listing.edge(towards)
