"""Numbers that are written as text, with units and words, are numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

NUMBERS = [*range(11, 72, 2), 13, 15]


def opened(tmp_path: Path, cells: list[str]) -> Survey:
    file = tmp_path / "made.csv"
    file.write_text("role,amount\n" + "".join(f'A,"{one}"\n' for one in cells))
    return open_survey(str(file))


@pytest.mark.parametrize(
    ("form", "factor", "unit"),
    [
        ("{}%", 1, "%"),
        ("${},000", 1000, "$"),
        ("€ {}.000,50", 1000, "€"),
        ("{} 000 zł", 1000, "zł"),
        ("{},5", 1, ""),
        ("{} h", 1, "h"),
        ("HKD{}", 1, "HKD"),
        ("Rs. {},000", 1000, "Rs"),
        ("{} Jahre", 1, "Jahre"),
        ("{}歳", 1, "歳"),
        ("−{}.25", -1, ""),
    ],
)
def test_numbers_with_a_unit_have_a_mean(tmp_path: Path, form: str, factor: int, unit: str) -> None:
    survey = opened(tmp_path, [form.format(n) for n in NUMBERS])
    question = survey.codebook.questions[1]
    assert question.kind is Kind.NUMERIC
    assert repr(unit) in question.guess if unit else "unit" not in question.guess
    numbers = survey.frame.collect()["amount"].to_list()
    assert [round(one / factor) in {n, n + 1} for n, one in zip(NUMBERS, numbers, strict=True)] == [
        True
    ] * len(NUMBERS)


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u0966", "\uff10"])
def test_digits_of_other_scripts_are_numbers(tmp_path: Path, zero: str) -> None:
    digits = {ord(str(one)): ord(zero) + one for one in range(10)}
    survey = opened(tmp_path, [str(n).translate(digits) for n in NUMBERS])
    assert survey.frame.collect()["amount"].to_list() == NUMBERS


def test_words_in_a_few_cells_are_missing_and_counted(tmp_path: Path) -> None:
    cells = [str(n) for n in NUMBERS] + ["prefer not to say", "29v"]
    survey = opened(tmp_path, cells)
    assert survey.codebook.questions[1].kind is Kind.NUMERIC
    assert "2 answers are no numbers and missing" in survey.codebook.questions[1].guess
    assert survey.frame.collect()["amount"].null_count() == 2


@pytest.mark.parametrize(
    "cells",
    [
        ["0", "1", "2", "3", "4", "5 or more"] * 5,
        [f"00{n}" for n in range(10, 40)],
        [f"{n} h" for n in range(15)] + [f"{n} min" for n in range(15)],
        [f"word {n}" for n in range(20)] + [str(n) for n in range(20)],
    ],
)
def test_classes_codes_and_mixed_units_are_no_numbers(tmp_path: Path, cells: list[str]) -> None:
    found = opened(tmp_path, cells).codebook.find("amount")
    assert found is None or found.kind is not Kind.NUMERIC


def test_a_codebook_keeps_numbers_and_takes_them_back(tmp_path: Path) -> None:
    cells = [f"{n}%" for n in NUMBERS]
    saved = write_codebook(opened(tmp_path, cells).codebook)
    book = tmp_path / "made.codebook.toml"
    book.write_text(saved)
    again = open_survey(str(tmp_path / "made.csv"))
    assert again.codebook.questions[1].kind is Kind.NUMERIC
    book.write_text(saved.replace('kind = "numeric"', 'kind = "single"'))
    taken_back = open_survey(str(tmp_path / "made.csv"))
    assert taken_back.codebook.questions[1].kind is Kind.SINGLE
    assert "41%" in {one.code for one in taken_back.codebook.questions[1].categories}
