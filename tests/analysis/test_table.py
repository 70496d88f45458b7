"""A table says what it is: flags, marks, empty cells, order and the lines under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import polars as pl
import pytest

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.significance import adjust_p
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Base, Correction, Family, Measure, Sort, Variance, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Holds, Kind, Net, Question
from tests.making import GOAL, ROLE, SCHEMA, TOOLS, Respondent, made, survey_of
from tests.rendering import lines_about

BY_ROLE = View("goal", (("role",),))


def people(role: int, count: int, **answers: object) -> list[Respondent]:
    return [{"role": role, **answers}] * count


def goals(*, marketing: Sequence[int], technology: Sequence[int]) -> Survey:
    """So many of each role with the answers 1, 2, 3 and 4."""
    respondents: list[Respondent] = []
    for role, counts in ((1, marketing), (2, technology)):
        for goal, count in enumerate(counts, 1):
            respondents += people(role, count, goal=goal, w=1.0)
    return made(respondents)


def row_of(table: Table, label: str) -> TableRow:
    return next(row for row in table.rows if row.label == label)


@pytest.mark.parametrize(
    ("size", "flag", "tested"),
    [(29, "**", False), (30, "*", True), (99, "*", True), (100, "", True)],
)
def test_a_small_base_is_marked_and_a_smaller_one_not_tested(
    size: int, flag: str, tested: bool
) -> None:
    half = size // 2
    survey = goals(marketing=(half, size - half), technology=(60, 140))
    table = tabulate(survey, BY_ROLE)
    assert table.base_flags == ("", flag, "")
    for row in table.rows:
        if row.label == "High":
            continue
        assert row.cells[1].flag == flag
        assert row.pairs[0].tested is tested
        assert row.pairs[0].why_not == ("" if tested else "base under 30")
        assert row.pairs[0].p is not None
        assert (row.pairs[0].p_used is not None) is tested
    assert row_of(table, "Low").cells[1].letters == ("B" if tested else "")
    note = "** Not tested (n < 30): Marketing."
    assert (note in sentences_of(table.notes)) is not tested


def test_an_untested_pair_still_has_its_gap_and_interval() -> None:
    """The table can be read, but no column is marked."""
    table = tabulate(goals(marketing=(9, 1), technology=(1, 9)), BY_ROLE)
    pair = row_of(table, "Low").pairs[0]
    assert pair.gap == pytest.approx(80)
    assert pair.low is not None and 0 < pair.low < 80
    assert pair.p is not None
    assert (pair.p_used, pair.p_adjusted) == (None, None)
    assert all(cell.min_p is None and cell.letters == "" for cell in row_of(table, "Low").cells)


def test_a_cell_of_few_expected_cases_keeps_its_mark() -> None:
    """1 + 9 of 100 + 110: 4.8 expected in the first column, 5.2 in the second."""
    table = tabulate(goals(marketing=(1, 99), technology=(9, 101)), BY_ROLE)
    assert [cell.flag for cell in row_of(table, "Low").cells] == ["", "few cases", ""]
    assert [cell.flag for cell in row_of(table, "Middle").cells] == ["", "few cases", ""]
    assert row_of(table, "Low").cells[2].letters == "A"
    assert "~ Expected count below 5: indicative only." in sentences_of(table.notes)


def test_enough_cases_are_not_noted() -> None:
    table = tabulate(goals(marketing=(50, 50), technology=(60, 60)), BY_ROLE)
    assert not any("few cases" in note for note in sentences_of(table.notes))


def test_none_or_all_in_both_columns_is_not_tested() -> None:
    table = tabulate(goals(marketing=(40,), technology=(50,)), BY_ROLE)
    for label in ("Low", "High"):
        row = row_of(table, label)
        assert row.pairs[0].why_not == "all or none in both columns"
        assert row.pairs[0].gap == 0
        assert row.cells[1].letters == row.cells[2].letters == ""


def test_all_against_none_is_tested() -> None:
    """The pooled error is not 0 there."""
    row = tabulate(goals(marketing=(40,), technology=(0, 50)), BY_ROLE).rows[0]
    assert [cell.letters for cell in row.cells] == ["", "B", ""]
    assert row.pairs[0].t == pytest.approx(90**0.5)


def test_an_empty_column_has_no_numbers() -> None:
    """No 0 %, no NaN, no flag."""
    table = tabulate(goals(marketing=(40, 40), technology=()), BY_ROLE)
    for row in table.rows:
        empty = row.cells[2]
        assert (empty.base, empty.percent, empty.low, empty.high) == (0, None, None, None)
        assert (empty.flag, empty.letters, empty.index) == ("", "", None)
        assert row.pairs[0].why_not == "nobody in the base"
        assert (row.pairs[0].gap, row.pairs[0].p) == (None, None)
    assert table.base_flags[2] == ""


@pytest.mark.parametrize("weight", [None, "w"])
def test_an_empty_base_names_the_filter(weight: str | None) -> None:
    view = View("goal", (("role",),), (Filter("role", "=", ("2",)),), weight)
    with pytest.raises(EmptyBase, match="no respondents match role = Technology; remove"):
        tabulate(goals(marketing=(5,), technology=()), view)


def test_surveys_without_respondents_or_usable_weights_have_a_message() -> None:
    with pytest.raises(EmptyBase, match="has no respondents"):
        tabulate(made([]), BY_ROLE)
    with pytest.raises(EmptyBase, match="no respondent has a usable weight in 'w'"):
        tabulate(made(people(1, 3, goal=1, w=0.0)), View("goal", weight="w"))


def test_user_missing_leaves_the_base_unless_it_is_asked_for() -> None:
    """Shown with --base asked; no answer at all only with --base all."""
    respondents = [*people(1, 6, goal=1), *people(1, 3, goal=4), *people(1, 1)]
    shares = {}
    for base in Base:
        table = tabulate(made(respondents), View("goal", base=base))
        shares[base] = {row.label: row.cells[0].percent for row in table.rows}
    assert shares[Base.ANSWERED] == {"Low": 100, "Middle": 0, "High": 0}
    asked = {"Low": 100 * 6 / 9, "Middle": 0, "High": 0, "Don't know": 100 * 3 / 9}
    assert shares[Base.ASKED] == pytest.approx(asked)
    everyone = {"Low": 60, "Middle": 0, "High": 0, "Don't know": 30, "No answer": 10}
    assert shares[Base.ALL] == pytest.approx(everyone)


@pytest.mark.parametrize(
    ("sort", "labels"),
    [
        (Sort.QUESTIONNAIRE, ["Low", "Middle", "High", "Don't know", "No answer"]),
        (Sort.PERCENT, ["High", "Low", "Middle", "Don't know", "No answer"]),
        (Sort.GAP, ["Middle", "High", "Low", "Don't know", "No answer"]),
        (Sort.LABEL, ["High", "Low", "Middle", "Don't know", "No answer"]),
    ],
)
def test_rows_are_sorted_with_missing_answers_last(sort: Sort, labels: list[str]) -> None:
    survey = made(
        [
            *people(1, 10, goal=1), *people(1, 1, goal=2), *people(1, 20, goal=3),
            *people(2, 12, goal=1), *people(2, 17, goal=2), *people(2, 21, goal=3),
            *people(1, 40, goal=4), *people(1, 30), *people(2, 45, goal=4), *people(2, 35),
        ]
    )  # fmt: skip
    view = View("goal", (("role",),), base=Base.ALL, sort=sort)
    table = tabulate(survey, view)
    assert [row.label for row in table.rows] == labels
    assert [row.status for row in table.rows][3:] == [Status.MISSING, Status.NULL]


def test_every_measure_of_one_table() -> None:
    """30 and 10 of 80 marketers, 20 and 60 of the others, each counted for two."""
    survey = made(
        [
            *people(1, 30, goal=1, w=2.0), *people(1, 50, goal=2, w=2.0),
            *people(2, 20, goal=1, w=2.0), *people(2, 60, goal=2, w=2.0),
        ]
    )  # fmt: skip
    expected = {
        Measure.COLUMN: [31.25, 37.5, 25],
        Measure.ROW: [100, 60, 40],
        Measure.TOTAL: [31.25, 18.75, 12.5],
        Measure.COUNT: [100, 60, 40],
        Measure.INDEX: [100, 120, 80],
    }
    for measure, values in expected.items():
        view = View("goal", (("role",),), weight="w", show=measure)
        table = tabulate(survey, view)
        row = table.rows[0]
        assert [table.value(cell) for cell in row.cells] == values
        assert [cell.n for cell in row.cells] == [50, 30, 20]
        assert row.pairs[0].gap == pytest.approx(12.5)  # always of column %
    table = tabulate(survey, View("goal", (("role",),), weight="w", show=Measure.MEAN))
    assert [cell.mean for cell in table.rows[0].cells] == [1.6875, 1.625, 1.75]
    assert (table.rows[0].code, table.rows[0].label) == ("mean", "Mean")


@pytest.mark.parametrize("scale", [1e-50, 1e50])
@pytest.mark.parametrize("question", ["goal", "budget"])
def test_no_scale_of_weights_is_too_odd(question: str, scale: float) -> None:
    """The whole-table test, the intervals and the marks of weights that are all so large."""

    def tables(times: float) -> Table:
        respondents = [
            *people(1, 40, goal=1, w=2.0 * times, budget=1.0),
            *people(1, 60, goal=2, w=1.0 * times, budget=3.0),
            *people(2, 70, goal=1, w=1.5 * times, budget=2.0),
            *people(2, 30, goal=2, w=1.0 * times, budget=5.0),
        ]
        return tabulate(made(respondents), View(question, (("role",),), weight="w"))

    usual, odd = tables(1.0), tables(scale)
    for row, other in zip(usual.rows, odd.rows, strict=True):
        assert [cell.letters for cell in other.cells] == [cell.letters for cell in row.cells]
        assert other.cells[1].low == pytest.approx(row.cells[1].low)
        assert other.pairs[0].p == pytest.approx(row.pairs[0].p)
    assert [test.p for test in odd.whole] == pytest.approx([test.p for test in usual.whole])


def test_numbers_whose_squares_overflow_are_missing() -> None:
    respondents = [
        *people(1, 2, goal=1, w=1.0, budget=5.0),
        *people(1, 1, goal=1, w=1e200, budget=5.0),
        *people(1, 1, goal=1, w=1.0, budget=1e200),
    ]
    cell = tabulate(made(respondents), View("budget", weight="w")).rows[0].cells[0]
    assert (cell.base, cell.mean, cell.sd) == (2, 5.0, 0.0)


def test_three_bases_are_three_lines() -> None:
    """With the design effect: the base is that of the shares, or Kish's if asked for."""
    survey = made([*people(1, 1, goal=1, w=1.0), *people(2, 1, goal=2, w=3.0)])
    view = View("goal", weight="w")
    lines = {base.label: base.lowest for base in tabulate(survey, view).bases}
    # Shares of 1/4 and 3/4: s² is 2·3/16, V is 2·((1/4·3/4)² + (3/4·1/4)²), of both answers.
    assert lines == {
        **{"Base (n)": (2,), "Weighted base": (4,)},
        **{"Effective base": (pytest.approx(8 / 3),), "Design effect": (pytest.approx(3 / 4),)},
    }
    kish = tabulate(survey, replace(view, variance=Variance.KISH))
    assert {base.label: base.lowest for base in kish.bases}["Effective base"] == (1.6,)
    assert [base.label for base in tabulate(survey, View("goal")).bases] == ["Base (n)"]


