"""Filters keep whom a reading of each respondent's answers keeps."""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Mapping, Sequence

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.state_line import describe_filter
from cxtui.analysis.view.view import View
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question, code_of, is_null
from tests.making import QUESTIONS, SCHEMA, Respondent, survey_of

CITY = Question(
    "city", "City", Kind.SINGLE, ("city",), (Category("Bern", "Bern"), Category("Ulm", "Ulm"))
)
SCORE = Question(
    "score", "Score", Kind.SCALE, ("score",), (Category("1", "Low"), Category("2", "High"))
)
DAY = Question("day", "Day", Kind.DATE, ("day",), (Category("2024-01", "Jan 2024"),))
WORDS = Question("words", "In your words", Kind.TEXT, ("words",))
MEDIA = Question("media", "Media", Kind.MULTI, ("media",), (Category("tv", "TV"),))
SCHEMA_TOO: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **SCHEMA,
    "city": pl.String,
    "score": pl.Float64,
    "day": pl.Date,
    "words": pl.String,
    "media": pl.List(pl.String),
}

RESPONDENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from([1, 2, None]),
        "goal": st.sampled_from([1, 2, 3, 4, 9, None]),
        "tools_1": st.sampled_from([0, 1, None]),
        "tools_2": st.sampled_from([0, 1, None]),
        "tools_3": st.sampled_from([0, None, None]),
        "mobile": st.sampled_from([1, 3, 4, None]),
        "budget": st.sampled_from([0.0, 12.5, 20.0, 40.0, 998.0, math.nan, math.inf, None]),
        "city": st.sampled_from(["Bern", "Ulm", "", "  ", None]),
        "score": st.sampled_from([1.0, 2.0, math.nan, None]),
        "day": st.sampled_from([datetime.date(2024, 1, 5), datetime.date(2024, 2, 1), None]),
        "words": st.sampled_from(["so", "", None]),
        "media": st.sampled_from([["tv"], ["radio", "tv"], [], None]),
    }
)
RESPONDENTS = st.lists(RESPONDENT, max_size=30)


def surveyed(respondents: Sequence[Respondent]) -> Survey:
    questions = (*QUESTIONS, CITY, SCORE, DAY, WORDS, MEDIA)
    return survey_of(respondents, questions, SCHEMA_TOO, Codebook(role="role"))


def listed(question: str, *codes: str) -> st.SearchStrategy[Filter]:
    values = st.lists(st.sampled_from([*codes, NO_ANSWER]), min_size=1, max_size=3, unique=True)
    return st.builds(Filter, st.just(question), st.sampled_from(["=", "!="]), values.map(tuple))


def compared(question: str, *numbers: str) -> st.SearchStrategy[Filter]:
    operators = st.sampled_from(["<", "<=", ">", ">="])
    return st.builds(Filter, st.just(question), operators, st.tuples(st.sampled_from(numbers)))


FILTERS = st.one_of(
    listed("role", "1", "2"),
    listed("goal", "1", "4", "9", "17"),
    listed("tools", "1", "2", "3"),
    listed("channels.mobile", "1", "4"),
    listed("budget", "20", "12.5", "998"),
    listed("city", "Bern", "Ulm"),
    listed("score", "1", "2"),
    listed("day", "2024-01", "2023-12"),
    listed("words"),
    listed("media", "tv"),
    compared("budget", "20", "-1", "1000", "12.5"),
    compared("goal", "2", "4"),
    compared("score", "1.5"),
)
CONDITIONS = st.one_of(
    FILTERS, st.lists(FILTERS, min_size=2, max_size=3).map(lambda several: AnyOf(tuple(several)))
)

COLUMNS = {"channels.mobile": "mobile"}
MISSING = {"goal": "4", "budget": "998", "channels.mobile": "4"}
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def answers(respondent: Respondent, question: str) -> set[str]:
    """Return a respondent's answers as codes."""
    if question == "tools":
        ticks = [respondent[f"tools_{code}"] for code in (1, 2, 3)]
        if all(tick is None for tick in ticks):
            return {NO_ANSWER}
        return {str(code) for code, tick in enumerate(ticks, 1) if tick == 1}
    value = respondent[COLUMNS.get(question, question)]
    if question == "media":
        return set(value) if isinstance(value, list) else {NO_ANSWER}
    if is_null(value) or value == math.inf or (isinstance(value, str) and not value.strip()):
        return {NO_ANSWER}
    return {value.strftime("%Y-%m") if isinstance(value, datetime.date) else code_of(value)}


def passes(respondent: Respondent, one: Condition) -> bool:
    if isinstance(one, AnyOf):
        return any(passes(respondent, each) for each in one.alternatives)
    said = answers(respondent, one.question)
    if one.operator in {"=", "!="}:
        return bool(said & set(one.values)) is (one.operator == "=")
    if said & {NO_ANSWER, MISSING.get(one.question, NO_ANSWER)}:
        return False
    return bool(COMPARE[one.operator](float(said.pop()), float(one.values[0])))


