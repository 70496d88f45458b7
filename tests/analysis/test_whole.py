"""A whole table without weights is tested as by R's `chisq.test` and `prop.test`, R 4.2.2.

One of very many weighted cells is not tested, and says so.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranked_lines import Verdict
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.stats.overall_test import pearson
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.survey.model import Codebook
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind, Question
from tests.making import ROLE, SCHEMA, Respondent, categories, survey_of

SMOKERS = [[83, 90, 129, 70], [3, 3, 7, 12]]
"""Smokers and others among the patients of four studies (Fleiss, 1981): R's `prop.test`."""
ADMITTED = [[601, 370, 322, 269, 147, 46], [332, 215, 596, 523, 437, 668]]
"""Admitted and rejected at Berkeley by department: R's `UCBAdmissions`."""


@pytest.mark.parametrize(
    ("counts", "chi_square", "df", "p"),
    [
        (SMOKERS, 12.6004112971276, 3, 0.00558547666162702),
        (ADMITTED, 778.906531507535, 5, 4.22974495394658e-166),
    ],
)
def test_counts_are_tested_as_by_r(
    counts: list[list[int]], chi_square: float, df: int, p: float
) -> None:
    """Without a continuity correction."""
    test = pearson("by", np.array(counts, dtype=np.float64))
    assert (test.name, test.df, test.df2) == ("Pearson", df, None)
    assert (test.statistic, test.p) == pytest.approx((chi_square, p), rel=1e-9)


def test_a_table_of_very_many_weighted_cells_is_not_tested() -> None:
    """Its covariance would fill the memory; without weights there is none to estimate."""
    rows: list[Respondent] = [
        {"role": 1 + n % 2, "goal": n // 2, "w": 1.5 + n % 3} for n in range(1004)
    ]
    towns = Question("goal", "Town", Kind.SINGLE, ("goal",))
    survey = survey_of(rows, [ROLE, towns], SCHEMA)
    weighted = tabulate(survey, View("goal", (("role",),), weight="w"))
    assert weighted.whole == ()
    assert "Overall test by role not made: 502 × 2 cells, over 1,000." in sentences_of(
        weighted.notes
    )
    (test,) = tabulate(survey, View("goal", (("role",),))).whole
    assert (test.name, test.df) == ("Pearson", 501)


@pytest.mark.filterwarnings("error")
def test_a_group_that_nobody_is_in_is_not_tested_and_warns_of_nothing() -> None:
    """Its shares are of nobody: nothing is divided by them."""
    rows: list[Respondent] = [
        {"role": 1 + n % 2, "goal": 1 + n % 3, "wave": 1 + n % 4 // 2, "w": 1.5 + n % 5}
        for n in range(400)
    ]
    rows = [one if (one["role"], one["wave"]) != (2, 2) else {**one, "goal": None} for one in rows]
    goal = Question("goal", "Goal", Kind.SINGLE, ("goal",))
    wave = Question("wave", "Wave", Kind.SINGLE, ("wave",), categories("2015", "2016"))
    survey = survey_of(
        rows, [ROLE, goal, wave], {**SCHEMA, "wave": pl.Int64}, Codebook(wave="wave")
    )
    view = View("goal", (("role",),), weight="w", all_waves=True)
    ranking = rank_questions(survey, view, RankingOptions(compare=Compare.WAVES))
    found = {one.comparison.group: one.verdict for one in ranking.lines}
    assert found["Technology"] is Verdict.NOT_TESTED
    assert found["Marketing"] is not Verdict.NOT_TESTED
