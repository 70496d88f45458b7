"""The cube agrees with a count of respondents one at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Cube, Sums
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Base, View
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.conditions import NO_ANSWER, Condition, Filter
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import (
    BUDGET,
    CHANNELS,
    GOAL,
    ROLE,
    SCHEMA,
    TOOLS,
    Plain,
    Respondent,
    made,
    survey_of,
)

ODD_WEIGHTS = [None, 0.0, -1.0, math.nan, math.inf]

RESPONDENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from([1, 2, None, 1, 2]),
        "goal": st.sampled_from([1, 2, 3, 4, 9, None]),
        "tools_1": st.sampled_from([0, 1, None]),
        "tools_2": st.sampled_from([0, 1, None]),
        "tools_3": st.sampled_from([0, 1, None]),
        "web": st.sampled_from([1, 2, 3, 4, None]),
        "mobile": st.sampled_from([1, 3, 4, 7, None]),
        "budget": st.sampled_from([0.0, 12.5, 40.0, 998.0, math.nan, None]),
        "w": st.one_of(st.floats(0.01, 5.0), st.sampled_from(ODD_WEIGHTS)),
    }
)
RESPONDENTS = st.lists(RESPONDENT, max_size=40)
VIEWS = st.builds(
    View,
    question=st.just("goal"),
    banner=st.sampled_from(
        [
            (),
            (("role",),),
            (("role",), ("goal",)),
            (("role", "goal"),),
            (("tools",),),
            (("role",), ("tools", "goal")),
        ]
    ),
    filters=st.sampled_from(
        [
            (),
            (Filter("role", "=", ("1",)),),
            (Filter("role", "!=", ("1",)),),
            (Filter("goal", "=", ("1", "3")), Filter("budget", "<", ("20",))),
            (Filter("tools", "=", ("2",)),),
            (Filter("tools", "!=", ("2",)),),
            (Filter("role", "=", ("nobody",)),),
        ]
    ),
    weight=st.sampled_from([None, "w"]),
)


def passes(respondent: Respondent, one: Condition) -> bool:
    assert isinstance(one, Filter)
    value = respondent.get(one.question)
    if one.question == "tools":
        ticked = respondent["tools_2"] == 1
        return ticked if one.operator == "=" else not ticked
    if one.question == "budget":
        return isinstance(value, float) and value < 20 and value != 998
    among = value is not None and str(value) in one.values
    return among if one.operator == "=" else not among


def weight_of(respondent: Respondent, view: View) -> float | None:
    if view.weight is None:
        return 1.0
    weight = respondent["w"]
    usable = isinstance(weight, float) and 0 < weight < math.inf
    return float(weight) if usable else None  # type: ignore[arg-type]


def counted(
    respondents: Sequence[Respondent],
    view: View,
    places: Callable[[Respondent], list[tuple[str, str]]],
    says: Callable[[Respondent], bool],
) -> dict[tuple[str, str], Plain]:
    """Count those who pass the filters and `says`, in the Total and in their columns."""
    counts: dict[tuple[str, str], Plain] = defaultdict(Plain)
    for respondent in respondents:
        weight = weight_of(respondent, view)
        if weight is None or not all(passes(respondent, one) for one in view.filters):
            continue
        if says(respondent):
            for place in [("", ""), *places(respondent)]:
                counts[place].add(weight)
    return counts


def codes_of(respondent: Respondent, name: str) -> list[str]:
    """Which categories of a question a respondent stands in."""
    if name == "tools":
        return [str(code) for code in (1, 2, 3) if respondent[f"tools_{code}"] == 1]
    value = respondent[name]
    return [] if value is None or (name == "goal" and value == 4) else [str(value)]


def placer(view: View) -> Callable[[Respondent], list[tuple[str, str]]]:
    """Say which banner columns a respondent is in, as (variable, code)."""

    def places(respondent: Respondent) -> list[tuple[str, str]]:
        found = []
        for variables in view.banner:
            stands = [codes_of(respondent, name) for name in variables]
            found += [(">".join(variables), ">".join(codes)) for codes in product(*stands)]
        return found

    return places


def same(cube: Cube, sums: Sums, plain: dict[tuple[str, str], Plain]) -> None:
    """Compare one row of sums with a plain count, column by column."""
    for position, column in enumerate(cube.columns):
        expected = plain[column.variable, column.code]
        assert sums.n[position] == expected.n
        assert sums.w[position] == pytest.approx(expected.w, rel=1e-12, abs=1e-12)
        assert sums.q[position] == pytest.approx(expected.q, rel=1e-12, abs=1e-12)


@given(RESPONDENTS, VIEWS)
def test_single_choice(respondents: list[Respondent], view: View) -> None:
    """Each category, each base and the missing answers of a single choice are plain counts."""
    cube = compute_cube(made(respondents), view)
    for position, row in enumerate(cube.rows):
        code = row.code

        def says(one: Respondent, code: str = code) -> bool:
            return one["goal"] is None if code == "" else str(one["goal"]) == code

        same(cube, cube.cells.pick(0, position), counted(respondents, view, placer(view), says))
    bases = {
        Base.ANSWERED: lambda one: one["goal"] not in {None, 4},
        Base.ASKED: lambda one: one["goal"] is not None,
        Base.ALL: lambda one: True,
    }
    for base, says_so in bases.items():
        plain = counted(respondents, view, placer(view), says_so)
        same(cube, cube.bases[base].pick(0), plain)


@given(RESPONDENTS, VIEWS)
def test_multiple_response(respondents: list[Respondent], view: View) -> None:
    """Items are shares of those with any item answered; all-empty rows were not asked."""
    view = view.with_question(TOOLS.id)
    cube = compute_cube(made(respondents), view)
    for position, column in enumerate(TOOLS.columns):

        def ticked(one: Respondent, column: str = column) -> bool:
            return one[column] == 1

        same(cube, cube.cells.pick(0, position), counted(respondents, view, placer(view), ticked))
    asked = counted(
        respondents, view, placer(view), lambda one: any(one[c] is not None for c in TOOLS.columns)
    )
    same(cube, cube.bases[Base.ANSWERED].pick(0), asked)
    everyone = counted(respondents, view, placer(view), lambda one: True)
    same(cube, cube.bases[Base.ALL].pick(0), everyone)


@given(RESPONDENTS, st.sampled_from([None, "w"]))
def test_overlapping_columns_share_respondents(
    respondents: list[Respondent], weight: str | None
) -> None:
    """Whoever ticked two answers stands in both columns, and once in what they share."""
    view = View("goal", (("tools",),), weight=weight)
    cube = compute_cube(made(respondents), view)
    for (a, b), place in cube.overlaps.items():
        wanted = {cube.columns[a].code, cube.columns[b].code}
        shared = Plain()
        for one in respondents:
            used = weight_of(one, view)
            answered = one["goal"] not in {None, 4}
            if used is not None and answered and wanted <= set(codes_of(one, "tools")):
                shared.add(used)
        found = cube.whole.shared.bases[Base.ANSWERED].pick(0, place)
        assert (found.n, found.w, found.q) == pytest.approx((shared.n, shared.w, shared.q))
    assert len(cube.overlaps) == 3


NETS = (
    Net("any", "Any of two", ("1", "2")),
    Net("all", "Any at all", ("any", "3")),
    Net("less", "Two less one", ("1", "2"), minus=("2", "3")),
)


@given(RESPONDENTS, st.sampled_from([None, "w"]))
def test_nets_are_recounted_per_respondent(
    respondents: list[Respondent], weight: str | None
) -> None:
    """In any of several: once a respondent; a difference is one share minus the other."""
    question = replace(TOOLS, nets=NETS)
    survey = survey_of(respondents, [ROLE, question], SCHEMA, Codebook(role="role"))
    view = View("tools", (("role",),), weight=weight)
    try:
        rows = {row.code: row for row in tabulate(survey, view).rows}
    except EmptyBase:
        return
    for code, members in (("any", {"1", "2"}), ("all", {"1", "2", "3"})):
        for place, role in enumerate((None, 1, 2)):
            count = Plain()
            for one in respondents:
                used = weight_of(one, view)
                ticked = members & set(codes_of(one, "tools"))
                if used is not None and role in {None, one["role"]} and ticked:
                    count.add(used)
            cell = rows[code].cells[place]
            assert (cell.n, cell.weighted_n) == pytest.approx((count.n, count.w))
            parts = [rows[member].cells[place].percent for member in members]
            if cell.percent is not None:
                known = [part for part in parts if part is not None]
                assert max(known) - 1e-9 <= cell.percent <= sum(known) + 1e-9
                second = [one for one in respondents if {"2", "3"} & set(codes_of(one, "tools"))]
                whole = sum(_weights(second, view, role))
                less = 100 * whole / (cell.weighted_base or 0.0)
                expected = rows["any"].cells[place].percent
                assert expected is not None
                assert rows["less"].cells[place].mean == pytest.approx(expected - less)


def _weights(respondents: list[Respondent], view: View, role: int | None) -> list[float]:
    used = ((one, weight_of(one, view)) for one in respondents)
    return [w for one, w in used if w is not None and role in {None, one["role"]}]


@given(RESPONDENTS, VIEWS)
def test_grid(respondents: list[Respondent], view: View) -> None:
    """Each item of a grid has its own categories and its own base."""
    view = view.with_question(CHANNELS.id)
    cube = compute_cube(made(respondents), view)
    for item, column in enumerate(CHANNELS.columns):
        for position, category in enumerate(CHANNELS.categories):

            def rated(one: Respondent, column: str = column, code: str = category.code) -> bool:
                return str(one[column]) == code

            plain = counted(respondents, view, placer(view), rated)
            same(cube, cube.cells.pick(item, position), plain)

        def answered(one: Respondent, column: str = column) -> bool:
            return one[column] not in {None, 4}

        plain = counted(respondents, view, placer(view), answered)
        same(cube, cube.bases[Base.ANSWERED].pick(item), plain)


@given(RESPONDENTS, VIEWS)
def test_number(respondents: list[Respondent], view: View) -> None:
    """A number's moments leave out its user-missing codes and what is no number."""
    view = view.with_question(BUDGET.id)
    cube = compute_cube(made(respondents), view)

    def valid(one: Respondent) -> bool:
        value = one["budget"]
        return isinstance(value, float) and not math.isnan(value) and value != 998

    base = counted(respondents, view, placer(view), valid)
    same(cube, cube.bases[Base.ANSWERED].pick(0), base)
    moments = cube.whole.columns.moments
    assert moments is not None
    total = [
        (weight, float(one["budget"]))  # type: ignore[arg-type]
        for one in respondents
        if (weight := weight_of(one, view))
        and valid(one)
        and all(passes(one, each) for each in view.filters)
    ]
    c = cube.centre
    assert moments.wx[0, 0] == pytest.approx(sum(w * (x - c) for w, x in total))
    assert moments.wxx[0, 0] == pytest.approx(sum(w * (x - c) ** 2 for w, x in total))
    assert moments.qx[0, 0] == pytest.approx(sum(w * w * (x - c) for w, x in total))
    assert moments.qxx[0, 0] == pytest.approx(sum((w * (x - c)) ** 2 for w, x in total))


