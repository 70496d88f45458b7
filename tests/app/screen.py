"""What stands on the screen of an explorer under test."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.style import Style
from textual.pilot import Pilot

from cxtui.app.app import Explorer
from cxtui.app.panes.comparison import Comparison


def explorer(survey: Path, *options: str) -> Explorer:
    """An explorer of a survey, as the command line opens it."""
    return Explorer(options_of(survey, *options))


def options_of(survey: Path, *options: str) -> Namespace:
    from cxtui.cli import _parser

    return _parser().parse_args(["explore", str(survey), *options])


async def settled(pilot: Pilot[str]) -> None:
    """Wait until what was asked for has been counted and painted."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[str], *keys: str) -> None:
    """Press keys and wait for what comes of them."""
    await pilot.press(*keys)
    await settled(pilot)


def screen_lines(pilot: Pilot[str]) -> list[str]:
    """The text on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def screen_text(pilot: Pilot[str]) -> str:
    """The text on the screen, without folds and borders."""
    text = " ".join(line.strip("│╭╰╮╯ ") for line in screen_lines(pilot))
    return " ".join(text.split())


def table_text(pilot: Pilot[str]) -> str:
    """The text of the table and its notes, without folds."""
    strips = pilot.app.query_one(Comparison)._strips
    return " ".join(" ".join(strip.text for strip in strips).split())


def reversed_text(pilot: Pilot[str]) -> list[str]:
    """What stands on the screen in reverse."""
    strips = pilot.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if (segment.style or Style()).reverse and segment.text.strip()
    ]