def test_the_bases_of_a_grid_are_a_range() -> None:
    table = tabulate(made([*people(1, 3, web=3, mobile=1), *people(1, 2, web=2)]), View("channels"))
    assert (table.bases[0].lowest, table.bases[0].highest) == ((3,), (5,))


def test_a_grid_shows_means_or_its_two_best_ratings() -> None:
    respondents = [*people(1, 3, web=3, mobile=1), *people(1, 1, web=1, mobile=4)]
    means = tabulate(made(respondents), View("channels")).rows
    assert [(row.label, row.cells[0].mean) for row in means] == [("Website", 2.5), ("Mobile", 1)]
    best = tabulate(made(respondents), View("channels", show=Measure.COLUMN))
    assert [row.cells[0].percent for row in best.rows] == [75, 0]
    assert "Shown of each item: the two best ratings together." in sentences_of(best.notes)


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (View("goal"), "Column %. Base: all answering."),
        (View("goal", base=Base.ASKED), "user-missing answers included"),
        (View("goal", base=Base.ALL), "all respondents, also those not asked"),
        (View("goal"), "Unweighted."),
        (View("goal", weight="w"), "Weighted by w."),
        (View("goal", weight="w"), "2 respondents excluded: weight missing, zero"),
        (View("goal", show=Measure.COUNT), "Counts."),
        (View("goal", weight="w", show=Measure.COUNT), "Weighted counts."),
        (View("tools"), "Several answers possible."),
        (View("tools", show=Measure.MEAN), "Mean does not apply to this question."),
        (
            BY_ROLE,
            "Letter: significantly higher than that column "
            "(pooled t-test, 95%, Holm-adjusted within row).",
        ),
        (View("goal", (("role",),), level=90.0), "(pooled t-test, 90%,"),
        (View("goal", (("role",),), correction=Correction.NONE), "unadjusted for multiple tests"),
        (
            View("goal", (("role",),), correction=Correction.BH),
            "Benjamini–Hochberg-adjusted within row",
        ),
        (View("goal", (("role",), ("goal",))), "within row and banner variable"),
        (View("goal", (("role",),), show=Measure.MEAN), "t-test of means"),
        (View("goal", (("role",),), show=Measure.ROW), "pooled t-test of column %"),
        (BY_ROLE, "A−B: Marketing minus Technology, in points."),
        (View("goal", filters=(Filter("role", "!=", ("2",)),)), "Filter: role ≠ Technology."),
        (View("goal", filters=(Filter("budget", ">=", ("3",)),)), "Filter: budget >= 3."),
        (View("goal"), "Answers that the codebook does not list come last."),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_footer_describes_the_table(view: View, says: str) -> None:
    respondents = [
        *people(1, 40, goal=1, budget=9.0, w=1.0), *people(2, 40, goal=2, w=1.0),
        *people(1, 2, goal=9, budget=3.0, w=None),
    ]  # fmt: skip
    assert says in " ".join(sentences_of(tabulate(made(respondents), view).notes))


