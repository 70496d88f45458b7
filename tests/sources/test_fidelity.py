"""What statistics packages can write and others lose on the way."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question
from tests.shared import shared


def saved(folder: Path, columns: dict[str, Any], **facts: Any) -> Survey:
    file = folder / "made.sav"
    pyreadstat.write_sav(pl.DataFrame(columns), file, **facts)
    return open_survey(str(file))


def question(survey: Survey, name: str) -> Question:
    found = survey.codebook.find(name)
    assert found is not None
    return found


def missing(survey: Survey, name: str) -> list[Category]:
    return [one for one in question(survey, name).categories if one.missing]


def test_a_range_without_end_is_missing_to_its_end(tmp_path: Path) -> None:
    """LOWEST THRU 0 and 90 THRU HIGHEST: the values of a range are missing, the others not."""
    low, high = -1.7976931348623155e308, 1.7976931348623157e308
    survey = saved(
        tmp_path,
        {
            "debt": [*map(float, range(1, 31)), -5.0, 0.0],
            "age": [*map(float, range(20, 50)), 95.0, 99.0],
        },
        missing_ranges={"debt": [{"lo": low, "hi": 0.0}], "age": [{"lo": 90.0, "hi": high}]},
    )
    assert {text for one in missing(survey, "debt") for text in one.texts} >= {"-5", "0"}
    assert {text for one in missing(survey, "age") for text in one.texts} >= {"95", "99"}
    assert question(survey, "age").kind is Kind.NUMERIC


def test_long_texts_and_labels_are_whole(tmp_path: Path) -> None:
    """Texts of more than 255 letters lie in several variables, labels in one long record."""
    text, label = "answer " * 100, "Why? " * 50
    survey = saved(
        tmp_path,
        {"why": [text, "no"] * 3, "goal": [1.0, 2.0] * 3},
        column_labels={"why": label},
        variable_value_labels={"goal": {1.0: "x" * 120, 2.0: "Save"}},
    )
    assert survey.frame.collect()["why"].to_list()[0] == text.rstrip()
    assert question(survey, "why").label == label.strip()
    assert question(survey, "goal").categories[0].label == "x" * 120


def test_labels_of_numbers_with_decimals_are_found(tmp_path: Path) -> None:
    survey = saved(
        tmp_path,
        {"dose": [0.5, 1.0, 1.5, 0.5]},
        variable_value_labels={"dose": {0.5: "Half", 1.0: "One", 1.5: "More"}},
    )
    found = [(one.code, one.label) for one in question(survey, "dose").categories]
    assert found == [("0.5", "Half"), ("1", "One"), ("1.5", "More")]


def test_a_date_that_no_calendar_has_is_no_answer(tmp_path: Path) -> None:
    """The others of its column are dates all the same."""
    file = tmp_path / "made.sav"
    day = 86_400.0
    frame = pl.DataFrame({"at": [13_000_000_000.0, 13_000_000_000.0 + day, 1e300, -1e300]})
    pyreadstat.write_sav(frame, file, variable_format={"at": "DATE11"})
    found = open_survey(str(file)).frame.collect()["at"].to_list()
    assert found == [datetime.date(1994, 9, 26), datetime.date(1994, 9, 27), None, None]


def test_a_time_of_day_in_stata_is_seconds_and_no_day_of_1960(tmp_path: Path) -> None:
    file = tmp_path / "made.dta"
    frame = pl.DataFrame({"at": [36_610_000.0, 0.0], "day": [36_610_000.0, 0.0]})
    formats = {"at": "%tcHH:MM:SS", "day": "%tc"}
    pyreadstat.write_dta(frame, file, variable_format=formats)
    found = open_survey(str(file)).frame.collect()
    assert found["at"].to_list() == [36_610, 0]
    assert found["day"].to_list()[1] == datetime.datetime(1960, 1, 1)


@pytest.mark.parametrize("name", ["haven", "pyreadstat"])
def test_every_file_of_other_readers_opens(name: str) -> None:
    """All formats and systems; dates that no calendar has, other scripts, tagged missing values."""
    endings = {".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt"}
    folder = shared(f"data/spss_stata_edge/{name}")
    files = [one for one in folder.rglob("*") if one.suffix in endings and one.stat().st_size < 1e5]
    assert len(files) > 12
    assert all(open_survey(str(one)).schema for one in files)
