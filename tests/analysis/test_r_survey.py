"""A small survey in R: the errors of counts, shares, means and scores under two designs.

R 4.2.2 with survey 4.1.1. The 240 respondents come from whole numbers (`respondents`), so that
anybody can make them again; `subset(design, f <= 2)` keeps 166 of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from cxtui.analysis.stats.significance import t_quantile
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Table, TableRow
from cxtui.analysis.view.view import Correction, Measure, View
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import Respondent, categories, survey_of

WEIGHTS, CLUSTERS = "svydesign(~1, weights = ~w)", "svydesign(~c, strata = ~h, fpc = ~pop, …)"

Pair = tuple[float, float]
MEANS: Pair = (8.61179087875417, 8.93592814371257)
"""`svyby(~num, ~role, …, svymean)`."""
MEAN_ERRORS = {
    WEIGHTS: (0.805717642611071, 0.780745794819061),
    CLUSTERS: (0.789746752053417, 0.916446133911865),
}
SCORES: Pair = (-50.9823182711198, -53.7422037422037)
SCORE_ERRORS = {
    WEIGHTS: (8.63108850881709, 8.41532399645474),
    CLUSTERS: (8.63078647758646, 6.81601451999772),
}
"""The promoter score: `svymean` of 100, 0 and −100."""
COUNTS: Pair = (41.5, 44.125)
COUNT_ERRORS = {
    WEIGHTS: (8.08176054807898, 8.57083074411995),
    CLUSTERS: (9.07972500960244, 9.35059322984376),
}
"""`svytotal` of those who said 1."""
SHARE_ERRORS = {
    WEIGHTS: (0.0589738535500492, 0.0636940789994224),
    CLUSTERS: (0.082031812964296, 0.0829474621004615),
}
NET_ERRORS = {
    WEIGHTS: (0.0562087970617593, 0.0575147376832503),
    CLUSTERS: (0.0473264514370079, 0.052699753723739),
}
TTESTS = {
    WEIGHTS: {
        "num": -0.28890835306525,
        "nps": 0.228948750463217,
        "top2-bottom2": -0.611241960534062,
        "wave": -0.111011478244664,
    },
    CLUSTERS: {
        "num": -0.205854174059243,
        "nps": 0.314922821812741,
        "top2-bottom2": -0.70935411095938,
        "wave": -0.105068695340702,
        "share": -0.341830031642577,
    },
}
"""`svyttest`, role 1 minus role 2; of the waves of role 1, the later minus the earlier."""
OVERLAP = {
    WEIGHTS: (0.0983665262729065, 0.87654476872014),
    CLUSTERS: (0.0983665262729065, 0.543765147634888),
}
"""`svycontrast` of the means of two columns that share respondents, and its SE."""
QUARTILES = [(3, 4), (7.5, 8), (14.5, 14.5)]
"""`svyquantile(…, qrule = "school")`."""
F_TEST = {
    WEIGHTS: (0.203072519747845, 1.99933641939467),
    CLUSTERS: (0.0893755357439993, 1.64303799912915),
}
"""`svychisq(~q + role)`: F and its first degrees of freedom."""

TEN = tuple(Category(str(one), str(one), score=float(one)) for one in range(11))
COLUMNS = ("h", "c", "pop", "role", "f", "wave", "q", "score", "five", "num", "m1", "m2", "w")
QUESTIONS = (
    Question("role", "Role", Kind.SINGLE, ("role",), categories("One", "Two")),
    Question("f", "Filter", Kind.SINGLE, ("f",), categories("a", "b", "c")),
    Question(
        "wave", "Wave", Kind.SINGLE, ("wave",), (Category("2015", "15"), Category("2016", "16"))
    ),
    Question(
        "q",
        "Question",
        Kind.SINGLE,
        ("q",),
        categories("1", "2", "3"),
        nets=(Net("odd", "Odd", ("1", "3")),),
    ),
    Question("score", "Would you recommend us?", Kind.SCALE, ("score",), TEN),
    Question("five", "Four", Kind.SCALE, ("five",), categories("1", "2", "3", "4")),
    Question("num", "Number", Kind.NUMERIC, ("num",)),
    Question(
        "m",
        "Ticks",
        Kind.MULTI,
        ("m1", "m2"),
        (Category("1", "First"), Category("2", "Second")),
        unchosen=("0",),
    ),
)


def respondents() -> list[Respondent]:
    """The same rows as in R."""
    rows: list[Respondent] = []
    for n in range(240):
        h, score = 1 + n % 3, (n * n + 3 * (n // 5)) % 11
        told = {"h": h, "c": 10 * h + (n // 3) % 5, "pop": 20, "role": 1 + (7 * n) % 11 % 2}
        said = {
            "q": None if n % 10 == 9 else 1 + (n * n + n // 7) % 3,
            "num": None if n % 8 == 7 else (13 * n) % 37 / 2,
        }
        ticked = {"m1": int(n * n % 5 < 3), "m2": int(n % 3 == 0)}
        when = {"f": 1 + (5 * n) % 13 % 3, "wave": 2015 + (3 * n) % 7 % 2}
        rows.append(
            told | said | ticked | when
            | {"score": score, "five": 1 + score // 3, "w": 0.5 + (11 * n) % 17 / 8}
        )  # fmt: skip
    return rows


@pytest.fixture(params=[WEIGHTS, CLUSTERS])
def design(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def survey(design: str) -> Survey:
    schema = dict.fromkeys(COLUMNS, pl.Int32()) | {"num": pl.Float64(), "w": pl.Float64()}
    drawn = Codebook(role="role", wave="wave", weight="w")
    if design == CLUSTERS:
        drawn = replace(drawn, strata=("h",), cluster="c", population=("pop",))
    return survey_of(respondents(), QUESTIONS, schema, drawn)


KEPT: tuple[Condition, ...] = (Filter("f", "!=", ("3",)),)
BY_ROLE = View("q", (("role",),), KEPT, "w", correction=Correction.NONE, full=True)


def table_of(survey: Survey, question: str, **changes: object) -> Table:
    return tabulate(survey, replace(BY_ROLE, question=question, **changes))  # type: ignore[arg-type]


def row_of(table: Table, code: str) -> TableRow:
    return next(row for row in table.rows if row.code == code)


def freedom(design: str, keep: Callable[[Respondent], bool]) -> int:
    """`degf(subset(design, …))` of the respondents to keep among those with f <= 2."""
    kept = [one for one in respondents() if one["f"] != 3 and keep(one)]
    if design == WEIGHTS:
        return len(kept) - 1
    return len({one["c"] for one in kept}) - len({one["h"] for one in kept})


def errors_of(row: TableRow, design: str, question: str) -> list[float]:
    """SE of each role's mean, from the half width of its interval."""

    def half(cell: Cell) -> float:
        assert cell.low is not None and cell.high is not None
        return (cell.high - cell.low) / 2

    def df(role: int) -> int:
        return freedom(design, lambda one: one["role"] == role and one[question] is not None)

    return [
        half(cell) / float(t_quantile(95, df(role))) for role, cell in enumerate(row.cells[1:], 1)
    ]


