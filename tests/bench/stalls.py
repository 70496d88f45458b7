"""How long the screen ever waits: the longest time that its event loop is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.app.pty import Terminal
from tests.bench.asked import listed, opened
from tests.bench.figures import Figure, Found
from tests.bench.keys import heading
from tests.bench.surveys import Plan
from tests.bench.terminals import explorer, leave, press

_BOUND = 50.0
_MOVES = 60
_PATIENCE = 240.0
_PHASES = ("opening", "walking", "ranking")


def stalls(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """While it opens, while questions are walked through, and while all are ranked."""
    path, survey = opened(folder, plan)
    file = folder / "late.txt"
    file.write_text("", encoding="utf-8")
    before = f"from tests.bench.watch import watch; watch({str(file)!r})"
    ends = []
    with explorer(path, folder, before=before) as terminal:
        ends.append(len(_late(file)))
        for question in listed(survey)[1 : min(moves, _MOVES)]:
            press(terminal, b"j", heading(question), quiet=0.1)
        ends.append(len(_late(file)))
        _rank(terminal)
        ends.append(len(_late(file)))
        terminal.send(b"\x1b")
        press(terminal, b"")
        leave(terminal)
    late = _late(file)
    for phase, start, end in zip(_PHASES, [0, *ends], ends, strict=False):
        longest = max(late[start:end], default=0.0)
        what = f"longest wait of the screen, {phase}"
        yield Figure(what, plan.name, longest, "50 ms", _BOUND, bound=1.0)


def _late(file: Path) -> list[float]:
    return [float(line) for line in file.read_text("utf-8").splitlines()]


def _rank(terminal: Terminal) -> None:
    """Rank all questions, until the ranking is whole."""
    terminal.send(b"g")
    begun = time.perf_counter()
    while "esc back" not in terminal.text:
        terminal.read(0.2)
        assert time.perf_counter() - begun < _PATIENCE, terminal.text
