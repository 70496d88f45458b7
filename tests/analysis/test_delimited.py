"""Answers in one text, or one choice in several columns, are counted as a reader would count."""

from collections.abc import Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.query.expressions.delimited_answers import contains_delimited
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.query.expressions.several_answers import is_only_missing
from cxtui.analysis.query.side_queries.open_answers import read_open_answers
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.survey.conditions import NO_ANSWER, Filter
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import ROLE, survey_of

OPTIONS = ("Build", "Build, test", "C++ (new)", "Deploy")
STEPS = Question(
    "steps",
    "Steps",
    Kind.MULTI,
    ("steps",),
    (
        *(Category(one, one) for one in OPTIONS[:-1]),
        Category("Deploy", "Deploy", spellings=("deploy\u00a0it",)),
        Category("other", "Other answers"),
    ),
    nets=(Net("code", "Any code", ("Build", "C++ (new)")),),
    delimiter=", ",
    others="other",
)
OWN_WORDS = ("a wiki", "Builder", "C++")
GIVEN = st.one_of(
    st.none(),
    st.lists(st.sampled_from([*OPTIONS, "deploy\u00a0it", *OWN_WORDS]), min_size=1, unique=True),
)


def asked(answers: Sequence[Sequence[str] | None], delimiter: str = ", ") -> Survey:
    rows: list[dict[str, object]] = [
        {"role": place % 2 + 1, "steps": None if one is None else delimiter.join(one)}
        for place, one in enumerate(answers)
    ]
    return survey_of(rows, (ROLE, STEPS), {"role": pl.Int8, "steps": pl.String})


def category_of(text: str) -> str:
    known = {text: one.code for one in STEPS.categories for text in one.texts}
    return known.get(text, "other")


@given(st.lists(GIVEN, max_size=30), st.sampled_from([", ", " ,  ", ",\n"]))
def test_each_answer_is_found_also_one_that_holds_the_delimiter(
    answers: list[list[str] | None], delimiter: str
) -> None:
    # `Build` and `Build, test` side by side read as what they are, in any order
    survey = asked(answers, delimiter)
    cube = compute_cube(survey, View("steps", banner=(("role",),)))
    given_by = [None if one is None else {*map(category_of, one)} for one in answers]
    for row, head in enumerate(cube.rows[: len(STEPS.categories)]):
        for column, role in enumerate((None, 0, 1)):
            among = [one for place, one in enumerate(given_by) if role in {None, place % 2}]
            n = sum(head.code in one for one in among if one)
            assert cube.cells.n[0, row, column] == n, (head.code, answers)
            base = sum(one is not None for one in among)
            assert cube.bases[Base.ANSWERED].n[0, column] == base
    assert count_answered(survey)["steps"] == sum(one is not None for one in answers)
    for code in [one.code for one in STEPS.categories]:
        kept = sum(code in one for one in given_by if one)
        assert count_respondents(survey, (Filter("steps", "=", (code,)),)) == kept
    nobody = sum(one is None for one in answers)
    assert count_respondents(survey, (Filter("steps", "=", (NO_ANSWER,)),)) == nobody


@given(
    st.lists(
        st.one_of(GIVEN, st.lists(st.sampled_from(["Build", "test", "", " "]), min_size=1)),
        max_size=20,
    ),
    st.sets(st.sampled_from(["Build", "Build, test", "C++ (new)", "Deploy", "test"])),
    st.booleans(),
    st.sampled_from([(", ", ", "), (", ", " ,  "), (";", ";"), (";", " ;  ")]),
)
def test_who_gave_missing_answers_only_is_told_at_one_look(
    answers: list[list[str] | None], missing: set[str], pools: bool, between: tuple[str, str]
) -> None:
    """It is what a look for each answer says, whichever answers are missing and hold others."""
    delimiter, written = between
    survey = asked(answers, written)
    every = (*STEPS.categories, Category("test", "test"))
    listed = [replace(one, missing=one.code in missing) for one in every]
    categories = tuple(one for one in listed if pools or one.code != "other")
    others = "other" if pools else ""
    question = replace(STEPS, categories=categories, nets=(), others=others, delimiter=delimiter)
    given_one = {one.code: contains_delimited(question, one).fill_null(False) for one in categories}
    by_hand = nw.lit(False)
    for one in categories:
        by_hand = by_hand | given_one[one.code] if one.missing else by_hand
    for one in categories:
        by_hand = by_hand if one.missing else by_hand & ~given_one[one.code]
    found = survey.frame.select(
        nw.col("role"),
        is_only_missing(survey, question).alias("quick"),
        by_hand.alias("by hand"),
    ).collect(backend="polars")
    assert found["quick"].to_list() == found["by hand"].to_list()


