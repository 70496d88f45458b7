"""`d` and `D` edit the codebook: auto-detected values are set, saved and applied at once."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import Input

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.decision_list import Decisions
from cxtui.app.panes.question_details import LABEL, QuestionLines
from cxtui.app.screens.codebook.codebook_screen import EditCodebook
from cxtui.app.screens.codebook.codebook_target import SaveElsewhere
from cxtui.app.screens.codebook.question_screen import EditQuestion
from cxtui.session.answers import Answer, Answers
from cxtui.sources import open_survey as survey_opening
from cxtui.sources.codebook_location import user_codebook_path
from cxtui.sources.wave_files import codebook_path
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.decisions import DecisionState
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Net, Question
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    lines_of,
    press,
    screen_text,
    shows,
    table_text,
    until,
)

_ANSWERS = ("Weak", "Fair", "Strong")


def survey_in(folder: Path) -> Path:
    """A survey of which everything has to be guessed."""
    file = folder / "survey.csv"
    rows = [
        f"{('Marketing', 'Technology')[n % 2]},{_ANSWERS[n % 3]},{_ANSWERS[n % 2]},"
        f"{('High', 'Low', 'Unsure')[n % 3]},{n % 2},{(n + 1) % 2},{n % 3 % 2},r-{n}9\n"
        for n in range(60)
    ]
    head = "role,q_web,q_app,goal,has_crm,has_cdp,has_dmp,id\n"
    file.write_text(head + "".join(rows))
    return file


def codebook_of(pilot: Explored) -> Codebook:
    survey = app_of(pilot).session.survey
    assert survey is not None
    return survey.codebook


def the(codebook: Codebook, question_id: str) -> Question:
    found = codebook.find(question_id)
    assert found is not None
    return found


async def saved(pilot: Explored) -> None:
    """Save, and wait until the survey stands on the screen with what was saved."""
    before = codebook_of(pilot)
    await pilot.press("S")
    await until(pilot, lambda: codebook_of(pilot) is not before)
    await press(pilot)


async def press_on(pilot: Explored, words: str, *keys: str) -> None:
    """Move the cursor to a line of the list of decisions, and press keys there."""
    lines = [line.strip("│ ") for line in lines_of(pilot)[1:]]
    found = [line for line in lines if line[:2] in {"? ", "~ ", "– ", "i "}]
    place = next((place for place, line in enumerate(found) if words in line), None)
    assert place is not None, f"{words} is not in the list"
    await press(pilot, "home", *["down"] * place, *keys)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_guesses_are_listed_with_their_reasons(tmp_path: Path, size: tuple[int, int]) -> None:
    """The undecided come first; a confirmed decision is no longer marked as auto-detected."""
    async with exploring(survey_in(tmp_path), size=size) as pilot:
        assert "2 Role (auto)" in screen_text(pilot)
        await press(pilot, "d")
        text = screen_text(pilot)
        order = [
            "Not decided",
            "? Wave",
            "Auto-detected",
            "~ Role",
            "~ goal",
            "Excluded columns",
            "– id",
        ]
        assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
        assert "role · 'role' is named like a role" in text
        await press_on(pilot, "Role ", "space")
        assert "Codebook · not saved" in screen_text(pilot)
        await saved(pilot)
        assert codebook_of(pilot).role_guess == ""
        assert the(codebook_of(pilot), "goal").guess != ""
        assert "2 Role (auto)" not in screen_text(pilot)
        assert f"saved {codebook_path(str(tmp_path / 'survey.csv'))}"[:30] in lines_of(pilot)[-1]


async def test_a_question_is_described_and_the_view_stays(tmp_path: Path) -> None:
    """Wording, label, order, missing, score and kind; what a filter lost is said."""
    file = survey_in(tmp_path)
    options = ("--question", "goal", "--where", "role=Marketing", "--where", "goal!=missing")
    content = file.read_bytes()
    async with exploring(file, *options) as pilot:
        view = app_of(pilot).session.view
        await press(pilot, "D")
        assert isinstance(app_of(pilot).screen, EditQuestion)
        codes = [one.code for one in the(codebook_of(pilot), "goal").categories]
        await press(pilot, "enter", *" of it", "enter", "down", "right")
        assert "[scale]" in screen_text(pilot)
        await press(pilot, "down", "down", "J", "enter", *"!", "enter", "p", *"7,5", "enter")
        await press(pilot, "end", "m")
        await press(pilot, "m", "u")
        await saved(pilot)
        goal = the(codebook_of(pilot), "goal")
        assert (goal.label, goal.kind, goal.guess) == ("goal of it", Kind.SCALE, "")
        assert [one.code for one in goal.categories] == [codes[1], codes[0], codes[2]]
        assert goal.categories[1].label == f"{codes[0]}!"
        assert goal.categories[1].score == 7.5
        assert goal.categories[2].missing
        assert app_of(pilot).session.view == view
        assert f"{codes[0]}!" in table_text(pilot)
    assert file.read_bytes() == content


async def test_columns_become_a_grid_and_a_set_is_taken_apart(tmp_path: Path) -> None:
    """Marked and put together; a filter on what is gone goes, and is said to."""
    options = ("--question", "q_app", "--where", "q_web=Weak", "--where", "role=Marketing")
    async with exploring(survey_in(tmp_path), *options, size=(220, 40)) as pilot:
        await press(pilot, "d")
        await press_on(pilot, "q_web", "m", "m", "g")
        await press_on(pilot, "has ", "enter", *["down"] * 4, "o", "escape")
        await saved(pilot)
        codebook = codebook_of(pilot)
        assert the(codebook, "q").kind is Kind.GRID
        assert the(codebook, "has").columns == ("has_cdp", "has_dmp")
        assert the(codebook, "has_crm").kind is Kind.SINGLE
        view = app_of(pilot).session.view
        assert view is not None and view.question == "q"
        assert [str(one) for one in view.filters] == ["role=Marketing"]
        assert "no longer there: filter q_web=Weak" in lines_of(pilot)[-1]
        await press(pilot, "D", "O")
        assert the(read_codebook(_text(tmp_path), "it"), "q").kind is Kind.GRID
        await saved(pilot)
        assert the(codebook_of(pilot), "q_web").kind is Kind.SCALE


def _text(folder: Path) -> str:
    return codebook_path(str(folder / "survey.csv")).read_text()


async def test_the_parts_of_the_survey_are_set(tmp_path: Path) -> None:
    """Role by picking, or none, a title, a column that was left aside; undo takes it back."""
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d")
        await press_on(pilot, "Title", "enter", *"Field", "enter")
        await press_on(pilot, "Role ", "x", "u", "r", "u")
        await press_on(pilot, "Role ", "enter", *"goal", "enter")
        await press_on(pilot, "– id", "enter", "escape")
        assert app_of(pilot).screen.draft.now.find("id") is not None  # type: ignore[attr-defined]
        await press(pilot, "u")
        await saved(pilot)
        codebook = codebook_of(pilot)
        assert (codebook.title, codebook.role, codebook.role_guess) == ("Field", "goal", "")
        assert "2 Role " in screen_text(pilot)
        view = app_of(pilot).session.view
        assert view is not None and view.banner == (("goal",),)
        assert [one.column for one in codebook.excluded] == ["id"]


async def test_one_key_accepts_all_that_was_detected(tmp_path: Path) -> None:
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d", "A")
        await press(pilot, "u", "r")
        await saved(pilot)
        codebook = codebook_of(pilot)
        assert codebook.role and not codebook.role_guess
        assert not any(one.guess for one in codebook.questions)


async def test_headings_and_classes_are_typed(tmp_path: Path) -> None:
    """A heading stands over the question in the list; a number is counted by its new classes."""
    file = tmp_path / "survey.csv"
    file.write_text("role,age\n" + "".join(f"{'AB'[n % 2]},{20 + n % 45}\n" for n in range(90)))
    async with exploring(file, "--question", "age", "--show", "column") as pilot:
        await press(pilot, "D", "down", "down", "enter", *"About you", "enter")
        await press(pilot, "down", "enter", *"30, 4o", "enter")
        assert "'4o' is not a number" in screen_text(pilot)
        assert "found from the answers" in screen_text(pilot)
        await press(pilot, "enter", *"60, 30.5", "enter")
        await saved(pilot)
        age = the(codebook_of(pilot), "age")
        assert (age.section, age.classes) == ("About you", (30.5, 60.0))
        assert "30.5 to under 60" in table_text(pilot)
        assert "About you" in screen_text(pilot)
        await press(pilot, "D", "end", "enter", "ctrl+u", "enter")
        assert "found from the answers" in screen_text(pilot)


async def test_letters_find_a_line(tmp_path: Path) -> None:
    """Questions as their list finds them, columns and parts by name; esc goes back."""
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d", "slash", *"q_")
        listed = app_of(pilot).screen.query_one(Decisions)
        assert {one.name for one in listed.decisions} == {"q_web", "q_app"}
        await press(pilot, "down", "enter")
        assert listed.decision.name == "q_app" and len(listed.decisions) > 5
        await press(pilot, "slash", *"id", "enter")
        assert (listed.decision.state, listed.decision.name) == (DecisionState.EXCLUDED, "id")
        await press(pilot, "slash", *"nothing so")
        assert "nothing fits nothing so" in screen_text(pilot)
        await press(pilot, "escape")
        assert len(listed.decisions) > 5
        assert isinstance(app_of(pilot).screen, EditCodebook)
        await press(pilot, "home", "slash", *"goal", "enter", "enter")
        assert isinstance(app_of(pilot).screen, EditQuestion)


async def test_letters_typed_ahead_reach_the_line(tmp_path: Path) -> None:
    """They are not taken for keys of the list that had the focus when they were typed."""
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d", "slash")
        for letter in "x_":
            typed = Key(letter, letter)
            typed._set_forwarded()
            app_of(pilot).post_message(typed)
        screen = app_of(pilot).screen
        await until(pilot, lambda: screen.query_one(Input).value == "x_")
        assert not screen.draft.is_changed  # type: ignore[attr-defined]


async def test_there_is_no_codebook_while_the_survey_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys say so, and open nothing; an old codebook would be written over a new one."""
    may_read, read = Event(), survey_opening.open_survey

    def wait_and_read(*args: Any) -> Survey:
        assert may_read.wait(60)
        return read(*args)

    async with exploring(survey_in(tmp_path)) as pilot:
        session = app_of(pilot).session
        monkeypatch.setattr(survey_opening, "open_survey", wait_and_read)
        session.reload()
        await pilot.press("d", "D")
        assert "the survey is being read again" in lines_of(pilot)[-1]
        assert not isinstance(app_of(pilot).screen, EditCodebook)
        may_read.set()
        await until(pilot, lambda: session.is_at_rest)
        await press(pilot, "d")
        assert isinstance(app_of(pilot).screen, EditCodebook)


