"""Surveys of any size for the benchmark: seeded, skewed, with gaps, sets, weights and waves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from scipy.special import ndtri

from cxtui.survey.codebook.toml_format import METADATA_KEY, write_codebook
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Item, Kind, Question

ROLES = ("Marketing", "Technology", "Finance", "Operations", "Management", "Other")
_ROLE_SHARES = (0.31, 0.27, 0.12, 0.11, 0.13, 0.06)
WAVES = ("2023", "2024", "2025", "2026")
_AGREEMENT = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
PART_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a survey is; `columns` counts those of the questions alone.

    `categories` and `roles` say how many answers each choice question, and the banner, has; of
    `waves` the last one is always the same.
    """

    rows: int
    columns: int
    categories: int = 0
    roles: int = len(ROLES)
    waves: int = len(WAVES)
    seed: int = 2016

    @property
    def name(self) -> str:
        """What the survey is called, also in a file name."""
        more = f"-{self.categories}c-{self.roles}r" if self.categories else ""
        return f"{short(self.rows)}x{self.columns}{more}"


SIZES = {
    "198": Plan(198, 300, roles=2, waves=1),
    "65k": Plan(65_437, 85),
    "1M": Plan(1_000_000, 300),
    "20M": Plan(20_000_000, 40),
    "100M": Plan(100_000_000, 12),
}
"""The surveys that everything is measured on, by the word that chooses them."""


def short(count: int) -> str:
    """Return a number as people write it: 198, 20k, 100M."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return str(count)


def make_survey(folder: Path, plan: Plan) -> Path:
    """Write the survey of a plan into `folder`, unless it is there; return its file or folder.

    More than a million respondents are written as parts, a folder a wave; no more than one part
    is in memory. What was cut off half way is written anew.
    """
    questions = _questionnaire(plan)
    codebook = write_codebook(_codebook(plan, questions))
    if plan.rows <= PART_ROWS:
        path = folder / f"{plan.name}.parquet"
        if not path.exists():
            random = np.random.default_rng((plan.seed, 0))
            waves = random.integers(len(WAVES) - plan.waves, len(WAVES), plan.rows)
            frame = _respondents(plan, questions, random, plan.rows)
            frame.insert_column(0, _named(waves, WAVES).alias("wave"))
            half = path.with_suffix(".half")
            frame.write_parquet(half, metadata={METADATA_KEY: codebook})
            half.rename(path)
        return path
    whole = folder / plan.name
    if not whole.exists():
        half = folder / f"{plan.name}.half"
        shutil.rmtree(half, ignore_errors=True)
        for wave, part, rows in _parts(plan):
            target = half / f"wave={WAVES[wave]}" / f"part-{part:04}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            random = np.random.default_rng((plan.seed, wave, part))
            _respondents(plan, questions, random, rows).write_parquet(target)
        (folder / f"{plan.name}.codebook.toml").write_text(codebook, encoding="utf-8")
        half.rename(whole)
    return whole


def _parts(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Yield the wave, the number and the respondents of each part."""
    for wave in range(len(WAVES)):
        left = plan.rows // len(WAVES)
        for part in range(-(-left // PART_ROWS)):
            yield wave, part, min(PART_ROWS, left - part * PART_ROWS)


def _role_labels(plan: Plan) -> tuple[str, ...]:
    if plan.roles <= len(ROLES):
        return ROLES[: plan.roles]
    return tuple(f"Group {number}" for number in range(plan.roles))


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


def _respondents(
    plan: Plan, questions: tuple[Question, ...], random: np.random.Generator, rows: int
) -> pl.DataFrame:
    labels = _role_labels(plan)
    shares = _skewed(plan.roles)
    if plan.roles <= len(ROLES):
        shares = np.array(_ROLE_SHARES[: plan.roles]) / sum(_ROLE_SHARES[: plan.roles])
    role = draw(random, rows, answer_steps(shares)).astype(np.uint32)
    columns: dict[str, pl.Series] = {
        "role": _named(role, labels),
        "weight": pl.Series(draw(random, rows, _WEIGHTS)),
    }
    lean = (role % 3).astype(np.uint8)
    for question in questions:
        columns |= _answers(question, random, lean)
    return pl.DataFrame(columns)


def _named(codes: np.ndarray, labels: tuple[str, ...]) -> pl.Series:
    return pl.Series(codes.astype(np.uint32)).cat.to(pl.Enum(labels))


def _skewed(answers: int) -> np.ndarray:
    shares = 1.0 / np.arange(1, answers + 1) ** 0.7
    return np.asarray(shares / shares.sum())


_FINE = 1 << 16
_EVENLY = (np.arange(_FINE) + 0.5) / _FINE
"""Quantiles, even between 0 and 1: what is drawn is looked up by one of them, which is quick."""
_NORMAL = ndtri(_EVENLY)
_WEIGHTS = np.round(np.clip(np.exp(0.45 * _NORMAL - 0.1), 0.1, 8.0), 4)
_SILENT = 0.05


def answer_steps(shares: np.ndarray, lean: float = 0.0) -> np.ndarray:
    """Return which of several answers stands at each quantile; a lean goes to the first ones."""
    cuts = np.cumsum(shares)[:-1]
    return np.searchsorted(cuts, _EVENLY ** (1 + lean), side="right").astype(np.int16)


def draw(random: np.random.Generator, rows: int, quantiles: np.ndarray) -> np.ndarray:
    """Draw a value for each respondent."""
    return np.asarray(quantiles[random.integers(0, _FINE, rows, dtype=np.uint16)])


def _answers(
    question: Question, random: np.random.Generator, lean: np.ndarray
) -> dict[str, pl.Series]:
    """Return the columns of one question; a twentieth did not answer, roles lean apart."""
    rows = len(lean)
    silent = pl.Series(random.integers(0, _FINE, rows, dtype=np.uint16) < _SILENT * _FINE)
    found: dict[str, pl.Series] = {}
    for place, column in enumerate(question.columns):
        ticked = place if question.kind is Kind.MULTI else 0
        leaning = _leaning(question.kind, len(question.categories), ticked)
        drawn = random.integers(0, _FINE, rows, dtype=np.uint16)
        found[column] = pl.Series(leaning[lean, drawn]).set(silent, None)
    return found


@lru_cache(maxsize=256)
def _leaning(kind: Kind, answers: int, place: int) -> np.ndarray:
    """Return the answers of those who lean one of three ways, from the least to the most."""
    return np.stack([_quantiles(kind, answers, place, lean) for lean in range(3)])


def _quantiles(kind: Kind, answers: int, place: int, lean: int) -> np.ndarray:
    match kind:
        case Kind.MULTI:
            chosen = 0.15 + 0.05 * place + 0.03 * (lean == place % 3)
            return np.less(_EVENLY, chosen).astype(np.int8)
        case Kind.NUMERIC:
            return np.asarray(np.round(np.exp(3 + 0.1 * (lean == 0) + _NORMAL), 2))
        case Kind.GRID:
            return np.asarray(np.clip(3.2 + 0.3 * lean + 1.1 * _NORMAL, 1, 5), np.int8)
        case Kind.SCALE:
            return np.asarray(np.clip(7 + (lean == 1) + 2.3 * _NORMAL, 0, 10), np.int8)
        case _:
            steps = answer_steps(_skewed(answers), 0.2 * (lean == 1)) + 1
            return steps.astype(np.int8 if answers < 128 else np.int16)