@given(RESPONDENTS, st.lists(CONDITIONS, max_size=3))
def test_conditions(respondents: list[Respondent], conditions: list[Condition]) -> None:
    """And, or, not, comparisons and missing, over everything that a column can hold."""
    plain = sum(all(passes(each, one) for one in conditions) for each in respondents)
    assert count_respondents(surveyed(respondents), conditions) == plain


@given(RESPONDENTS, FILTERS)
def test_opposite(respondents: list[Respondent], one: Filter) -> None:
    """A filter and its opposite share no respondents; both exclude only missing numbers."""
    survey = surveyed(respondents)
    kept, rest = count_respondents(survey, [one]), count_respondents(survey, [one.opposite])
    assert count_respondents(survey, [one, one.opposite]) == 0
    silent = {NO_ANSWER, MISSING.get(one.question, NO_ANSWER)}
    compares = one.operator in COMPARE
    out = sum(bool(answers(each, one.question) & silent) for each in respondents) * compares
    assert kept + rest + out == len(respondents)
    assert one.opposite.opposite == one


@pytest.mark.parametrize("question", ["role", "goal", "tools", "channels.mobile", "budget", "city"])
@given(respondents=RESPONDENTS)
def test_no_answer_is_the_last_row_of_a_table(question: str, respondents: list[Respondent]) -> None:
    """Who is counted there is who the filter keeps."""
    survey = surveyed(respondents)
    cube = compute_cube(survey, View(question))
    missing = count_respondents(survey, [Filter(question, "=", (NO_ANSWER,))])
    assert cube.cells.n[0, -1, 0] == missing


@given(RESPONDENTS, FILTERS, FILTERS)
def test_alternatives_on_the_banner_leave_only_their_columns(
    respondents: list[Respondent], one: Filter, other: Filter
) -> None:
    """A column that no alternative leaves is not there; the others are, with who passes."""
    condition = AnyOf((Filter("role", "=", ("1",)), one, other))
    cube = compute_cube(surveyed(respondents), View("goal", (("role",),), (condition,)))
    columns = {column.code: place for place, column in enumerate(cube.columns) if column.code}
    for code in ("1", "2"):
        plain = sum(str(each["role"]) == code and passes(each, condition) for each in respondents)
        if code in columns:
            assert cube.cells.n[0, :, columns[code]].sum() == plain
        else:
            assert plain == 0


def test_a_grid_has_no_answer_of_its_own() -> None:
    """Its items have; the message says so."""
    with pytest.raises(ViewError, match="one of its items"):
        count_respondents(surveyed([{"role": 1}]), [Filter("channels", "=", (NO_ANSWER,))])


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Filter("goal", "=", ("1", "4")), "goal = Low or Don't know"),
        (Filter("goal", "!=", ("1",)), "goal ≠ Low"),
        (Filter("goal", "=", ("",)), "goal has no answer"),
        (Filter("goal", "!=", ("",)), "goal has an answer"),
        (Filter("goal", "=", ("4", "")), "goal = Don't know or no answer"),
        (Filter("budget", ">=", ("20",)), "budget >= 20"),
        (
            AnyOf((Filter("role", "=", ("1",)), Filter("budget", "<", ("20",)))),
            "role = Marketing or budget < 20",
        ),
    ],
)
def test_words(condition: Condition, words: str) -> None:
    """The footer says a condition with the labels of the questionnaire."""
    assert describe_filter(surveyed([]).codebook, condition) == words


def test_an_empty_base_names_the_filters() -> None:
    """Alternatives stand in brackets among conditions that must all be met."""
    either = AnyOf((Filter("role", "=", ("2",)), Filter("goal", "=", ("1",))))
    view = View("goal", filters=(either, Filter("budget", ">", ("20",))))
    with pytest.raises(EmptyBase, match=r"\(role = Technology or goal = Low\) and budget > 20;"):
        tabulate(surveyed([{"role": 1}]), view)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    age = Question("age", "Age", Kind.NUMERIC, ("age",))
    survey = survey_of([{"age": 30}, {"age": 31}], [age], {"age": pl.Int64})
    counts = [
        count_respondents(survey, [Filter("age", "=", (text,))]) for text in ("30", "30.0", "30.5")
    ]
    assert counts == [1, 1, 0]


def test_items_may_be_whole_numbers_of_different_sizes() -> None:
    tools = next(one for one in QUESTIONS if one.id == "tools")
    respondent: Respondent = {"tools_1": 1, "tools_2": 0, "tools_3": 1}
    survey = survey_of([respondent], [tools], {**SCHEMA, "tools_2": pl.Int64})
    assert [row.cells[0].n for row in tabulate(survey, View("tools")).rows] == [1, 0, 1]
    assert count_respondents(survey, [Filter("tools", "=", ("2",))]) == 0
