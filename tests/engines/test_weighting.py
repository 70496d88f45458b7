"""Weights are the same wherever the respondents are counted."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest

from cxtui.errors import ExportError
from cxtui.survey.question import Category, Kind, Question
from cxtui.work.weighting.targets import read_targets
from cxtui.work.weighting.weight_options import Missing
from cxtui.work.weighting.weighted_survey import weigh_survey
from tests.engines.places import placed
from tests.making import survey_of

TARGETS = """\
base = "d"
[[margin]]
questions = ["sex", "years"]
targets = { "f|<30" = 20, "f|>=30" = 30, "m|<30" = 25, "m|>=30" = 25 }
[[margin]]
questions = ["place"]
targets = { N = 0.4, S = 0.6 }
"""


def test_another_engine_gives_the_same_weights(engine: str) -> None:
    """With spellings, classes, missing answers and unusable base weights; a copy is made here."""
    draw = random.Random(11)
    rows = [
        {
            "sex": draw.choice(["f", "m", "m"]),
            "years": draw.choice([18.0, 29.5, 30.0, 70.0]),
            "place": draw.choice(["N", "north", "S", None]),
            "d": draw.choice([0.5, 1.0, 2.5, 0.0, None, math.nan, math.inf]),
        }
        for _ in range(500)
    ]
    questions = [
        Question("sex", "Sex", Kind.SINGLE, ("sex",), (Category("f", "F"), Category("m", "M"))),
        Question("years", "Years", Kind.NUMERIC, ("years",), classes=(30.0,)),
        Question(
            "place",
            "Place",
            Kind.SINGLE,
            ("place",),
            (Category("N", "North", spellings=("north",)), Category("S", "South")),
        ),
    ]
    schema = {"sex": pl.String, "years": pl.Float64, "place": pl.String, "d": pl.Float64}
    here = survey_of(rows, questions, schema)
    targets = read_targets(TARGETS, "it")
    away = weigh_survey(placed(here, engine), targets, missing=Missing.DROP)
    assert away.report == weigh_survey(here, targets, missing=Missing.DROP).report
    with pytest.raises(ExportError, match="counted where it is"):
        away.weighted()
