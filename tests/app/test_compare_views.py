"""`=` shows this view beside a saved one, with the differences."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.app.screen import exploring, lines_of, press, screen_text, until


async def test_a_saved_view_beside_this_one(example: Path, tmp_path: Path) -> None:
    """Save, filter, and compare in four keys; without a saved view it says how to save one."""
    survey = tmp_path / "survey.parquet"
    shutil.copy(example, survey)
    async with exploring(survey, size=(110, 40)) as pilot:
        await press(pilot, "equals_sign")
        assert "no view is saved: v saves one" in lines_of(pilot)[-1]
        await press(pilot, "v", "s", "enter", "escape")
        await press(pilot, "3", "O")
        await press(pilot, "equals_sign", "g", "o", "enter")
        await until(pilot, lambda: "this saved difference" in screen_text(pilot))
        shown = screen_text(pilot)
        assert "Raise loyalty 35.6 21.2 +14.4" in shown
        assert "Base (n) 118 198" in shown
        assert "not tested: the views may share respondents" in shown
        await press(pilot, "escape", "equals_sign", "x", "z", "enter")
        assert "nothing found" in screen_text(pilot)
        await press(pilot, "escape")
        assert "this saved difference" not in screen_text(pilot)


async def test_the_base_is_that_of_the_table_whatever_the_cells_are(
    example: Path, tmp_path: Path
) -> None:
    """Of row percentages too, whose cells have the base of their row."""
    survey = tmp_path / "survey.parquet"
    shutil.copy(example, survey)
    async with exploring(survey, size=(110, 40)) as pilot:
        await press(pilot, "m", "v", "s", "enter", "escape", "equals_sign", "g", "o", "enter")
        await until(pilot, lambda: "this saved difference" in screen_text(pilot))
        shown = screen_text(pilot)
        for base in (198, 127, 71):
            assert f"Base (n) {base} {base}" in shown
