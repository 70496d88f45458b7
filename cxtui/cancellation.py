"""Whoever waits for an answer: gives it up, and hears how far it is, wherever it is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Lock


class Inquiry:
    """One answer that somebody waits for; safe to use from any thread.

    `heard` is told how many parts of the work are done, of how many, where an engine says so.
    """

    def __init__(self, heard: Callable[[int, int], object] = lambda done, of: None) -> None:
        self.heard = heard
        self._gone = Event()
        self._lock = Lock()
        self._told: list[Callable[[], object]] = []

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._gone.is_set()

    def give_up(self) -> None:
        """Wait no more: whatever runs for it is told to stop."""
        self._gone.set()
        with self._lock:
            told = list(self._told)
        for tell in told:
            tell()

    def settles(self, seconds: float) -> bool:
        """Wait a little; return whether the answer is still wanted then."""
        return not self._gone.wait(seconds)

    @contextmanager
    def telling(self, tell: Callable[[], object]) -> Iterator[None]:
        """Call `tell` as soon as the inquiry is given up meanwhile, or was before."""
        with self._lock:
            self._told.append(tell)
        if self.is_given_up:
            tell()
        try:
            yield
        finally:
            with self._lock:
                self._told.remove(tell)


_current: ContextVar[Inquiry | None] = ContextVar("inquiry", default=None)


def current_inquiry() -> Inquiry:
    """Return the inquiry that this thread works for, else one that nobody gives up."""
    return _current.get() or Inquiry()


@contextmanager
def asking(inquiry: Inquiry) -> Iterator[None]:
    """Let this thread work for `inquiry` meanwhile."""
    token = _current.set(inquiry)
    try:
        yield
    finally:
        _current.reset(token)
