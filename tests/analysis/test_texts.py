"""Open answers as the engine reads them, against a plain reading of the respondents."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given

from cxtui.analysis.query.expressions.value_matching import is_blank
from cxtui.analysis.query.expressions.write_ins import BLANKS, find_spans
from cxtui.analysis.query.side_queries.open_answers import OpenAnswerCount, read_open_answers
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.survey.conditions import AnyOf, Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.text import clean
from tests.making import QUESTIONS, SCHEMA, Respondent, survey_of

WHY = Question(
    "why", "Why?", Kind.TEXT, ("why",), (Category("-99", "Not asked", missing=True),), guess=""
)
OTHER = Question("other", "Other, please specify", Kind.TEXT, ("other",))
TEXTS = ("why", "other")
LETTERS = "aAbB sßſSıiİ \t\n\xa0\u200b.*[]()\\^$|+?{}%_😀éÉσςΣ\x1b\u202eאב-9"

TEXT = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "\t\n", "\ufeff\u200b", "-99", " -99", "a.b", "Straße", "STRASSE"]),
    st.text(LETTERS, max_size=8),
)
RESPONDENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from([1, 2, 3, None]),
        "goal": st.sampled_from([1, 2, 3, 4, None]),
        "tools_1": st.sampled_from([0, 1, None]),
        "tools_2": st.sampled_from([0, 1, None]),
        "tools_3": st.sampled_from([1, None]),
        "budget": st.sampled_from([0.0, 40.0, 998.0, None]),
        "w": st.sampled_from([0.5, 2.0, 0.0, -1.0, float("nan"), float("inf"), None]),
        "why": TEXT,
        "other": TEXT,
    }
)
SEARCH = st.one_of(st.just(""), st.text(LETTERS, max_size=3))

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
Passes = Callable[[Respondent], bool]
FILTERS: list[tuple[tuple[Condition, ...], Passes]] = [
    ((), lambda one: True),
    ((Filter("role", "=", ("1",)),), lambda one: one["role"] == 1),
    ((Filter("goal", "!=", ("1", "4")),), lambda one: one["goal"] not in {1, 4}),
    ((Filter("budget", ">=", ("30",)),), lambda one: one["budget"] == 40.0),
    (
        (AnyOf((Filter("tools", "=", ("1",)), Filter("role", "=", ("2",)))),),
        lambda one: one["tools_1"] == 1 or one["role"] == 2,
    ),
    ((Filter("why", "!=", ("",)),), lambda one: str(one["why"] or "").strip() != ""),
]
BANNERS = [(), (("role",),), (("tools",),), (("role",), ("tools",)), (("role", "goal"),)]


def of(respondents: Sequence[Respondent]) -> Survey:
    schema: dict[str, type[pl.DataType]] = {**SCHEMA, "why": pl.String, "other": pl.String}
    return survey_of(respondents, (*QUESTIONS, WHY, OTHER), schema, Codebook(role="role"))


def said(one: Respondent, question: str) -> str:
    """Return a cleaned open answer, empty if it does not count."""
    raw = one[question]
    return "" if raw is None or (question, raw) == ("why", "-99") else clean(str(raw))


def labels(one: Respondent, variable: str) -> list[str]:
    match variable:
        case "role":
            named = {1: "Marketing", 2: "Technology", 3: "3"}
            return [named[key] for key in [one["role"]] if isinstance(key, int)]
        case "goal":
            scale = {1: "Low", 2: "Middle", 3: "High"}
            return [scale[key] for key in [one["goal"]] if isinstance(key, int) and key in scale]
        case _:
            return [f"Tool {code}" for code in (1, 2, 3) if one[f"tools_{code}"] == 1]


def weighs(one: Respondent) -> bool:
    weight = one["w"]
    return isinstance(weight, float) and 0 < weight < float("inf")


@given(
    st.lists(RESPONDENT, max_size=12),
    st.sampled_from(TEXTS),
    st.sampled_from(FILTERS),
    st.sampled_from(BANNERS),
    st.sampled_from([None, "w"]),
    SEARCH,
)
def test_the_engine_reads_the_same_answers_as_a_plain_loop(
    respondents: list[Respondent],
    question: str,
    kept: tuple[tuple[Condition, ...], Passes],
    banner: tuple[tuple[str, ...], ...],
    weight: str | None,
    search: str,
) -> None:
    """Filters, weights, blanks, user-missing answers and plain searches, in the file's order."""
    filters, passes = kept
    wanted = clean(search).upper()
    writers = [
        one
        for one in respondents
        if passes(one) and (weight is None or weighs(one)) and said(one, question)
    ]
    found = [one for one in writers if wanted in plain(one, question).upper()]
    texts = read_open_answers(of(respondents), View(question, banner, filters, weight), search)
    assert [answer.text for answer in texts.answers] == [said(one, question) for one in found]
    assert texts.everyone == OpenAnswerCount(len(writers), len(found))
    assert not texts.is_cut
    for answer, one in zip(texts.answers, found, strict=True):
        expected: list[str] = []
        for variables in banner:
            beside = [labels(one, variable) for variable in variables]
            expected += (
                [f"{outer} > {inner}" for outer in beside[0] for inner in beside[1]]
                if len(beside) > 1
                else beside[0]
            )
        # Respondents of a column that a filter empties are in no column.
        assert sorted(texts.labels_of(answer)) == sorted(expected)
    for position, counted in enumerate(texts.counted):
        assert counted.matching == sum(position in one.columns for one in texts.answers)


