"""`cxtui check` and `Survey.check`: what is printed, exported, and saved into a codebook."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

import cxtui
from cxtui.cli.command_line import main
from cxtui.output.checks_document import COLUMNS

PEOPLE = pl.DataFrame(
    {
        "person_id": [f"p{at % 98}" for at in range(100)],
        "duration": [20 + at if at < 3 else 351 + at for at in range(100)],
        "mail": [f"m{at % 95}@example.org" for at in range(100)],
    }
)


@pytest.fixture
def survey_file(tmp_path: Path) -> Path:
    PEOPLE.write_csv(file := tmp_path / "people.csv")
    return file


def test_flags_are_printed_and_saved(survey_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The file of the codebook has them afterwards; a second check has nothing new to propose."""
    assert main(["check", str(survey_file)]) == 0
    out = capfd.readouterr().out
    assert "duration: 3 of 100" in out
    assert "under 161 (40% of the median 400.5)" in out
    assert "person_id: 2 of 100, an error" in out
    assert "mail: 5 of 100" in out
    assert "no respondent is excluded" in out
    assert main(["check", str(survey_file), "--save"]) == 0
    assert "people.codebook.toml" in capfd.readouterr().err
    saved = cxtui.open(survey_file)
    assert saved.codebook.derived_ids == {
        *("speeder", "repeats_person_id", "repeats_mail", "flags", "quality"),
    }
    assert [cell.n for cell in saved.table("quality").rows[0].cells] == [92]
    again = saved.check()
    assert again.lines == ()
    assert {one.flag for one in again.checks if one.found} >= {"speeder", "repeats_mail"}
    assert len(saved.where("speeder!=1").rows().rows) == 97
    converted = cxtui.open(saved.write(survey_file.with_name("copy.parquet")))
    assert converted.codebook.derived == ()  # whose columns are in the file now
    assert converted.check().lines == ()
    assert converted.table("quality").rows[0].cells[0].n == 92


def test_exports_have_every_check(survey_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """In JSON the lines are a list, with the number of the format."""
    assert main(["check", str(survey_file), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS
    assert main(["check", str(survey_file), "--format", "json", "--duration", "duration"]) == 0
    record = json.loads(capfd.readouterr().out)
    assert (record["schema"], record["duration"]) == (1, "duration")
    assert [one["check"] for one in record["checks"]] == [row["check"] for row in rows]
    speeders = record["checks"][0]
    assert (speeders["found"], speeders["of"], speeders["result"]) == (3, 100, "flag")
    (line,) = speeders["derive"]
    assert line == rows[0]["derive"]
    assert main(["table", str(survey_file), "speeder", "--derive", line]) == 0
    assert record["replay"].endswith("--duration duration")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--duration", "gone"], "has no question 'gone'"),
        (["--duration", "mail"], "a duration is a number"),
    ],
)
def test_a_wrong_duration_is_one_line(
    words: list[str], said: str, survey_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(survey_file), *words]) == 1
    err = capfd.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_flags_are_those_of_the_whole_file() -> None:
    """Of the respondents kept, as many are found as have the flag, whoever is the earlier one."""
    kinds = {"duration": "numeric", "mail": "text"}
    text = "\n".join(f'[[question]]\nid = "{one}"\nkind = "{kind}"' for one, kind in kinds.items())
    survey = cxtui.from_frame(PEOPLE, text).where("duration>100")
    found = {one.about: one for one in survey.check().checks}
    assert (found["duration"].found, found["duration"].of) == (0, 97)
    assert (found["mail"].found, found["mail"].of) == (5, 97)
    derived = survey.derive(*survey.check().lines)
    assert len(derived.where("repeats_mail=1").rows().rows) == 5
