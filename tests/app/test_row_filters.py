"""`o` keeps only the answer or the role under the cursor, `O` excludes it; undo says so."""

from __future__ import annotations

from pathlib import Path

from tests.app.screen import exploring, lines_of, press, screen_text


async def test_o_keeps_only_the_answer_under_the_cursor(example: Path) -> None:
    """One key from the table; the next question is that of these respondents; undo names it."""
    async with exploring(example, size=(140, 40)) as pilot:
        await press(pilot, "3", "j", "o")
        assert "n 42 · wave 2016 · filter [cx_goal: Raise loyalty]" in lines_of(pilot)[0]
        assert "filter: wave = 2016 and cx_goal = Raise loyalty" in lines_of(pilot)[-1]
        await press(pilot, "1", "down", "3")
        assert "n 42 · " in lines_of(pilot)[0]
        await press(pilot, "u", "u")
        assert "n 198 · " in lines_of(pilot)[0]
        said = "undone: filter: wave = 2016 and cx_goal = Raise loyalty"
        assert said in lines_of(pilot)[-1]


async def test_capital_o_excludes_answers_one_by_one(example: Path) -> None:
    """They share one filter."""
    async with exploring(example, size=(140, 40)) as pilot:
        await press(pilot, "3", "O")
        await press(pilot, "j", "O")
        assert (
            "filter [cx_goal: not Improve business outcomes or Raise loyalty]"
            in (lines_of(pilot)[0])
        )


async def test_o_keeps_only_the_role_under_the_cursor(example: Path) -> None:
    """The other roles are off; the next role takes its place."""
    async with exploring(example) as pilot:
        await press(pilot, "2", "j", "o")
        assert "n 71 · " in lines_of(pilot)[0]
        assert "[ ] Marketing" in screen_text(pilot) and "[x] Technology" in screen_text(pilot)
        await press(pilot, "k", "o")
        assert "n 127 · " in lines_of(pilot)[0]


async def test_what_has_no_respondents_of_its_own_is_said(example: Path) -> None:
    """Without the focus on the table there is no answer under the cursor; an item is none."""
    async with exploring(example, size=(140, 40)) as pilot:
        await press(pilot, "o")
        assert "3 goes to the table" in lines_of(pilot)[-1]
        await press(pilot, "slash", *"channels", "enter")  # until its table stands
        await press(pilot, "3", "o")
        assert "the rows are items" in lines_of(pilot)[-1]


async def test_a_step_says_the_new_state_and_its_place(example: Path) -> None:
    """The measure, the order, the base; the dollar and the zero go to the last and first column."""
    async with exploring(example, size=(140, 40)) as pilot:
        for key, said in (("m", "Row % · 2 of 5"), ("s", "sorted by percent · 2 of 4")):
            await press(pilot, key)
            assert said in lines_of(pilot)[-1]
        await press(pilot, "B")
        assert "base: all asked · 2 of 3" in lines_of(pilot)[-1]
        await press(pilot, "3", "dollar_sign", "i")
        assert "Technology" in screen_text(pilot)
        await press(pilot, "escape", "0", "i")
        assert "Total" in screen_text(pilot)