def plain(one: Respondent, question: str) -> str:
    """Return an open answer in one line, with its control characters."""
    return re.sub(f"[{BLANKS}]+", " ", str(one[question]))


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, min_size=1, max_size=3))
def test_emphasis_marks_the_search(text: str, search: str) -> None:
    """Spans are in order and each holds the search, in capitals or not."""
    spans = find_spans(text, search)
    assert bool(spans) == (search.upper() in text.upper())
    assert spans == sorted(spans)
    for start, end in spans:
        assert search.upper() in text[start:end].upper()


def test_blanks_are_those_that_clean_folds() -> None:
    """Every character there is, so that no engine's idea of white space comes in."""
    folded = {
        letter for letter in map(chr, range(sys.maxunicode + 1)) if clean(f"a{letter}b") == "a b"
    }
    assert folded == set(BLANKS)


def somebody(**answers: object) -> Respondent:
    nobody = dict.fromkeys((*SCHEMA, *TEXTS))
    return {**nobody, "role": 1, "w": 1.0, **answers}


@pytest.mark.parametrize("white", [None, BLANKS])
@given(texts=st.lists(st.none() | st.text(BLANKS + LETTERS + "!~\x7f\x84¡京\ufefe", max_size=4)))
def test_blank_texts_are_those_of_which_nothing_is_left(
    white: str | None, texts: list[str | None]
) -> None:
    frame = pl.DataFrame({"text": [*texts, *BLANKS, ""]}, schema={"text": pl.String})
    stripped = pl.col("text").str.strip_chars(white) == ""
    found = nw.from_native(frame).select(is_blank(nw.col("text"), white)).to_native()
    assert found["text"].to_list() == frame.select(stripped.fill_null(False))["text"].to_list()


def test_a_list_is_cut_and_says_so() -> None:
    """The first so many of all, in the order of the file; the counts are of all."""
    survey = of([somebody(why=f"answer {number}") for number in range(2500)])
    texts = read_open_answers(survey, View("why"))
    assert [one.text for one in texts.answers] == [f"answer {number}" for number in range(1000)]
    assert texts.is_cut and texts.everyone == OpenAnswerCount(2500, 2500)
    few = read_open_answers(survey, View("why"), "7", limit=3)
    assert [one.text for one in few.answers] == ["answer 7", "answer 17", "answer 27"]
    assert few.is_cut and few.everyone.matching == sum("7" in str(one) for one in range(2500))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("typed", FORMS)
def test_accents_are_found_however_they_are_composed(form: Form, typed: Form) -> None:
    """In the file and on the keyboard."""
    text = unicodedata.normalize(form, "Das CAFÉ über dem Büro")
    survey = of([somebody(why=text), somebody(why="Kaffee")])
    for search in ("café", "BÜRO", "É ü"):
        texts = read_open_answers(survey, View("why"), unicodedata.normalize(typed, search))
        assert [one.text for one in texts.answers] == [clean(text)]
        assert find_spans(texts.answers[0].text, texts.search)


def test_a_search_is_no_pattern() -> None:
    """Whatever signs are typed; line ends and tabs are blanks."""
    texts = ["100 % (really) [a-z]+ \\d $1", "a\r\n\tb", "nothing of the kind"]
    survey = of([somebody(why=text) for text in texts])
    for search, count in [
        (".", 0), ("[a-z]+", 1), ("\\d", 1), ("$1", 1), ("(REALLY)", 1), ("%", 1), ("a b", 1),
        ("(", 1), ("*", 0), ("  a   b ", 1), ("n", 1), ("|", 0), ("\ud800", 0),
    ]:  # fmt: skip
        assert read_open_answers(survey, View("why"), search).everyone == OpenAnswerCount(
            3, count
        ), search


def test_open_answers_are_cleaned() -> None:
    """Controls as pictures, one line each, however long."""
    long = "word " * 2000
    hostile = ["\x1b]52;c;eA==\x07[/b] [@click=app.quit]x", "one\ntwo", long, "עברית\u202e 😀"]
    texts = read_open_answers(of([somebody(why=text) for text in hostile]), View("why"))
    assert [one.text for one in texts.answers] == list(map(clean, hostile))
    assert all(one.text.isprintable() for one in texts.answers)


@pytest.mark.parametrize(
    ("dtype", "values", "shown"),
    [
        (pl.Categorical, ["yes", None, " "], ["yes"]),
        (pl.Int64, [12, None, 0], ["12", "0"]),
        (pl.Float64, [1.5, None, float("nan")], ["1.5"]),
        (pl.Null, [None, None, None], []),
    ],
)
def test_a_column_of_any_type_can_hold_open_answers(
    dtype: type[pl.DataType], values: list[object], shown: list[str]
) -> None:
    """Where a codebook says so."""
    survey = survey_of([{"other": value} for value in values], [OTHER], {"other": dtype})
    assert [one.text for one in read_open_answers(survey, View("other")).answers] == shown


def test_only_open_questions_have_open_answers() -> None:
    """Others are refused in one line, and so is what the survey does not have."""
    survey = of([somebody(why="x")])
    for view in (View("goal"), View("nothing"), View("why", weight="why")):
        with pytest.raises(ViewError):
            read_open_answers(survey, view)
    with pytest.raises(ViewError, match="no question"):
        read_open_answers(survey, replace(View("why"), filters=(Filter("nothing", "=", ("1",)),)))
