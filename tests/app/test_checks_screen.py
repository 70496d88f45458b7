"""`K`: the checks, their respondents, and their flags as questions at once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.app.screens.results.checks_screen import CheckSurvey
from cxtui.app.screens.results.respondents_screen import CellRespondents
from tests.app.screen import Explored, app_of, exploring, painted, press, screen_text, shows, until

PEOPLE = pl.DataFrame(
    {
        "role": [1 + at % 2 for at in range(100)],
        "person_id": [f"p{at % 98}" for at in range(100)],
        "duration": [20 + at if at < 3 else 351 + at for at in range(100)],
        "age": [18 + at % 60 for at in range(100)],
        "why": [f"Because {at}" for at in range(100)],
    }
)
CODEBOOK = """
role = "role"
[[question]]
id = "role"
categories = [{ code = "1", label = "Buyer" }, { code = "2", label = "Seller" }]
[[question]]
id = "duration"
kind = "numeric"
[[question]]
id = "age"
kind = "numeric"
range = [18, 70]
[[question]]
id = "why"
kind = "text"
"""


@pytest.fixture
def survey_file(tmp_path: Path) -> Path:
    PEOPLE.write_csv(file := tmp_path / "people.csv")
    (tmp_path / "people.codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return file


async def checked(pilot: Explored) -> None:
    await press(pilot, "K")
    assert isinstance(app_of(pilot).screen, CheckSurvey)
    await until(pilot, lambda: "speeders" in screen_text(pilot))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_checks_lead_to_respondents_and_to_a_filter(
    size: tuple[int, int], survey_file: Path
) -> None:
    """The number of lines is the number found; f keeps them alone, with what that needs."""
    async with exploring(survey_file, size=size) as pilot:
        await checked(pilot)
        shown = screen_text(pilot)
        assert "Checks of 100 respondents, unweighted" in shown
        assert "3 of 100" in shown
        assert "under 161 (40% of the median 400.5)" in shown
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, CellRespondents))
        await until(pilot, lambda: "3 respondents" in screen_text(pilot))
        assert "22 · Because 2" in screen_text(pilot)  # the duration, and an open answer
        await press(pilot, "f")
        await shows(pilot, "speeder")
        view = app_of(pilot).session.view
        assert view
        assert [str(one) for one in view.filters] == ["speeder=1"]
        await painted(pilot)
        assert "n 3" in screen_text(pilot)


async def test_a_flag_is_a_question_at_once_undone_and_saved(survey_file: Path) -> None:
    """Space takes the one under the cursor, A all; u takes them back, S writes them."""
    async with exploring(survey_file) as pilot:
        session = app_of(pilot).session
        await checked(pilot)
        await press(pilot, "space")
        await until(pilot, lambda: "1 flag is a question now" in screen_text(pilot))
        await until(pilot, lambda: bool(session.view and session.view.derive))
        assert "ƒ" in screen_text(pilot)
        await press(pilot, "escape")
        assert session.survey
        assert "speeder" in session.survey.codebook.derived_ids
        await press(pilot, "u")
        await until(pilot, lambda: session.view is not None and session.view.derive == ())
        await checked(pilot)
        await press(pilot, "A", "escape")
        await until(
            pilot,
            lambda: (
                session.survey is not None
                and {"speeder", "repeats_person_id", "age_outside", "flags", "quality"}
                <= session.survey.codebook.derived_ids
            ),
        )
        await press(pilot, "S")
        written = survey_file.with_name("people.codebook.toml")
        await until(pilot, lambda: "[[derive]]" in written.read_text(encoding="utf-8"))
        assert 'repeats = ["person_id"]' in written.read_text(encoding="utf-8")


async def test_an_error_is_marked_and_what_has_no_respondents_says_so(survey_file: Path) -> None:
    async with exploring(survey_file) as pilot:
        await checked(pilot)
        line = next(one for one in screen_text(pilot).splitlines() if "person_id" in one)
        assert "2 of 100 !" in line
        await press(pilot, "j", "enter")
        await until(pilot, lambda: "no respondents were found here" in screen_text(pilot))
        await press(pilot, "space")
        await until(pilot, lambda: "no flag is proposed here" in screen_text(pilot))
        await press(pilot, "d", *"age", "enter")
        await until(pilot, lambda: "speeders age" in " ".join(screen_text(pilot).split()))
