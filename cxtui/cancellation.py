"""Requests that can be cancelled: a count stops, and tells how far it is, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Lock

from cxtui.errors import Cancelled


class Request:
    """One result that is waited for, until it is cancelled; safe to use from any thread.

    `on_progress` is told how many parts of the work are done, of how many, where an engine says so.
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
        """Let nothing cancel the request any more, since its result is about to be published.

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


class LatestRequest:
    """The one request that a screen waits for: each new one cancels the one before."""

    def __init__(self) -> None:
        self._request: Request | None = None

    def renew(self, on_progress: Callable[[int, int], object] = lambda done, of: None) -> Request:
        """Return a new request, and cancel the last."""
        self.cancel()
        self._request = Request(on_progress)
        return self._request

    def cancel(self) -> None:
        """Cancel the last request, if there was any."""
        if self._request is not None:
            self._request.cancel()


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current_request() -> Request | None:
    """Return the request that this thread works for, `None` where nothing can cancel it."""
    return _current.get()


@contextmanager
def working_for(request: Request) -> Iterator[None]:
    """Let this thread work for `request` inside the block."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)
