"""A cold process until its first text, numbers and marks, beside a bare app of the same widgets."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.output.drawing.cell_text import marks_text, value_text
from cxtui.survey.model import Survey
from tests.app.pty import Terminal
from tests.bench.asked import opened, singles
from tests.bench.clock import Times, in_turn
from tests.bench.figures import Figure, Found
from tests.bench.surveys import WAVES, Plan
from tests.bench.terminals import explorer, leave, module, until

_TIMES = 7
_STAGES = {"text": "1 Questions", "numbers": "Base (n)", "marks": "Letters"}
"""What the bare app shows at its three stages."""
_PEERS = {
    "text": ("a bare Textual app", 1.15),
    "numbers": ("that, Polars imported, one raw query", 1.5),
    "marks": ("that, scipy.special imported whole", 1.5),
}
"""What the bare app loads at each of them, and how much longer ours may take."""
_NEEDED = "import polars, narwhals.stable.v2, numpy, scipy.special"


def start(folder: Path, plan: Plan, moves: int) -> Iterator[Found]:
    """Each of them a process of its own on a pseudo-terminal, in turn."""
    path, survey = opened(folder, plan)
    question = singles(survey, 1)[0].id
    shown = {**_STAGES, "marks": _marked(survey)}
    ours: dict[str, list[float]] = {stage: [] for stage in _STAGES}
    bare: dict[str, list[float]] = {stage: [] for stage in _STAGES}
    times = min(_TIMES, moves)
    for _ in range(times):
        begun = time.perf_counter()
        with explorer(path, folder, opened=False) as terminal:
            for stage, words in shown.items():
                ours[stage].append(until(terminal, words, begun))
            leave(terminal)
        for stage, words in _STAGES.items():
            begun = time.perf_counter()
            with _bare(folder, stage, path, question) as terminal:
                bare[stage].append(until(terminal, words, begun))
                leave(terminal)
    for stage, (peer, bound) in _PEERS.items():
        our, their = Times(tuple(ours[stage])).median, Times(tuple(bare[stage])).median
        yield Figure(f"start, first {stage}", plan.name, our, peer, their, bound=bound)
    table = ["-m", "cxtui", "table", str(path), question, "--format", "csv"]
    csv, imports = in_turn([lambda: _run(*table), lambda: _run("-c", _NEEDED)], times)
    yield Figure(
        "cxtui table --format csv",
        plan.name,
        csv.median,
        "importing what it needs",
        imports.median,
        bound=1.15,
    )


def _bare(folder: Path, stage: str, path: Path, question: str) -> AbstractContextManager[Terminal]:
    return module("bare", folder, stage, str(path), WAVES[-1], question)


def _marked(survey: Survey) -> str:
    """Return a cell of the first table with its letters, which come last."""
    table = tabulate(survey, parse_view(survey, ""))
    cells = [(row, cell) for row in table.rows for cell in row.cells if cell.letters]
    row, cell = cells[0]
    return f"{value_text(table, row, cell)} {marks_text(cell)}"


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
