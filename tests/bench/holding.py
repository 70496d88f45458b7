"""What the explorer holds in memory: at once, at most, and after thousands of moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cxtui.survey.model import Survey
from tests.app.pty import Terminal
from tests.bench.asked import listed, opened, singles
from tests.bench.figures import Figure, Found
from tests.bench.keys import heading
from tests.bench.surveys import WAVES, Plan
from tests.bench.terminals import explorer, leave, memory, module, press

_ROOM = 20.0
"""Megabytes that a small survey may take beside what is imported."""
_BOUNDS = {1_000_000: 400.0, 100_000_000: 2_048.0}
_BURST = 50
"""Keys sent at once, as a key that is held sends them: 200 times make 10,000 moves."""


def held(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """The most that is held after a walk through all questions, each of them waited for."""
    path, survey = opened(folder, plan)
    bare = _bare(folder, path, survey)
    with explorer(path, folder) as terminal:
        for question in listed(survey)[1 : 2 * moves]:
            press(terminal, b"j", heading(question), quiet=0.05)
        _, most = memory(terminal)
        if plan.rows <= 1_000:
            peer = "a bare Textual app with Polars, scipy.special, and 20 MB"
            yield Figure("memory of a walk", plan.name, most, peer, bare + _ROOM, "MB", 1.0)
            yield _flat(terminal, plan, moves)
        else:
            bound = _BOUNDS.get(plan.rows)
            peer, theirs = ("its bound", bound) if bound else ("a bare app", bare)
            limit = 1.0 if bound else None
            yield Figure("memory of a walk", plan.name, most, peer, theirs, "MB", limit)
        leave(terminal)


def _bare(folder: Path, path: Path, survey: Survey) -> float:
    """Return the most that a bare app holds which has loaded Polars and the distributions."""
    question = singles(survey, 1)[0].id
    with module("bare", folder, "marks", str(path), WAVES[-1], question) as terminal:
        terminal.until(lambda text: "Letters" in text)
        _, most = memory(terminal)
        leave(terminal)
    return most


def _flat(terminal: Terminal, plan: Plan, moves: int) -> Figure:
    """Return what is held after so many times fifty moves, beside a tenth of them."""
    sizes = []
    for burst in range(moves):
        press(terminal, (b"k" if burst // 4 % 2 else b"j") * _BURST, quiet=0.05)
        sizes.append(memory(terminal)[0])
    tenth = sizes[len(sizes) // 10]
    return Figure(
        f"memory after {moves * _BURST:,} moves",
        plan.name,
        sizes[-1],
        "after a tenth",
        tenth,
        "MB",
        1.05,
    )
