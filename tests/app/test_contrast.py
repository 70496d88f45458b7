"""Every colour that is written can be read on the terminal's background, dark or light."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from cxtui.app.terminal.screen_cells import Look, cells_of
from cxtui.output.drawing.rich_table import accent
from tests.app.screen import exploring, press

_LEAST = 4.4
"""4.5 : 1 but for the two blues of a terminal, whose shades differ from one to the next."""
_DARK, _LIGHT = (0, 0, 0), (255, 255, 255)
_XTERM = TerminalTheme(
    _DARK,
    (229, 229, 229),
    [
        *[(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)],
        *[(0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)],
    ],
    [
        *[(127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)],
        *[(92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)],
    ],
)
_STYLES = Path(__file__).parents[2] / "cxtui/app/cxtui.tcss"


def luminance(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance of WCAG 2.1, from 0 to 1."""
    parts = (one / 255 for one in colour)
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shown_colour(codes: str) -> ColorTriplet | None:
    """Return the colour of the text that SGR codes ask for, `None` for the terminal's own."""
    numbers = [int(one) for one in codes.split(";") if one]
    if 38 in numbers:
        kind, *values = numbers[numbers.index(38) + 1 :]
        if kind == 2:
            return ColorTriplet(*values[:3])
        return Color.from_ansi(values[0]).get_truecolor(_XTERM)
    named = [one for one in numbers if 30 <= one <= 37 or 90 <= one <= 97]
    if not named:
        return None
    number = named[0] - 30 if named[0] < 90 else named[0] - 82
    return Color.from_ansi(number).get_truecolor(_XTERM)


def written(style: Style, system: ColorSystem, *, on_light: bool) -> str:
    """Return the SGR codes that a style is written with."""
    look = Look(system, on_light=on_light)
    return cells_of([Segment("x", style)], look)[0].pen.codes


SYSTEMS = (ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR)


@pytest.mark.parametrize("on_light", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda one: one.name)
async def test_every_colour_on_the_screen_can_be_read(
    example: Path, system: ColorSystem, *, on_light: bool
) -> None:
    """Those of the table, the chart and the ranking, and of as many columns as have one."""
    styles = {accent(place) for place in range(12)}
    async with exploring(example, "--by", "industry", "--wave", "all", size=(160, 40)) as pilot:
        for key in ("p", "g"):
            await press(pilot, key)
            strips = pilot.app.screen._compositor.render_strips()
            styles |= {part.style for strip in strips for part in strip if part.style}
    ground = _LIGHT if on_light else _DARK
    coloured = {one for one in styles if one.color and not one.dim and one.color.name != "default"}
    assert len(coloured) > 5
    poor = {
        str(style): round(contrast(colour, ground), 1)
        for style in coloured
        if not _is_context(style)
        and (colour := shown_colour(written(style, system, on_light=on_light)))
        and contrast(colour, ground) < _LEAST
    }
    assert not poor


def _is_context(style: Style) -> bool:
    """Whether a style is that of the border of a pane without the focus."""
    return style.color is not None and style.color.number == 8


def test_the_border_of_the_focus_has_the_colour_of_text() -> None:
    """No colour of a terminal's palette has more contrast on its background."""
    sheet = _STYLES.read_text("utf-8")
    focused = re.search(r"Frame:focus-within \{\s*border: round (\w+);", sheet)
    assert focused and focused[1] == "ansi_default"
    assert set(re.findall(r"border: round (\w+);", sheet)) == {"ansi_default", "ansi_bright_black"}
