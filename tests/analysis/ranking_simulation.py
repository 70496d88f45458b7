"""False discoveries of rankings: `python -m tests.analysis.ranking_simulation [DRAWS [SEED]]`.

Questionnaires of single choices, scales, multiple responses and numbers are made up, a part of
their questions differs between two groups, and each is ranked. The false discovery rate is the mean
share of false ones among the questions, or answers, that are named: .05 is promised of questions.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

import cxtui
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question

_KINDS = (Kind.SINGLE, Kind.SCALE, Kind.MULTI, Kind.NUMERIC)
_SHARES = (0.4, 0.4, 0.15, 0.05)


@dataclass(frozen=True)
class Draw:
    """One questionnaire: two groups of `sizes`, a share of questions that is `differing`."""

    seed: int
    sizes: tuple[int, int] = (127, 71)
    questions: int = 30
    differing: float = 0.1
    weighted: bool = False


@dataclass(frozen=True)
class MadeUp:
    """A survey, and which answers of which questions differ between its groups."""

    survey: cxtui.Survey
    true: dict[str, frozenset[str]]


def made_up(draw: Draw, weight: float = 1.0) -> MadeUp:
    """Return the survey of a draw; `weight` scales its weights."""
    seed = np.random.default_rng(draw.seed)
    first, second = draw.sizes
    group = np.repeat([1, 2], [first, second])
    n = len(group)
    trait = seed.normal(size=n)
    columns: dict[str, NDArray[np.generic]] = {"group": group, "wave": seed.integers(1, 4, n)}
    questions = [_listed("group", Kind.SINGLE, 2), _listed("wave", Kind.SINGLE, 3)]
    true: dict[str, frozenset[str]] = {}
    for number in range(draw.questions):
        name, kind = f"q{number}", _KINDS[int(seed.choice(4, p=_SHARES))]
        shift = 0.0 if number >= round(draw.differing * draw.questions) else seed.uniform(0.4, 1)
        latent = 0.5 * trait + 0.87 * seed.normal(size=n)
        _add(columns, questions, true, name, kind, latent, group == 1, shift, seed)
    if draw.weighted:
        columns["w"] = weight * np.exp(0.6 * seed.normal(size=n) + 0.2 * trait)
    codebook = Codebook(
        questions=tuple(questions),
        wave="wave",
        weight="w" if draw.weighted else "",
        absent=("role", "banner", *(() if draw.weighted else ("weight",))),
    )
    frame = pl.DataFrame({name: pl.Series(name, column) for name, column in columns.items()})
    return MadeUp(cxtui.from_frame(frame, codebook), true)


def _add(
    columns: dict[str, NDArray[np.generic]],
    questions: list[Question],
    true: dict[str, frozenset[str]],
    name: str,
    kind: Kind,
    latent: NDArray[np.float64],
    is_first: NDArray[np.bool_],
    shift: float,
    seed: np.random.Generator,
) -> None:
    """Add one question; where `shift` is not 0, the first group stands so many SD higher."""
    n = len(latent)
    moved = latent + shift * is_first
    match kind:
        case Kind.NUMERIC:
            columns[name] = np.round(50 + 20 * moved, 1)
            questions.append(Question(name, name, kind, (name,)))
            true[name] = frozenset({"mean"} if shift else ())
        case Kind.MULTI:
            items = int(seed.integers(5, 10))
            differing = int(seed.integers(1, 4)) if shift else 0
            names = tuple(f"{name}_{item}" for item in range(1, items + 1))
            for place, column in enumerate(names):
                own = 0.5 * latent + 0.87 * seed.normal(size=n)
                own += shift * is_first if place < differing else 0.0
                columns[column] = (own > seed.normal(0.3, 0.5)).astype(np.int64)
            codes = [str(place + 1) for place in range(items)]
            categories = tuple(Category(code, code) for code in codes)
            questions.append(Question(name, name, kind, names, categories, unchosen=("0",)))
            true[name] = frozenset(codes[:differing])
        case _:
            points = int(seed.choice([5, 7] if kind is Kind.SCALE else [3, 4, 5, 8]))
            cuts = np.sort(seed.normal(size=points - 1))
            answer = 1 + np.searchsorted(cuts, moved)
            if kind is Kind.SINGLE:
                answer = 1 + seed.permutation(points)[answer - 1]
            columns[name] = answer
            questions.append(_listed(name, kind, points))
            # With one shift all answers differ a little.
            codes = [str(code) for code in range(1, points + 1)]
            true[name] = frozenset([*codes, "mean"] if shift else ())


def _listed(name: str, kind: Kind, points: int) -> Question:
    is_scale = kind is Kind.SCALE
    categories = tuple(
        Category(str(code), str(code), score=float(code) if is_scale else None)
        for code in range(1, points + 1)
    )
    return Question(name, name, kind, (name,), categories)


def simulated(draws: int, seed: int, *, weighted: bool) -> tuple[list[float], list[float]]:
    """Return the share of false ones among named questions, and among answers, of each draw.

    Every second questionnaire has no difference at all.
    """
    of_questions, of_answers = [], []
    for number in range(draws):
        made = made_up(Draw(seed + number, differing=0.1 * (number % 2), weighted=weighted))
        held = [line for line in made.survey.gaps(by="group", wave="all").lines if line.holds]
        false = [line for line in held if not made.true[line.question.id]]
        marks = [(line.question.id, one.code) for line in held for one in line.marked]
        wrong = [code for name, code in marks if code not in made.true[name]]
        of_questions.append(len(false) / max(len(held), 1))
        of_answers.append(len(wrong) / max(len(marks), 1))
    return of_questions, of_answers


def main() -> None:
    """Print the false discovery rates of many draws, with their standard errors."""
    draws, seed = (int(one) for one in (*sys.argv[1:], "200", "20161129")[:2])
    for weighted in (False, True):
        for name, rates in zip(
            ("questions", "answers"), simulated(draws, seed, weighted=weighted), strict=True
        ):
            mean, error = np.mean(rates), np.std(rates, ddof=1) / draws**0.5
            print(f"{'weighted ' * weighted}{name}: {mean:.3f} (SE {error:.3f})")  # noqa: T201


if __name__ == "__main__":
    main()