def test_holm_within_the_row_takes_letters_that_single_tests_give() -> None:
    """Three nested columns: p of .03 is no letter after three tests."""
    respondents: list[Respondent] = []
    for place, low in enumerate((30, 44, 36)):
        role, goal = divmod(place, 2)
        of = {"role": role + 1, "web": goal + 1}
        respondents += [{**of, "goal": 1}] * low + [{**of, "goal": 2}] * (100 - low)
    letters = {}
    for correction in Correction:
        view = View("goal", (("role", "channels.web"),), correction=correction)
        table = tabulate(made(respondents), view)
        letters[correction] = [cell.letters for cell in table.rows[0].cells]
    assert [column.label for column in table.columns] == [
        "Total", "Marketing > Weak", "Marketing > Fair", "Technology > Weak",
    ]  # fmt: skip
    assert letters[Correction.NONE] == ["", "", "A", ""]
    assert letters[Correction.HOLM] == ["", "", "", ""]


NET_OF_MISSING = replace(GOAL, nets=(Net("net", "High or don't know", ("3", "4")),))


@pytest.mark.parametrize(("base", "n", "percent"), [("answered", 20, 40.0), ("asked", 50, 62.5)])
def test_a_net_counts_only_respondents_in_the_base(base: str, n: int, percent: float) -> None:
    """Of 30 low, 20 high and 30 who do not know: a don't-know is in no base of answers."""
    respondents = [*people(1, 30, goal=1), *people(1, 20, goal=3), *people(1, 30, goal=4)]
    survey = survey_of(respondents, [ROLE, NET_OF_MISSING], SCHEMA)
    cell = row_of(tabulate(survey, View("goal", base=Base(base))), "High or don't know").cells[0]
    assert (cell.n, cell.percent) == (n, percent)


