"""A survey before all of its columns are described, for those who ask to see it; loads no engine.

Its first table is that of the whole survey, which follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.survey.model import Survey

Showing = Callable[["Survey", Collection[str]], Collection[str]]
"""Takes an early survey, and the columns that some respondents describe, not all.

It returns those that it needs to be described by all, none where it takes the survey.
"""

_PATIENCE = 3.0
"""Seconds that the end of a program waits for the rest of a survey, to keep it all."""

_showing: ContextVar[Showing | None] = ContextVar("showing", default=None)
_is_whole = Event()
_is_whole.set()


@contextmanager
def show_early(show: Showing | None) -> Iterator[None]:
    """Call `show` with an early survey of each slow file that this thread reads in the block."""
    token = _showing.set(show and _noting(show))
    try:
        yield
    finally:
        _showing.reset(token)
        if show is not None:
            _is_whole.set()


def _noting(show: Showing) -> Showing:
    """Return what calls `show`, and takes note that the rest of the survey follows."""

    def noting(survey: Survey, brief: Collection[str]) -> Collection[str]:
        _is_whole.clear()  # a person may leave while the table is shown
        if needed := show(survey, brief):
            _is_whole.set()
        return needed

    return noting


def who_is_shown() -> Showing | None:
    """Return who wants to see an early survey, `None` if nobody does."""
    return _showing.get()


def wait_for_the_rest() -> None:
    """Wait until a survey that was shown early is read to its end, a few seconds at most."""
    _is_whole.wait(_PATIENCE)
