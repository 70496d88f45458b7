"""Single choices with write-ins and long lists: rare answers are pooled, and can be opened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.query.side_queries.open_answers import read_open_answers
from cxtui.analysis.view.view import View
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from cxtui.survey.where_text import codes_of

COMMON = ["Books", "Courses", "Videos"]


def made(tmp_path: Path, cells: list[str]) -> Survey:
    file = tmp_path / "made.csv"
    rows = (f"{'AB'[n % 2]},{one}\n" for n, one in enumerate(cells))
    file.write_text("role,learn\n" + "".join(rows))
    return open_survey(str(file))


def with_write_ins(many: int) -> list[str]:
    generator = Random()
    cells = [generator.choice(COMMON) for _ in range(many)]
    return [*cells, *(f"my own way {n}" for n in range(many // 20))]


@pytest.mark.parametrize("many", [400, 2_000, 25_000])  # the last is more than the sample
def test_write_ins_are_pooled_counted_filtered_and_read(tmp_path: Path, many: int) -> None:
    cells = with_write_ins(many)
    survey = made(tmp_path, cells)
    question = survey.codebook.questions[1]
    assert question.kind is Kind.SINGLE and question.pooled
    rows = compute_cube(survey, View("learn")).rows
    counted = Counter(cells)
    assert {row.code for row in rows if row.code} == {*COMMON, question.others}
    own = sum(n for text, n in counted.items() if text not in COMMON)
    numbers = {
        code: count_respondents(survey, [Filter("learn", "=", (code,))])
        for code in (*COMMON, question.others)
    }
    assert numbers == {**{one: counted[one] for one in COMMON}, question.others: own}
    cube = compute_cube(survey, View("role", (("learn",),)))
    assert question.others in {column.path[0].code for column in cube.columns if column.path}
    texts = read_open_answers(survey, View("learn"), limit=many)
    assert {one.text for one in texts.answers} == {*cells} - {*COMMON}


def test_a_rare_answer_can_still_be_filtered(tmp_path: Path) -> None:
    survey = made(tmp_path, with_write_ins(400))
    question = survey.codebook.questions[1]
    codes = codes_of(question, "my own way 7,Books")
    assert codes == ("my own way 7", "Books")
    assert count_respondents(survey, [Filter("learn", "=", ("my own way 7",))]) == 1


def test_long_lists_are_tabulated_by_what_covers_most(tmp_path: Path) -> None:
    cells = [f"Country {n}" for n in range(1, 121) for _ in range(600 // n)]
    question = made(tmp_path, cells).codebook.questions[1]
    assert question.kind is Kind.SINGLE
    assert question.categories[0].code == "Country 1"
    assert question.categories[-1].label == f"Other answers ({121 - len(question.categories)})"


@pytest.mark.parametrize(
    "cells",
    [
        [f"opinion {n}" for n in range(300)] + ["none"] * 100,
        [f"item {n % 30}" for n in range(200)],
        ["red", "green", "blue"] * 30 + ["violet", "pink"],
    ],
)
def test_other_texts_are_not_pooled(tmp_path: Path, cells: list[str]) -> None:
    assert not made(tmp_path, cells).codebook.questions[1].pooled


def test_a_codebook_keeps_what_is_pooled(tmp_path: Path) -> None:
    codebook = made(tmp_path, with_write_ins(400)).codebook
    again = read_codebook(write_codebook(codebook), "again")
    assert again.questions[1].pooled == codebook.questions[1].pooled