def exactly(*numbers: float) -> object:
    return pytest.approx(numbers, rel=1e-9)


def test_means_and_scores_within_a_filter(survey: Survey, design: str) -> None:
    """Their errors, and t of the difference: of a number, the promoter score, and boxes."""
    number = row_of(table_of(survey, "num"), "mean")
    assert [cell.mean for cell in number.cells[1:]] == exactly(*MEANS)
    assert errors_of(number, design, "num") == exactly(*MEAN_ERRORS[design])
    score = row_of(table_of(survey, "score"), "nps")
    assert [cell.mean for cell in score.cells[1:]] == exactly(*SCORES)
    assert errors_of(score, design, "score") == exactly(*SCORE_ERRORS[design])
    boxes = row_of(table_of(survey, "five"), "top2-bottom2")
    assert boxes.cells[2].mean is not None and boxes.cells[1].mean is not None
    assert boxes.cells[2].mean - boxes.cells[1].mean == pytest.approx(10.2618562343513, rel=1e-9)
    for name, row in (("num", number), ("nps", score), ("top2-bottom2", boxes)):
        assert row.pairs[0].t == pytest.approx(TTESTS[design][name], rel=1e-9), name


def test_weighted_counts_have_the_errors_of_svytotal(survey: Survey, design: str) -> None:
    """With intervals on the degrees of freedom of the column."""
    cells = row_of(table_of(survey, "q"), "1").cells[1:]
    assert [cell.weighted_n for cell in cells] == exactly(*COUNTS)
    assert [cell.weighted_n_se for cell in cells] == exactly(*COUNT_ERRORS[design])
    for role, cell in enumerate(cells, 1):
        df = freedom(design, lambda one: one["role"] == role and one["q"] is not None)  # noqa: B023
        count, half = COUNTS[role - 1], float(t_quantile(95, df)) * COUNT_ERRORS[design][role - 1]
        assert (cell.weighted_n_low, cell.weighted_n_high) == exactly(count - half, count + half)


