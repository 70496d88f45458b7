"""Columns are read once and kept; what they give is what the file gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.analysis.cube import compute_cube
from cxtui.analysis.decoded import Decoded
from cxtui.analysis.options import parse_view
from cxtui.analysis.tabulate import build_table, tabulate
from cxtui.analysis.view import View
from cxtui.errors import SourceError
from cxtui.sources.opening import open_survey
from cxtui.survey.model import Survey
from tests.making import made


@pytest.fixture
def survey(example: Path) -> Survey:
    """The example, scanned lazily."""
    return open_survey(str(example))


@pytest.mark.parametrize(
    "options",
    [
        "--question cx_goal --by role",
        "--question obstacles --by role>wave --wave all",
        "--question channels --where role=Marketing",
        "--question budget_share --by obstacles --where 'cx_goal!=missing or budget_share>=30'",
    ],
)
def test_a_view_counts_the_same_from_memory(survey: Survey, options: str) -> None:
    """Every kind of question, banner and filter finds its columns there."""
    view = parse_view(survey, options)
    cube = compute_cube(survey, view, Decoded(survey).frame(view))
    assert build_table(survey, view, cube) == tabulate(survey, view)


def test_a_column_is_read_once(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next question reads its own column; the banner and the filter are there."""
    read: list[list[str]] = []

    def noting(of: Survey, frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
        read.append(frame.collect_schema().names())
        return frame.collect()

    monkeypatch.setattr("cxtui.analysis.decoded.frame_of", noting)
    decoded = Decoded(survey)
    view = parse_view(survey, "--question cx_goal --by role")
    for question in ("cx_goal", "cx_map", "cx_goal"):
        decoded.frame(view.with_question(question))
    assert read == [["cx_goal", "role", "wave"], ["cx_map"]]


def test_the_longest_unused_go_first() -> None:
    """The budget holds; what a view needs now is never what goes."""
    survey = made([{"role": 1, "goal": 2, "web": 1, "mobile": 3, "budget": 1.0}] * 1000)
    decoded = Decoded(survey, budget=8_500)
    decoded.frame(View("role"))
    decoded.frame(View("goal"))
    decoded.frame(View("role"))
    assert list(decoded.kept) == ["goal", "role"]
    frame = decoded.frame(View("budget"))
    assert frame.collect()["budget"].to_list() == [1.0] * 1000
    assert list(decoded.kept) == ["budget"]


def test_a_view_too_large_is_counted_from_the_file(survey: Survey) -> None:
    """Nothing is kept of columns that would fill the memory."""
    decoded = Decoded(survey, budget=100)
    assert decoded.frame(View("cx_goal")) is survey.frame
    assert decoded.kept == ()


def test_other_rows_than_those_opened_are_refused(tmp_path: Path) -> None:
    """Columns of two states of a file never meet in one table."""
    path = tmp_path / "growing.parquet"
    answers = pl.DataFrame({"a": ["x", "y"] * 20, "b": ["u", "v"] * 20})
    answers.write_parquet(path)
    survey = open_survey(str(path))
    fewer = replace(survey, frame=nw.from_native(answers.head(7).lazy()))
    with pytest.raises(SourceError, match=r"has 7 respondents by now, where 40 were read"):
        Decoded(fewer).frame(View("b"))