@given(RESPONDENTS)
def test_left_out(respondents: list[Respondent]) -> None:
    """Respondents whose weight is no positive number are left out and counted."""
    cube = compute_cube(made(respondents), View("goal", weight="w"))
    unusable = [one for one in respondents if weight_of(one, View("goal", weight="w")) is None]
    assert cube.left_out == len(unusable)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("question", [GOAL, TOOLS, CHANNELS, BUDGET], ids=lambda one: one.id)
def test_no_respondent_or_one(question: Question, count: int) -> None:
    """A survey of no respondents, or of one, is counted like any other."""
    respondent = {
        "role": 2,
        "goal": 3,
        "tools_1": 1,
        "web": 2,
        "mobile": 3,
        "budget": 1.0,
        "w": 1.0,
    }
    cube = compute_cube(made([respondent] * count), View(question.id, (("role",),)))
    assert [column.label for column in cube.columns] == ["Total", "Marketing", "Technology"]
    assert cube.bases[Base.ALL].n.tolist() == [[count, 0, count]] * len(cube.items)


def test_an_unlisted_answer_is_counted_and_comes_last() -> None:
    """Nothing that respondents said is dropped silently."""
    cube = compute_cube(made([{"goal": 9}, {"goal": 1}]), View("goal"))
    assert [row.label for row in cube.rows if row.unlisted] == ["9"]
    assert cube.bases[Base.ANSWERED].n[0, 0] == 2


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (View("nothing"), "no question 'nothing'"),
        (View("goal", (("nothing",),)), "no banner variable 'nothing'"),
        (View("goal", (("channels",),)), "channels is grid and cannot be a banner"),
        (View("goal", weight="nothing"), "'nothing' cannot be a weight"),
        (View("goal", weight="role"), "'role' cannot be a weight: its numbers are answers to 'rol"),
        (View("goal", weight="tools_1"), "'tools_1' cannot be a weight: its numbers are answers"),
    ],
)
def test_a_view_that_does_not_fit_says_why(view: View, says: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(ViewError, match=says):
        compute_cube(made([{"goal": 1}]), view)


def test_no_number_is_no_answer_to_an_item() -> None:
    """A float column of a multiple response or a grid may say NaN where others say null."""
    columns = ("tools_1", "tools_2", "tools_3", "web", "mobile")
    schema = {name: pl.Float64 if name in columns else dtype for name, dtype in SCHEMA.items()}
    silent = dict.fromkeys(columns, math.nan)
    said = {"tools_1": 1.0, "tools_2": 0.0, "tools_3": math.nan, "web": 3.0, "mobile": math.nan}
    survey = survey_of([silent, said, said], [TOOLS, CHANNELS], schema)
    cells = [row.cells[0] for row in tabulate(survey, View("tools", (("tools",),))).rows]
    assert [(cell.n, cell.base) for cell in cells] == [(2, 2), (0, 2), (0, 2)]
    web, mobile = compute_cube(survey, View("channels")).bases[Base.ANSWERED].n[:, 0]
    assert (web, mobile) == (2, 0)
    assert compute_cube(survey, View("channels")).bases[Base.ASKED].n[:, 0].tolist() == [2, 0]
    assert count_respondents(survey, [Filter("tools", "=", (NO_ANSWER,))]) == 1


def test_a_list_of_numbers_is_a_multiple_response_too() -> None:
    media = Question("media", "", Kind.MULTI, ("media",), (Category("1", "TV"), Category("x", "X")))
    answers: list[Respondent] = [{"media": [1, 2]}, {"media": []}, {"media": None}]
    survey = survey_of(answers, [media], {"media": pl.List(pl.Int64)})
    tv, nothing = tabulate(survey, View("media", (("media",),))).rows
    assert [(cell.n, cell.base) for cell in tv.cells] == [(1, 2), (1, 1), (0, 0)]
    assert nothing.cells[0].n == 0


def test_a_grid_of_texts_and_numbers_says_so() -> None:
    survey = survey_of([{"web": 1}], [CHANNELS], {**SCHEMA, "mobile": pl.String})
    with pytest.raises(ViewError, match="differ in type"):
        compute_cube(survey, View("channels"))
