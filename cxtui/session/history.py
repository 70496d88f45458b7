"""Undo and redo: the views that were seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cxtui.analysis.view.view import View

T = TypeVar("T")

_MOST = 1000
"""Views that can be undone."""


class Steps(Generic[T]):
    """Values in the order they came to be, and the current one among them."""

    def __init__(self, first: T) -> None:
        self._all = [first]
        self._position = 0

    @property
    def now(self) -> T:
        """The current value."""
        return self._all[self._position]

    @property
    def first(self) -> T:
        """The value that all began with."""
        return self._all[0]

    def go(self, value: T) -> None:
        """Add a value after the current one; values that were undone are dropped."""
        if value != self.now:
            self._position += 1
            self._all[self._position :] = [value]

    def undo(self) -> bool:
        """Go back to the value before; `False` where there is none."""
        return self._step(-1)

    def redo(self) -> bool:
        """Go forward to the value that was undone; `False` where there is none."""
        return self._step(1)

    def _step(self, by: int) -> bool:
        exists = 0 <= self._position + by < len(self._all)
        self._position += by if exists else 0
        return exists


class History(Steps[View]):
    """The latest thousand views in the order they were asked for, and the current one."""

    def go(self, value: View) -> None:
        """Add a view after the current one; views that were undone are dropped.

        A walk through the questions is one step: undo goes back to where the walk began.
        """
        before = self._all[self._position - 1] if self._position else None
        walked = before and _walks(before, self.now) and _walks(self.now, value)
        if walked and value != self.now:
            self._position -= 1
        super().go(value)
        forgotten = max(len(self._all) - _MOST, 0)
        del self._all[:forgotten]
        self._position -= forgotten

    def each(self, change: Callable[[View], View]) -> None:
        """Replace every view, where the survey itself has become another."""
        self._all = [change(view) for view in self._all]


def _walks(before: View, after: View) -> bool:
    """Whether only the question changed."""
    return before.with_question(after.question) == after