_LATER = """
wave = "has_crm"
[[question]]
id = "has_crm"
columns = ["has_crm"]
kind = "single"
[[question]]
id = "goal_set"
kind = "multi"
columns = ["goal", "has_cdp"]
categories = [{ code = "goal", label = "Goal" }, { code = "cdp", label = "CDP" }]
"""


async def test_a_view_of_the_survey_before_is_refitted_to_the_new_one(
    tmp_path: Path,
) -> None:
    """A screen may be open while the survey is read again: nets of answers that are no longer
    there go, and the wave that there is now is kept, so that the view says what is shown.
    """
    file = survey_in(tmp_path)
    async with exploring(file, "--question", "goal") as pilot:
        app = app_of(pilot)
        await pilot.press("colon")
        line = app.screen
        app.view_dialogs.nets()
        nets, before = app.screen, app.session.survey
        codebook_path(str(file)).write_text(_LATER)
        app.session.reload()
        await until(pilot, lambda: app.session.survey is not before)
        nets.dismiss((Net("good", "good", ("High", "Low")),))
        await until(pilot, lambda: app.screen is line)
        assert app.session.view is not None and app.session.survey is not None
        assert (app.session.view.question, app.session.view.nets) == ("goal_set", ())
        line.query_one(Input).value = "--question role --by goal --no-weight"
        await press(pilot, "enter")
        assert app.session.view.question == "role"
        assert parse_view(app.session.survey, str(app.session.view)) == app.session.view
        assert "has_crm" in str(app.session.view)


