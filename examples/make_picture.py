"""Draw the README's pictures from the running app: `python -m examples.make_picture [FOLDER]`."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from html import escape, unescape
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from cxtui.app.explorer import Explorer
from cxtui.session.start import Start

HERE = Path(__file__).parent
EXAMPLE = HERE / "cmo-benchmark-2016.parquet"
_WEB_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_CLIPS = re.compile(r' clip-path="[^"]*"|<clipPath.*?</clipPath>\s*', re.DOTALL)
"""They cut what hangs below the last line."""

PICTURES = {
    "cxtui.svg": ((110, 28), ()),
    "cxtui-chart.svg": ((110, 28), ("p", "3", "down", "down", "down")),
    "cxtui-gaps.svg": ((110, 24), ("g", "down", "down")),
}
"""Files, columns and lines of the terminal, and the keys that lead to what they show."""


async def picture(size: tuple[int, int], keys: Sequence[str]) -> str:
    """Return the screen of the example after some keys as SVG that needs no certain font."""
    *_, last = [one async for one in screens(size, keys)]
    return last


async def screens(
    size: tuple[int, int], keys: Sequence[str], survey: str = str(EXAMPLE)
) -> AsyncIterator[str]:
    """Yield the first screen of a survey, and the screen after each key."""
    app = Explorer(Start((survey,), fresh=True))
    async with app.run_test(size=size) as pilot:
        while app.session.finished() is None:
            await _rest(pilot)
        yield _fontless(app)
        for key in keys:
            await pilot.press(key)
            await _rest(pilot)
            yield _fontless(app)


def _fontless(app: Explorer) -> str:
    svg = app.export_screenshot(title="cxtui cmo-benchmark-2016.parquet")
    fontless = _WEB_FONT.sub("", svg).replace("Fira Code, monospace", "monospace")
    return re.sub(r"terminal-\d+", "terminal", _CLIPS.sub("", _TEXT.sub(_drawn, fontless)))


async def _rest(pilot: Pilot[str]) -> None:
    """Wait for what is being counted, and for what comes of it to be painted."""
    await pilot.pause()
    with suppress(WorkerCancelled):  # what was counted ahead gives way to a key
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


# Each word at its own place, lines and bars as shapes: fonts differ in what they have, how wide it
# is, and in whether lines meet those of the line below.

_TEXT = re.compile(
    r'<text class="(?P<style>[^"]*)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"[^>]*clip-path[^>]*>'
    r"(?P<text>[^<]*)</text>"
)
_WIDE, _HIGH, _BASELINE = 12.2, 24.4, 18.5
"""A cell of Rich's pictures, and how far below its top the text stands."""
_THIN = 1.6

Box = tuple[float, float, float, float]
"""Left, top, width and height, in parts of a cell."""

_ACROSS: Box = (0, 0.5, 1, 0)
_DOWN: Box = (0.5, 0, 0, 1)
_LEFT, _RIGHT, _UP, _UNDER = (
    (0, 0.5, 0.5, 0),
    (0.5, 0.5, 0.5, 0),
    (0.5, 0, 0, 0.5),
    (0.5, 0.5, 0, 0.5),
)
_LINES: dict[str, tuple[Box, ...]] = {
    "─": (_ACROSS,),
    "│": (_DOWN,),
    "╭": (_RIGHT, _UNDER),
    "╮": (_LEFT, _UNDER),
    "╰": (_RIGHT, _UP),
    "╯": (_LEFT, _UP),
    "┼": (_ACROSS, _DOWN),
}
_EIGHTHS = "▏▎▍▌▋▊▉█"
_BAR: Box = (0, 0.06, 1, 0.88)
_SHAPES = f"{''.join(_LINES)}{_EIGHTHS}●"
_RUNS = re.compile(rf"(?P<bar>█*[{_EIGHTHS}])|─+|[{_SHAPES}]|[^\s{_SHAPES}]+")


def _drawn(found: re.Match[str]) -> str:
    """Return one run of text as words and shapes."""
    style, text = found["style"], unescape(found["text"]).replace("\N{NO-BREAK SPACE}", " ")
    x, y = float(found["x"]), float(found["y"]) - _BASELINE
    return "".join(_pieces(style, text, x, y))


def _pieces(style: str, text: str, x: float, y: float) -> Iterator[str]:
    for run in _RUNS.finditer(text):
        left, cells = x + _WIDE * cell_len(text[: run.start()]), cell_len(run[0])
        if run["bar"]:
            eighths = _EIGHTHS.index(run[0][-1]) + 1
            yield _box(style, left, y, _BAR, cells - 1 + eighths / 8)
        elif run[0][0] in _LINES:
            yield from (_box(style, left, y, one, cells) for one in _LINES[run[0][0]])
        elif run[0] == "●":
            middle = f'cx="{left + _WIDE / 2:.1f}" cy="{y + _HIGH / 2:.1f}"'
            yield f'<circle class="{style}" {middle} r="5"/>'
        else:
            place = f'x="{left:.1f}" y="{y + _BASELINE:.1f}" textLength="{_WIDE * cells:.1f}"'
            yield f'<text class="{style}" {place}>{escape(run[0])}</text>'


def _box(style: str, left: float, top: float, box: Box, cells: float) -> str:
    """Return a part of a cell, as wide as `cells`; what has no extent is a thin line."""
    across, down, wide, high = box
    width = _WIDE * (wide + cells - 1) if wide else _THIN
    height = _HIGH * high or _THIN
    x = left + _WIDE * across - (0 if wide else _THIN / 2)
    y = top + _HIGH * down - (0 if high else _THIN / 2)
    return (
        f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, (size, keys) in PICTURES.items():
        (folder / name).write_text(asyncio.run(picture(size, keys)), "utf-8")
