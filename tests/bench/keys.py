"""A key pressed on a terminal until its last byte has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from cxtui.survey.model import Survey
from cxtui.survey.question import Question
from tests.app.pty import Terminal
from tests.bench.asked import listed, opened
from tests.bench.clock import Times, timed
from tests.bench.figures import Figure, Found
from tests.bench.peers import raw_query
from tests.bench.surveys import WAVES, Plan
from tests.bench.terminals import Pressed, explorer, leave, module, press

_STRIDE = 5
"""So far a first visit jumps: nothing there has been counted while the program was idle."""
_MOST_BYTES = 2_500.0


def keys(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """First visits, neighbours and revisits, beside the raw query and painting alone."""
    path, survey = opened(folder, plan)
    asked = listed(survey)[: moves + 1]
    with module("painter", folder, str(path), str(len(asked))) as terminal:
        terminal.until(lambda text: "Base (n)" in text)
        press(terminal, b"")
        painting = _times(_walk(terminal, asked))
        leave(terminal)
    raw = _raw(path, asked)
    visits = _times(_jumps(folder, path, survey, moves))
    with explorer(path, folder, "--question", asked[0].id) as terminal:
        walked = list(_walk(terminal, asked))
        again = _times(_walk(terminal, asked[::-1], b"k"))
        leave(terminal)
    neighbours = _times(walked)
    alone = painting.p95
    first = "key to table, first visit, p95"
    if plan.rows <= 1_000:
        yield Figure(first, plan.name, visits.p95, "painting alone", alone, bound=1.5)
    else:
        both = raw.p95 + alone
        yield Figure(first, plan.name, visits.p95, "raw query and painting", both, bound=1.3)
    for visit, times in (("neighbour", neighbours), ("revisit", again)):
        yield Figure(
            f"key to table, {visit}, p95", plan.name, times.p95, "painting alone", alone, bound=1.5
        )
    for visit, times in (("first visit", visits), ("neighbour", neighbours), ("revisit", again)):
        yield Figure(
            f"key to table, {visit}, median",
            plan.name,
            times.median,
            "painting alone",
            painting.median,
        )
    sent = Times(tuple(float(one.size) for one in walked))
    yield Figure(
        "bytes a key", plan.name, sent.median, "2,500", _MOST_BYTES, unit="bytes", bound=1.0
    )


def _jumps(folder: Path, path: Path, survey: Survey, moves: int) -> Iterator[Pressed]:
    """Yield first visits only, from one end to the other, and again from another beginning."""
    asked = listed(survey)
    for start in range(_STRIDE):
        stops = asked[start::_STRIDE][: moves // _STRIDE + 1]
        with explorer(path, folder, "--question", stops[0].id) as terminal:
            for stop in stops[1:]:
                yield press(terminal, b"%dj" % _STRIDE, heading(stop))
            leave(terminal)


def _walk(terminal: Terminal, asked: Sequence[Question], key: bytes = b"j") -> Iterator[Pressed]:
    return (press(terminal, key, heading(one)) for one in asked[1:])


def heading(question: Question) -> str:
    """Return what stands over a question's table, beside the list, which may show it too."""
    return f"││ {question.label[:70]}"


def _times(pressed: Iterator[Pressed] | Sequence[Pressed]) -> Times:
    return Times(tuple(one.milliseconds for one in pressed))


def _raw(path: Path, asked: Sequence[Question]) -> Times:
    query = raw_query(path, WAVES[-1])
    query(asked[0])
    return Times(tuple(timed(partial(query, one)) for one in asked))