NETS_OF_ITEMS = (
    Net("net", "One or none of these", ("1", "3")),
    Net("gap", "None of these minus one", ("3",), minus=("1",)),
)


@pytest.mark.parametrize(
    ("base", "n", "percent"), [("answered", 50, 100 * 50 / 70), ("asked", 80, 80.0)]
)
def test_a_net_of_items_counts_only_respondents_in_the_base(
    base: str, n: int, percent: float
) -> None:
    """Who ticked only the user-missing item is in the net where it is asked for, and never in
    a difference, which is of all who answered.
    """
    missing = tuple(replace(one, missing=one.code == "3") for one in TOOLS.categories)
    question = replace(TOOLS, categories=missing, nets=NETS_OF_ITEMS)
    respondents = [
        *people(1, 40, tools_1=1, tools_2=0, tools_3=0),
        *people(1, 20, tools_1=0, tools_2=1, tools_3=0),
        *people(1, 10, tools_1=0, tools_2=1, tools_3=1),
        *people(1, 30, tools_1=0, tools_2=0, tools_3=1),
    ]
    table = tabulate(survey_of(respondents, [question], SCHEMA), View("tools", base=Base(base)))
    cell = row_of(table, "One or none of these").cells[0]
    assert cell.n == n
    assert cell.percent == pytest.approx(percent)
    points = row_of(table, "None of these minus one").cells[0]
    assert points.base == 70
    assert points.mean == pytest.approx(100 * (10 - 40) / 70)