def test_a_net_of_delimited_answers_counts_each_respondent_once() -> None:
    survey = asked([["Build", "C++ (new)"], ["Deploy"], ["C++ (new)", "Build, test"], None])
    rows = {row.code: row.cells[0] for row in tabulate(survey, View("steps")).rows}
    assert (rows["code"].n, rows["code"].base) == (2, 3)


def test_delimited_answers_can_be_a_banner() -> None:
    survey = asked([["Build", "Deploy"], ["Build, test"], ["Deploy"], ["a wiki", "Build"]])
    table = tabulate(survey, View("role", banner=(("steps",),)))
    bases = {
        column.code: table.rows[0].cells[place].base for place, column in enumerate(table.columns)
    }
    assert bases == {
        "": 4, "Build": 2, "Build, test": 1, "C++ (new)": 0, "Deploy": 2, "other": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("delimiter", "cell"),
    [
        (";", "1;2;12;"),
        ("; ", "1; 2 ; 12"),
        ("|", "1|2|12"),
        ("\n", "1\n2\r\n12"),
        (" ", "1 2  12"),
    ],
)
def test_any_delimiter_parts_codes_and_never_finds_one_in_another(
    delimiter: str, cell: str
) -> None:
    codes = tuple(Category(code, code) for code in ("1", "2", "12", "21"))
    question = Question("q", "Q", Kind.MULTI, ("q",), codes, delimiter=delimiter)
    survey = survey_of([{"q": cell}, {"q": "21"}, {"q": None}], (question,), {"q": pl.String})
    counted = [row.cells[0].n for row in tabulate(survey, View("q")).rows[:4]]
    assert counted == [1, 1, 1, 1]


def test_one_choice_spread_over_columns_gives_the_table_of_the_same_choice_in_one() -> None:
    plans = ["Free", "Team", None, "Company", "Team", "Team"]
    names = ("Free", "Team", "Company")
    rows: list[dict[str, object]] = [
        {
            "role": place % 2 + 1,
            "plan": plan,
            **{f"plan_{one}": one if one == plan else None for one in names},
        }
        for place, plan in enumerate(plans)
    ]
    categories = tuple(Category(one, one) for one in names)
    spread = Question(
        "spread", "Plan", Kind.SINGLE, tuple(f"plan_{one}" for one in names), categories
    )
    alone = Question("alone", "Plan", Kind.SINGLE, ("plan",), categories)
    schema = {"role": pl.Int8, "plan": pl.String} | {f"plan_{one}": pl.String for one in names}
    survey = survey_of(rows, (ROLE, spread, alone), schema)
    for base in Base:
        tables = [
            tabulate(survey, View(one, banner=(("role",),), base=base))
            for one in ("spread", "alone")
        ]
        cells = [
            [(row.code, cell.n, cell.base, cell.percent) for row in one.rows for cell in row.cells]
            for one in tables
        ]
        assert cells[0] == cells[1]
    by_plan = [tabulate(survey, View("role", banner=((one,),))) for one in ("spread", "alone")]
    n = [[[cell.n for cell in row.cells] for row in one.rows] for one in by_plan]
    assert n[0] == n[1]
    code = tabulate(
        survey, View("role", banner=(("spread",),), filters=(Filter("spread", "=", ("Team",)),))
    )
    assert [column.base for column in code.rows[0].cells] == [3, 3]


def test_an_answer_without_a_score_is_in_the_base_but_not_in_the_mean() -> None:
    steps = (Category("Good", "Good", score=2.0), Category("Bad", "Bad", score=1.0))
    scale = Question("q", "Q", Kind.SCALE, ("q",), (*steps, Category("N/A", "N/A")))
    rows: list[dict[str, object]] = [{"q": one} for one in ("Good", "Good", "Bad", "N/A", None)]
    survey = survey_of(rows, (scale,), {"q": pl.String})
    shares = {row.code: row.cells[0] for row in tabulate(survey, View("q")).rows}
    assert (shares["Good"].percent, shares["N/A"].percent, shares["N/A"].base) == (50.0, 25.0, 4)
    table = tabulate(survey, View("q", show=Measure.MEAN))
    assert table.rows[0].cells[0].mean == pytest.approx(5 / 3)
    assert any("not in the mean (no score): N/A" in line for line in sentences_of(table.notes))


def test_unlisted_answers_are_read_without_the_options() -> None:
    survey = asked(
        [["Build", "a wiki", "Builder"], ["Build, test"], None, ["a  wiki"], ["deploy\u00a0it"]]
    )
    view = View("steps", banner=(("role",),))
    read = read_open_answers(survey, view)
    assert [one.text for one in read.answers] == ["a wiki, Builder", "a wiki"]
    row = next(one for one in tabulate(survey, view).rows if one.code == "other")
    assert read.everyone.written == row.cells[0].n == 2
    assert [one.text for one in read_open_answers(survey, view, "builder").answers] == [
        "a wiki, Builder"
    ]
