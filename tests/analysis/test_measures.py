"""Intervals, means and deviations are those of R and of the papers they come from."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Moments, Sums
from cxtui.analysis.query.sample import Numbers, Rule, simple_sample
from cxtui.analysis.stats.intervals import (
    newcombe,
    normal_quantile,
    share,
    standard_deviation,
    wilson,
)
from cxtui.analysis.stats.row_sums import Layers, RowSums
from cxtui.analysis.stats.variance import variance_of_mean
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Measure, View
from cxtui.survey.question import Category, Kind, Question
from tests.making import survey_of

BINOM = {
    (18, 20): (0.6989663547715128, 0.972133518786232),
    (4, 20): (0.0806576625797981, 0.4160174322518935),
    (4, 200): (0.00780442641634947, 0.05028708690582643),
    (190, 200): (0.910421851861224, 0.972617354399236),
}
"""x, n: Wilson's 95 % interval as R's package binom has it (statsmodels' results_proportion.py)."""

BINOM_ROUNDED = {
    (1, 30): (0.00590859, 0.16670391),
    (29, 30): (0.8332961, 0.9940914),
    (0, 30): (0.0, 0.11351339),
    (30, 30): (0.8864866, 1.0),
}
"""The same source, printed with eight digits or fewer."""

PROP_TEST = {
    (65, 129): (0.418740458312484, 0.588787312075448),
    (24, 69): (0.246181419286244, 0.465521224510424),
    (84, 129): (0.565626629387646, 0.727956415741669),
    (31, 69): (0.337688556292437, 0.566212324973119),
    (12, 129): (0.0540152667451354, 0.155568842522091),
    (14, 69): (0.124893330679035, 0.312240402447793),
    (0, 129): (0.0, 0.0289176199568782),
    (3, 69): (0.0148959038962123, 0.120212027493791),
    (129, 129): (0.971082380043122, 1.0),
    (66, 69): (0.879787972506209, 0.985104096103788),
    (69, 69): (0.947262741810948, 1.0),
    (0, 69): (0.0, 0.0527372581890517),
    (40, 129): (0.236724880575955, 0.394414370415418),
    (21, 69): (0.2084962689171, 0.420835701678616),
    (3, 129): (0.00794013743257945, 0.0661441048518858),
}
"""x, n: prop.test(x, n, correct = FALSE)$conf.int of R 4.2.2."""

NEWCOMBE_PAPER = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0),
    (10, 10, 0, 10): (0.6075, 1.0),
}
"""x1, n1, x2, n2: table II, method 10 of Newcombe (1998), Statistics in Medicine 17:873–890."""

NEWCOMBE_ENUMERATED = {
    (65, 24): (0.0108, 0.2885),
    (12, 14): (-0.2260, -0.0099),
    (0, 3): (-0.1202, -0.0028),
    (129, 66): (0.0028, 0.1202),
    (0, 0): (-0.0527, 0.0289),
    (129, 69): (-0.0289, 0.0527),
}
"""x1 of 129, x2 of 69: an enumeration of all tables in NumPy, without this program."""


Z = normal_quantile(95)


def array(*values: float) -> NDArray[np.float64]:
    return np.array(values)


def sums(weights: list[float]) -> Sums:
    w = np.array(weights)
    return Sums(array(len(w)), array(w.sum()), array((w * w).sum()))


def moments(weights: list[float], values: list[float]) -> Moments:
    w, x = np.array(weights), np.array(values)
    parts = (w * x, w * x * x, w * w * x, w * w * x * x)
    return Moments(*(array(part.sum()) for part in parts))


def only(numbers: Numbers) -> float:
    assert numbers.shape == (1,)
    return float(numbers[0])


def variance(base: Sums, of: Moments, respondents: int = 90) -> Numbers:
    """The variance of one mean in a file of so many respondents."""
    part = RowSums(base, base, of)
    layers = Layers(part, part.each(lambda one: one[np.newaxis]))
    return variance_of_mean(layers, simple_sample(Rule.LINEARIZED, respondents))


@pytest.mark.parametrize(("x", "n"), [*BINOM, *PROP_TEST])
def test_wilson_is_that_of_r(x: int, n: int) -> None:
    low, high = wilson(array(x / n), array(n), Z)
    expected = (BINOM | PROP_TEST)[x, n]
    assert (only(low), only(high)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("x", "n"), BINOM_ROUNDED)
def test_wilson_is_that_of_r_as_far_as_it_is_printed(x: int, n: int) -> None:
    low, high = wilson(array(x / n), array(n), Z)
    assert (only(low), only(high)) == pytest.approx(BINOM_ROUNDED[x, n], abs=6e-8)


def test_wilson_of_nothing_or_all_has_a_width_and_stays_inside() -> None:
    low, high = wilson(array(0.0, 1.0), array(30.0, 30.0), Z)
    assert low[0] == 0 and 0 < high[0] < 1
    assert high[1] == 1 and 0 < low[1] < 1


@pytest.mark.parametrize("level", [50, 80, 90, 99, 99.9])
def test_wilson_solves_its_own_equation_at_every_level(level: float) -> None:
    """At either end, (p − end)² is z² end (1 − end)/n."""
    from statistics import NormalDist

    z = NormalDist().inv_cdf(0.5 + level / 200)
    for end in wilson(array(0.3), array(57.5), z):
        assert (0.3 - only(end)) ** 2 == pytest.approx(z * z * only(end) * (1 - only(end)) / 57.5)


