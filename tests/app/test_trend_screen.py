"""The trend opens on `t`, fits the terminal, and takes another variable as wave."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from cxtui.analysis.options import add_question_option, add_view_options, parse_view
from cxtui.analysis.trend import trend
from cxtui.app.app import Explorer
from cxtui.output.trend import (
    detail_lines,
    header_lines,
    lay_out,
    other_lines,
    row_line,
    sparkline,
)
from cxtui.sources.opening import open_survey


def explorer(path: Path, *options: str) -> Explorer:
    parser = argparse.ArgumentParser()
    add_question_option(parser)
    add_view_options(parser)
    return Explorer(
        argparse.Namespace(file=str(path), codebook="", **vars(parser.parse_args(options)))
    )


def screen_of(app: App[str]) -> str:
    """What is on the screen, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def settled(pilot: Pilot[str]) -> str:
    """Wait for the threads and what they post."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    return screen_of(pilot.app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_t_opens_the_trend(example: Path, size: tuple[int, int]) -> None:
    """Waves within roles, the lift of the row under the cursor in full; esc goes back."""
    app = explorer(example, "--question", "omni_executing")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("t")
        shown = await settled(pilot)
        assert "Trend: Is your company executing an omnichannel experience?" in shown
        assert "2015  2016" in shown
        assert "+23.5▲" in shown
        assert "2016 on 2015: +23.5 points (+13.6 to +32.8) · relative +50.4 %" in shown
        assert ("Technology" in shown) is (size[0] == 120)
        await pilot.press("right", "right", "down")
        shown = await settled(pilot)
        assert "› Technology" in shown
        assert "No · Technology" in shown
        await pilot.press("escape")
        assert "1 Questions" in await settled(pilot)


async def test_another_variable_can_be_the_wave(example: Path) -> None:
    """It is asked for where there is none, and remembered."""
    app = explorer(example, "--question", "wave")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        assert "type to find" in await settled(pilot)
        await pilot.press(*"senior", "enter")
        shown = await settled(pilot)
        assert "Waves told apart by seniority" in shown
        await pilot.press("escape", "t")
        assert "Waves told apart by seniority" in await settled(pilot)


async def test_giving_up_on_a_wave_goes_back(example: Path) -> None:
    """Where there is nothing else to show."""
    app = explorer(example, "--question", "wave")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("escape")
        assert "1 Questions" in await settled(pilot)


async def test_a_refusal_says_why(example: Path) -> None:
    """In the place of the trend."""
    app = explorer(example, "--question", "interviewed")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("t")
        assert "interviewed is a date and has no trend" in await settled(pilot)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_every_line_fits_and_every_role_and_wave_can_be_reached(example: Path, width: int) -> None:
    """Also with more waves and roles than fit."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_map --by industry --wave all")
    found = trend(survey, view, "omni_importance")
    assert (len(found.groups), len(found.waves)) == (8, 5)
    for group in range(len(found.groups)):
        for until in range(len(found.waves)):
            layout = lay_out(found, width, group, until)
            assert group in layout.groups
            assert until in layout.waves
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
    lifts = {f"{labels[at]} on {labels[at - 1]}" for at in range(1, 5)}
    lifts |= {f"{labels[at]} on {labels[0]}" for at in range(2, 5)}
    assert sorted(heads) == sorted({*labels, *lifts})
    assert heads[0] == f"{labels[3]} on {labels[2]}"


def test_the_small_line() -> None:
    """From low to high, a blank where there is nothing."""
    assert sparkline([0, 25, None, 50, 75, 100], 0, 100) == "▁▂ ▃▅▇"
    assert sparkline([3, 3], 3, 3) == "▁▁"


def test_text_of_a_file_stays_text(example: Path) -> None:
    """What looks like markup is shown as it is."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question cx_map"))
    row = replace(found.rows[0], label="[b]x[/b] [@click=app.quit]y[/]")
    line = row_line(found, row, lay_out(found, 120, 0, 1))
    assert line.plain.startswith("[b]x[/b]")
