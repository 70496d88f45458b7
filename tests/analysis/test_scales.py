"""Boxes, scores, classes and quartiles are what a plain count of respondents gives."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import example, given

from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.query.side_queries.quantiles import weighted_quantile
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.scale_nets import nets_of_scale
from cxtui.analysis.view.view import Against, Base, Measure, View
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import (
    BUDGET,
    CHANNELS,
    GOAL,
    ROLE,
    SCHEMA,
    TOOLS,
    Respondent,
    categories,
    known,
    survey_of,
)

ELEVEN = tuple(Category(str(n), str(n), score=float(n)) for n in range(11))
RECOMMEND = Question(
    "recommend", "Recommend", Kind.SCALE, ("r",), (*ELEVEN, Category("99", "Don't know", True))
)
FIVE = Question("five", "Five", Kind.SCALE, ("f",), categories("a", "b", "c", "d", "e"))
SCORES = st.lists(st.sampled_from([*range(11), 99, None]), min_size=1, max_size=40)


def answered(question: Question, answers: list[int | None]) -> Survey:
    name = question.columns[0]
    return survey_of([{name: one} for one in answers], [question], {name: pl.Int16})


def row_of(table: Table, code: str) -> TableRow:
    return next(row for row in table.rows if row.code == code)


@given(SCORES)
def test_the_promoter_score_is_promoters_less_detractors(answers: list[int | None]) -> None:
    """Of those who gave a score; passives count in the base."""
    table = tabulate(answered(RECOMMEND, answers), View("recommend", full=True))
    valid = [one for one in answers if one is not None and one != 99]
    nps, mean = (row_of(table, code).cells[0].mean for code in ("nps", "mean"))
    if not valid:
        assert nps is None and mean is None
        return
    promoters, detractors = sum(one >= 9 for one in valid), sum(one <= 6 for one in valid)
    assert nps == pytest.approx(100 * (promoters - detractors) / len(valid))
    assert mean == pytest.approx(np.mean(valid))
    for code, count in (("promoters", promoters), ("detractors", detractors)):
        assert row_of(table, code).cells[0].n == count


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_the_boxes_of_a_scale(answers: list[int]) -> None:
    """Two best, two worst, and their difference in points."""
    table = tabulate(answered(FIVE, [*answers]), View("five", full=True))
    best, worst = sum(one >= 4 for one in answers), sum(one <= 2 for one in answers)
    share = 100 / len(answers)
    assert row_of(table, "top2").cells[0].percent == pytest.approx(share * best)
    assert row_of(table, "bottom2").cells[0].percent == pytest.approx(share * worst)
    assert row_of(table, "top2-bottom2").cells[0].mean == pytest.approx(share * (best - worst))


def test_a_short_scale_and_a_table_that_is_not_full_have_no_boxes() -> None:
    """Two boxes of two answers must not meet."""
    short = Question("five", "Short", Kind.SCALE, ("f",), categories("a", "b", "c"))
    codes = [row.code for row in tabulate(answered(short, [1, 2]), View("five", full=True)).rows]
    assert codes == ["1", "2", "3", "mean"]
    assert len(tabulate(answered(FIVE, [1, 2]), View("five")).rows) == 5


NUMBERS = st.lists(
    st.tuples(st.integers(-20, 20).map(float), st.integers(1, 4)), min_size=1, max_size=30
)


@given(NUMBERS, st.sampled_from([0.25, 0.5, 0.75]))
def test_a_weighted_quantile_is_that_of_repeated_respondents(
    numbers: list[tuple[float, int]], share: float
) -> None:
    """NumPy's `averaged_inverted_cdf` is definition 2 too."""
    ordered = sorted(numbers)
    x, w = np.array([one for one, _ in ordered]), np.array([float(n) for _, n in ordered])
    repeated = [one for one, n in ordered for _ in range(n)]
    expected = np.quantile(repeated, share, method="averaged_inverted_cdf")
    assert weighted_quantile(x, w, share) == pytest.approx(float(expected))
    assert weighted_quantile(x, 10 * w, share) == weighted_quantile(x, w, share)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([1, 2, None]),
            "goal": st.sampled_from([1, 2, 3]),
            "tools_1": st.sampled_from([0, 1]),
            "tools_2": st.sampled_from([0, 1, None]),
            "budget": st.sampled_from([0.0, 5.0, 12.5, 20.0, 40.0, 998.0, None]),
            "w": st.sampled_from([0.5, 1.0, 2.0]),
        }
    ),
    min_size=1,
    max_size=40,
)


def respondents(rows: list[Respondent], *questions: Question) -> Survey:
    return survey_of(rows, [ROLE, GOAL, *questions], SCHEMA, Codebook(role="role"))


