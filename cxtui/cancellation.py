"""Requests that can be cancelled and that report progress, in any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Lock

from cxtui.errors import Cancelled


class Request:
    """A result that is wanted until it is cancelled; safe to use from any thread.

    An engine that knows its progress calls `on_progress` with the parts that are done and all.
    """

    def __init__(self, on_progress: Callable[[int, int], object] = lambda done, of: None) -> None:
        self.on_progress = on_progress
        self._cancelled = Event()
        self._is_finished = False
        self._lock = Lock()
        self._callbacks: list[Callable[[], object]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether the result is no longer wanted."""
        return self._cancelled.is_set()

    def cancel(self) -> bool:
        """Stop all work for this request; return whether it could still be stopped."""
        with self._lock:
            if self._is_finished:
                return False
            self._cancelled.set()
            callbacks = list(self._callbacks)
        for call in callbacks:
            call()
        return True

    def finish(self) -> None:
        """Allow no cancelling any more, since the result is about to be published.

        Raises `Cancelled` where it was cancelled before.
        """
        with self._lock:
            self.check()
            self._is_finished = True

    def check(self) -> None:
        """Raise `Cancelled` if the request was cancelled."""
        if self.is_cancelled:
            raise Cancelled("not counted: something else was asked for")

    def wait(self, seconds: float) -> bool:
        """Wait a little; return whether the result is still wanted then."""
        return not self._cancelled.wait(seconds)

    @contextmanager
    def on_cancel(self, call: Callable[[], object]) -> Iterator[None]:
        """Call `call` if the request is cancelled inside the block, or was before it."""
        with self._lock:
            self._callbacks.append(call)
        if self.is_cancelled:
            call()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(call)


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current_request() -> Request | None:
    """Return the request that this thread works for, `None` for work that goes on to its end."""
    return _current.get()


@contextmanager
def working_for(request: Request) -> Iterator[None]:
    """Let this thread work for `request` inside the block."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)
