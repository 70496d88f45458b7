"""A screen that waits for counts: they end with it, also on a server far away."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from cxtui.cancellation import Request


class Progressed(Message):
    """A server has done some of the tasks of a count."""

    def __init__(self, request: Request, done: int, of: int) -> None:
        super().__init__()
        self.request = request
        self.done = done
        self.of = of

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, type(self))


class Waiting:
    """Mixed into a screen: one request at a time, given up for the next one or on leaving."""

    _request: Request | None = None

    def inquire(self, heard: Callable[[int, int], object] = lambda done, of: None) -> Request:
        """Return a new request in the place of the last."""
        self.give_up()
        self._request = Request(heard)
        return self._request

    def give_up(self) -> None:
        """Wait no more for what was asked for."""
        if self._request is not None:
            self._request.cancel()

    def on_unmount(self) -> None:
        """Leave nothing behind that still runs."""
        self.give_up()
