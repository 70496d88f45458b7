"""Looks whether the files of a survey have changed while it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cxtui.errors import CxtuiError
from cxtui.session.work import Work


@dataclass(frozen=True, slots=True)
class Look:
    """The state of the files, or why they have none; `is_at_rest` if it was so the last time."""

    state: str
    problem: str
    is_at_rest: bool


class FileWatch:
    """Takes one look at a time, in a thread, and tells what it saw."""

    def __init__(self, files: Sequence[str], work: Work, looked: Callable[[Look], object]) -> None:
        self.is_looking = False
        self._files, self._work, self._tell = tuple(files), work, looked
        self._last = ""

    def look(self) -> None:
        """Look at the files, unless a look is under way."""
        if not self.is_looking:
            self.is_looking = True
            self._work.start(self._look)

    def _look(self) -> None:
        from cxtui.sources.wave_files import state_of_files

        state, problem = "", ""
        try:
            state = state_of_files(self._files)
        except CxtuiError as error:
            problem = str(error)
        self._work.later(lambda: self._looked(state, problem))

    def _looked(self, state: str, problem: str) -> None:
        is_at_rest, self._last = state == self._last, state
        self.is_looking = False
        self._tell(Look(state, problem, is_at_rest))
