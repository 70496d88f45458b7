"""What must hold of every table, whatever the respondents said."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import hypothesis.strategies as st
import pytest
from hypothesis import assume, example, given

from cxtui.analysis.query.expressions.number_classes import add_classes
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Cell, Pair, Table, TableRow
from cxtui.analysis.view.view import Base, Correction, Measure, Variance, View
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Question
from tests.making import BUDGET, QUESTIONS, ROLE, SCHEMA, Respondent, known, made, survey_of

RESPONDENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from([1, 2]),
        "goal": st.sampled_from([1, 2, 3, 3, 4, None]),
        "tools_1": st.sampled_from([0, 1, None]),
        "tools_2": st.sampled_from([0, 0, 1, None]),
        "tools_3": st.sampled_from([1, None]),
        "web": st.sampled_from([1, 2, 3, 4, None]),
        "mobile": st.sampled_from([1, 3, None]),
        "budget": st.sampled_from([0.0, 12.5, 40.0, 998.0, None]),
        "w": st.sampled_from([0.25, 0.5, 1.0, 1.75, 3.0]),
    }
)
BASES = st.lists(RESPONDENT, min_size=1, max_size=8)
RESPONDENTS = st.builds(
    lambda base, times, more: [dict(one) for one in base * times] + list(more),
    BASES,
    st.sampled_from([1, 12, 40]),
    st.lists(RESPONDENT, max_size=5),
)
"""Few, or enough of each for tests."""

VIEWS = st.builds(
    View,
    question=st.sampled_from(["goal", "tools", "channels", "budget"]),
    banner=st.just((("role",),)),
    weight=st.sampled_from([None, "w"]),
    show=st.sampled_from([None, Measure.COLUMN, Measure.ROW, Measure.TOTAL, Measure.MEAN]),
    base=st.sampled_from(list(Base)),
    level=st.sampled_from([80.0, 95.0]),
    correction=st.sampled_from(list(Correction)),
)
POINTS = ("percent", "mean", "sd", "index", "effective_base", "weighted_n", "weighted_base")
COUNT_NUMBERS = ("weighted_n", "weighted_n_se", "weighted_n_low", "weighted_n_high")
NUMBERS = ("percent", "low", "high", "mean", "sd", "index", "min_p")
PAIR_NUMBERS = ("gap", "se", "low", "high", "t", "df", "p", "p_used", "p_adjusted")


def near(value: float | None) -> object:
    """Equal up to the rounding of sums; `None` only to `None`."""
    return None if value is None else pytest.approx(value, rel=1e-7, abs=1e-7)


def cells_of(table: Table) -> list[Cell]:
    return [cell for row in table.rows for cell in row.cells]


def same_cell(one: Cell, two: Cell, *, weighted_counts: float = 1) -> None:
    assert (one.n, one.base, one.letters, one.flag) == (two.n, two.base, two.letters, two.flag)
    assert one.effective_base == near(two.effective_base)
    assert one.weighted_n == near(known(two.weighted_n) * weighted_counts)
    assert one.weighted_base == near(known(two.weighted_base) * weighted_counts)
    for name in NUMBERS:
        assert getattr(one, name) == near(getattr(two, name)), name


def same_pair(one: Pair, two: Pair) -> None:
    assert (one.tested, one.why_not) == (two.tested, two.why_not)
    for name in PAIR_NUMBERS:
        assert getattr(one, name) == near(getattr(two, name)), name


def same_table(one: Table, two: Table, *, weighted_counts: float = 1) -> None:
    assert [row.label for row in one.rows] == [row.label for row in two.rows]
    assert one.columns == two.columns
    assert one.base_flags == two.base_flags
    for first, second in zip(one.rows, two.rows, strict=True):
        for cell, other in zip(first.cells, second.cells, strict=True):
            same_cell(cell, other, weighted_counts=weighted_counts)
        for pair, beside in zip(first.pairs, second.pairs, strict=True):
            same_pair(pair, beside)


@given(RESPONDENTS, VIEWS, st.sampled_from([0.001, 10.0, 1e6]))
def test_scaled_weights_change_nothing_but_weighted_counts(
    respondents: list[Respondent], view: View, factor: float
) -> None:
    """Those, and their errors, are in the unit of the weights."""
    view = replace(view, weight="w")
    scaled = [{**one, "w": one["w"] * factor} for one in respondents]  # type: ignore[operator]
    table, own = tabulate(made(scaled), view), tabulate(made(respondents), view)
    same_table(table, own, weighted_counts=factor)
    for cell, other in zip(cells_of(table), cells_of(own), strict=True):
        for name in COUNT_NUMBERS:
            one, two = getattr(cell, name), getattr(other, name)
            assert (None if one is None else one / factor) == near(two), name


@given(RESPONDENTS, VIEWS)
def test_a_column_does_not_differ_from_itself(respondents: list[Respondent], view: View) -> None:
    """Marketing and technology who say the same: gap and t are 0, the interval is around 0."""
    twice = [{**one, "role": role} for role in (1, 2) for one in respondents]
    for row in tabulate(made(twice), view).rows:
        (pair,) = row.pairs
        assert pair.gap in (None, 0.0) and pair.t in (None, 0.0)
        assert [cell.letters for cell in row.cells] == ["", "", ""]
        if pair.low is not None and pair.high is not None:
            assert pair.low == pytest.approx(-pair.high, abs=1e-9)
            assert pair.low <= 0 <= pair.high
        if pair.tested:
            assert pair.p == pytest.approx(1.0)


def mirrored(respondents: Sequence[Respondent]) -> list[Respondent]:
    return [{**one, "role": 3 - one["role"]} for one in respondents]  # type: ignore[operator]


@given(RESPONDENTS, VIEWS)
def test_swapped_columns_mirror_the_gap(respondents: list[Respondent], view: View) -> None:
    table, swapped = (tabulate(made(one), view) for one in (respondents, mirrored(respondents)))
    for row, other in zip(table.rows, swapped.rows, strict=True):
        total, first, second = row.cells
        same_cell(other.cells[0], total)
        letter = {"": "", "A": "B", "B": "A"}
        same_cell(other.cells[1], replace(second, letters=letter[second.letters]))
        same_cell(other.cells[2], replace(first, letters=letter[first.letters]))
        (pair,), (back,) = row.pairs, other.pairs
        for name in ("gap", "t"):
            value = getattr(pair, name)
            assert getattr(back, name) == near(None if value is None else -value)
        assert back.low == near(None if pair.high is None else -pair.high)
        assert back.high == near(None if pair.low is None else -pair.low)
        for name in ("se", "df", "p", "p_adjusted"):
            assert getattr(back, name) == near(getattr(pair, name))


@given(RESPONDENTS, VIEWS, st.randoms(use_true_random=False))
def test_the_order_of_the_respondents_is_irrelevant(
    respondents: list[Respondent], view: View, shuffling: random.Random
) -> None:
    shuffled = list(respondents)
    shuffling.shuffle(shuffled)
    same_table(tabulate(made(shuffled), view), tabulate(made(respondents), view))


KEPT: list[tuple[Filter, Callable[[Respondent], bool]]] = [
    (Filter("goal", "=", ("3",)), lambda one: one["goal"] == 3),
    (Filter("goal", "!=", ("1", "4")), lambda one: one["goal"] not in {1, 4}),
    (Filter("tools", "=", ("1",)), lambda one: one["tools_1"] == 1),
    (Filter("budget", "<", ("20",)), lambda one: one["budget"] in {0.0, 12.5}),
]


BANNERS = [
    *((("role",),), (("goal",),), (("tools",),), (("budget",),)),
    *((("role", "budget"),), (("role",), ("budget",))),
]


def filtered_before(survey: Survey, respondents: Sequence[Respondent]) -> Survey:
    """A survey of some of the respondents; its numbers have the classes of the whole survey."""
    questions = [add_classes(survey, question) for question in survey.codebook.questions]
    return survey_of(respondents, questions, SCHEMA, survey.codebook)


ONE = {"role": 1, "tools_1": 0, "tools_2": 0, "tools_3": 1, "web": 1, "mobile": 1, "w": 1.0}
WIDER_THAN_ITS_FILTER = [
    {**ONE, "goal": goal, "budget": budget}
    for goal, budget in ((1, 0.0), (1, 0.0), (3, 12.5), (3, 40.0), (1, 90.0))
]
"""Respondents whose numbers have other classes than those of the respondents with goal 3."""


@example(WIDER_THAN_ITS_FILTER, View("budget", show=Measure.COLUMN), BANNERS[3], KEPT[0])
@given(RESPONDENTS, VIEWS, st.sampled_from(BANNERS), st.sampled_from(KEPT))
def test_a_filter_equals_a_prefiltered_file(
    respondents: list[Respondent],
    view: View,
    banner: tuple[tuple[str, ...], ...],
    kept: tuple[Filter, Callable[[Respondent], bool]],
) -> None:
    """Counts, bases, shares and means are the same; columns that a filter removes are empty.

    The classes of a number are those of all respondents: a filter moves no bound, so the file
    that is filtered before is given the same classes.
    """
    one, passes = kept
    chosen = [respondent for respondent in respondents if passes(respondent)]
    assume(chosen)
    survey, view = made(respondents), replace(view, banner=banner)
    if "budget" in {view.question, *chain(*banner)}:
        assume(add_classes(survey, BUDGET).classes)  # a file cannot be told to have none
    filtered = tabulate(survey, replace(view, filters=(one,)))
    before = tabulate(filtered_before(survey, chosen), view)
    places = {(column.variable, column.code): at for at, column in enumerate(filtered.columns)}
    assert [row.label for row in filtered.rows] == [row.label for row in before.rows]
    for row, other in zip(filtered.rows, before.rows, strict=True):
        for column, expected in zip(before.columns, other.cells, strict=True):
            if (column.variable, column.code) not in places:
                assert expected.n == 0
                continue
            cell = row.cells[places[column.variable, column.code]]
            assert (cell.n, cell.base) == (expected.n, expected.base)
            if view.weight is None:
                assert cell.flag == expected.flag
            for name in POINTS:
                if view.weight is not None and name == "effective_base":
                    name = "kish_base"  # noqa: PLW2901 -- that of the errors is of the whole file
                assert getattr(cell, name) == near(getattr(expected, name)), name


@given(RESPONDENTS, VIEWS, st.sampled_from(KEPT))
def test_a_filter_tests_shares_as_a_prefiltered_file_does(
    respondents: list[Respondent], view: View, kept: tuple[Filter, Callable[[Respondent], bool]]
) -> None:
    """Intervals, p and letters of shares are the same on Kish's base.

    Linearized errors count all respondents.
    """
    one, passes = kept
    chosen = [respondent for respondent in respondents if passes(respondent)]
    assume(chosen)
    view = replace(view, question="channels.web", show=Measure.COLUMN, variance=Variance.KISH)
    filtered = tabulate(made(respondents), replace(view, filters=(one,)))
    before = tabulate(made(chosen), view)
    for cell, other in zip(cells_of(filtered), cells_of(before), strict=True):
        same_cell(cell, other)


@given(RESPONDENTS, VIEWS)
def test_the_answers_of_a_single_choice_are_a_hundred_per_cent(
    respondents: list[Respondent], view: View
) -> None:
    table = tabulate(made(respondents), replace(view, question="goal", show=Measure.COLUMN))
    for column in range(len(table.columns)):
        shares = [row.cells[column].percent for row in table.rows]
        if known(table.rows[0].cells[column].base) > 0:
            assert sum(share or 0.0 for share in shares) == pytest.approx(100)
        else:
            assert set(shares) == {None}


@given(RESPONDENTS, VIEWS)
def test_the_columns_make_up_the_total(respondents: list[Respondent], view: View) -> None:
    """Where everyone is in a column; a row % adds up to 100 across."""
    for row in tabulate(made(respondents), view).rows:
        total, *cells = row.cells
        assert sum(known(cell.n) for cell in cells) == total.n
        assert sum(known(cell.weighted_n) for cell in cells) == pytest.approx(total.weighted_n)
    table = tabulate(made(respondents), replace(view, question="goal", show=Measure.ROW))
    for row in table.rows:
        if row.cells[0].n:
            assert sum(cell.percent or 0.0 for cell in row.cells[1:]) == pytest.approx(100)


@given(RESPONDENTS, VIEWS)
def test_a_value_is_within_its_interval(respondents: list[Respondent], view: View) -> None:
    """And a share within 0 … 100; an empty base has neither."""
    for cell in cells_of(tabulate(made(respondents), view)):
        value = cell.mean if cell.percent is None else cell.percent
        if cell.base == 0:
            assert (value, cell.low, cell.high) == (None, None, None)
            continue
        assert value is not None
        if cell.percent is None and cell.base == 1:  # one respondent tells no error
            assert (cell.low, cell.high) == (None, None)
            continue
        if cell.why_no_error:
            assert view.weight and (cell.low, cell.high) == (None, None)
            continue
        assert cell.low is not None and cell.high is not None
        assert cell.low <= value <= cell.high
        if cell.percent is not None:
            assert 0 <= cell.low < cell.high <= 100


@given(RESPONDENTS, VIEWS)
def test_a_letter_is_a_small_p(respondents: list[Respondent], view: View) -> None:
    """And one of the two columns has it: the higher."""
    for row in tabulate(made(respondents), view).rows:
        (pair,) = row.pairs
        held = pair.p_adjusted is not None and pair.p_adjusted < 1 - view.level / 100
        expected = ["", "", ""]
        if held and pair.gap is not None:
            expected[1 if pair.gap > 0 else 2] = "B" if pair.gap > 0 else "A"
        assert [cell.letters for cell in row.cells] == expected
        assert row.cells[1].min_p == row.cells[2].min_p == pair.p_adjusted
        assert (pair.p_used is None) == (not pair.tested) == bool(pair.why_not)


@given(RESPONDENTS, VIEWS)
def test_a_wider_level_has_wider_intervals(respondents: list[Respondent], view: View) -> None:
    """And no more letters."""
    survey = made(respondents)
    narrow, wide = (tabulate(survey, replace(view, level=level)) for level in (80.0, 99.0))
    for one, two in zip(cells_of(narrow), cells_of(wide), strict=True):
        assert set(two.letters) <= set(one.letters)
        if one.low is not None and two.low is not None:
            assert two.low <= one.low


def beside(respondents: Sequence[Respondent]) -> Survey:
    """The survey with a second role, who answers half of the time."""
    other = Question("desk", "Desk", ROLE.kind, ("desk",), ROLE.categories)
    rows = [{**one, "desk": 1 + place % 2} for place, one in enumerate(respondents)]
    return survey_of(rows, (*QUESTIONS, other), {**SCHEMA, "desk": SCHEMA["role"]})


@given(RESPONDENTS, VIEWS)
def test_adding_a_banner_variable_changes_no_column(
    respondents: list[Respondent], view: View
) -> None:
    survey = beside(respondents)
    alone = tabulate(survey, view)
    together = tabulate(survey, replace(view, banner=(("role",), ("desk",))))

    def first(row: TableRow) -> tuple[tuple[Cell, ...], Pair]:
        return row.cells[:3], row.pairs[0]

    assert [first(row) for row in together.rows] == [first(row) for row in alone.rows]
