"""`NA` and its like: an answer or none, by the other answers of the column, in every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CodebookError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.edits import set_unchosen, toggle_missing
from cxtui.survey.inference.missing_words import missing_among
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

FORMATS = ("csv", "tsv", "parquet", "xlsx", "arrow")


def opened(folder: Path, columns: dict[str, list[str | None]], ending: str) -> Survey:
    frame, file = pl.DataFrame(columns), folder / f"a.{ending}"
    writers: dict[str, Callable[[Path], object]] = {
        "csv": frame.write_csv,
        "tsv": lambda name: frame.write_csv(name, separator="\t"),
        "parquet": frame.write_parquet,
        "xlsx": frame.write_excel,
        "arrow": frame.write_ipc,
    }
    writers[ending](file)
    return open_survey(str(file))


def missing(survey: Survey, name: str) -> list[str]:
    found = survey.codebook.find(name)
    assert found is not None
    return [one.code for one in found.categories if one.missing]


@pytest.mark.parametrize("ending", FORMATS)
def test_all_formats_decide_alike(tmp_path: Path, ending: str) -> None:
    survey = opened(
        tmp_path,
        {
            "region": ["EU", "NA", "APAC", "NA"] * 5,
            "country": ["DE", "US", "NA", None] * 5,
            "happy": ["Yes", "No", "NA", "No"] * 5,
            "plan": ["Basic", "N/A", "Team", "null"] * 5,
            "age": [*map(str, range(20, 38)), "NA", "-"],
            "rated": ["1", "2", "3", "4", "5", "NA", "4", "5", "3", "2"] * 2,
            "day": ["2020-01-02", "2020-01-03", "NA", "n/a"] * 5,
            "offered": ["Good", "N/A", "Bad", None] * 5,
            "sign": ["+", "-", "++", "-"] * 5,
        },
        ending,
    )
    kinds = {one.id: one.kind for one in survey.codebook.questions}
    assert kinds["age"] is Kind.NUMERIC
    assert kinds["day"] is Kind.DATE
    assert missing(survey, "region") == missing(survey, "country") == []
    assert missing(survey, "offered") == missing(survey, "sign") == []
    assert missing(survey, "happy") == ["NA"]
    assert sorted(missing(survey, "plan")) == ["N/A", "null"]
    assert count_answered(survey) == {
        **{"region": 20, "country": 15, "happy": 15, "plan": 10, "age": 18},
        **{"rated": 18, "day": 10, "offered": 15, "sign": 20},
    }


def test_a_decision_is_said_and_can_be_taken_back(tmp_path: Path) -> None:
    survey = opened(tmp_path, {"happy": ["Yes", "No", "NA", "No"] * 5, "x": ["1"] * 20}, "csv")
    question = survey.codebook.questions[0]
    assert "5 answers count as missing: 'NA'" in question.guess
    taken_back = toggle_missing(survey.codebook, "happy", "NA")
    assert not any(one.missing for one in taken_back.questions[0].categories)
    (tmp_path / "a.codebook.toml").write_text(
        '[[question]]\nid = "happy"\ncategories = [{ code = "Yes" }, { code = "No" }, '
        '{ code = "NA" }]\n'
    )
    again = open_survey(survey.location)
    assert count_answered(again)["happy"] == 20


def _words_beside(kind: str, place: int) -> str:
    """Return an answer of a question of a kind; each tenth respondent says `N/A`."""
    texts = {
        "number": str(20 + place * 7 % 41),
        "amount": f"${1_000 + place * 37}",
        "rating": str(1 + place % 5),
        "share": f"{place % 4}.50",
        "truth": ("true", "false")[place % 2],
        "day": f"2026-03-{1 + place % 28:02}",
        "local": f"{1 + place % 28}.3.2026",
        "list": ('["CRM", "CDP"]', '["CRM"]')[place % 2],
        "cell": ("CRM; CDP", "CDP; Web", "CRM; CDP; Web")[place % 3],
        "choice": ("Paris", "Rome", "Oslo")[place % 3],
        "open": f"I said {place} things for {place * 7} reasons",
    }
    return "N/A" if place % 10 == 0 else texts[kind]


_KINDS = ["number", "amount", "rating", "share", "truth", "day", "local"]
_KINDS += ["list", "cell", "choice", "open"]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_kind_of_decision_is_said_and_taken_back(tmp_path: Path, ending: str) -> None:
    columns: dict[str, list[str | None]] = {
        kind: [_words_beside(kind, place) for place in range(60)] for kind in _KINDS
    }
    survey = opened(tmp_path, columns, ending)
    codebook, file = survey.codebook, tmp_path / "a.codebook.toml"
    assert count_answered(survey) == dict.fromkeys(_KINDS, 54)
    for one in codebook.questions:
        assert "6 answers" in one.guess and "'N/A'" in one.guess, one.guess
        assert missing(survey, one.id) == ["N/A"]
    file.write_text(write_codebook(codebook))
    assert count_answered(open_survey(survey.location)) == dict.fromkeys(_KINDS, 54)
    for kind in _KINDS:
        codebook = toggle_missing(codebook, kind, "N/A")
    file.write_text(write_codebook(codebook))
    again = open_survey(survey.location)
    assert count_answered(again) == dict.fromkeys(_KINDS, 60)
    for kind in _KINDS:
        if kind != "open":
            table = tabulate(again, parse_view(again, f"--question {kind}"))
            assert {row.code: row.cells[0].n for row in table.rows}["N/A"] == 6, kind


@pytest.mark.parametrize("word", ["N/A", "not telling", "-"])
def test_a_word_among_numbers_that_is_an_answer_needs_another_kind(
    tmp_path: Path, word: str
) -> None:
    ages = [_words_beside("number", one) for one in range(60)]
    survey = opened(tmp_path, {"age": [word if one == "N/A" else one for one in ages]}, "csv")
    assert missing(survey, "age") == [word]
    text = write_codebook(survey.codebook).replace(", missing = true", "")
    (tmp_path / "a.codebook.toml").write_text(text)
    with pytest.raises(CodebookError, match=f'{word!r} an answer: set kind = "single"'):
        open_survey(survey.location)


def test_a_word_in_ticks_can_mean_not_chosen(tmp_path: Path) -> None:
    ticks: list[str | None] = ["N/A" if one % 6 == 0 else str(one % 2) for one in range(60)]
    survey = opened(tmp_path, {"t_1": ticks, "t_2": ticks, "t_3": ticks}, "csv")
    question = survey.codebook.questions[0]
    assert question.unasked == ("N/A",)
    asked = count_answered(survey)["t"]
    codebook = set_unchosen(survey.codebook, "t", ["0", "N/A"])
    (tmp_path / "a.codebook.toml").write_text(write_codebook(codebook))
    assert asked < count_answered(open_survey(survey.location))["t"] == 60


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_codebook_without_the_word_has_it_as_no_answer(tmp_path: Path, ending: str) -> None:
    (tmp_path / "a.codebook.toml").write_text(
        '[[question]]\nid = "happy"\ncategories = [{ code = "Yes" }, { code = "No" }]\n'
        '[[question]]\nid = "age"\nkind = "numeric"\n'
    )
    columns: dict[str, list[str | None]] = {"happy": ["Yes", "No", "NA", "No"] * 5}
    columns["age"] = ["20", "NA", "30", "40"] * 5
    survey = opened(tmp_path, columns, ending)
    assert count_answered(survey) == {"happy": 15, "age": 15}
    table = tabulate(survey, parse_view(survey, "--question happy"))
    assert [row.code for row in table.rows] == ["Yes", "No"]


def test_words_among_open_answers_are_none(tmp_path: Path) -> None:
    texts: list[str | None] = [f"A long answer number {place}" for place in range(18)]
    survey = opened(tmp_path, {"why": [*texts, "N/A", "-"]}, "csv")
    assert survey.codebook.questions[0].kind is Kind.TEXT
    assert count_answered(survey) == {"why": 18}


def test_an_item_of_a_list_is_an_item(tmp_path: Path) -> None:
    cells = ["EMEA; NA", "NA; APAC", "EMEA; APAC; NA", "APAC", "NA", "EMEA"]
    survey = opened(tmp_path, {"where": [*cells * 5]}, "csv")
    question = survey.codebook.questions[0]
    assert question.kind is Kind.MULTI
    assert {one.code for one in question.categories} == {"EMEA", "NA", "APAC"}
    assert not any(one.missing for one in question.categories)


def test_rows_of_nothing_but_na_are_no_respondents(tmp_path: Path) -> None:
    columns: dict[str, list[str | None]] = {"a": ["x", "y", "NA"] * 4, "b": ["1", "2", "NA"] * 4}
    assert opened(tmp_path, columns, "csv").respondents == 8


@pytest.mark.parametrize(
    ("texts", "has_blanks", "found"),
    [
        (["Yes", "No", "None", "null"], False, {"None", "null"}),
        (["Beer", "Wine", "None"], False, set()),
        (["TX", "CA", "NA", "#N/A"], False, {"#N/A"}),
        (["Good", "N/A"], True, set()),
        (["Good", "N/A", "-"], True, {"N/A", "-"}),
        (["NA", "-"], False, set()),
    ],
)
def test_meaning(texts: list[str], has_blanks: bool, found: set[str]) -> None:
    assert missing_among(texts, has_blanks=has_blanks) == found
