"""Fisher's exact p is R's, and stands where a test expects few cases."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.stats.significance import fisher_p
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Pair
from cxtui.analysis.view.view import Measure, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format
from cxtui.sources.open_survey import open_survey
from tests.making import Respondent, made
from tests.rendering import render

# R 4.2.2, stats::fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2))$p.value
R = [
    (65, 129, 24, 69, 0.03736270524389),
    (84, 129, 31, 69, 0.00682054311497441),
    (12, 129, 14, 69, 0.0450605536634921),
    (0, 129, 3, 69, 0.0411192626566086),
    (129, 129, 66, 69, 0.0411192626566086),
    (129, 129, 69, 69, 1.0),
    (0, 129, 0, 69, 1.0),
    (40, 129, 21, 69, 1.0),
    (3, 129, 0, 69, 0.552922784249833),
]


def fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    x1_, n1_, x2_, n2_ = (np.array([float(one)]) for one in (x1, n1, x2, n2))
    return float(fisher_p(x1_, n1_, x2_, n2_)[0])


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "p"), R)
def test_it_equals_r(x1: int, n1: int, x2: int, n2: int, p: float) -> None:
    """To nine digits, either way round."""
    assert fisher(x1, n1, x2, n2) == pytest.approx(p, abs=1e-9)
    assert fisher(x2, n2, x1, n1) == pytest.approx(p, abs=1e-9)


def test_the_lady_tasting_tea() -> None:
    """Three of four cups right: 34/70 (Fisher, The Design of Experiments, 1935, §5)."""
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70, rel=1e-12)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n1, n2 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@given(tables())
def test_it_is_the_sum_of_the_tables_no_likelier(table: tuple[int, int, int, int]) -> None:
    """Counted in whole numbers, where ties are ties."""
    x1, n1, x2, n2 = table
    together = x1 + x2
    ways = {
        one: comb(n1, one) * comb(n2, together - one)
        for one in range(max(together - n2, 0), min(together, n1) + 1)
    }
    extreme = sum(way for way in ways.values() if way <= ways[x1])
    expected = float(Fraction(extreme, sum(ways.values())))
    assert fisher(*table) == pytest.approx(expected, rel=1e-9)


def test_tables_of_different_sizes_do_not_disturb_each_other() -> None:
    """One call for all pairs of a table, those with large bases among them."""
    listed = [(3, 40, 90_000, 10_000_000), *((x1, n1, x2, n2) for x1, n1, x2, n2, _ in R)]
    listed += [(one, 60, one * one % 40, 50) for one in range(60)]
    together = fisher_p(*(np.array(column, dtype=float) for column in zip(*listed, strict=True)))
    assert together.tolist() == [fisher(*one) for one in listed]


def survey_rows(rare: int) -> list[Respondent]:
    """Marketing 60 and technology 50, `rare` of the latter with the third answer; two weights."""
    marketing: list[Respondent] = [
        {"role": 1, "goal": 1 + n % 2, "budget": float(n), "w": 1.0 + n % 2} for n in range(60)
    ]
    return marketing + [
        {"role": 2, "goal": 3 if n < rare else 1 + n % 2, "budget": float(n), "w": 1.0 + n % 3}
        for n in range(50)
    ]


def third(view: View, rare: int = 4) -> Pair:
    return tabulate(made(survey_rows(rare)), view).rows[-1].pairs[0]


def test_a_pair_that_expects_few_cases_has_it() -> None:
    """4 of 110 in all: 2.2 and 1.8 are expected."""
    assert third(View("goal", (("role",),))).p_fisher == pytest.approx(fisher(0, 60, 4, 50))


def test_a_pair_that_expects_enough_has_none() -> None:
    """12 of 110: 5.5 are expected among the 50."""
    assert third(View("goal", (("role",),)), rare=12).p_fisher is None


def test_weights_leave_it_as_it_is() -> None:
    """It is of respondents."""
    assert third(View("goal", (("role",),), weight="w")).p_fisher == pytest.approx(
        fisher(0, 60, 4, 50)
    )


def test_a_mean_has_none() -> None:
    """There are no cases to count."""
    assert third(View("budget", (("role",),), show=Measure.MEAN)).p_fisher is None


def test_json_has_it_in_each_pair(example: Path) -> None:
    """`p_fisher`, null where cases are not few."""
    survey = open_survey(str(example))
    table = tabulate(survey, parse_view(survey, "--question recommend"))
    rows = json.loads(render(table, Format.JSON))["rows"]
    pairs = [pair for row in rows for pair in row["pairs"]]
    assert any(pair["p_fisher"] for pair in pairs)
    assert [pair["p_fisher"] for pair in pairs] == [
        pair.p_fisher for row in table.rows for pair in row.pairs
    ]
