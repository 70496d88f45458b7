"""Undo and redo: the views that were seen."""

from __future__ import annotations

from cxtui.analysis.view import View


class History:
    """Views in the order they were asked for, and where we stand among them."""

    def __init__(self, first: View) -> None:
        self._views = [first]
        self._position = 0

    @property
    def view(self) -> View:
        """The view we stand at."""
        return self._views[self._position]

    def go(self, view: View) -> None:
        """Stand at a new view; what was undone is forgotten.

        A walk through the questions is one step: undo goes back to where the walk began.
        """
        if view == self.view:
            return
        del self._views[self._position + 1 :]
        before = self._views[self._position - 1] if self._position else None
        if before and _walks(before, self.view) and _walks(self.view, view):
            self._views[self._position] = view
        else:
            self._views.append(view)
            self._position += 1

    def undo(self) -> bool:
        """Stand at the view before; `False` where there is none."""
        return self._step(-1)

    def redo(self) -> bool:
        """Stand at the view that was undone; `False` where there is none."""
        return self._step(1)

    def _step(self, by: int) -> bool:
        position = self._position + by
        if not 0 <= position < len(self._views):
            return False
        self._position = position
        return True


def _walks(before: View, after: View) -> bool:
    """Whether only the question changed."""
    return before.with_question(after.question) == after
