"""`%` chooses what the cells show: one measure, or several below each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.analysis.view.view import Measure
from tests.app.screen import app_of, exploring, press, screen_text, table_text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_counts_below_percentages(example: Path, size: tuple[int, int]) -> None:
    """Tab marks in order; line 2 says what the cells are; undo takes it back."""
    async with exploring(example, size=size) as pilot:
        await press(pilot, "percent_sign", *"cou", "tab", "enter")
        view = app_of(pilot).session.view
        assert view is not None
        assert (view.show, view.also) == (Measure.COLUMN, (Measure.COUNT,))
        assert "Column % / Counts" in table_text(pilot)
        words = [set(line.split()) for line in table_text(pilot).splitlines()]
        assert any({"42", "31", "11"} <= line for line in words)
        await press(pilot, "u")
        assert "Counts" not in table_text(pilot)


async def test_one_alone(example: Path) -> None:
    """Without a mark, enter applies the line under the cursor."""
    async with exploring(example) as pilot:
        await press(pilot, "percent_sign", *"row", "enter")
        view = app_of(pilot).session.view
        assert view is not None
        assert (view.show, view.also) == (Measure.ROW, ())


async def test_a_mean_comes_last(example: Path) -> None:
    """Marked first, it still is the row below the others."""
    async with exploring(example, "--question", "agree_budget") as pilot:
        await press(pilot, "percent_sign", "tab", *"mean", "tab")
        assert "1 Mean" in screen_text(pilot)
        await press(pilot, *["backspace"] * 4, *"row", "tab", "enter")
        view = app_of(pilot).session.view
        assert view is not None
        assert (view.show, view.also) == (Measure.ROW, (Measure.MEAN,))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_grid_by_its_answers(example: Path, size: tuple[int, int]) -> None:
    """Of the Total, or of the column under the cursor; the key again shows the banner."""
    async with exploring(example, "--question", "channels", size=size) as pilot:
        await press(pilot, "A")
        assert "Row % · Total · base: answering" in table_text(pilot)
        assert "Strong" in table_text(pilot)
        await press(pilot, "A", "3", "right", "A")
        assert "Row % · role = Technology" in table_text(pilot)
        assert "answers across: role = Technology" in screen_text(pilot)
        await press(pilot, "m")
        assert "Mean · base: answering" in table_text(pilot)


async def test_only_a_grid_has_answers_across(example: Path) -> None:
    """Another question says why not."""
    async with exploring(example) as pilot:
        await press(pilot, "A")
        assert "only the items of a grid" in screen_text(pilot)
