"""Tests between columns are those of R, of R's `survey` and of an exact enumeration."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

from cxtui.analysis.query.cube import TOTAL, Column, Moments, Step, Sums
from cxtui.analysis.query.sample import Rule, simple_sample
from cxtui.analysis.stats.intervals import newcombe, normal_quantile
from cxtui.analysis.stats.row_sums import Layers, RowSums
from cxtui.analysis.stats.significance import (
    adjust_by_banner,
    adjust_p,
    all_or_none,
    column_pairs,
    expect_few_cases,
    first_pair,
    is_small,
    is_too_small,
    pooled_t,
    t_quantile,
    two_sided_p,
)
from cxtui.analysis.stats.variance import PairSums, variance_of_gap
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Pair, Table
from cxtui.analysis.view.view import Correction, Measure, Variance, View
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.making import made
from tests.shared import load_shared, shared

PROP_TEST: dict[tuple[int, int], tuple[float, float]] = {
    (65, 24): (4.42399243966906, 0.0354370293080732),
    (84, 31): (7.52569495461072, 0.00608250856905429),
    (12, 14): (4.75775751513518, 0.0291665241412821),
    (0, 3): (5.69498327759197, 0.0170134746514899),
    (129, 66): (5.69498327759198, 0.0170134746514899),
    (40, 21): (0.00692335082823835, 0.933687204960487),
    (3, 0): (1.62933810375671, 0.201794622543122),
}
"""x1 of 129, x2 of 69: X² and p of R 4.2.2's prop.test(correct = FALSE)."""

SMOKERS = ((83, 90, 129, 70), (86, 93, 136, 82))
"""x and n of the example of R's pairwise.prop.test (Fleiss, 1981)."""

PAIRWISE_P = (
    *(0.922320095734269, 0.561587054061054, 0.0113289604246876),
    *(0.484739246711977, 0.00714096227095324, 0.0161432937786357),
)
PAIRWISE_ADJUSTED = {
    Correction.NONE: PAIRWISE_P,
    Correction.HOLM: (1, 1, 0.0566448021234378, 1, 0.0428457736257194, 0.0645731751145427),
    Correction.BH: (
        *(0.922320095734269, 0.673904464873264, 0.0322865875572714),
        *(0.673904464873264, 0.0322865875572714, 0.0322865875572714),
    ),
}
"""p.adjust of R 4.2.2."""

TYPE_I_ERROR = {0.02: 0.0265, 0.05: 0.0491, 0.10: 0.0469, 0.30: 0.0493, 0.50: 0.0482}
"""Share of all tables of 129 against 69 that the pooled t calls different, by the true share."""


def array(*values: float) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def columns(*banners: int) -> tuple[Column, ...]:
    steps = (Step("v", str(n), str(n)) for n in range(len(banners)))
    return (TOTAL, *(Column((step,), "A", one) for step, one in zip(steps, banners, strict=True)))


def part(
    c: NDArray[np.float64],
    w: NDArray[np.float64],
    q: NDArray[np.float64],
    cq: NDArray[np.float64] | None = None,
) -> RowSums:
    """The sums of shares c/w; `cq` is Σw² in the cells."""
    cq = c if cq is None else cq
    return RowSums(Sums(c, c, cq), Sums(w, w, q), Moments(c, c, cq, cq))


