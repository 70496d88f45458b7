"""What is hidden is the same in each process: two hidings of a table could tell what both hide."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl

from cxtui.analysis.disclosure.find_hidden import _Job
from cxtui.analysis.disclosure.published_counts import PublishedCounts, Surroundings
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.sources.open_survey import open_frame
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question

_ROOT = Path(__file__).parents[2]
_LEAST = 5


def test_the_program_that_hides_is_the_same_in_each_process() -> None:
    """Texts hash differently in each; no order of a set may reach the solver."""
    script = f"from {__name__} import program; print(program())"
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(1, 5)
    }
    assert len(found) == 1, found


def program() -> str:
    """Return a digest of the equations, bounds and costs of linked tables, and their targets."""
    random_ = random.Random(8)
    answers = {name: [f"{name}{one}" for one in range(4)] for name in ("role", "goal", "size")}
    columns: dict[str, list[str | int | None]] = {
        name: [random_.choice([*codes, codes[0], None]) for _ in range(90)]
        for name, codes in answers.items()
    }
    tools = ("crm", "cdp", "dam")
    columns |= {name: [random_.choice([1, 0, 0]) for _ in range(90)] for name in tools}
    questions = [
        Question(name, name, Kind.SINGLE, (name,), tuple(Category(one, one) for one in codes))
        for name, codes in answers.items()
    ]
    options = tuple(Category(one, one) for one in tools)
    questions.append(Question("tools", "tools", Kind.MULTI, tools, options))
    survey = open_frame(pl.DataFrame(columns), Codebook(questions=tuple(questions), role="role"))
    banner = (("role",), ("tools",), ("size", "role"))
    views = [View(one, banner=banner) for one in ("goal", "tools", "size")]
    tables = [tabulate(survey, one) for one in views]
    published = PublishedCounts(tables, Surroundings(tables, loosely=False))
    job = _Job(tables, published, _LEAST, survey.codebook.questions)
    protection, said = job.protection, hashlib.sha256()
    for one in (protection._equal.indptr, protection._equal.indices, protection._equal.data):
        said.update(np.ascontiguousarray(one).tobytes())
    for places, signs in (*protection._bounds, *protection._rows):
        said.update(places.tobytes() + signs.tobytes())
    said.update(protection._shown.costs.tobytes())
    said.update(repr([job._target({at: 1.0}) for at in range(len(published.counts))]).encode())
    return said.hexdigest()
