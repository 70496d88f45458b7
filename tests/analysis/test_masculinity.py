"""The published tables of a national survey, cell by cell.

FiveThirtyEight and WNYC's masculinity survey of May 2018 (CC BY 4.0): 1,615 men, weighted, 35
questions, ten banner columns. Its 1,820 published percentages are whole numbers.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable

import pytest

from cxtui.analysis.options import parse_view
from cxtui.analysis.tabulate import tabulate
from cxtui.output import Format, Shape, render
from cxtui.sources.opening import open_survey
from cxtui.survey.model import Codebook, Question, Survey
from tests.shared import shared

BANNER = ("age3", "race2", "kids", "orientation")
Cells = dict[tuple[str, str, str], float]
"""Percentages by answer, banner variable and banner column."""


@pytest.fixture(scope="module")
def survey() -> Survey:
    return open_survey(str(shared("data/masculinity_538/masculinity-wide.parquet")))


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
    both = [one for one in codebook.tabulated if set(wanted) <= set(one.columns)]
    return min(both, key=lambda one: len(one.columns))


def percentages(survey: Survey, question: Question) -> Cells:
    """What `cxtui table` writes of one question over all banners, in the tidy shape."""
    banner = " ".join(f"--by {one}" for one in BANNER)
    view = parse_view(survey, f"--question {question.id} {banner} --weight weight --base asked")
    text = render(tabulate(survey, view), Format.CSV, Shape.TIDY).decode()
    return {
        (plain(row["row"]), row["column_variable"], row["column"]): float(row["percent"])
        for row in csv.DictReader(io.StringIO(text))
        if row["percent"]
    }


def test_every_published_cell_is_met(
    survey: Survey, published: dict[str, list[dict[str, str]]]
) -> None:
    """All 1,820 within the rounding to whole per cent."""
    wrong: list[str] = []
    compared = 0
    for columns, cells in published.items():
        question = question_in(survey.codebook, columns.split("|"))
        found = percentages(survey, question)
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
