"""A screen over the panes with a hidden line, whose words narrow what is below it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt

T = TypeVar("T")


class SearchOverlay(Overlay[T]):
    """A screen in which words can be searched; a kept search stays in sight above the results."""

    @property
    @abstractmethod
    def searched(self) -> Widget:
        """The list or text that is narrowed; it has the focus while nothing is typed."""

    def action_search(self) -> None:
        """Open the line to search in."""
        self.query_one(Prompt).open()

    @on(Input.Submitted)
    def keep_search(self) -> None:
        """Go back to the results; an empty line is hidden."""
        line = self.query_one(Prompt)
        line.set_class(bool(line.value), "open")
        self.searched.focus()

    def drop_search(self) -> None:
        """Show everything again."""
        self.query_one(Prompt).value = ""
        self.keep_search()
