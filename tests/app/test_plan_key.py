"""The key that puts the present view into the tab plan beside the survey, and the book from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.work.plan.plan_text import read_plan_file
from cxtui.work.plan.planned_tables import planned_tables
from tests.app.screen import app_of, exploring, kept, press, screen_text, shows, until
from tests.app.test_derived_questions import PEOPLE, stands
from tests.making import made


async def test_views_go_into_the_plan_and_out_again(tmp_path: Path) -> None:
    """Comments stay; the plan makes the same view; a question that is not saved is refused."""
    file = kept(made(PEOPLE), tmp_path)
    plan = tmp_path / "made.plan.toml"
    plan.write_text(
        '# ours\n[banners]\nmain = "goal"\n[defaults]\nbanner = "main"\n'
        '[[table]]\nquestions = "tools"  # first\n',
        "utf-8",
    )
    async with exploring(file, "--question", "goal", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "m")
        await shows(pilot, "Row % ·")
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 2 tables · P again takes it out")
        session = app_of(pilot).session
        survey, view = session.survey, session.view
        assert survey is not None
        planned = planned_tables(survey, read_plan_file(plan))
        assert [one.view for one in planned][1:] == [view]
        text = plan.read_text("utf-8")
        assert "# ours" in text
        assert 'questions = "tools"  # first' in text
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 1 table without this one · P adds it again")
        assert len(planned_tables(survey, read_plan_file(plan))) == 1
        await press(pilot, "b", *"budget 20,45", "enter")
        await stands(pilot, "20 to")
        await press(pilot, "P")
        await shows(pilot, "a plan has saved questions only")
        plan.write_text("[[table]]\n", "utf-8")
        await press(pilot, "u")
        await shows(pilot, "undone: new question: budget3")
        await press(pilot, "P")
        await shows(pilot, "[[table]] 1 lacks 'questions'")
    assert plan.read_text("utf-8") == "[[table]]\n"


async def test_a_plan_whose_last_table_was_taken_out_takes_new_ones(tmp_path: Path) -> None:
    """Its comments stay; as long as it is empty it is neither offered nor complained of."""
    file = kept(made(PEOPLE), tmp_path)
    plan = tmp_path / "made.plan.toml"
    async with exploring(file, "--question", "goal", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 1 table · P again takes it out")
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 0 tables without this one · P adds it again")
        await press(pilot, "e")
        await shows(pilot, "enter writes")
        assert "1 of 2" in screen_text(pilot) and "[[table]]" not in screen_text(pilot)
        await press(pilot, "escape", "P")
        await shows(pilot, "made.plan.toml: 1 table · P again takes it out")
    assert plan.read_text("utf-8").startswith("# Tables of")


async def test_the_book_is_offered_beside_all_questions(tmp_path: Path) -> None:
    """Without a plan it is not; P begins one."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "goal", size=(120, 40)) as pilot:
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 1 table · P again takes it out")
        await press(pilot, "E", "down", "right")
        await shows(pilot, "the plan: 1 table")
        await press(pilot, "up", "ctrl+u", *str(tmp_path / "b.xlsx"), "enter")
        await until(pilot, (tmp_path / "b.xlsx").is_file)


async def test_the_deck_is_offered_beside_the_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its library the line that installs it is shown in place of what it is good for."""
    pytest.importorskip("pptx")
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "goal", size=(120, 40)) as pilot:
        await press(pilot, "P")
        await shows(pilot, "made.plan.toml: 1 table · P again takes it out")
        await press(pilot, "E", "down", "right", "down", "right")
        await shows(pilot, "slides with charts to edit")
        monkeypatch.setattr("cxtui.output.writers.deck_writer.can_write_decks", lambda: False)
        await press(pilot, "left", "right")
        await shows(pilot, "pip install 'cxtui[pptx]'")
        monkeypatch.undo()
        await press(pilot, "up", "up", "ctrl+u", *str(tmp_path / "b.pptx"), "enter")
        await until(pilot, (tmp_path / "b.pptx").is_file)
