"""`b` builds banners: one question, several side by side, and within each other."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cxtui.app.panes.line_widget import Lines
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.select.banner_draft import Place, Sides, described, placed, shortened
from cxtui.app.screens.select.banner_screen import BuildBanner
from cxtui.survey.model import Codebook
from tests.app.screen import Explored, app_of, exploring, kept, press, screen_text
from tests.making import QUESTIONS, made


def banner_of(pilot: Explored) -> Sides:
    view = app_of(pilot).session.view
    assert view is not None
    return view.banner


def box_text(pilot: Explored) -> str:
    """Return what stands in the box, without folds."""
    widgets = pilot.app.screen.query(Lines)
    return " ".join(" ".join(strip.text for one in widgets for strip in one._strips).split())


def variables_of(pilot: Explored) -> list[str]:
    table = app_of(pilot).query_one(Comparison).table
    assert table is not None
    return list(dict.fromkeys(column.variable for column in table.columns[1:]))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_question_is_picked_with_three_keys(example: Path, size: tuple[int, int]) -> None:
    """`b`, letters and enter set the banner; undo takes it back."""
    async with exploring(example, size=size) as pilot:
        await press(pilot, "b", *"seniority", "enter")
        assert banner_of(pilot) == (("seniority",),)
        await press(pilot, "u")
        assert banner_of(pilot) == (("role",),)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_beside_and_within(example: Path, size: tuple[int, int]) -> None:
    """The box says what would be compared; all of it is one step."""
    async with exploring(example, size=size) as pilot:
        await press(pilot, "b")
        assert "now: role enter: role" in box_text(pilot)
        await press(pilot, "tab", *"budget_sh")
        assert "enter: role, beside budget_share (in classes)" in box_text(pilot)
        assert "[beside]" in box_text(pilot)
        await press(pilot, "enter")
        assert "✓ apply the banner above" in box_text(pilot)
        await press(pilot, "tab", *"tools")
        assert "[within budget_share]" in box_text(pilot)
        assert "budget_share (in classes) > tools (several answers)" in box_text(pilot)
        await press(pilot, "enter", "enter")
        assert banner_of(pilot) == (("role",), ("budget_share", "tools"))
        assert variables_of(pilot) == ["role", "budget_share>tools"]
        await press(pilot, "u")
        assert banner_of(pilot) == (("role",),)


async def test_a_grid_item_can_be_a_banner(example: Path) -> None:
    async with exploring(example) as pilot:
        await press(pilot, "b", "tab", *"channels.web", "enter", "enter")
        assert banner_of(pilot) == (("role",), ("channels.web",))
        assert variables_of(pilot) == ["role", "channels.web"]


async def test_backspace_removes_the_last_question(example: Path) -> None:
    """It does so where no letters are left; an empty banner cannot be applied."""
    options = ("--by", "role>seniority", "--by", "industry")
    async with exploring(example, *options) as pilot:
        await press(pilot, "b", "x", "y", "backspace", "backspace")
        assert "now: role > seniority, beside industry" in box_text(pilot)
        await press(pilot, "backspace", "backspace")
        assert "now: role enter: role" in box_text(pilot)
        await press(pilot, "enter")
        assert banner_of(pilot) == (("role",),)
        await press(pilot, "b", "backspace", "backspace")
        assert "now: none" in box_text(pilot) and "✓" not in box_text(pilot)
        await press(pilot, "escape")
        assert banner_of(pilot) == (("role",),)


async def test_a_question_is_in_a_banner_once(example: Path) -> None:
    """The box says so and stays open; places are cycled in both directions."""
    async with exploring(example) as pilot:
        await press(pilot, "b", "shift+tab", *"role", "enter")
        assert "role is there already" in box_text(pilot)
        await press(pilot, "shift+tab", "enter")
        assert "role is there already" in box_text(pilot)
        assert isinstance(app_of(pilot).screen, BuildBanner)
        await press(pilot, *"zzzz", "enter")
        assert isinstance(app_of(pilot).screen, BuildBanner)


async def test_the_cursor_moves_by_pages(example: Path) -> None:
    async with exploring(example, size=(80, 24)) as pilot:
        await press(pilot, "b", "pageup", "pageup", "down", "up", "enter")
        assert banner_of(pilot) == (("cx_goal",),)
        await press(pilot, "b", "pagedown", "enter")
        assert banner_of(pilot) != (("cx_goal",),)


async def test_the_first_question_is_the_banner_where_there_was_none(tmp_path: Path) -> None:
    """Whichever place is chosen, it becomes the banner."""
    file = tmp_path / "plain.csv"
    file.write_text("age,n\n" + "".join(f"{18 + age % 45},{age % 7}\n" for age in range(200)))
    async with exploring(file) as pilot:
        assert banner_of(pilot) == ()
        await press(pilot, "b", "tab", *"age")
        assert "now: none enter: age (in classes)" in box_text(pilot)
        await press(pilot, "enter", "enter")
        assert banner_of(pilot) == (("age",),)


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_a_small_terminal(example: Path, size: tuple[int, int]) -> None:
    """The visible part works."""
    async with exploring(example, size=size) as pilot:
        await press(pilot, "b", "tab", *"seniority", "enter", "enter")
        assert banner_of(pilot) == (("role",), ("seniority",))


async def test_hostile_text(tmp_path: Path) -> None:
    """Ids are shown as they are, never read as markup."""
    file = tmp_path / "hostile.csv"
    file.write_text("[@click=app.quit]x[/],a>b\n" + "[/b],1\n[b],2\n" * 20, "utf-8")
    async with exploring(file) as pilot:
        await press(pilot, "b", *"click", "enter", "b", "tab", "tab", *"a>b", "enter")
        assert "[@click=app.quit]x[/] > a>b" in box_text(pilot)
        await press(pilot, "enter")
        assert banner_of(pilot) == (("[@click=app.quit]x[/]", "a>b"),)
        await press(pilot, "F")
        assert "[/b] > 1 minus" in screen_text(pilot)


async def test_all_kinds_stand_side_by_side(tmp_path: Path) -> None:
    """A choice, several answers, a number and a row of a grid."""
    answers = [
        {"role": 1 + one % 2, "goal": 1 + one % 3, "tools_1": one % 2, "web": 1, "budget": one}
        for one in range(30)
    ]
    async with exploring(kept(made(answers), tmp_path), "--no-weight") as pilot:
        await press(pilot, "b", "tab")
        for name in ("tools", "budget", "channels.web"):
            await press(pilot, *name, "enter")
        await press(pilot, "enter")
        assert banner_of(pilot) == (("role",), ("tools",), ("budget",), ("channels.web",))
        assert variables_of(pilot) == ["role", "tools", "budget", "channels.web"]


IDS = st.sampled_from([one.id for one in QUESTIONS])


@given(st.lists(st.tuples(IDS, st.sampled_from(Place)), max_size=6))
def test_a_banner_is_built_and_taken_apart(steps: list[tuple[str, Place]]) -> None:
    """No nest holds a question twice; nests of one question are unique; the last goes first."""
    sides: Sides = ()
    for question, place in steps:
        before, sides = sides, placed(sides, question, place)
        assert any(question in variables for variables in sides)
        if place is not Place.INSTEAD and sides != before:
            assert shortened(sides) == before
        assert all(len(set(variables)) == len(variables) for variables in sides)
        assert described(Codebook(questions=QUESTIONS), sides)
    while sides:
        shorter = shortened(sides)
        assert sum(map(len, shorter)) == sum(map(len, sides)) - 1
        sides = shorter
    assert shortened(()) == ()
