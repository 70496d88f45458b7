"""Briefs of surveys whose groups do not differ, or differ by a planted gap.

    python -m tests.simulations.briefs                 1,000 of each, of a fresh seed
    python -m tests.simulations.briefs --draws 100 --seed 5

Prints how many briefs claim a difference where there is none, and how many find the planted one.
"""

from __future__ import annotations

import argparse
import random

import numpy as np
import polars as pl

from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.analysis.view.view_options import view_of
from cxtui.output.brief.brief import Brief, Claim
from cxtui.output.replay import Opened
from cxtui.sources.open_survey import open_frame
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.work.brief.brief_facts import gather_facts
from cxtui.work.brief.write_brief import write_brief

SIDES = (127, 71)
"""The respondents of the two groups."""

_SINGLES, _SCALES, _SETS, _ITEMS = 6, 5, 1, 4


def study(seed: int, gap: float = 0.0) -> Survey:
    """Return a survey of twelve questions by role; `gap` is in points, of the first answer of one.

    All other answers have the same shares in both groups.
    """
    chance = np.random.default_rng(seed)
    n = sum(SIDES)
    role = np.repeat([1, 2], SIDES)
    columns: dict[str, object] = {"role": role}
    questions = [_question("role", Kind.SINGLE, 2)]
    for at in range(_SINGLES):
        shares = chance.dirichlet(np.full(4, 3.0))
        answers = chance.choice(4, n, p=shares) + 1
        if not at and gap:
            shares = np.array([0.35, 0.3, 0.2, 0.15])
            moved = shares + np.array([gap, -gap / 3, -gap / 3, -gap / 3]) / 100
            draws = [
                chance.choice(4, size, p=one)
                for size, one in zip(SIDES, (shares, moved), strict=True)
            ]
            answers = np.concatenate(draws) + 1
        columns[f"single{at}"] = answers
        questions.append(_question(f"single{at}", Kind.SINGLE, 4))
    for at in range(_SCALES):
        columns[f"scale{at}"] = chance.choice(5, n, p=chance.dirichlet(np.full(5, 3.0))) + 1
        questions.append(_question(f"scale{at}", Kind.SCALE, 5))
    for at in range(_SETS):
        names = [f"set{at}_{item}" for item in range(_ITEMS)]
        for name in names:
            columns[name] = (chance.random(n) < chance.uniform(0.1, 0.7)).astype(int)
        items = tuple(Category(str(item), f"Item {item}") for item in range(_ITEMS))
        made = Question(f"set{at}", f"Set {at}", Kind.MULTI, tuple(names), items, unchosen=("0",))
        questions.append(made)
    codebook = Codebook(tuple(questions), role="role", absent=("wave", "weight"))
    return open_frame(pl.DataFrame(columns), codebook, "made")


def _question(name: str, kind: Kind, answers: int) -> Question:
    scored = kind is Kind.SCALE
    listed = tuple(
        Category(str(code), f"Answer {code}", score=float(code) if scored else None)
        for code in range(1, answers + 1)
    )
    return Question(name, f"Question {name}", kind, (name,), listed)


def brief_on(survey: Survey) -> Brief:
    """Return the brief on the two groups of a survey."""
    view = view_of(survey, ViewOptions())
    return write_brief(gather_facts(survey, view, RankingOptions()), (), Opened())


def claims_in(brief: Brief) -> list[Claim]:
    """Return what a brief claims."""
    return [claim for section in brief.sections for claim in section.claims]


def main() -> None:
    """Run both simulations and print their rates."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.draws)
    false = sum(bool(claims_in(brief_on(study(seed)))) for seed in seeds)
    found = sum(
        any(one.question == "single0" for one in claims_in(brief_on(study(seed, gap=30.0))))
        for seed in seeds
    )
    print(f"seed {asked.seed}, {asked.draws:,} draws of {SIDES[0]} and {SIDES[1]} respondents")
    print(f"no difference: {false:,} briefs claim one ({100 * false / asked.draws:.1f}%)")
    print(f"a gap of 30 points: {found:,} briefs find it ({100 * found / asked.draws:.1f}%)")


if __name__ == "__main__":
    main()