@given(ROWS)
def test_quartiles_of_each_column(rows: list[Respondent]) -> None:
    """Over the column's own numbers, in the weights of the view."""
    survey = respondents(rows, BUDGET)
    table = tabulate(survey, View("budget", (("role",),), weight="w"))
    lines = {line.label: line.lowest for line in table.lines}
    for place, role in enumerate((None, 1, 2)):
        valid = sorted(
            (one["budget"], one["w"])
            for one in rows
            if one["budget"] not in {None, 998.0} and role in {None, one["role"]}
        )
        median = lines["Median"][place]
        if not valid:
            assert median is None
            continue
        x, w = (np.array(part, dtype=np.float64) for part in zip(*valid, strict=True))
        assert median == weighted_quantile(x, w, 0.5)


@given(ROWS)
def test_a_number_in_classes(rows: list[Respondent]) -> None:
    """As rows and as a banner; user-missing codes are in no class."""
    classes = replace(BUDGET, classes=(5.0, 20.0))
    survey = respondents(rows, classes)
    table = tabulate(survey, View("budget", (("role",),), show=Measure.COUNT))
    valid = [float(str(one["budget"])) for one in rows if one["budget"] not in {None, 998.0}]
    expected = [
        sum(one < 5 for one in valid),
        sum(5 <= one < 20 for one in valid),
        sum(one >= 20 for one in valid),
    ]
    assert [row.cells[0].n for row in table.rows] == expected
    assert [row.code for row in table.rows] == ["<5", "[5,20)", ">=20"]
    across = tabulate(survey, View("goal", (("budget",),)))
    assert [column.label for column in across.columns[1:]] == [row.label for row in table.rows]
    assert [int(one or 0) for one in across.bases[0].lowest[1:]] == expected


def test_a_filter_moves_no_bound_of_a_number() -> None:
    """A number as a banner keeps its columns; a file filtered before keeps them if it is told."""
    rows: list[Respondent] = [{"role": 1 + n % 2, "goal": 1, "budget": float(n)} for n in range(60)]
    rows += [{"role": 2, "goal": 1, "budget": float(n)} for n in range(100, 140)]
    survey = respondents(rows, BUDGET)
    view = View("goal", (("budget",),))
    everyone = tabulate(survey, view)
    filtered = tabulate(survey, replace(view, filters=(Filter("role", "=", ("1",)),)))
    assert filtered.columns == everyone.columns
    chosen = [one for one in rows if one["role"] == 1]
    told = tabulate(respondents(chosen, add_classes(survey, BUDGET)), view)
    assert told.columns == everyone.columns
    assert told.rows[0].cells == filtered.rows[0].cells
    own = tabulate(respondents(chosen, BUDGET), view)
    assert own.columns != everyone.columns and own.rows[0].cells[0] == told.rows[0].cells[0]


@example([0.0, 5e-324, 1e-323])
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_the_bounds_of_classes_rise_within_the_numbers(numbers: list[float]) -> None:
    """And every number is in one class."""
    question = Question("x", "X", Kind.NUMERIC, ("x",))
    survey = survey_of([{"x": one} for one in numbers], [question], {"x": pl.Float64})
    bounds = add_classes(survey, question).classes
    assert list(bounds) == sorted(set(bounds))
    assert all(min(numbers) < bound <= max(numbers) for bound in bounds)
    table = tabulate(survey, View("x", show=Measure.COLUMN))
    assert sum(known(row.cells[0].n) for row in table.rows) == len(numbers)


@given(ROWS, st.sampled_from(list(Against)))
def test_rest_and_total_are_consistent(rows: list[Respondent], against: Against) -> None:
    """The gap with the Total is the gap with the rest times the rest's part of the Total."""
    view = View("goal", (("role",),), weight="w", against=against)
    table = tabulate(respondents(rows), view)
    rest = tabulate(respondents(rows), replace(view, against=Against.REST))
    for row, other in zip(table.rows, rest.rows, strict=True):
        total = row.cells[0]
        for place, (pair, apart) in enumerate(zip(row.pairs, other.pairs, strict=False), 1):
            if against is not Against.TOTAL or pair.gap is None or apart.gap is None:
                continue
            part = 1 - known(row.cells[place].weighted_base) / known(total.weighted_base)
            assert pair.gap == pytest.approx(apart.gap * part, abs=1e-9)


@given(ROWS)
def test_two_equal_columns_do_not_differ(rows: list[Respondent]) -> None:
    """A column that stands twice differs from itself by t = 0 and no letter."""
    twice = replace(TOOLS, columns=("tools_1", "tools_3", "tools_2"))
    copied = [{**one, "tools_3": one["tools_1"]} for one in rows]
    survey = survey_of(copied, [ROLE, GOAL, twice], SCHEMA)
    for show in (None, Measure.MEAN):
        table = tabulate(survey, View("goal", (("tools",),), weight="w", show=show))
        for row in table.rows:
            pair = row.pairs[0]
            assert pair.t in {0.0, None} or pair.t != pair.t
            assert pair.p in {None, 1.0}
            assert pair.gap in {None, 0.0}