async def test_roles_of_the_question_before_are_not_switched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another question stands in for the role, and has not been counted yet."""
    may_count, answer = Event(), Answers.answer

    def wait_and_answer(answers: Answers, view: View, *, tested: bool) -> Answer:
        assert may_count.wait(60)
        return answer(answers, view, tested=tested)

    file = survey_in(tmp_path)
    async with exploring(file, "--question", "goal") as pilot:
        session = app_of(pilot).session
        await press(pilot, "2")
        codebook_path(str(file)).write_text('role = ""\nbanner = "q_web"\n')
        monkeypatch.setattr(Answers, "answer", wait_and_answer)
        session.reload()
        await until(pilot, lambda: not session.is_reading)
        before = session.view
        await pilot.press("space")
        assert session.view == before
        may_count.set()


async def test_leaving_asks_where_something_was_decided(tmp_path: Path) -> None:
    """A second `esc` goes on, y throws it away; nothing is written."""
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d", "S")
        assert "nothing was changed" in screen_text(pilot)
        await press(pilot, "y")
        await press_on(pilot, "~ goal", "space", "escape")
        assert "not saved: S saves · y throws the changes away" in screen_text(pilot)
        await press(pilot, "escape", "y")
        assert isinstance(app_of(pilot).screen, EditCodebook)
        await press(pilot, "escape", "y")
        assert not isinstance(app_of(pilot).screen, EditCodebook)
        await press(pilot, "d", "escape")
        assert not isinstance(app_of(pilot).screen, EditCodebook)
    assert not codebook_path(str(tmp_path / "survey.csv")).exists()


@pytest.mark.parametrize(
    ("column", "cells"),
    [("age", [str(20 + place % 40) for place in range(60)]), ("day", ["2026-03-01"] * 60)],
)
async def test_a_word_among_numbers_becomes_an_answer(
    tmp_path: Path, column: str, cells: list[str]
) -> None:
    """`m` on it makes the texts answers once the codebook is saved and the survey read again."""
    rows = [
        f"{'MT'[place % 2]},{'N/A' if place % 10 == 0 else cells[place]}" for place in range(60)
    ]
    file = tmp_path / "survey.csv"
    file.write_text("\n".join([f"role,{column}", *rows]) + "\n")
    async with exploring(file, "--question", column) as pilot:
        await press(pilot, "D", "end", "m")
        assert "N/A" in screen_text(pilot)
        await press(pilot, "S")
        session = app_of(pilot).session
        await until(pilot, lambda: codebook_path(str(file)).exists() and not session.is_reading)
    again = survey_opening.open_survey(str(file))
    found = again.codebook.find(column)
    assert found is not None
    assert (found.kind, count_answered(again)[column]) == (Kind.SINGLE, 60)


async def test_an_impossible_decision_says_why(tmp_path: Path) -> None:
    """The line above the keys says it; the codebook is unchanged."""
    async with exploring(survey_in(tmp_path)) as pilot:
        await press(pilot, "d")
        for words, keys, says in (
            ("Wave", ["space"], "only what was auto-detected can be confirmed"),
            ("goal", ["m", "t"], "mark at least two questions"),
            ("has ", ["enter", "J"], "J and K move answers and rows"),
            ("has ", ["enter", "down", "right"], "its columns allow no other kind"),
            ("goal", ["enter", *["down"] * 3, "p", "x", "enter"], "'x' is not a number"),
            ("? Title", ["x"], "no title: the file's name is shown"),
        ):
            await press_on(pilot, words, *keys)
            assert says in screen_text(pilot)
            if isinstance(app_of(pilot).screen, EditQuestion):
                await press(pilot, "escape")
        assert not app_of(pilot).screen.draft.is_changed  # type: ignore[attr-defined]


async def test_a_folder_that_takes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own directory is offered, esc loses nothing, and opening finds it again."""
    file = survey_in(tmp_path)
    opened = os.open

    def refused(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if flags & os.O_CREAT and Path(os.fsdecode(path)).parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *args, **options)

    monkeypatch.setattr(os, "open", refused)
    async with exploring(file, "--question", "goal") as pilot:
        await press(pilot, "D", "enter", *"!", "enter", "S")
        await shows(pilot, "Permission denied")
        assert isinstance(app_of(pilot).screen, SaveElsewhere)
        await press(pilot, "escape")
        assert "not saved yet" in screen_text(pilot)
        await press(pilot, "S")
        await until(pilot, lambda: isinstance(app_of(pilot).screen, SaveElsewhere))
        await press(pilot, "enter")
        await until(pilot, lambda: the(codebook_of(pilot), "goal").label == "goal!")
    assert user_codebook_path(str(file)).is_file()
    async with exploring(file) as pilot:
        assert the(codebook_of(pilot), "goal").label == "goal!"
        await press(pilot, "d")
        assert "About the file" in screen_text(pilot)
        assert "the codebook is your own" in screen_text(pilot)


def test_a_key_may_come_before_there_are_lines() -> None:
    """The cursor of an empty list stands on the wording; it edits no answer."""
    assert QuestionLines().chosen is LABEL


async def test_esc_goes_back_to_the_table_from_which_a_question_was_opened(tmp_path: Path) -> None:
    """Not to the list, unless something was changed: that is asked about there."""
    async with exploring(survey_in(tmp_path), "--question", "goal") as pilot:
        await press(pilot, "D", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await press(pilot, "D", "enter", *"!", "enter", "escape")
        await shows(pilot, "not saved: S saves · y throws the changes away")
        await press(pilot, "y")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert the(codebook_of(pilot), "goal").label == "goal"
        await press(pilot, "d")
        await press_on(pilot, "goal", "enter", "escape")
        await shows(pilot, "auto-detected")
        assert len(pilot.app.screen_stack) == 2
