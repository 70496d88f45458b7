"""The message that a count sends while an engine works for it."""

from __future__ import annotations

from textual.message import Message

from cxtui.cancellation import Request


class Progressed(Message):
    """An engine has done some of the tasks of a count."""

    def __init__(self, request: Request, done: int, of: int) -> None:
        super().__init__()
        self.request = request
        self.done = done
        self.of = of

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, type(self))
