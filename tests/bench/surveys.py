"""Surveys of any size for the benchmark: seeded, skewed, with gaps, sets, weights and waves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from cxtui.survey.codebook import METADATA_KEY, write_codebook
from cxtui.survey.model import Category, Codebook, Item, Kind, Question

ROLES = ("Marketing", "Technology", "Finance", "Operations", "Management", "Other")
_ROLE_SHARES = (0.31, 0.27, 0.12, 0.11, 0.13, 0.06)
WAVES = ("2023", "2024", "2025", "2026")
_AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
_PART = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a survey is; `columns` counts those of the questions alone.

    `categories` and `roles` say how many answers each choice question, and the banner, has.
    """

    rows: int
    columns: int
    categories: int = 0
    roles: int = len(ROLES)
    seed: int = 2016

    @property
    def name(self) -> str:
        """What the survey is called in a file name."""
        more = f"-{self.categories}c" if self.categories else ""
        more += f"-{self.roles}r" if self.roles != len(ROLES) else ""
        return f"survey-{self.rows}x{self.columns}{more}"


def make_survey(folder: Path, plan: Plan) -> Path:
    """Write the survey of a plan into `folder`, unless it is there; return its file or folder.

    More than a million respondents are written as parts, a folder a wave.
    """
    questions = _questionnaire(plan)
    if plan.rows <= _PART:
        path = folder / f"{plan.name}.parquet"
        if not path.exists():
            _respondents(plan, questions, plan.rows, 0).write_parquet(
                path, metadata={METADATA_KEY: write_codebook(_codebook(plan, questions))}
            )
        return path
    whole = folder / plan.name
    if not whole.exists():
        for part, start in enumerate(range(0, plan.rows, _PART)):
            frame = _respondents(plan, questions, min(_PART, plan.rows - start), part)
            for (wave,), group in frame.group_by("wave"):
                target = whole / f"wave={wave}" / f"part-{part:04}.parquet"
                target.parent.mkdir(parents=True, exist_ok=True)
                group.drop("wave").write_parquet(target)
        beside = folder / f"{plan.name}.codebook.toml"
        beside.write_text(write_codebook(_codebook(plan, questions)), encoding="utf-8")
    return whole


def _role_labels(plan: Plan) -> tuple[str, ...]:
    return ROLES if plan.roles == len(ROLES) else tuple(f"Group {n}" for n in range(plan.roles))


def _questionnaire(plan: Plan) -> tuple[Question, ...]:
    """Return single choices, grids, sets, numbers and 0–10 items in turn."""
    made: list[Question] = []
    left = plan.columns
    random = np.random.default_rng(plan.seed)
    kinds = "ssgsmsnsp" if not plan.categories else "s"
    while left > 0:
        number = len(made) + 1
        wanted = kinds[(number - 1) % len(kinds)]
        width = min(left, int(random.integers(5, 10)) if wanted in "gm" else 1)
        made.append(
            _question(wanted, number, width, plan.categories or int(random.integers(3, 15)))
        )
        left -= width
    return tuple(made)


def _question(wanted: str, number: int, width: int, answers: int) -> Question:
    name = f"{wanted}{number:04}"
    columns = tuple(f"{name}_{place}" for place in range(1, width + 1))
    match wanted:
        case "g":
            scale = tuple(
                Category(str(code), label, score=float(code))
                for code, label in enumerate(_AGREEMENT, 1)
            )
            items = tuple(Item(str(place), f"Statement {place}") for place in range(1, width + 1))
            return Question(
                name, f"How far do you agree, {number}?", Kind.GRID, columns, scale, items
            )
        case "m":
            tools = tuple(Category(str(place), f"Tool {place}") for place in range(1, width + 1))
            label = f"Which of these do you use, {number}?"
            return Question(name, label, Kind.MULTI, columns, tools, unchosen=("0",))
        case "n":
            return Question(name, f"How much do you spend, {number}?", Kind.NUMERIC, (name,))
        case "p":
            marks = tuple(Category(str(mark), str(mark), score=float(mark)) for mark in range(11))
            label = f"How likely are you to recommend it, {number}?"
            return Question(name, label, Kind.SCALE, (name,), marks)
        case _:
            options = tuple(Category(str(code), f"Answer {code}") for code in range(1, answers + 1))
            return Question(
                name, f"Which describes you best, {number}?", Kind.SINGLE, (name,), options
            )


def _codebook(plan: Plan, questions: tuple[Question, ...]) -> Codebook:
    parts = (("wave", WAVES), ("role", _role_labels(plan)))
    asked = tuple(
        Question(name, name.title(), Kind.SINGLE, (name,), tuple(Category(one, one) for one in of))
        for name, of in parts
    )
    return Codebook(
        (*asked, *questions), f"Benchmark {plan.name}", role="role", wave="wave", weight="weight"
    )


def _respondents(plan: Plan, questions: tuple[Question, ...], rows: int, part: int) -> pl.DataFrame:
    random = np.random.default_rng((plan.seed, part))
    labels = _role_labels(plan)
    shares = _ROLE_SHARES if plan.roles == len(ROLES) else _skewed(plan.roles)
    role = random.choice(len(labels), rows, p=shares)
    columns: dict[str, pl.Series] = {
        "wave": _named(random.integers(0, len(WAVES), rows), WAVES),
        "role": _named(role, labels),
        "weight": pl.Series(np.clip(random.lognormal(-0.1, 0.45, rows), 0.1, 8.0)),
    }
    for question in questions:
        columns |= _answers(question, random, role)
    return pl.DataFrame(columns)


def _named(codes: np.ndarray, labels: tuple[str, ...]) -> pl.Series:
    return (
        pl.Series(codes.astype(np.uint32))
        .cast(pl.UInt32)
        .replace_strict(dict(enumerate(labels)), return_dtype=pl.Enum(labels))
    )


def _skewed(answers: int) -> np.ndarray:
    shares = 1.0 / np.arange(1, answers + 1) ** 0.7
    return np.asarray(shares / shares.sum())


def _answers(
    question: Question, random: np.random.Generator, role: np.ndarray
) -> Iterator[tuple[str, pl.Series]] | dict[str, pl.Series]:
    """Return the columns of one question; a twentieth did not answer, roles lean apart."""
    rows = len(role)
    silent = random.random(rows) < 0.05
    found: dict[str, pl.Series] = {}
    for place, column in enumerate(question.columns):
        match question.kind:
            case Kind.MULTI:
                values = random.random(rows) < 0.15 + 0.05 * place + 0.03 * (role == place % 6)
                kept = pl.Series(values.astype(np.int8))
            case Kind.NUMERIC:
                kept = pl.Series(np.round(random.lognormal(3 + 0.1 * (role == 0), 1.0, rows), 2))
            case Kind.GRID:
                lean = 0.3 * (role % 3)
                kept = pl.Series(
                    np.clip(random.normal(3.2 + lean, 1.1, rows), 1, 5).astype(np.int8)
                )
            case Kind.SCALE:
                kept = pl.Series(
                    np.clip(random.normal(7 + (role == 1), 2.3, rows), 0, 10).astype(np.int8)
                )
            case _:
                cuts = np.cumsum(_skewed(len(question.categories)))
                drawn = np.searchsorted(cuts, random.random(rows) ** (1 + 0.2 * (role == 1)))
                kept = pl.Series(np.minimum(drawn + 1, len(cuts)).astype(np.int16))
        found[column] = kept.set(pl.Series(silent), None)
    return found
