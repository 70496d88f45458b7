"""A screen that waits for counts: they end with it, also on a server far away."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from cxtui.cancellation import Inquiry


class Progressed(Message):
    """A server has done some of the tasks of a count."""

    def __init__(self, inquiry: Inquiry, done: int, of: int) -> None:
        super().__init__()
        self.inquiry = inquiry
        self.done = done
        self.of = of

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, type(self))


class Waiting:
    """Mixed into a screen: one inquiry at a time, given up for the next one or on leaving."""

    _inquiry: Inquiry | None = None

    def inquire(self, heard: Callable[[int, int], object] = lambda done, of: None) -> Inquiry:
        """Return a new inquiry in the place of the last."""
        self.give_up()
        self._inquiry = Inquiry(heard)
        return self._inquiry

    def give_up(self) -> None:
        """Wait no more for what was asked for."""
        if self._inquiry is not None:
            self._inquiry.give_up()

    def on_unmount(self) -> None:
        """Leave nothing behind that still runs."""
        self.give_up()
