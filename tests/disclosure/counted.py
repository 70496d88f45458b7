"""Small surveys with a given number of respondents in each cell, and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from tests.making import survey_of

Counts = NDArray[np.int64]


def answers(name: str, size: int, kind: Kind = Kind.SINGLE) -> Question:
    """Return a question with as many answers, coded from 1, with scores if it is a scale."""
    is_scale = kind is Kind.SCALE
    coded = tuple(
        Category(str(code), f"{name} {code}", score=float(code) if is_scale else None)
        for code in range(1, size + 1)
    )
    return Question(name, name.title(), kind, (name,), coded)


def survey_with(counts: Counts, names: Sequence[str], kind: Kind = Kind.SINGLE) -> Survey:
    """Return a survey with as many respondents for each combination of answers.

    One name an axis; the last position of each axis but the first is no answer if the name ends
    with `?`.
    """
    questions: list[Question] = []
    codes: list[list[int | None]] = []
    for name, size in zip(names, counts.shape, strict=True):
        has_none = name.endswith("?")
        questions.append(
            answers(name.rstrip("?"), size - has_none, kind if not codes else Kind.SINGLE)
        )
        codes.append([*range(1, size + 1 - has_none), *([None] if has_none else [])])
    respondents = [
        {one.id: code for one, code in zip(questions, cell, strict=True)}
        for cell, n in zip(product(*codes), counts.ravel(), strict=True)
        for _ in range(n)
    ]
    schema = {one.id: pl.Int16 for one in questions}
    return survey_of(respondents, questions, schema, Codebook(role=questions[-1].id))