def test_only_a_weighted_share_has_an_error_of_its_count(survey: Survey, design: str) -> None:
    """Respondents are counted, not estimated, unless they were drawn; a mean has its own error."""
    unweighted = table_of(survey, "q", weight=None).rows[0].cells[0]
    mean = table_of(survey, "num").rows[0].cells[0]
    assert (unweighted.weighted_n_se is None) is (design == WEIGHTS)
    for cell in (unweighted, mean) if design == WEIGHTS else (mean,):
        assert (cell.weighted_n_se, cell.weighted_n_low, cell.weighted_n_high) == (None,) * 3


def test_shares_and_nets_have_the_errors_of_svyby(survey: Survey, design: str) -> None:
    """Where columns are drawn apart, the gap has the squares of both; else t is svyttest's."""
    table = table_of(survey, "q")
    for code, errors in (("1", SHARE_ERRORS[design]), ("odd", NET_ERRORS[design])):
        (pair,) = row_of(table, code).pairs
        if design == WEIGHTS:
            # Two separate columns covary by nothing but the n/(n − 1) that both share.
            assert pair.se == pytest.approx(100 * math.hypot(*errors), rel=1e-9)
        elif code == "1":
            assert pair.t == pytest.approx(TTESTS[design]["share"], rel=1e-9)


def test_the_whole_table_within_a_filter(survey: Survey, design: str) -> None:
    (test,) = table_of(survey, "q").whole
    assert (test.statistic, test.df) == exactly(*F_TEST[design])
    df = freedom(design, lambda one: one["q"] is not None)
    assert test.df2 == pytest.approx(test.df * df, rel=1e-12)


def test_a_gap_between_waves_within_a_role(survey: Survey, design: str) -> None:
    kept = (*KEPT, Filter("role", "=", ("1",)))
    row = table_of(survey, "num", banner=(("wave",),), filters=kept).rows[0]
    assert row.pairs[0].t == pytest.approx(-TTESTS[design]["wave"], rel=1e-9)


def test_columns_that_share_respondents(survey: Survey, design: str) -> None:
    (pair,) = table_of(survey, "num", banner=(("m",),)).rows[0].pairs
    assert (pair.gap, pair.se) == exactly(*OVERLAP[design])
    assert pair.df == freedom_of_ticks(design)


def freedom_of_ticks(design: str) -> int:
    """Of the respondents with a number who ticked either; of clusters, at most those of one."""
    said = [
        lambda one: one["num"] is not None and (one["m1"] or one["m2"]),
        lambda one: one["num"] is not None and one["m1"],
        lambda one: one["num"] is not None and one["m2"],
    ]
    return min(freedom(design, keep) for keep in said[: 1 if design == WEIGHTS else 3])


def test_quartiles_within_a_filter(survey: Survey) -> None:
    lines = {line.label: line.lowest[1:] for line in table_of(survey, "num").lines}
    assert [lines[name] for name in ("Lower quartile", "Median", "Upper quartile")] == QUARTILES


def test_a_filter_has_the_degrees_of_freedom_of_its_respondents(
    survey: Survey, design: str
) -> None:
    """Two separate columns have one less together; of clusters it is the least of all three."""
    (pair,) = table_of(survey, "num").rows[0].pairs
    both = freedom(design, lambda one: one["num"] is not None)
    assert pair.df == both - 1
    assert both == (144 if design == WEIGHTS else 12)
    means = table_of(survey, "score", show=Measure.MEAN)
    assert means.rows[0].pairs[0].df == freedom(design, lambda one: True) - 1
