"""A screen that counts the respondents who are kept: one count at a time, the newest waits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from rich.text import Text

from cxtui.analysis.query.cube import Status
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.screens.base.key_hints import hint_lines
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import folded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey

T = TypeVar("T")

_ANSWERS = frozenset({Status.ANSWER, Status.MISSING, Status.NULL})


@dataclass(frozen=True, slots=True)
class CountRequest:
    """What to count: who meets `kept`, and the answers to `question` among `among`."""

    kept: tuple[Condition, ...]
    question: str = ""
    among: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class RespondentCount:
    """The number of respondents kept, or why they could not be counted.

    `answers` has the number of each answer by its code, of the `asked` who were counted for that.
    """

    n: int = 0
    asked: int = 0
    answers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


class CountingScreen(MovingScreen[T]):
    """Counts in a thread what `count_request` returns, and shows it by `show_count`."""

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self.survey = survey
        self._is_counting = False
        self._problem = ""
        self._answers: dict[tuple[str, tuple[Condition, ...]], Mapping[str, int]] = {}

    @abstractmethod
    def count_request(self) -> CountRequest:
        """Return the respondents and answers to count now."""

    def show_count(self, count: RespondentCount) -> str:
        """Show the count that was requested; return it in words for the foot."""
        return tr("keeps {:,} of {:,} respondents", count.n, self.survey.respondents)

    def recount(self, problem: str = "") -> None:
        """Count anew, or show a problem, which no count under way may hide."""
        self._problem = problem
        if problem:
            self.query_one(Foot).say(problem)
        else:
            self._count_next()

    def _count_next(self) -> None:
        """Begin a count, or have it begun by the one under way."""
        if not self._is_counting:
            self._is_counting = True
            request = self.count_request()
            self.work_in_thread(partial(self._count, request), partial(self._counted, request))
        elif self.survey.is_slow:
            self.request.cancel()

    def _count(self, request: CountRequest) -> RespondentCount:
        from cxtui.analysis.query.expressions.filters import count_respondents

        answers = self._answers_to(request) if request.question else {}
        asked = count_respondents(self.survey, request.among) if request.question else 0
        if self.survey.least:  # of answers a few may be small, and several add up
            from cxtui.analysis.disclosure.filter_remainder import require_many_kept

            require_many_kept(self.survey, request.kept)
            answers = {}
        return RespondentCount(count_respondents(self.survey, request.kept), asked, answers)

    def _answers_to(self, request: CountRequest) -> Mapping[str, int]:
        from cxtui.analysis.query.count_cube import compute_cube

        key = request.question, request.among
        if key not in self._answers:
            cube = compute_cube(self.survey, View(request.question, filters=request.among))
            counts = zip(cube.rows, cube.cells.n[0, :, 0], strict=True)
            # A net may have the code of an answer.
            self._answers[key] = {row.code: int(n) for row, n in counts if row.status in _ANSWERS}
        return self._answers[key]

    def _counted(self, request: CountRequest, count: RespondentCount | CxtuiError) -> None:
        self._is_counting = False
        if request != self.count_request():
            self._count_next()
            return
        found = count if isinstance(count, RespondentCount) else RespondentCount(problem=str(count))
        said = self.show_count(found)
        self.query_one(Foot).say(self._problem or found.problem or said)


class Foot(Lines):
    """A count, or what happened, above the keys."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self._keys = keys
        self._message = tr("counting …")

    def say(self, message: str) -> None:
        """Show a message."""
        self._message = message
        self.paint()

    def paint(self) -> None:
        """Show the message in one line, the keys below it."""
        width = max(self.size.width, 1)
        said = [Text(line, BOLD) for line in folded(self._message, width, 1)]
        keys = [
            Text(line, DIM) for line in hint_lines(self._keys, width, max(self.size.height - 1, 1))
        ]
        self.show([self.strip(line) for line in (*said, *keys)])
