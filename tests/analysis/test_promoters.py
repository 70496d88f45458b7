"""The promoter score is R's mean of 100, 0 and −100, and that of published calculations.

R 4.2.2, survey 4.1.1; crosstabs 1.5.0 (MIT), `nps_analysis`, prints four decimals and
divides by n where R and this program have n − 1 of the file; weighted, by Kish's effective base.
"""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest

from cxtui.analysis.stats.significance import TOO_SMALL, t_quantile
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Table, TableRow
from cxtui.analysis.view.view import Against, Variance, View
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from tests.making import ROLE, Respondent, known, survey_of
from tests.shared import shared

SCORE = Question(
    "score",
    "Would you recommend us?",
    Kind.SCALE,
    ("score",),
    tuple(Category(str(one), str(one), score=float(one)) for one in range(11)),
)
SCHEMA = {"role": pl.Int8(), "score": pl.Int8(), "w": pl.Float64()}

Groups = tuple[int, int, int]
FROM_COUNTS: list[tuple[Groups, Groups, tuple[float, ...]]] = [
    ((52, 40, 37), (18, 24, 27), (11.6279, 7.2411, -13.0435, 9.5944, 12.0203)),
    ((129, 0, 0), (69, 0, 0), (100.0, 0.0, 100.0, 0.0, 0.0)),
    ((5, 3, 2), (1, 4, 7), (30.0, 24.6982, -50.0, 18.6339, 30.939)),
    ((22, 21, 89), (15, 15, 36), (-50.7576, 6.6474, -31.8182, 10.0867, 12.0801)),
]
"""Promoters, passives, detractors of two groups; score and SE of each, SE of the difference."""

IN_R: dict[str | None, tuple[tuple[float, float], ...]] = {
    None: ((-50.7575757575758, 6.66422341295313), (-31.8181818181818, 10.1122201037792)),
    "w": ((-50.3785672684916, 6.96422457875284), (-30.8771929824561, 10.5614360746375)),
}
"""`svyby(~points, ~role, design, svymean)` of 198 respondents, without and with weights."""

KISH = {"Marketing": (115.643078, 7.0512), "Technology": (57.601844, 10.7059)}
"""Effective base, and SE by it, of the same respondents with weights."""


def surveyed(rows: list[Respondent]) -> Survey:
    return survey_of(rows, (ROLE, SCORE), SCHEMA, Codebook(role="role", weight="w"))


def counted(*groups: Groups) -> Survey:
    """A survey of promoters, passives and detractors."""
    return surveyed(
        [
            {"role": role, "score": score}
            for role, counts in enumerate(groups, 1)
            for score, count in zip((9, 8, 3), counts, strict=True)
            for _ in range(count)
        ]
    )


def answered() -> Survey:
    """The 198 respondents of the published calculation."""
    rows = pl.read_csv(shared("golden/nps/respondents.csv")).to_dicts()
    codes = {"Marketing": 1, "Technology": 2}
    return surveyed([{**row, "role": codes[row["role"]]} for row in rows])


def score_in(table: Table) -> TableRow:
    return next(row for row in table.rows if row.code == "nps")


def scored(survey: Survey, weight: str | None = None, against: Against = Against.COLUMNS) -> Table:
    view = View("score", (("role",),), weight=weight, against=against, full=True)
    return tabulate(survey, view)


def error_of(cell: Cell, respondents: float) -> float:
    assert cell.low is not None and cell.high is not None
    return (cell.high - cell.low) / 2 / float(t_quantile(95, respondents - 1))


@pytest.mark.parametrize(("first", "second", "published"), FROM_COUNTS)
def test_two_groups_are_as_published(
    first: Groups, second: Groups, published: tuple[float, ...]
) -> None:
    """To the four decimals that are printed; all promoters have no spread to test."""
    survey = counted(first, second)
    row = score_in(scored(survey))
    scale = math.sqrt(survey.respondents / (survey.respondents - 1))
    (pair,) = row.pairs
    found = []
    for cell in row.cells[1:]:
        found += [cell.mean, error_of(cell, survey.respondents) / scale]
    assert pair.se is not None and pair.gap is not None
    assert [*found, pair.se / scale] == pytest.approx(published, abs=5.1e-5)
    assert pair.gap == pytest.approx(published[0] - published[2], abs=1.1e-4)
    if sum(second) < 30:
        assert pair.why_not == f"base under {TOO_SMALL}"
    else:
        assert pair.t == (pytest.approx(pair.gap / pair.se) if pair.se else None)


@pytest.mark.parametrize("weight", [None, "w"])
def test_each_role_has_the_score_and_error_of_r(weight: str | None) -> None:
    row = score_in(scored(answered(), weight))
    found = [
        (cell.mean, error_of(cell, known(cell.base) if weight else 198)) for cell in row.cells[1:]
    ]
    assert found == [pytest.approx(one, rel=1e-9) for one in IN_R[weight]]


def test_linearized_errors_depend_on_the_weights_not_on_kish() -> None:
    """The error by Kish's effective base is about one per cent larger here."""
    table = scored(answered(), "w")
    kish = tabulate(answered(), replace(table.view, variance=Variance.KISH))
    for place, column in enumerate(table.columns[1:], 1):
        effective, error = KISH[column.label]
        cell = score_in(table).cells[place]
        assert score_in(kish).cells[place].effective_base == pytest.approx(effective, abs=5.1e-7)
        assert 1.01 < error / error_of(cell, known(cell.base)) < 1.02


def test_a_role_against_the_rest_is_as_published() -> None:
    """The rest of two roles is the other one."""
    row = score_in(scored(answered(), against=Against.REST))
    gaps = [pair.gap for pair in row.pairs]
    assert gaps == pytest.approx([-18.9394, 18.9394], abs=5.1e-5)
    scale = math.sqrt(198 / 197)
    assert [pair.t for pair in row.pairs] == pytest.approx(
        [-1.567821 / scale, 1.567821 / scale], abs=1e-6
    )