@pytest.mark.parametrize(("x1", "n1", "x2", "n2"), NEWCOMBE_PAPER)
def test_newcombe_is_that_of_the_paper(x1: int, n1: int, x2: int, n2: int) -> None:
    low, high = newcombe(array(x1 / n1), array(n1), array(x2 / n2), array(n2), Z)
    assert (only(low), only(high)) == pytest.approx(NEWCOMBE_PAPER[x1, n1, x2, n2], abs=5.1e-5)


@pytest.mark.parametrize(("x1", "x2"), NEWCOMBE_ENUMERATED)
def test_newcombe_is_that_of_an_enumeration(x1: int, x2: int) -> None:
    low, high = newcombe(array(x1 / 129), array(129), array(x2 / 69), array(69), Z)
    assert (only(low), only(high)) == pytest.approx(NEWCOMBE_ENUMERATED[x1, x2], abs=5.1e-5)


def test_newcombe_is_that_of_fagerland_and_others() -> None:
    """Fagerland, Lydersen and Laake (2015), Statistical Methods in Medical Research 24:224–254."""
    low, high = newcombe(array(7 / 34), array(34), array(1 / 34), array(34), Z)
    assert (only(low), only(high)) == pytest.approx((0.019, 0.340), abs=5.1e-4)


def test_newcombe_is_the_square_and_add_of_r_s_wilson_intervals() -> None:
    """To 1e-9, from the ends that prop.test gives for 65 of 129 and 24 of 69."""
    p1, p2 = 65 / 129, 24 / 69
    (low1, high1), (low2, high2) = PROP_TEST[65, 129], PROP_TEST[24, 69]
    low, high = newcombe(array(p1), array(129), array(p2), array(69), Z)
    assert only(low) == pytest.approx(p1 - p2 - math.hypot(p1 - low1, high2 - p2), abs=1e-9)
    assert only(high) == pytest.approx(p1 - p2 + math.hypot(high1 - p1, p2 - low2), abs=1e-9)


def test_nobody_is_no_number() -> None:
    """Not 0 %, and no warning."""
    base, nothing = sums([]), moments([], [])
    for number in (
        share(array(0.0), array(0.0)),
        RowSums(base, base, nothing).mean,
        standard_deviation(base, nothing),
        variance(base, nothing),
        *wilson(array(math.nan), base.effective, Z),
    ):
        assert math.isnan(only(number))


def test_mean_and_deviation_are_the_textbook_s() -> None:
    """The first group of R's `sleep`: mean(x) and sd(x)."""
    extra = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    base, of = sums([1.0] * 10), moments([1.0] * 10, extra)
    assert only(RowSums(base, base, of).mean) == pytest.approx(0.75, abs=1e-12)
    assert only(standard_deviation(base, of)) == pytest.approx(1.78901, abs=5e-7)


def test_the_deviation_of_one_respondent_is_no_number() -> None:
    assert math.isnan(only(standard_deviation(sums([2.0]), moments([2.0], [7.0]))))


def test_a_constant_has_no_deviation_and_no_error() -> None:
    """Rounding makes no variance: else a letter would hang on the last digit of a weight."""
    weights, values = [0.1, 0.7, 3.3] * 30, [1e6 + 0.1] * 90
    base, of = sums(weights), moments(weights, values)
    assert only(standard_deviation(base, of)) == 0
    assert only(variance(base, of)) == 0


def test_influence_is_summed_respondent_by_respondent() -> None:
    weights, values = [0.5, 2.0, 1.0, 3.5], [1.0, 4.0, 2.0, 8.0]
    w, x = np.array(weights), np.array(values)
    m = (w * x).sum() / w.sum()
    expected = 4 / 3 * (((w * (x - m)) / w.sum()) ** 2).sum()
    found = variance(sums(weights), moments(weights, values), 4)
    assert only(found) == pytest.approx(expected, rel=1e-12)


def test_effective_base_is_kish_s() -> None:
    """(0.5 + 2 + 1)²/(0.25 + 4 + 1)."""
    assert only(sums([0.5, 2.0, 1.0]).effective) == pytest.approx(12.25 / 5.25)
    assert only(sums([0.3] * 30).effective) == pytest.approx(30)
    assert only(sums([]).effective) == 0


def test_the_mean_of_a_scale_excludes_user_missing_and_unscored_answers() -> None:
    """Codes 97 to 99 are never averaged."""
    scale = (
        Category("1", "Low", score=1.0),
        Category("2", "High", score=2.0),
        Category("98", "Don't know", missing=True, score=98.0),
    )
    answers = [1, 1, 1, 2, *[98] * 50, *[9] * 50]
    question = Question("q", "Q", Kind.SCALE, ("q",), scale)
    survey = survey_of([{"q": one} for one in answers], [question], {"q": pl.Int8})
    cell = tabulate(survey, View("q", show=Measure.MEAN)).rows[0].cells[0]
    assert (cell.mean, cell.base) == (1.25, 4)
