"""The counts of a session: one at a time, the newest view next, neighbours in advance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Event as Signal
from typing import TYPE_CHECKING, Protocol

from cxtui.cancellation import Request, working_for
from cxtui.session.events import Answered, Cancelled, CountProgressed, Event, Settled

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.session.answers import Answer, Answers

_REST = 0.15
"""Seconds without another key before a remote server gets a query."""
_QUICK = 250.0
"""Milliseconds of a count above which no neighbour is counted: it could delay the next key."""


class Work(Protocol):
    """Runs what takes long beside the session, whose own methods all run in one thread."""

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread."""

    def later(self, call: Callable[[], object]) -> None:
        """Call back soon in the session's own thread; may be used from any thread."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A view to count, and the answers of its survey."""

    view: View
    answers: Answers


class Counting:
    """Counts the views of a session in threads and emits their answers.

    `painting` is how many seconds the tests of a table wait for its numbers to be painted.
    """

    foresees = True

    def __init__(self, work: Work, emit: Callable[[Event], object], painting: float) -> None:
        self.latest: Answer | None = None
        self._work, self._emit, self._painting = work, emit, painting
        self._wanted: _Wanted | None = None
        self._now: _Wanted | None = None
        self._request = Request()
        self._painted = Signal()
        self._settled: Answers | None = None
        self._foreseen: Sequence[View] = ()

    @property
    def view(self) -> View | None:
        """The view that is being counted."""
        return self._now.view if self._now else None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being counted, and the newest survey has been counted once."""
        is_counted = self._wanted is None or self._settled is self._wanted.answers
        return self._now is None and is_counted

    def ask(self, view: View, answers: Answers) -> None:
        """Count a view, as soon as the count that is under way has ended."""
        self._wanted = _Wanted(view, answers)
        if self._now is None:
            self._begin(self._wanted)
        elif self._now.view != view and answers.survey.is_slow:
            self._request.cancel()  # a quick count may finish: its cube may be needed again

    def cancel(self) -> None:
        """Stop the count that is under way, and count nothing in its place."""
        if self._now is not None:
            self._wanted = None
            self._request.cancel()

    def painted(self) -> None:
        """Take note that the numbers of the last answer are on the screen."""
        self._painted.set()

    def foresee(self, views: Sequence[View]) -> None:
        """Count views that may be asked for next, unless the next key would have to wait."""
        wanted, latest = self._wanted, self.latest
        if wanted is None or wanted.answers.survey.is_remote or self._now is not None:
            return
        if latest is not None and latest.milliseconds < _QUICK:
            self._foreseen = views
            self._work.start(partial(self._foresee, views, wanted.answers))

    def _foresee(self, views: Sequence[View], answers: Answers) -> None:
        for view in views:
            if self.foresees and self._now is None and self._foreseen is views:
                answers.foresee(view)

    def _begin(self, wanted: _Wanted) -> None:
        request = Request(
            lambda done, of: self._work.later(partial(self._progressed, request, done, of))
        )
        self._now, self._request = wanted, request
        self._work.start(partial(self._count, wanted, request))

    def _progressed(self, request: Request, done: int, of: int) -> None:
        if self._now is not None and request is self._request:
            self._emit(CountProgressed(done, of))

    def _count(self, wanted: _Wanted, request: Request) -> None:
        """Count in a thread; the numbers come before their tests while those are not loaded."""
        view, answers = wanted.view, wanted.answers
        with working_for(request):
            if not answers.has_at_once(view):
                request.wait(_REST)
            took = 0.0
            if not answers.tests_are_loaded:
                answer = answers.answer(view, tested=False)
                took = answer.milliseconds
                self._painted.clear()
                self._work.later(partial(self._answered, wanted, answer, is_final=False))
                # Loading the tests would delay the painting of the numbers.
                self._painted.wait(self._painting)
            answer = answers.answer(view, tested=True)
        answer = replace(answer, milliseconds=answer.milliseconds + took)
        self._work.later(partial(self._answered, wanted, answer, is_final=True))

    def _answered(self, counted: _Wanted, answer: Answer, *, is_final: bool) -> None:
        """Emit an answer to the newest view; drop any other, and count the newest view next."""
        if is_final:
            self._now = None
        is_current = counted == self._wanted and not answer.is_cancelled
        if is_current:
            self.latest = answer
            self._emit(Answered(answer, is_final))
        else:
            self._painted.set()
        if not is_final:
            return
        if self._settled is not counted.answers:
            self._settled = counted.answers
            self._emit(Settled())
        if is_current or self._now is not None:
            return
        if self._wanted is None:
            self._emit(Cancelled(counted.view))
        else:
            self._begin(self._wanted)
