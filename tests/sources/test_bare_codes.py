"""Codes of SPSS files of which only some have a label."""

from pathlib import Path

import polars as pl
import pyreadstat

import cxtui


def test_dont_know_is_no_step_of_a_scale_with_labelled_ends(tmp_path: Path) -> None:
    path = tmp_path / "ends.sav"
    labels = {
        "q": {1.0: "No interest", 5.0: "Much interest", 7.0: "I don't know", 9.0: "None given"}
    }
    answers = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0] * 10
    pyreadstat.write_sav(
        pl.DataFrame({"q": answers}),
        path,
        variable_value_labels=labels,
        variable_measure={"q": "scale"},
    )
    survey = cxtui.open(path)
    question = survey.codebook.find("q")
    assert question is not None
    scores = {one.code: one.score for one in question.categories}
    assert (scores["1"], scores["5"], scores["7"]) == (1, 5, None)
    rows = survey.table("q").rows
    assert rows[0].cells[0].base == 60


def test_a_few_codes_without_a_label_leave_a_choice_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "stray.sav"
    named = [*range(1, 12), 77, 99]
    answers = [float(code) for code in named for _ in range(5)] + [98.0]
    pyreadstat.write_sav(
        pl.DataFrame({"diploma": answers}),
        path,
        variable_value_labels={"diploma": {float(code): f"School {code}" for code in named}},
        variable_measure={"diploma": "scale"},
    )
    (question,) = cxtui.open(path).questions
    assert question.kind == "single"
    assert "but for 98" in question.guess
