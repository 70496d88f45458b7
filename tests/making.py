"""Small surveys in memory, and plain counts of their respondents."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Item, Kind, Question

Respondent = Mapping[str, object]


def known(number: float | None) -> float:
    """Return a number that is there."""
    assert number is not None
    return number


def categories(*labels: str, missing: Sequence[str] = ()) -> tuple[Category, ...]:
    """Categories coded 1, 2, 3 … with scores; those in `missing` leave the base."""
    return tuple(
        Category(str(code), label, label in missing, None if label in missing else float(code))
        for code, label in enumerate(labels, 1)
    )


def survey_of(
    respondents: Sequence[Respondent],
    questions: Sequence[Question],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
    codebook: Codebook | None = None,
) -> Survey:
    """A survey in memory, or of the engine that the environment variable CXTUI_ENGINE names."""
    from dataclasses import replace

    frame = nw.from_native(pl.DataFrame(list(respondents), schema=dict(schema)).lazy())
    made = Survey(
        frame=frame,
        schema=dict(frame.collect_schema()),
        codebook=replace(codebook or Codebook(), questions=tuple(questions)),
        location="made.parquet",
        fingerprint="made",
        respondents=len(respondents),
    )
    if engine := os.environ.get("CXTUI_ENGINE"):
        from tests.engines.places import placed

        return placed(made, engine)
    return made


ROLE = Question("role", "Role", Kind.SINGLE, ("role",), categories("Marketing", "Technology"))
GOAL = Question(
    "goal",
    "Main goal",
    Kind.SCALE,
    ("goal",),
    categories("Low", "Middle", "High", "Don't know", missing=["Don't know"]),
)
TOOLS = Question(
    "tools",
    "Tools",
    Kind.MULTI,
    ("tools_1", "tools_2", "tools_3"),
    tuple(Category(str(code), f"Tool {code}") for code in (1, 2, 3)),
    unchosen=("0",),
)
CHANNELS = Question(
    "channels",
    "Strength of each channel",
    Kind.GRID,
    ("web", "mobile"),
    categories("Weak", "Fair", "Strong", "Don't know", missing=["Don't know"]),
    items=(Item("web", "Website"), Item("mobile", "Mobile")),
)
BUDGET = Question(
    "budget", "Budget", Kind.NUMERIC, ("budget",), (Category("998", "Don't know", missing=True),)
)
QUESTIONS = (ROLE, GOAL, TOOLS, CHANNELS, BUDGET)
SCHEMA: Mapping[str, type[pl.DataType]] = {
    "role": pl.Int8,
    "goal": pl.Int16,
    "tools_1": pl.Int8,
    "tools_2": pl.Int8,
    "tools_3": pl.Int8,
    "web": pl.Int8,
    "mobile": pl.Int8,
    "budget": pl.Float64,
    "w": pl.Float64,
}


def made(respondents: Sequence[Respondent]) -> Survey:
    """Return the survey of these respondents that most tests use."""
    return survey_of(respondents, QUESTIONS, SCHEMA, Codebook(role="role", weight="w"))


@dataclass
class Plain:
    """n, W and Q, added up one respondent at a time."""

    n: int = 0
    w: float = 0.0
    q: float = 0.0

    def add(self, weight: float) -> None:
        self.n += 1
        self.w += weight
        self.q += weight * weight
