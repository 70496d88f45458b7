"""The range of a number and who is asked a question, as a codebook declares them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import cxtui
from cxtui.errors import CodebookError
from cxtui.survey.codebook.amend import amend_codebook
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.edits import set_kind
from cxtui.survey.question import Kind

AGE = '[[question]]\nid = "age"\nkind = "numeric"\n'


def declared(text: str) -> cxtui.Codebook:
    return read_codebook(text, "NAME.codebook.toml")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[0, 100]", (0.0, 100.0)),
        ("[-1.5, 2]", (-1.5, 2.0)),
        ("[0, inf]", (0.0, math.inf)),
        ("[-inf, 9]", (-math.inf, 9.0)),
        ("[]", ()),
    ],
)
def test_a_range_is_read_and_written(text: str, found: tuple[float, ...]) -> None:
    codebook = declared(f"{AGE}range = {text}\n")
    assert codebook.questions[0].range == found
    assert declared(write_codebook(codebook)) == codebook


@pytest.mark.parametrize("text", ["[0]", "[1, 0]", "[0, nan]", "[-inf, inf]", "7", '["0", "1"]'])
def test_a_wrong_range_is_one_line(text: str) -> None:
    with pytest.raises(CodebookError, match=r"question 'age': range takes two"):
        declared(f"{AGE}range = {text}\n")


def test_answers_have_no_range() -> None:
    with pytest.raises(CodebookError, match="a range is for a numeric question"):
        declared('[[question]]\nid = "q"\nrange = [0, 1]\n')
    codebook = declared(f"{AGE}range = [0, 99]\n")
    assert set_kind(codebook, "age", Kind.SINGLE).questions[0].range == ()


def test_who_is_asked_is_one_condition_or_several() -> None:
    one = declared(AGE + 'asked = "role!=1"\n')
    both = declared(AGE + 'asked = ["role!=1", "goal=2 or goal=3"]\n')
    assert one.questions[0].asked == ("role!=1",)
    assert both.questions[0].asked == ("role!=1", "goal=2 or goal=3")
    for codebook in (one, both):
        assert declared(write_codebook(codebook)) == codebook


def test_a_codebook_by_hand_keeps_its_comments() -> None:
    text = f"{AGE}# as the field institute says\nrange = [0, 99]\n"
    before = declared(text)
    (age,) = before.questions
    after = replace(before, questions=(replace(age, range=(18.0, math.inf), asked=("a=1",)),))
    written = amend_codebook(text, before, after, "NAME.codebook.toml")
    assert "# as the field institute says" in written
    assert declared(written).questions[0].range == (18.0, math.inf)
    assert declared(written).questions[0].asked == ("a=1",)


ROUTED = """
[[question]]
id = "user"
categories = [{ code = "1", label = "Yes" }, { code = "2", label = "No" }]
[[question]]
id = "age"
kind = "numeric"
range = [0, inf]
asked = "ASKED"
"""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("usr=1", "has no question 'usr'"),
        ("user=3", "user has no answer '3'"),
        ("age>3", "question 'age': asked depends on the question itself"),
    ],
)
def test_a_condition_that_does_not_fit_is_one_line(asked: str, said: str) -> None:
    frame = pl.DataFrame({"user": [1, 2], "age": [31.0, None]})
    with pytest.raises(CodebookError) as caught:
        cxtui.from_frame(frame, ROUTED.replace("ASKED", asked))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_converted_survey_keeps_both(tmp_path: Path) -> None:
    frame = pl.DataFrame({"user": [1, 2], "age": [31.0, None]})
    survey = cxtui.from_frame(frame, ROUTED.replace("ASKED", "user=Yes"))
    written = survey.write(tmp_path / "copy.parquet")
    age = cxtui.open(written).codebook.find("age")
    assert age
    assert (age.range, age.asked) == ((0.0, math.inf), ("user=Yes",))