@pytest.mark.parametrize("measure", [Measure.ROW, Measure.TOTAL])
def test_a_difference_keeps_its_own_base_whatever_the_measure(measure: Measure) -> None:
    respondents = [
        *people(1, 40, tools_1=1, tools_2=0, tools_3=0),
        *people(2, 60, tools_1=0, tools_2=1, tools_3=1),
    ]
    net = Net("gap", "One minus two", ("1",), minus=("2",))
    survey = survey_of(respondents, [ROLE, replace(TOOLS, nets=(net,))], SCHEMA)
    view = View("tools", (("role",),))
    shown = row_of(tabulate(survey, replace(view, show=measure)), "One minus two").cells
    assert shown == row_of(tabulate(survey, view), "One minus two").cells


def test_two_constant_means_are_not_all_or_none() -> None:
    respondents = [*people(1, 40, budget=3.0), *people(2, 40, budget=5.0)]
    (pair,) = tabulate(made(respondents), View("budget", (("role",),))).rows[0].pairs
    assert (pair.gap, pair.se, pair.t, pair.p) == (-2.0, 0.0, None, None)
    assert pair.why_not == "no spread to tell an error from"


def test_the_mean_of_one_respondent_has_no_interval() -> None:
    respondents = [*people(1, 1, budget=3.0), *people(2, 40, budget=5.0)]
    cell = tabulate(made(respondents), View("budget", (("role",),))).rows[0].cells[1]
    assert (cell.mean, cell.sd, cell.low, cell.high) == (3.0, None, None, None)