def t_of(first: RowSums, second: RowSums) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The pooled t of separate columns; no number where all or none gave the answer in both."""
    nothing = np.zeros(first.base.n.shape)
    _, t, df = pooled_t(first, second, part(nothing, nothing, nothing))
    return np.where(all_or_none(first, second), math.nan, t), df


def unweighted_t(
    x1: NDArray[np.float64], n1: float, x2: NDArray[np.float64], n2: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.full(x1.shape, n1), np.full(x2.shape, n2)
    return t_of(part(x1, first, first), part(x2, second, second))


@pytest.mark.parametrize(("x1", "x2"), PROP_TEST)
def test_the_pooled_t_is_the_root_of_r_s_chi_square(x1: int, x2: int) -> None:
    t, df = unweighted_t(array(x1), 129, array(x2), 69)
    chi_square, p = PROP_TEST[x1, x2]
    assert t[0] ** 2 == pytest.approx(chi_square, rel=1e-9)
    assert 2 * ndtr(-abs(t[0])) == pytest.approx(p, rel=1e-9)
    assert math.copysign(1, t[0]) == math.copysign(1, x1 / 129 - x2 / 69)
    assert df[0] == 196


@pytest.mark.parametrize(("x1", "x2"), [(0, 0), (129, 69)])
def test_all_or_none_in_both_columns_is_not_tested(x1: int, x2: int) -> None:
    t, df = unweighted_t(array(x1), 129, array(x2), 69)
    assert math.isnan(t[0])
    assert math.isnan(two_sided_p(t, df)[0])


def test_all_of_uneven_weights_is_not_tested_either() -> None:
    """Sums of weights that differ in their last digit are no difference."""
    w1, w2 = sum([0.1] * 40), sum([0.7] * 50)
    first = part(array(w1 - 1e-15), array(w1), array(0.4))
    t, _ = t_of(first, part(array(w2), array(w2), array(24.5)))
    assert math.isnan(t[0])


@pytest.mark.parametrize(
    ("x1", "x2", "p"), [(65, 24, 0.0367), (12, 14, 0.0304), (0, 3, 0.018), (129, 66, 0.018)]
)
def test_p_is_read_off_a_t(x1: int, x2: int, p: float) -> None:
    """As an enumeration without this program has it."""
    found = two_sided_p(*unweighted_t(array(x1), 129, array(x2), 69))
    assert found[0] == pytest.approx(p, abs=5e-5)


def test_two_sided_and_its_quantile_are_those_of_r() -> None:
    """t.test(extra ~ group, sleep, var.equal = TRUE); qt(.975, 18)."""
    p = two_sided_p(array(-1.86081346748685, 1.86081346748685), array(18, 18))
    assert p == pytest.approx(np.full(2, 0.0791867142159382), rel=1e-12)
    assert t_quantile(95, 18) == pytest.approx(2.10092204, abs=5e-9)


def test_every_pair_of_the_smokers_is_r_s() -> None:
    x, n = (np.array(one, dtype=np.float64) for one in SMOKERS)
    pairs = column_pairs(columns(0, 0, 0, 0))
    a, b = pairs.a - 1, pairs.b - 1
    t, _ = t_of(part(x[a], n[a], n[a]), part(x[b], n[b], n[b]))
    assert 2 * ndtr(-np.abs(t)) == pytest.approx(np.array(PAIRWISE_P), rel=1e-9)


@pytest.mark.parametrize("correction", list(Correction))
def test_p_is_adjusted_as_by_r(correction: Correction) -> None:
    found = adjust_p(np.array([PAIRWISE_P, PAIRWISE_P[::-1]]), correction)
    expected = np.array(PAIRWISE_ADJUSTED[correction], dtype=np.float64)
    assert found == pytest.approx(np.array([expected, expected[::-1]]), rel=1e-9)


@pytest.mark.parametrize("correction", list(Correction))
def test_a_test_that_was_not_made_counts_for_nothing(correction: Correction) -> None:
    """p.adjust leaves NA out, so the others are as if it were not there."""
    with_nan = np.array([[0.01, math.nan, 0.04, 0.03, math.nan]])
    without = adjust_p(np.array([[0.01, 0.04, 0.03]]), correction)
    found = adjust_p(with_nan, correction)
    assert np.isnan(found).tolist() == [[False, True, False, False, True]]
    assert found[:, [0, 2, 3]] == pytest.approx(without, rel=1e-12)
    assert np.isnan(adjust_p(np.full((1, 3), math.nan), correction)).all()


def test_adding_a_banner_variable_changes_no_p() -> None:
    """The family is the row of one banner variable."""
    shown = columns(0, 0, 0, 1, 1)
    p = np.array([[0.01, 0.02, 0.03, 0.04]])
    found = adjust_by_banner(p, column_pairs(shown), Correction.HOLM)
    assert found == pytest.approx(np.array([[0.03, 0.04, 0.04, 0.04]]))


def test_pairs_are_of_one_variable_and_never_with_the_total() -> None:
    shown = columns(0, 0, 0, 1, 1)
    pairs = column_pairs(shown)
    assert list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)) == [
        (1, 2),
        (1, 3),
        (2, 3),
        (4, 5),
    ]
    assert first_pair(shown) == (shown[1], shown[2])
    assert first_pair(columns(0, 1)) is None
    assert first_pair(columns(0, 1, 1)) == columns(0, 1, 1)[2:4]


def test_a_base_of_30_is_tested_and_one_of_100_not_marked() -> None:
    """Also where thirty equal weights do not add up to 30 exactly."""
    thirty = sum([0.1] * 30) ** 2 / sum([0.1 * 0.1] * 30)
    assert is_too_small(array(29.99, 30, thirty)).tolist() == [True, False, False]
    assert is_small(array(99.99, 100)).tolist() == [True, False]


def test_few_cases_are_under_five_expected_of_either_answer() -> None:
    """10 of 200 give 5 % of 90 = 4.5 and 5 % of 110 = 5.5; so do 190 of 200."""
    for c1, c2 in ((4.0, 6.0), (86.0, 104.0)):
        first, second = (
            part(array(c1), array(90), array(90)),
            part(array(c2), array(110), array(110)),
        )
        found = expect_few_cases(first, second)
        assert [one.tolist() for one in found] == [[True], [False]]


def test_the_linearized_error_is_summed_respondent_by_respondent(seed: int) -> None:
    """With z = w (I₁ (y − p₁)/W₁ − I₂ (y − p₂)/W₂); SE² = n/(n − 1) Σz², n all rows."""
    generator = np.random.default_rng(seed)
    w = generator.uniform(0.2, 3, 60)
    y = generator.integers(0, 2, 60)
    group = np.repeat([1, 2, 0], 20)
    one, two = group == 1, group == 2
    p1, p2 = np.average(y[one], weights=w[one]), np.average(y[two], weights=w[two])
    z = w * (one * (y - p1) / w[one].sum() - two * (y - p2) / w[two].sum())

    def of(group: NDArray[np.bool_]) -> RowSums:
        q = w * w
        sums = ((w * y)[group].sum(), w[group].sum(), q[group].sum(), (q * y)[group].sum())
        return part(*(np.array([[float(one)]]) for one in sums))

    nothing = np.zeros((1, 1))
    parts = (of(one), of(two), part(nothing, nothing, nothing))
    units = (side.each(lambda sums: sums[np.newaxis]) for side in parts)
    sides = Layers(PairSums(*parts), PairSums(*units))
    found = variance_of_gap(sides, simple_sample(Rule.LINEARIZED, 60))
    assert found[0, 0] == pytest.approx(60 / 59 * (z * z).sum(), rel=1e-12)


@pytest.fixture(scope="module")
def every_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All 9,100 tables of 129 against 69."""
    x1, x2 = np.meshgrid(np.arange(130.0), np.arange(70.0), indexing="ij")
    return x1, x2


