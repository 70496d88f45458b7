"""The trend opens on `t`, fits the terminal, and takes another variable as wave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.screens.results.trend_screen import Trends
from cxtui.errors import CxtuiError
from cxtui.output.drawing.trend_details import detail_lines, other_lines
from cxtui.output.drawing.trend_lines import (
    header_lines,
    lay_out,
    row_line,
    sparkline,
)
from cxtui.sources.open_survey import open_survey
from tests.app.screen import Explored, exploring, lines_of, press, screen_text, shows, until


async def shown(pilot: Explored, *keys: str) -> str:
    """What the screen says, without folds, once these keys have been answered."""
    await pilot.press(*keys)
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    return screen_text(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_t_opens_the_trend(example: Path, size: tuple[int, int]) -> None:
    """Waves within roles, the lift of the row under the cursor in full; esc goes back."""
    async with exploring(example, "--question", "omni_executing", size=size) as pilot:
        text = await shown(pilot, "t")
        assert "Trend: Is your company executing an omnichannel experience?" in text
        assert "2015 2016" in text
        assert "+23.5▲" in text
        detail = "2016 minus 2015: +23.5 points (+13.6 to +32.8) · relative +50.4% (+25.6 to +80.2)"
        assert detail in text
        assert ("Technology" in text) is (size[0] == 120)
        text = await shown(pilot, "right", "right", "down")
        assert "› Technology" in text
        assert "No · Technology" in text
        assert "1 Questions" in await shown(pilot, "escape")


async def test_another_variable_can_be_the_wave(example: Path) -> None:
    """It is asked for where there is none, and remembered; the choice is undone and redone."""
    async with exploring(example, "--question", "wave", size=(80, 24)) as pilot:
        assert "type to find" in await shown(pilot, "t")
        assert "Wave variable: seniority" in await shown(pilot, *"senior", "enter")
        assert "Wave variable: seniority" in await shown(pilot, "escape", "t")
        assert "Wave variable: role" in await shown(pilot, "W", *"role", "enter")
        assert "Wave variable: seniority" in await shown(pilot, "u")
        assert "Wave variable: seniority" in await shown(pilot, "u")  # nothing before it
        assert "Wave variable: role" in await shown(pilot, "r")


async def test_giving_up_on_a_wave_goes_back(example: Path) -> None:
    """Where there is nothing else to show."""
    async with exploring(example, "--question", "wave", size=(80, 24)) as pilot:
        await shown(pilot, "t")
        assert "1 Questions" in await shown(pilot, "escape")


async def test_a_trend_that_cannot_be_made_says_why(example: Path) -> None:
    """The reason takes the place of the trend."""
    async with exploring(example, "--question", "interviewed", size=(80, 24)) as pilot:
        assert "interviewed is a date and has no trend" in await shown(pilot, "t")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_every_line_fits_and_every_role_and_wave_can_be_reached(example: Path, width: int) -> None:
    """Also with more waves and roles than fit."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_map --by industry --wave all")
    found = trend(survey, view, "omni_importance")
    assert (len(found.groups), len(found.waves)) == (8, 5)
    for group in range(len(found.groups)):
        for last in range(len(found.waves)):
            layout = lay_out(found, width, group, last)
            assert group in layout.groups
            assert last in layout.waves
            lines = [*header_lines(found, layout, group), row_line(found, found.rows[0], layout)]
            assert {cell_len(line.plain.rstrip()) <= width for line in lines} == {True}
            assert detail_lines(found, found.rows[0], group, layout)


def test_every_wave_and_lift_is_told_once(example: Path) -> None:
    """Those of the wave in sight first, the others after the notes."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question cx_map"), "omni_importance")
    layout = lay_out(found, 80, 0, 3)
    row = found.rows[0]
    first, rest = (lines(found, row, 0, layout) for lines in (detail_lines, other_lines))
    heads = [line.partition(": ")[0] for line in (*first[1:], *rest)]
    labels = [wave.label for wave in found.waves]
    lifts = {f"{labels[at]} minus {labels[at - 1]}" for at in range(1, 5)}
    lifts |= {f"{labels[at]} minus {labels[0]}" for at in range(2, 5)}
    assert sorted(heads) == sorted({*labels, *lifts})
    assert heads[0] == f"{labels[3]} minus {labels[2]}"


async def test_a_count_that_comes_back_late_is_dropped(example: Path) -> None:
    """The screen was closed meanwhile, and has no rows to fill."""
    async with exploring(example, "--question", "cx_map") as pilot:
        await press(pilot, "t")
        screen = pilot.app.screen
        assert isinstance(screen, Trends)
        await press(pilot, "escape")
        assert not screen.query("*")
        screen.divide()
        screen.counted(screen._wave, CxtuiError("too late"))


def test_a_sparkline_goes_from_low_to_high() -> None:
    """A wave without a value is a blank."""
    assert sparkline([0, 25, None, 50, 75, 100], 0, 100) == "▁▂ ▃▅▇"
    assert sparkline([3, 3], 3, 3) == "▁▁"


def test_text_of_a_file_stays_text(example: Path) -> None:
    """What looks like markup is shown as it is."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question cx_map"))
    row = replace(found.rows[0], label="[b]x[/b] [@click=app.quit]y[/]")
    line = row_line(found, row, lay_out(found, 120, 0, 1))
    assert line.plain.startswith("[b]x[/b]")


async def test_on_a_small_screen_the_lines_are_whole(example: Path) -> None:
    """Of the answers the one that is drawn is left; its roles, waves and legend are all there."""
    async with exploring(example, size=(40, 12)) as pilot:
        await pilot.press("t")
        await shows(pilot, "p chart")
        await pilot.press("p", "down")
        await until(pilot, lambda: "│ Raise loyalty" in lines_of(pilot)[4])
        lines = lines_of(pilot)
        plot = "\n".join(line for line in lines if "┤" in line)
        assert [plot.count(one) for one in "TB"] == [1, 2] and "2015" in lines[9]
        assert "T Total  A Marketing  B Technology" in lines[10]
