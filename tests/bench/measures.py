"""What is measured: ours against a peer in the same run, as rows of the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cxtui.analysis.cube import Count
from cxtui.analysis.gaps import each_gap
from cxtui.analysis.options import parse_view
from cxtui.analysis.recall import Recall
from cxtui.analysis.view import View
from cxtui.sources.opening import open_survey
from cxtui.survey.model import Kind, Survey
from tests.app.pty import Terminal, running
from tests.bench.clock import Times, in_turn, printed_by, timed
from tests.bench.peers import Query, peers, peers_in_memory, raw_query
from tests.bench.surveys import WAVES, Plan, make_survey

_QUIET = 0.3
_SAMPLE = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ours, a peer's, and the most that their ratio should be, where one is set."""

    what: str
    survey: str
    ours: float
    peer: str
    theirs: float
    unit: str = "ms"
    bound: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer's figure ours is."""
        return self.ours / self.theirs if self.theirs else float("inf")

    @property
    def holds(self) -> bool | None:
        """Whether the ratio is within its bound, `None` where none is set."""
        return None if self.bound is None else self.ratio <= self.bound


def queries(folder: Path, plan: Plan) -> Iterator[Row]:
    """One question by role in one wave, weighted: the engine alone, first visit and again."""
    path = make_survey(folder, plan)
    survey = open_survey(str(path))
    asked = _singles(survey)
    first = Times(tuple(timed(partial(_counts, survey, [name])) for name in asked))
    recall = Recall(survey)
    _counts(survey, asked, recall)
    again = Times(tuple(timed(partial(_counts, survey, [name], recall)) for name in asked))
    for name, query in peers(path, WAVES[-1]):
        theirs = in_turn([partial(query, one) for one in asked], 2)
        least = Times(tuple(one.least for one in theirs))
        yield Row("question by role, first visit", plan.name, first.median, name, least.median)
    for name, query in peers_in_memory(path, WAVES[-1], asked):
        theirs = in_turn([partial(query, one) for one in asked], 2)
        least = Times(tuple(one.least for one in theirs))
        yield Row("question by role, columns kept", plan.name, again.median, name, least.median)


def gaps(folder: Path, plan: Plan) -> Iterator[Row]:
    """The ranking over all questions against as many raw cross-tabs, decoded together in Polars."""
    path = make_survey(folder, plan)
    survey = open_survey(str(path))
    view = parse_view(survey, "")
    begun = time.perf_counter()
    found = each_gap(survey, view)
    next(found)
    first = 1000 * (time.perf_counter() - begun)
    for _ in found:
        pass
    ours = 1000 * (time.perf_counter() - begun)
    query = raw_query(path, WAVES[-1])
    columns = [name for one in survey.codebook.questions[2:] for name in one.columns]
    theirs = sum(timed(partial(query, name)) for name in columns)
    yield Row(
        "gaps over all questions", plan.name, ours, "Polars, a query a column", theirs, bound=1.1
    )
    yield Row("gaps, first rows", plan.name, first, "0.3 s", 300.0, bound=1.0)


