"""Where the work of a session runs: in threads of an app, or at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Work(Protocol):
    """Runs what takes long beside the session, whose own methods all run in one thread."""

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread."""

    def later(self, call: Callable[[], object]) -> None:
        """Call back soon in the session's own thread; may be used from any thread."""


class AtOnce:
    """Runs everything where it is asked for, so that an operation returns once it is done."""

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` here."""
        work()

    def later(self, call: Callable[[], object]) -> None:
        """Call back here."""
        call()
