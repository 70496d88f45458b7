"""What a key and its query cost as rows, questions, answers and banner columns grow, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from tests.bench.asked import count, listed, opened, singles, views
from tests.bench.clock import Times, in_turn
from tests.bench.figures import Found, Point
from tests.bench.keys import heading
from tests.bench.peers import kept, raw_query
from tests.bench.surveys import WAVES, Plan
from tests.bench.terminals import explorer, leave, press

_MOVES = 8
_OF_ONE_COLUMN = {Kind.SINGLE, Kind.SCALE}
_LEAST, _MOST = 4, 9
"""The counts before a key that are a single digit."""
_ROUNDS = 3
_FORESEES_NOTHING = "from cxtui.session.counting import Counting; Counting.foresees = False"


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that grows, with the survey of each size."""

    name: str
    plans: dict[int, Plan]

    @property
    def measure(self) -> str:
        """The name of the measurement."""
        return f"growth-{self.name.replace(' ', '-')}"


def axes(largest: int) -> list[Axis]:
    """Return what grows; respondents up to so many."""
    tens = [10**power for power in range(3, 9)]
    grown = [
        Axis("respondents", {rows: Plan(rows, 12) for rows in tens}),
        Axis("questions", {many: Plan(20_000, many) for many in (10, 100, 1_000, 5_000)}),
        Axis("answers", {many: Plan(100_000, 9, many) for many in (2, 10, 50, 200, 1_000)}),
        Axis("banner columns", {many: Plan(100_000, 9, 10, many) for many in (2, 6, 20, 60, 200)}),
    ]
    respondents, *rest = grown
    within = {size: plan for size, plan in respondents.plans.items() if size <= largest}
    return [Axis(respondents.name, within), *rest]


def growth(folder: Path, axis: Axis) -> Iterator[Found]:
    """Single choices by role in one wave; every key is a first visit, with nothing foreseen."""
    for size, plan in axis.plans.items():
        path, survey = opened(folder, plan)
        asked = singles(survey, 3)
        ways = [partial(count, survey, view) for view in views(survey, asked)]
        raw = raw_query(path, WAVES[-1])
        raws = [partial(raw, one) for one in asked]
        raws[0]()
        times = in_turn([*ways, *raws], _ROUNDS)
        ours, theirs = ([one.least for one in some] for some in (times[:3], times[3:]))
        yield Point(
            axis.name,
            size,
            plan.name,
            key=_key(folder, path, survey),
            query=Times(tuple(ours)).median,
            raw=Times(tuple(theirs)).median,
            megabytes=_megabytes(path, survey),
        )


def _key(folder: Path, path: Path, survey: Survey) -> float:
    """Return the median over a few questions of one column, each reached for the first time."""
    with explorer(path, folder, before=_FORESEES_NOTHING) as terminal:
        taken = [
            press(terminal, keys, heading(question), quiet=0.3).milliseconds
            for keys, question in islice(_route(listed(survey)), _MOVES)
        ]
        leave(terminal)
    return Times(tuple(taken)).median


def _route(asked: Sequence[Question]) -> Iterator[tuple[bytes, Question]]:
    """Yield questions of one column and the keys that lead there past all others.

    A count begins with 4 to 9, so it may have to be a later one.
    """
    here = 0
    for place, question in enumerate(asked):
        far = place - here
        if question.kind in _OF_ONE_COLUMN and (far == 1 or _LEAST <= far <= _MOST):
            yield b"j" if far == 1 else b"%dj" % far, question
            here = place


def _megabytes(path: Path, survey: Survey) -> float:
    """Return how large the columns of one question are in memory: its own, the role, the weight."""
    column = singles(survey, 1)[0].columns[0]
    asked = kept(path, WAVES[-1]).select(column, "role", "weight")
    return float(asked.collect().estimated_size("mb"))
