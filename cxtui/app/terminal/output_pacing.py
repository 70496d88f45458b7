"""How much may be on the way to a terminal, which may be far away and slow."""

from __future__ import annotations

from collections import deque

ON_THE_WAY = 2_000
"""Bytes that may be on the way when more is sent: a slow line takes them in an eighth second."""
_ASKED_EVERY = 1_000


class Pace:
    """Counts what was sent and what has arrived.

    The system's own buffers take far more than a slow line does, so the terminal is asked now and
    then: its answer says that everything before the question has arrived. Most terminals answer;
    one that does not is sent everything at once.
    """

    def __init__(self) -> None:
        self.answers = False
        self.questions = 0
        self._asked: deque[int] = deque()
        self._unasked = 0

    @property
    def has_room(self) -> bool:
        """Whether more may be sent."""
        return not self.answers or sum(self._asked) + self._unasked <= ON_THE_WAY

    def sent(self, size: int) -> bool:
        """Count `size` bytes; return whether to ask behind them."""
        self._unasked += size
        if self.questions and not self.answers:
            self._unasked = 0
            return False
        if self.questions and self._unasked < _ASKED_EVERY:
            return False
        self.questions += 1
        self._asked.append(self._unasked)
        self._unasked = 0
        return True

    def answered(self) -> None:
        """Take the answer to the oldest question."""
        self.answers = True
        if self._asked:
            self._asked.popleft()

    def give_up(self, question: int) -> bool:
        """Stop to count on a terminal that left this question open; return whether it did."""
        if question <= self.questions - len(self._asked):
            return False
        self.answers = False
        self._asked.clear()
        self._unasked = 0
        return True
