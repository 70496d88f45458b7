"""A screen that says how many respondents are kept: one count at a time, the newest waits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from rich.text import Text
from textual import on, work
from textual.message import Message

from cxtui.analysis.query.cube import Status
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.cancellation import LatestRequest, Request, working_for
from cxtui.errors import CxtuiError
from cxtui.output.drawing.fit import folded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey

T = TypeVar("T")

_SAID = frozenset({Status.ANSWER, Status.MISSING, Status.NULL})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be counted: who meets `kept`, and the answers to `question` among `among`."""

    kept: tuple[Condition, ...]
    question: str = ""
    among: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """How many are kept, or why nobody could count.

    `answers` has how many gave each answer by its code, of the `asked` who were counted for that.
    """

    n: int = 0
    asked: int = 0
    answers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


class CountingScreen(MovingScreen[T]):
    """Counts in a thread what `wanted` says and shows it by `show_kept`."""

    class Counted(Message):
        """A count is there."""

        def __init__(self, wanted: Wanted, kept: Kept) -> None:
            super().__init__()
            self.wanted = wanted
            self.kept = kept

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self.survey = survey
        self._requests = LatestRequest()
        self._is_counting = False
        self._answers: dict[tuple[str, tuple[Condition, ...]], Mapping[str, int]] = {}

    @abstractmethod
    def wanted(self) -> Wanted:
        """Say what is to be counted now."""

    @abstractmethod
    def show_kept(self, kept: Kept) -> None:
        """Show a count of what is wanted now."""

    def recount(self) -> None:
        """Count what is wanted now, once the count under way is done."""
        if not self._is_counting:
            self._is_counting = True
            self._count(self.wanted(), self._requests.renew())
        elif self.survey.is_slow:
            self._requests.cancel()

    def on_unmount(self) -> None:
        """Let nothing run on for a screen that was left."""
        self._requests.cancel()

    @work(thread=True)
    def _count(self, wanted: Wanted, request: Request) -> None:
        try:
            with working_for(request):
                kept = self._kept(wanted)
        except CxtuiError as error:
            kept = Kept(problem=str(error))
        self.post_message(self.Counted(wanted, kept))

    def _kept(self, wanted: Wanted) -> Kept:
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
            self._answers[key] = {row.code: int(n) for row, n in counts if row.status in _SAID}
        return self._answers[key]

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self._is_counting = False
        if event.wanted == self.wanted():
            self.show_kept(event.kept)
        else:
            self.recount()


def said_of(kept: Kept, survey: Survey) -> str:
    """Return a count in words."""
    return kept.problem or f"keeps {kept.n:,} of {survey.respondents:,} respondents"


class Foot(Lines):
    """How many are kept, and the keys."""

    def __init__(self, keys: str) -> None:
        super().__init__(classes="foot")
        self._keys = keys
        self._said = "counting …"

    def say(self, text: str) -> None:
        """Show what was counted."""
        self._said = text
        self.paint()

    def paint(self) -> None:
        """Show the count above the keys."""
        width = max(self.size.width, 1)
        said = [Text(line, BOLD) for line in folded(self._said, width, 1)]
        keys = [Text(line, DIM) for line in folded(self._keys, width, max(self.size.height - 1, 1))]
        self.show([self.strip(line) for line in (*said, *keys)])
