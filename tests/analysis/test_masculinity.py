"""The published tables of a national survey, cell by cell.

FiveThirtyEight and WNYC's masculinity survey of May 2018 (CC BY 4.0): 1,615 men, weighted, 35
questions, ten banner columns. Its 1,820 published percentages are whole numbers.
"""

from __future__ import annotations

import csv
import io
import shlex
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.output import Format, Shape
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Question
from tests.rendering import render
from tests.shared import shared

WIDE = "data/masculinity_538/masculinity-wide.parquet"
BANNER = ("age3", "race2", "kids", "orientation")
Cells = dict[tuple[str, str, str], float]
"""Percentages by answer, banner variable and banner column."""


@pytest.fixture(scope="module")
def survey() -> Survey:
    return open_survey(str(shared(WIDE)))


@pytest.fixture(scope="module")
def published() -> dict[str, list[dict[str, str]]]:
    """The published cells by the columns of their question."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    text = shared("data/masculinity_538/expected.csv").read_text("utf-8-sig")
    for cell in csv.DictReader(io.StringIO(text)):
        found[cell["columns"]].append(cell)
    return found


def plain(label: str) -> str:
    """The label with an apostrophe where the file has lost it: `It?s`."""
    return label.replace("?", "'")


def question_in(codebook: Codebook, columns: Iterable[str]) -> Question:
    """The question that these columns, or the first of them, were guessed to be."""
    wanted = tuple(columns)
    both = [one for one in codebook.table_questions if set(wanted) <= set(one.columns)]
    return min(both, key=lambda one: len(one.columns))


OPTIONS = [*(word for one in BANNER for word in ("--by", one)), "--weight", "weight"]
OPTIONS += ["--base", "asked"]


def percentages(survey: Survey, question: Question) -> Cells:
    """One question over all banners, in the tidy shape."""
    view = parse_view(survey, shlex.join(["--question", question.id, *OPTIONS]))
    return cells_of(render(tabulate(survey, view), Format.CSV, Shape.TIDY))


def printed(capture: pytest.CaptureFixture[bytes], question: Question, *more: str) -> Cells:
    """What `cxtui table` prints of it."""
    words = ["table", str(shared(WIDE)), question.id, *OPTIONS, *more]
    assert main([*words, "--format", "csv", "--shape", "tidy"]) == 0
    return cells_of(capture.readouterr().out)


def cells_of(content: bytes) -> Cells:
    text = content.decode()
    return {
        (plain(row["row"]), row["column_variable"], row["column"]): float(row["percent"])
        for row in csv.DictReader(io.StringIO(text))
        if row["percent"]
    }


def test_every_published_cell_is_met(
    survey: Survey,
    published: dict[str, list[dict[str, str]]],
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """All 1,820 within the rounding to whole per cent, as the command line prints them.

    With the codebook that it wrote first: reading one is quicker than to guess it each time.
    """
    codebook = str(tmp_path / "guessed.toml")
    assert main(["codebook", str(shared(WIDE)), "-o", codebook]) == 0
    capsysbinary.readouterr()
    first = question_in(survey.codebook, next(iter(published)).split("|"))
    guessed_again = printed(capsysbinary, first)
    assert printed(capsysbinary, first, "--codebook", codebook) == pytest.approx(guessed_again)
    wrong: list[str] = []
    compared = 0
    for columns, cells in published.items():
        question = question_in(survey.codebook, columns.split("|"))
        found = printed(capsysbinary, question, "--codebook", codebook)
        for cell in cells:
            key = (plain(cell["option"]), cell["banner_column"], cell["banner_value"])
            said = float(cell["published_pct"])
            compared += 1
            if key not in found or abs(found[key] - said) > 0.5:
                wrong.append(f"{question.id} {key}: published {said}, not {found.get(key)}")
    assert wrong == []
    assert compared == 1820


def test_the_lists_give_the_same_as_the_columns(survey: Survey) -> None:
    """A multiple response stored as one list column is the same question."""
    lists = open_survey(str(shared("data/masculinity_538/masculinity-lists.parquet")))
    for name in ("q0004", "q0010", "q0019", "q0025"):
        wide, listed = survey.codebook.find(name), lists.codebook.find(name)
        assert wide is not None and listed is not None
        assert len(listed.columns) == 1 < len(wide.columns)
        expected = percentages(survey, wide)
        assert percentages(lists, listed) == pytest.approx(expected, rel=1e-12)
