"""A derived question in the app: shown, inspected, edited, and left again."""

from __future__ import annotations

from pathlib import Path

from cxtui.app.screens.codebook.question_screen import EditQuestion
from tests.app.screen import app_of, exploring, press, screen_text, shows, table_text, until

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
SHARE3 = 'id="share3", label="Share in three", from="budget_share", bands=[20,35]'


async def test_a_derived_question_is_shown_inspected_and_edited() -> None:
    """Its footer and `i` say how it was made; `D` edits its wording, not its answers; `u` steps."""
    options = ("--derive", SHARE3, "--question", "cx_goal", "--by", "share3")
    async with exploring(EXAMPLE, *options, size=(120, 90)) as pilot:
        await shows(pilot, "20 to under 35")
        await press(pilot, "i")
        await shows(pilot, "bands of budget_share, from 20, 35")
        await press(pilot, "escape")
        app = app_of(pilot)
        view = app.session.view
        assert view is not None
        app.session.go(view.with_question("share3"))
        await until(pilot, lambda: "Under 20" in table_text(pilot))
        await press(pilot, "D")
        await until(pilot, lambda: isinstance(app.screen, EditQuestion))
        assert "bands of budget_share" in screen_text(pilot)
        await press(pilot, "escape", "escape", "u")
        await until(pilot, lambda: app.session.view == view)
        assert "20 to under 35" in table_text(pilot)