def keys(folder: Path, plan: Plan, moves: int) -> Iterator[Row]:
    """A key pressed on a terminal until its last byte has come: first visits, then revisits."""
    path = make_survey(folder, plan)
    query = raw_query(path, WAVES[-1])
    asked = _singles(open_survey(str(path)))
    raw = Times(tuple(timed(partial(query, name)) for name in asked))
    environment = {"TERM": "xterm-256color", "HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    with running([str(path)], folder, environment=environment, size=(120, 40)) as terminal:
        terminal.until(lambda text: "Base (n)" in text)
        terminal.settled()
        first = [_key(terminal, b"j") for _ in range(moves)]
        again = [_key(terminal, b"k") for _ in range(moves)]
        terminal.send(b"q")
        terminal.ended()
    painting = Times(tuple(took for took, _ in again))
    visits = Times(tuple(took for took, _ in first))
    yield Row(
        "key to table, first visit, p95",
        plan.name,
        visits.p95,
        "raw query and painting",
        raw.p95 + painting.p95,
        bound=1.3,
    )
    yield Row("key to table, revisit, p95", plan.name, painting.p95, "its median", painting.median)
    sent = Times(tuple(float(size) for _, size in first))
    yield Row("bytes a key", plan.name, sent.median, "2,500", 2500.0, unit="bytes", bound=1.0)


def start(folder: Path, plan: Plan) -> Iterator[Row]:
    """A cold process until its first text and first numbers, against what it has to import."""
    path = make_survey(folder, plan)
    texts, numbers = [], []
    for _ in range(5):
        begun = time.perf_counter()
        environment = {"TERM": "xterm-256color", "HOME": str(folder)}
        with running([str(path)], folder, environment=environment) as terminal:
            terminal.until(lambda text: "Questions" in text)
            texts.append(1000 * (time.perf_counter() - begun))
            terminal.until(lambda text: "Base (n)" in text)
            numbers.append(1000 * (time.perf_counter() - begun))
            terminal.send(b"q")
            terminal.ended()
    bare = in_turn([lambda: printed_by("import textual.app, textual.widgets")], 5)[0]
    both = in_turn([lambda: printed_by("import textual.app, textual.widgets, polars")], 5)[0]
    yield Row("first text", plan.name, Times(tuple(texts)).median, "importing Textual", bare.median)
    yield Row(
        "first numbers",
        plan.name,
        Times(tuple(numbers)).median,
        "importing Textual and Polars",
        both.median,
    )
    command = "import sys; from cxtui.cli import main; main(sys.argv[1:])"
    question = _singles(open_survey(str(path)))[0]
    table = in_turn(
        [lambda: printed_csv(command, "table", str(path), question, "--format", "csv")], 5
    )[0]
    needed = "import polars, narwhals.stable.v2, numpy, scipy.special"
    imports = in_turn([lambda: printed_by(needed)], 5)[0]
    yield Row(
        "cxtui table --format csv",
        plan.name,
        table.median,
        "importing what it needs",
        imports.median,
        bound=1.15,
    )


def printed_csv(statements: str, *arguments: str) -> None:
    """Run the command line in a process of its own, and let its output go."""
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", statements, *arguments], check=True, capture_output=True)


_MOST = """
lines = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")))
"""
_WALK = (
    """
import sys
from cxtui.analysis.options import parse_view
from cxtui.analysis.recall import Recall
from cxtui.sources.opening import open_survey
import textual.app, scipy.special
survey = open_survey(sys.argv[1])
recall = Recall(survey)
view = parse_view(survey, "")
for question in survey.codebook.questions:
    asked = view.with_question(question.id)
    recall.cube(asked)
"""
    + _MOST
)
_BARE = (
    """
import polars, scipy.special, textual.app
"""
    + _MOST
)


def memory(folder: Path, plan: Plan, bound: float) -> Iterator[Row]:
    """The most that a walk through all questions holds, against `bound` megabytes."""
    path = make_survey(folder, plan)
    ours = printed_by(_WALK, str(path))[0]
    bare = printed_by(_BARE)[0]
    yield Row("memory of a walk", plan.name, ours, "its bound", bound, unit="MB", bound=1.0)
    yield Row("memory of a walk", plan.name, ours, "imports alone", bare, unit="MB")


def growth(folder: Path, largest: int) -> Iterator[Row]:
    """Engine time against rows, questions, categories and banner columns, each by itself."""
    plans = [Plan(rows, 40) for rows in _tenfold(1_000, largest)]
    plans += [Plan(20_000, columns) for columns in (10, 100, 1_000, 5_000)]
    plans += [Plan(100_000, 3, categories=answers) for answers in (2, 20, 200, 1_000)]
    plans += [Plan(100_000, 3, categories=10, roles=roles) for roles in (2, 20, 200)]
    for plan in plans:
        path = make_survey(folder, plan)
        survey = open_survey(str(path))
        asked = _singles(survey)[:3]
        ours = in_turn([partial(_counts, survey, asked)], 5)[0]
        query = raw_query(path, WAVES[-1])
        theirs = in_turn([partial(_each_of, query, asked)], 5)[0]
        yield Row(
            "growth",
            plan.name,
            ours.least / len(asked),
            "Polars from the file",
            theirs.least / len(asked),
        )


def _each_of(query: Query, columns: list[str]) -> None:
    for column in columns:
        query(column)


def _tenfold(least: int, largest: int) -> list[int]:
    sizes = [least]
    while sizes[-1] * 10 <= largest:
        sizes.append(sizes[-1] * 10)
    return sizes


def _singles(survey: Survey) -> list[str]:
    told = {survey.codebook.role, survey.codebook.wave}
    found = [
        one.id
        for one in survey.codebook.questions
        if one.kind is Kind.SINGLE and one.id not in told
    ]
    return found[:_SAMPLE]


def _counts(survey: Survey, questions: list[str], recall: Recall | None = None) -> None:
    """Count some questions; of a `recall` the columns are kept, not what was counted of them."""
    view = parse_view(survey, "")
    for question in questions:
        asked: View = view.with_question(question)
        counting = Count(survey, asked)
        respondents = (recall or Recall(survey)).columns.frame(counting.asked)
        counting.read(counting.ask(respondents))


def _key(terminal: Terminal, key: bytes) -> tuple[float, int]:
    """Press a key; return the milliseconds until its last byte came, and how many came."""
    before = len(terminal.received)
    begun = last = time.perf_counter()
    terminal.send(key)
    while time.perf_counter() - last < _QUIET:
        size = len(terminal.received)
        terminal.read(0.01)
        if len(terminal.received) > size:
            last = time.perf_counter()
    return 1000 * (last - begun), len(terminal.received) - before


Measure = Callable[[Path, int], Iterator[Row]]


def _sizes(largest: int) -> list[Plan]:
    return [plan for plan in (Plan(198, 300), Plan(1_000_000, 300)) if plan.rows <= largest]


MEASURES: dict[str, Measure] = {
    "start": lambda folder, largest: start(folder, Plan(198, 300)),
    "queries": lambda folder, largest: _each(queries, folder, _sizes(largest)),
    "keys": lambda folder, largest: (
        row for plan in _sizes(largest) for row in keys(folder, plan, 60)
    ),
    "gaps": lambda folder, largest: _each(gaps, folder, _sizes(largest)),
    "memory": lambda folder, largest: (
        row
        for plan, bound in zip(_sizes(largest), (180.0, 400.0), strict=False)
        for row in memory(folder, plan, bound)
    ),
    "growth": growth,
}
"""What can be measured, by name."""


def _each(
    measure: Callable[[Path, Plan], Iterator[Row]], folder: Path, plans: list[Plan]
) -> Iterator[Row]:
    for plan in plans:
        yield from measure(folder, plan)
