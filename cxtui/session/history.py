"""Undo and redo: the views that were seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cxtui.analysis.view.view import View

T = TypeVar("T")


class Steps(Generic[T]):
    """Values in the order they came to be, and where we stand among them."""

    def __init__(self, first: T) -> None:
        self._all = [first]
        self._position = 0

    @property
    def now(self) -> T:
        """The value we stand at."""
        return self._all[self._position]

    @property
    def first(self) -> T:
        """The value that all began with."""
        return self._all[0]

    def go(self, value: T) -> None:
        """Stand at a new value; what was undone is forgotten."""
        if value != self.now:
            del self._all[self._position + 1 :]
            self._all.append(value)
            self._position += 1

    def undo(self) -> bool:
        """Stand at the value before; `False` where there is none."""
        return self._step(-1)

    def redo(self) -> bool:
        """Stand at the value that was undone; `False` where there is none."""
        return self._step(1)

    def _step(self, by: int) -> bool:
        position = self._position + by
        if not 0 <= position < len(self._all):
            return False
        self._position = position
        return True


_MOST = 1000


class History(Steps[View]):
    """Views in the order they were asked for, and where we stand among the latest thousand."""

    @property
    def view(self) -> View:
        """The view we stand at."""
        return self.now

    def go(self, value: View) -> None:
        """Stand at a new view; what was undone is forgotten.

        A walk through the questions is one step: undo goes back to where the walk began.
        """
        before = self._all[self._position - 1] if self._position else None
        walked = before and _walks(before, self.view) and _walks(self.view, value)
        if walked and value != self.view:
            self._position -= 1
        super().go(value)
        forgotten = max(len(self._all) - _MOST, 0)
        del self._all[:forgotten]
        self._position -= forgotten

    def each(self, carry: Callable[[View], View]) -> None:
        """Replace every view, where the survey itself has become another."""
        self._all = [carry(view) for view in self._all]


def _walks(before: View, after: View) -> bool:
    """Whether only the question changed."""
    return before.with_question(after.question) == after
