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
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import folded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey

T = TypeVar("T")

_ANSWERS = frozenset({Status.ANSWER, Status.MISSING, Status.NULL})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to count: who meets `kept`, and the answers to `question` among `among`."""

    kept: tuple[Condition, ...]
    question: str = ""
    among: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The number of respondents kept, or why they could not be counted.

    `answers` has the number of each answer by its code, of the `asked` who were counted for that.
    """

    n: int = 0
    asked: int = 0
    answers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


class CountingScreen(MovingScreen[T]):
    """Counts in a thread what `wanted` returns and shows it by `show_kept`."""

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self.survey = survey
        self._is_counting = False
        self._problem = ""
        self._answers: dict[tuple[str, tuple[Condition, ...]], Mapping[str, int]] = {}

    @abstractmethod
    def wanted(self) -> Wanted:
        """Return the respondents and answers to count now."""

    def show_kept(self, kept: Kept) -> str:
        """Show a count of what is `wanted`; return it in words for the foot."""
        return tr("keeps {:,} of {:,} respondents", kept.n, self.survey.respondents)

    def recount(self, problem: str = "") -> None:
        """Count what is `wanted` now; show a problem instead, which no count under way may hide."""
        self._problem = problem
        if problem:
            self.query_one(Foot).say(problem)
        else:
            self._count_next()

    def _count_next(self) -> None:
        """Begin a count, or have it begun by the one under way."""
        if not self._is_counting:
            self._is_counting = True
            wanted = self.wanted()
            self.work_in_thread(partial(self._count, wanted), partial(self._counted, wanted))
        elif self.survey.is_slow:
            self.request.cancel()

    def _count(self, wanted: Wanted) -> Kept:
        from cxtui.analysis.query.expressions.filters import count_respondents

        answers = self._answers_to(wanted) if wanted.question else {}
        asked = count_respondents(self.survey, wanted.among) if wanted.question else 0
        return Kept(count_respondents(self.survey, wanted.kept), asked, answers)

    def _answers_to(self, wanted: Wanted) -> Mapping[str, int]:
        from cxtui.analysis.query.count_cube import compute_cube

        key = wanted.question, wanted.among
        if key not in self._answers:
            cube = compute_cube(self.survey, View(wanted.question, filters=wanted.among))
            counts = zip(cube.rows, cube.cells.n[0, :, 0], strict=True)
            # A net may have the code of an answer.
            self._answers[key] = {row.code: int(n) for row, n in counts if row.status in _ANSWERS}
        return self._answers[key]

    def _counted(self, wanted: Wanted, kept: Kept | CxtuiError) -> None:
        self._is_counting = False
        if wanted != self.wanted():
            self._count_next()
            return
        found = kept if isinstance(kept, Kept) else Kept(problem=str(kept))
        said = self.show_kept(found)
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
        keys = [Text(line, DIM) for line in folded(self._keys, width, max(self.size.height - 1, 1))]
        self.show([self.strip(line) for line in (*said, *keys)])
