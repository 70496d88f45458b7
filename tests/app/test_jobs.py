"""Jobs of a daily user in the keys that they may take, from the first table at 120×40."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cxtui.analysis.view.view import View
from cxtui.survey.question import Kind
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    press,
    screen_text,
    shows,
    table_text,
    text_of,
    until,
)


@asynccontextmanager
async def doing(
    survey: Path, keys: Sequence[str], most: int, *options: str
) -> AsyncIterator[Explored]:
    """Open a survey and press the keys of a job, each letter typed counts as one."""
    assert len(keys) <= most
    async with exploring(survey, *options, size=(120, 40)) as pilot:
        for key in keys:
            await press(pilot, key)
        yield pilot


def view_of(pilot: Explored) -> View:
    """Return the view that the explorer shows."""
    view = app_of(pilot).session.view
    assert view is not None
    return view


@pytest.fixture
def copied(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example in a folder of its own, where exports go."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copy(example, tmp_path))


async def test_job_1_what_differs_without_the_c_level(example: Path) -> None:
    """The answer is typed and excluded; the ranking is of the others."""
    async with doing(example, ("f", *"c-l", "tab", "tab", "enter", "g"), 8) as pilot:
        await shows(pilot, "What stands out · Marketing (101) minus Technology (52)")
        await shows(pilot, "Differ: ")
        assert [str(one) for one in view_of(pilot).filters] == ["wave=2016", "seniority!=1"]


async def test_job_2_a_top_2_box_by_industry_as_excel(copied: Path, tmp_path: Path) -> None:
    """The ending is typed behind the proposed name."""
    keys = ("slash", *"agr", "enter", "b", *"ind", "enter", "n", "e", *"xl", "enter")
    async with doing(copied, keys, 16) as pilot:
        book = tmp_path / "cmo-benchmark-2016-agree_language.xlsx"
        await until(pilot, book.is_file)
        assert view_of(pilot).banner == (("industry",),)
        rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
        top = next(row for row in rows if "Top 2" in row)
        assert any("Retail" in str(cell) for row in rows for cell in row)
        assert 37.9 in [round(cell, 1) for cell in top if isinstance(cell, float)]


async def test_job_3_omnichannel_since_2015_of_technologists(example: Path) -> None:
    """The role pane filters, the trend follows."""
    keys = ("slash", *"omni", "enter", "2", "space", "t")
    async with doing(example, keys, 9) as pilot:
        await shows(pilot, "2016 minus 2015")
        assert "role ≠ Marketing" in screen_text(pilot)
        assert view_of(pilot).question == "omni_executing"


async def test_job_4_age_in_bands_as_the_banner() -> None:
    """Three bands, typed in the banner's picker; nothing is saved."""
    from tests.shared import shared

    keys = ("b", *"age 35,55".replace(" ", "_"), "enter")
    spaced = tuple("space" if key == "_" else "comma" if key == "," else key for key in keys)
    async with doing(shared("cases/scales/age_clean.csv"), spaced, 11) as pilot:
        await until(pilot, lambda: "35 to under 55" in table_text(pilot))


async def test_job_5_a_question_with_a_letter_missing(example: Path) -> None:
    """One typing error is forgiven."""
    async with doing(example, ("slash", *"incentves", "enter"), 11) as pilot:
        assert view_of(pilot).question == "shared_incentives"


async def test_job_6_open_answers_of_technologists_on_data(example: Path) -> None:
    """The answers are searched where they are read."""
    keys = ("2", "space", "slash", *"wou", "enter", "enter", "slash", *"data")
    async with doing(example, keys, 15) as pilot:
        await shows(pilot, "5 of 38 answers match “data”")


async def test_job_7_all_tables_by_two_banners_in_one_workbook(
    copied: Path, tmp_path: Path
) -> None:
    """The workbook has a sheet for each question."""
    async with doing(copied, ("b", *"sen", "tab", "enter", "E", "enter"), 8) as pilot:
        assert view_of(pilot).banner == (("role",), ("seniority",))
        await until(pilot, lambda: bool(list(tmp_path.glob("*.xlsx"))))
        sheets = CalamineWorkbook.from_path(next(tmp_path.glob("*.xlsx"))).sheet_names
        assert len(sheets) > len(view_of(pilot).banner) + 20


async def test_job_8_a_saved_view_beside_another(copied: Path) -> None:
    """Its name by two letters; the differences are shown."""
    async with exploring(copied, size=(120, 40)) as pilot:
        await press(pilot, "v", "s", "enter", "escape", "2", "space")
        await press(pilot, "v", "s", *"xx", "enter", "escape")
        assert len(app_of(pilot).session.saved_views()) == 2
        await press(pilot, "equals_sign", "g", "o", "enter")
        await shows(pilot, "difference")


async def test_job_9_a_question_becomes_a_scale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is saved beside the survey, and the screen is back at its table."""
    from tests.shared import shared

    folder = shared("data/cncf_marketing_2020")
    survey = tmp_path / "cncf.csv"
    shutil.copyfile(next(folder.glob("*.csv")), survey)
    monkeypatch.chdir(tmp_path)
    async with doing(survey, ("D", "down", "right", "S"), 4) as pilot:
        await until(pilot, (tmp_path / "cncf.codebook.toml").is_file)
        await until(pilot, lambda: "saved" in screen_text(pilot))
        assert len(app_of(pilot).screen_stack) == 1
        assert view_of(pilot).question == "q1" and "3 q1" in text_of(pilot)
        question = app_of(pilot).session.survey
        found = question.codebook.find("q1") if question else None
        assert found is not None and found.kind is Kind.SCALE


async def test_job_10_this_table_into_an_e_mail(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Aligned, with its title, what the cells are, bases and notes."""
    copied: list[str] = []

    def keep(app: object, text: str, ending: str) -> str:
        copied.append(text)
        return "here"

    monkeypatch.setattr("cxtui.app.terminal.copying.copy_from", keep)
    async with doing(example, ("y", "enter"), 2) as pilot:
        await until(pilot, lambda: bool(copied))
    first, state, *lines = copied[0].splitlines()
    assert first == "Main goal of the customer-experience work"
    assert state.startswith("Column % · base: answering · unweighted")
    assert any(line.split()[:3] == ["Base", "(n)", "198"] for line in lines)
    assert any(line.startswith("Letter: significantly higher") for line in lines)
    places = {line.rindex(number) + len(number) for line, number in _numbers(lines)}
    assert len(places) == 1


def _numbers(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return two lines of answers with their numbers in the Total, which end in one place."""
    wanted = {"Improve business outcomes": "40.4", "Don't know": " 6.6"}
    return [(one[:45], n) for one in lines for label, n in wanted.items() if one.startswith(label)]


async def test_job_11_only_the_answer_under_the_cursor(example: Path) -> None:
    """One key, with the cursor in the table."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "3", "o")
        assert "cx_goal = Improve business outcomes" in text_of(pilot)


async def test_job_12_what_changed_since_the_last_wave(example: Path) -> None:
    """Over all questions; later minus earlier."""
    async with doing(example, ("g", "t"), 2) as pilot:
        await shows(pilot, "2016 (198) minus 2015 (180)")
        await shows(pilot, "Differ: 4")