@pytest.mark.parametrize("correction", [Correction.HOLM, Correction.BH])
def test_a_family_can_be_the_whole_table(correction: Correction) -> None:
    """All p of a banner variable, whatever their rows, are corrected together."""
    respondents = [*people(1, 40, goal=1), *people(1, 30, goal=2)]
    respondents += [*people(2, 25, goal=1), *people(2, 60, goal=3)]
    view = View("goal", (("role",),), correction=correction, full=True)
    rows = tabulate(made(respondents), replace(view, family=Family.TABLE)).rows
    raw = np.array([[row.pairs[0].p for row in rows]], dtype=np.float64)
    found = [row.pairs[0].p_adjusted for row in rows]
    assert found == pytest.approx(adjust_p(raw, correction)[0].tolist())
    alone = tabulate(made(respondents), view).rows
    assert [row.pairs[0].p for row in alone] == [row.pairs[0].p_adjusted for row in alone]


def test_a_weight_that_was_read_as_answers_is_doubted() -> None:
    """Few different numbers without labels may be either; the codebook can declare it a weight."""
    rows: list[Respondent] = [{"role": 1 + n % 2, "goal": 1 + n % 3, "w": 1.0} for n in range(90)]
    unlabelled = Question("w", "W", Kind.SINGLE, ("w",))
    view = View("goal", (("role",),), weight="w")
    doubt = "w was read as the answers to w: is it a weight?"
    asked = (ROLE, GOAL, unlabelled)
    assert doubt in sentences_of(tabulate(survey_of(rows, asked, SCHEMA), view).notes)
    declared = survey_of(rows, asked, SCHEMA, Codebook(weights=("w",)))
    assert doubt not in sentences_of(tabulate(declared, view).notes)


def test_letters_of_more_than_26_columns_differ() -> None:
    """After Z comes A1; a cell with several of them can be read again, by `i` too."""
    towns = Question("budget", "Town", Kind.SINGLE, ("budget",))
    rows: list[Respondent] = [
        {"budget": float(100 + town), "goal": 1 + (n % 2 if town != 27 else 0), "role": 1}
        for town in range(29)
        for n in range(60)
    ]
    view = View("goal", (("budget",),), correction=Correction.NONE)
    table = tabulate(survey_of(rows, (ROLE, GOAL, towns), SCHEMA), view)
    letters = [column.letter for column in table.columns[1:]]
    assert letters == [*ascii_uppercase, "A1", "B1", "C1"]
    highest = table.rows[0].cells[28]
    assert split_letters(highest.letters) == [one for one in letters if one != "B1"]
    said = " ".join(" ".join(lines_about(table, 1, 2)).split())
    assert "significantly higher than B1 127 flag" in said


def test_more_columns_than_anybody_reads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id as banner would be tested pair by pair for minutes: one line says so at once."""
    monkeypatch.setattr("cxtui.analysis.tables.build_table.MOST_COLUMNS", 2)
    with pytest.raises(ViewError, match="2 columns are too many to compare, 1 are the most"):
        tabulate(made([*people(1, 3, goal=1), *people(2, 3, goal=1)]), BY_ROLE)


@pytest.mark.parametrize("options", ["", "--weight w", "--show row", "--show count", "--full"])
def test_a_question_with_missing_answers_alone_has_a_base_and_no_row(options: str) -> None:
    """Also beside columns that are compared: there is nothing to test."""
    missing = tuple(Category(one, one, missing=True) for one in ("NA", "-"))
    question = Question("tools", "Tools", Kind.MULTI, ("tools",), missing, holds=Holds.MENTIONS)
    people = [{"role": n % 2 + 1, "tools": "NA" if n % 3 else "-", "w": 0.5} for n in range(80)]
    schema = {"role": pl.Int8, "tools": pl.String, "w": pl.Float64}
    survey = survey_of(people, (ROLE, question), schema, Codebook(weight="w"))
    table = tabulate(survey, parse_view(survey, f"--question tools --by role {options}"))
    assert table.rows == ()
    assert table.base.lowest == (0.0, 0.0, 0.0)
