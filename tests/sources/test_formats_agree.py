"""One survey in CSV, Excel, Parquet and Arrow: the same questions and the same counts."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey

FORMATS = ("csv", "xlsx", "parquet", "arrow")
Cells = list[str | None]

_WORDS = st.sampled_from(["NA", "N/A", "null", "-"])
_DAYS = [str(datetime.date(2026, 3, 1) + datetime.timedelta(days=n)) for n in range(30)]
_COLUMNS: dict[str, list[str]] = {
    "choice": ["Apples", "Pears", "Quinces"],
    "agreement": ["Strongly agree", "Agree", "Disagree", "Strongly disagree"],
    "region": ["EMEA", "APAC", "LATAM"],
    "day": _DAYS,
    "when": [f"{day[8:]}.{day[5:7]}.{day[:4]} 09:30" for day in _DAYS],
    "spent": [f"${n},{n}00" for n in range(1, 10)] + [f"{n}.50" for n in range(10, 30)],
    "years": [str(n) for n in range(18, 60)],
    "tools": ['["R"]', '["R", "Stata"]', '["Stata", "SPSS"]', "[]"],
    "sets": ["{R}", "{R,SPSS}", "{Stata}"],
}


def opened(folder: Path, columns: dict[str, Cells], ending: str) -> Survey:
    frame, file = pl.DataFrame(columns), folder / f"a.{ending}"
    writers: dict[str, Callable[[Path], object]] = {
        "csv": frame.write_csv,
        "xlsx": frame.write_excel,
        "parquet": frame.write_parquet,
        "arrow": frame.write_ipc,
    }
    writers[ending](file)
    return open_survey(str(file))


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, Cells]:
    rows = draw(st.integers(20, 40))
    names = draw(st.lists(st.sampled_from(sorted(_COLUMNS)), min_size=2, unique=True))
    columns: dict[str, Cells] = {"id": [f"r{n}" for n in range(rows)]}
    for name in names:
        answers = st.sampled_from(_COLUMNS[name])
        others = st.none() | _WORDS if draw(st.booleans()) else answers
        cell = st.one_of(answers, answers, answers, others)
        columns[name] = draw(st.lists(cell, min_size=rows, max_size=rows))
    return columns


def facts(survey: Survey) -> dict[str, object]:
    """Return what is the same in every format: kinds, answers, and how many gave them."""
    found: dict[str, object] = {}
    for one in survey.codebook.questions:
        missing = sorted(each.label for each in one.categories if each.missing)
        rows = []
        if one.kind != "text":
            view = parse_view(survey, f"--question {one.id} --no-weight --wave all")
            table = tabulate(survey, view)
            rows = [(row.label, row.cells[0].n, row.cells[0].base) for row in table.rows]
        found[one.id] = (one.kind, missing, rows)
    return found


@given(surveys())
@settings(max_examples=12, deadline=None)
def test_every_format_has_the_same_questions_and_counts(columns: dict[str, Cells]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = {one: facts(opened(Path(folder), columns, one)) for one in FORMATS}
    for ending in FORMATS[1:]:
        assert found[ending] == found["csv"], ending


@pytest.mark.parametrize("ending", FORMATS)
def test_words_among_dates_and_lists_are_missing_and_counted(tmp_path: Path, ending: str) -> None:
    columns: dict[str, Cells] = {
        "day": [*_DAYS[:8], "NA", "n/a"],
        "tools": ['["R"]', '["R", "SPSS"]', "NA", "[]", '["SPSS"]'] * 2,
        "words": [*["NA"] * 5, *["2026-03-01"] * 5],
    }
    survey = opened(tmp_path, columns, ending)
    said = {one.id: one.guess.partition("; ")[2] for one in survey.codebook.questions}
    assert said == {
        "day": "2 answers count as missing: 'NA', 'n/a'",
        "tools": "2 answers count as missing: 'NA'",
        "words": "5 answers count as missing: 'NA'",
    }
    assert count_answered(survey) == {"day": 8, "tools": 8, "words": 5}
    kinds = {one.id: str(one.kind) for one in survey.codebook.questions}
    assert kinds == {"day": "date", "tools": "multi", "words": "date"}
    frame = survey.frame.collect()
    assert [frame[name].null_count() for name in columns] == [2, 0, 5]