@pytest.mark.parametrize("share", TYPE_I_ERROR)
def test_the_error_of_the_first_kind_is_the_enumerated_one(
    every_table: tuple[NDArray[np.float64], NDArray[np.float64]], share: float
) -> None:
    from scipy.stats import binom  # takes a second to load

    x1, x2 = every_table
    differs = two_sided_p(*unweighted_t(x1, 129, x2, 69)) < 0.05
    chance = binom.pmf(x1, 129, share) * binom.pmf(x2, 69, share)
    assert chance[differs].sum() == pytest.approx(TYPE_I_ERROR[share], abs=5e-5)


def test_letters_and_intervals_disagree_in_few_tables(
    every_table: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """In 12 of 9,100, as enumerated."""
    x1, x2 = every_table
    differs = two_sided_p(*unweighted_t(x1, 129, x2, 69)) < 0.05
    first, second = np.full(x1.shape, 129.0), np.full(x2.shape, 69.0)
    low, high = newcombe(x1 / 129, first, x2 / 69, second, normal_quantile(95))
    assert (differs != ((low > 0) | (high < 0))).sum() == 12


def pair_of(table: Table, row: str, first: str, second: str) -> Pair:
    """The pair of two columns, by their labels, in the row of that code."""
    pairs = next(one for one in table.rows if one.code == row).pairs
    return next(one for one in pairs if (one.column_a, one.column_b) == (first, second))


def test_a_table_of_counts_has_r_s_z() -> None:
    """prop.test(c(91, 26), c(100, 50)): 200 California schools, R's data(api)."""
    respondents = [{"role": 1, "goal": 1 if n < 91 else 2} for n in range(100)]
    respondents += [{"role": 2, "goal": 1 if n < 26 else 2} for n in range(50)]
    pair = pair_of(tabulate(made(respondents), View("goal", (("role",),))), "1", *ROLES)
    assert pair.t == pytest.approx(5.43557306504609, rel=1e-12)
    assert pair.gap == pytest.approx(39.0)
    assert pair.df == 148


ROLES = ("Marketing", "Technology")

SCHOOLS = """
weight = "pw"
[[question]]
id = "stype"
kind = "single"
categories = [{code = "E"}, {code = "H"}, {code = "M"}]
[[question]]
id = "wide"
column = "sch.wide"
kind = "single"
categories = [{code = "Yes"}, {code = "No"}]
[[question]]
id = "awards"
kind = "single"
categories = [{code = "Yes"}, {code = "No"}]
[[question]]
id = "target"
column = "comp.imp"
kind = "scale"
categories = [{code = "No", score = 0}, {code = "Yes", score = 1}]
[[question]]
id = "api00"
kind = "numeric"
"""


def opened(file: Path, codebook: str, folder: Path) -> Survey:
    """The survey in `file`, as `codebook` describes it."""
    written = folder / "declared.toml"
    written.write_text(codebook, encoding="utf-8")
    return open_survey(str(file), str(written))


@pytest.fixture
def schools(tmp_path: Path) -> Survey:
    """R's data(api), apistrat: 200 schools and their weights."""
    return opened(shared("golden/rsurvey-api/apistrat.csv"), SCHOOLS, tmp_path)


def schools_in_r() -> dict[str, Any]:
    """What R's `survey` says of them, of svydesign(~1, weights = ~pw)."""
    found = load_shared("golden/rsurvey-api/expected.json")["weights_only"]
    assert isinstance(found, dict)
    return found


def width_of(cell: Cell) -> float:
    assert cell.low is not None and cell.high is not None
    return cell.high - cell.low


def test_means_are_those_of_r_s_survey(schools: Survey) -> None:
    """svymean, svyby and svyvar; the interval is m ± t·SE on n − 1 of the column."""
    view = View("api00", (("stype",),), weight="pw")
    total, *cells = tabulate(schools, view).rows[0].cells
    expected = schools_in_r()
    overall, by_type = expected["mean_api00"], expected["mean_api00_by_stype"]
    assert total.mean == pytest.approx(overall["mean"], rel=1e-9)
    assert total.sd == pytest.approx(overall["sd"], rel=1e-9)
    errors = np.array([overall["se"][0][0], *by_type["se"]])
    widths = np.array([width_of(one) for one in (total, *cells)])
    freedom = np.array([199, 99, 49, 49])  # 100 elementary, 50 high and 50 middle schools.
    assert widths == pytest.approx(2 * t_quantile(95, freedom) * errors, rel=1e-9)
    assert [one.mean for one in cells] == pytest.approx(by_type["api00"], rel=1e-9)


@pytest.mark.parametrize(
    ("question", "by", "named"),
    [
        ("api00", "wide", "ttest_api00_by_schwide"),
        ("target", "awards", "ttest_compimp_by_awards"),
    ],
)
def test_a_difference_of_means_is_that_of_svyttest(
    schools: Survey, question: str, by: str, named: str
) -> None:
    """Yes minus No, on n − 2 degrees of freedom."""
    view = View(question, ((by,),), weight="pw", show=Measure.MEAN)
    pair = pair_of(tabulate(schools, view), "mean", "Yes", "No")
    expected = schools_in_r()[named]
    assert pair.gap == pytest.approx(expected["diff"], rel=1e-9)
    assert pair.t == pytest.approx(expected["t"], rel=1e-9)
    assert pair.df == expected["df"] == 198
    assert pair.p == pytest.approx(expected["p"], rel=1e-8)


def test_a_difference_of_shares_has_the_linearized_error(schools: Survey) -> None:
    """Separate columns do not covary: their errors in svyby add up as squares."""
    table = tabulate(schools, View("awards", (("stype",),), weight="pw"))
    by_type = schools_in_r()["col_props_awards_by_stype"]
    shares = {(one["row"], one["col"]): one for one in by_type}
    for row in ("Yes", "No"):
        for first, second in (("E", "H"), ("E", "M"), ("H", "M")):
            one, two = shares[row, first], shares[row, second]
            pair = pair_of(table, row, first, second)
            assert pair.gap == pytest.approx(100 * (one["p"] - two["p"]), rel=1e-9)
            assert pair.se == pytest.approx(100 * math.hypot(one["se"], two["se"]), rel=1e-9)


def test_weighted_counts_are_those_of_svytable(schools: Survey) -> None:
    table = tabulate(schools, View("wide", (("stype",),), weight="pw"))
    found = {
        (row.code, column.code): cell.weighted_n
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    for one in schools_in_r()["svytable_schwide_stype"]:
        expected = one["Freq"]
        assert found[one["sch.wide"], one["stype"]] == pytest.approx(expected, rel=1e-9)


FITNESS = """
[[question]]
id = "locality"
kind = "single"
categories = [{code = "1"}, {code = "2"}, {code = "3"}, {code = "4"}, {code = "5"}]
[[question]]
id = "q1"
kind = "single"
[[question]]
id = "q5_1"
kind = "numeric"
"""
WITHOUT_97_AND_98 = """
categories = [{code = "97", missing = true}, {code = "98", missing = true}]
"""


@pytest.mark.parametrize("case", ["means_w_all_05", "means_w_nomiss_20", "props_w_20"])
def test_letters_are_those_of_dimensions(case: str, tmp_path: Path) -> None:
    """The published tests of quantipy, of banners that do not overlap, letter by letter.

    They are those on Kish's effective base.
    Of shares also t and p: the tests are the same; those of means are not, the letters are.
    """
    cases = load_shared("golden/quantipy-dim-tests/expected.json")
    expected = next(one for one in cases if one["id"] == case)
    codebook = FITNESS + (WITHOUT_97_AND_98 if expected["exclude"] else "")
    file = shared("golden/quantipy-dim-tests/example_data_a.csv")
    view = View(
        question=expected["x"],
        banner=((expected["y"],),),
        weight=expected["weight"],
        level=100 - 100 * expected["alpha"],
        correction=Correction.NONE,
        variance=Variance.KISH,
    )
    table = tabulate(opened(file, codebook, tmp_path), view)
    rows = {row.code: row for row in table.rows}
    letters = {column.letter: int(column.code) for column in table.columns[1:]}
    for position, code in enumerate(expected["rows"]):
        row = rows[code]
        higher = [[letters[one] for one in cell.letters] or None for cell in row.cells[1:]]
        assert higher == expected["sig"][position]
        bases = [cell.effective_base for cell in row.cells[1:]]
        assert bases == pytest.approx(expected["effective_bases"][0], rel=1e-9)
        if expected["metric"] == "props":
            for name in ("t", "p"):
                found = [getattr(pair, name) for pair in row.pairs]
                made = [math.nan if one is None else one for one in found]
                assert made == pytest.approx(expected[name][position], rel=1e-9, nan_ok=True)
        else:
            means = [cell.mean for cell in row.cells[1:]]
            assert means == pytest.approx(expected["cell_values"][position], rel=1e-9)