def test_user_missing_items_of_a_multiple_response_leave_the_base() -> None:
    """Don't know alone is no answer; beside another answer it is not counted as missing."""
    asked = replace(TOOLS, categories=(*TOOLS.categories[:2], Category("3", "Don't know", True)))
    rows: list[Respondent] = [
        {"tools_1": 1, "tools_2": 0, "tools_3": 0},
        {"tools_1": 0, "tools_2": 0, "tools_3": 1},
        {"tools_1": 0, "tools_2": 1, "tools_3": 1},
        {"tools_1": 0, "tools_2": 0, "tools_3": 0},
        {"tools_1": None, "tools_2": None, "tools_3": None},
    ]
    survey = respondents(rows, asked)
    bases = [tabulate(survey, View("tools", base=base)).bases[0].lowest[0] for base in Base]
    assert bases == [3, 4, 5]
    shown = tabulate(survey, View("tools", full=True))
    assert [(line.label, line.lowest[0]) for line in shown.lines] == [
        ("Don't know (missing)", 2),
        ("Not asked, no answer", 1),
    ]


def test_missing_of_several_answers_is_no_answer_that_counts() -> None:
    """Don't know alone, or silence; beside another answer it is not missing."""
    asked = replace(TOOLS, categories=(*TOOLS.categories[:2], Category("3", "Don't know", True)))
    rows: list[Respondent] = [
        {"tools_1": 1, "tools_2": 0, "tools_3": 1},
        {"tools_1": 0, "tools_2": 0, "tools_3": 1},
        {"tools_1": None, "tools_2": None, "tools_3": None},
        {"tools_1": 0, "tools_2": 0, "tools_3": 0},
    ]
    survey = respondents(rows, asked)
    for where, n in (("tools=missing", 2), ("tools!=missing", 2)):
        view = parse_view(survey, f"--question goal --where {where}")
        assert tabulate(survey, view).respondents == n
    nobody = tabulate(survey, parse_view(survey, "--question tools --where tools=missing"))
    assert sentences_of(nobody.notes)[1] == (
        "No respondents in the base: of those that the filters keep, none answered."
    )


def test_a_column_without_any_value_was_never_ticked() -> None:
    """A file may not even say what type it has."""
    survey = survey_of([{"tools_1": 1, "tools_2": 0}], [TOOLS], {**SCHEMA, "tools_3": pl.Null})
    assert [row.cells[0].n for row in tabulate(survey, View("tools")).rows] == [1, 0, 0]


def test_responses_are_divided_by_responses() -> None:
    """They add up to 100 %, and no net of respondents stands among them."""
    question = replace(TOOLS, nets=(Net("any", "Any", ("1", "2")),))
    rows: list[Respondent] = [{"tools_1": 1, "tools_2": 1, "tools_3": 0}] * 3
    rows += [{"tools_1": 1, "tools_2": 0, "tools_3": 0}]
    table = tabulate(respondents(rows, question), View("tools", show=Measure.RESPONSES))
    assert [row.cells[0].percent for row in table.rows] == pytest.approx([400 / 7, 300 / 7, 0])


@pytest.mark.parametrize(("count", "code"), [(2, "top1"), (3, "top2"), (5, "top2")])
def test_the_best_ratings_of_a_grid_are_never_all(count: int, code: str) -> None:
    grid = replace(CHANNELS, categories=categories(*"abcde"[:count]))
    assert nets_of_scale(grid)[0].code == code


def test_a_survey_opens_on_the_latest_wave_that_is_an_answer() -> None:
    """A user-missing wave is none."""
    waves = categories("2015", "2016", "None", missing=["None"])
    wave = Question("wave", "Wave", Kind.SINGLE, ("goal",), waves)
    survey = survey_of([{"goal": 1}, {"goal": 2}], [wave, ROLE], SCHEMA, Codebook(wave="wave"))
    assert str(default_view(survey).filters[0]) == "wave=2"


def test_a_net_made_on_the_fly_is_read_from_the_view() -> None:
    """By codes or labels, of categories and of nets; its text gives the same view."""
    question = replace(GOAL, nets=(Net("some", "Some", ("1", "2")),))
    survey = survey_of([{"goal": 1}, {"goal": 3}], [ROLE, question], SCHEMA)
    view = parse_view(survey, "--question goal --net 'All of it=Some,High minus 1'")
    assert view.nets == (Net("All of it", "All of it", ("some", "3"), ("1",)),)
    assert parse_view(survey, str(view)) == view
    table = tabulate(survey, view)
    assert row_of(table, "All of it").cells[0].mean == pytest.approx(50.0)
    assert row_of(table, "some").cells[0].percent == pytest.approx(50.0)
