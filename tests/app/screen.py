"""The explorer under test: opened on a file, its keys pressed, its screen read as plain text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import polars as pl
from rich.style import Style
from textual.pilot import Pilot

from cxtui.app.explorer import Explorer
from cxtui.app.panes.table_pane import Comparison
from cxtui.cli.parser import parse
from cxtui.session.start import Start
from cxtui.sources.locate import CODEBOOK_ENDING
from cxtui.survey.codebook.toml_format import write_codebook
from cxtui.survey.model import Survey

Explored = Pilot[str]
"""Presses keys in an explorer."""

_TURNS = 2000


def explorer(file: Path, *options: str) -> Explorer:
    """Return the explorer that `cxtui FILE OPTIONS` opens."""
    start = parse(["explore", str(file), *options]).survey
    assert isinstance(start, Start)
    return Explorer(start)


@asynccontextmanager
async def exploring(
    file: Path, *options: str, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Explored]:
    """Open the explorer on `file` and wait for its first table."""
    app = explorer(file, *options)
    async with app.run_test(size=size) as pilot:
        await painted(pilot)
        await pilot.pause()  # the pane of roles grows as soon as it knows them
        yield pilot
        app.exit()  # as a person leaves: a count under way may come back to panes that are gone


def app_of(pilot: Explored) -> Explorer:
    """Return the explorer whose keys are pressed."""
    assert isinstance(pilot.app, Explorer)
    return pilot.app


async def painted(pilot: Explored) -> None:
    """Wait until the answer of the view that the explorer stands at is on the screen."""
    app = app_of(pilot)
    for _ in range(_TURNS):
        at_rest = all(worker.is_finished for worker in app.workers)
        if at_rest and app.session.answer:
            return
        await app.workers.wait_for_complete()
        await pilot.pause()
    raise AssertionError(f"{app.session.view} was never answered")


async def press(pilot: Explored, *keys: str) -> None:
    """Press keys and wait until what they asked for is painted."""
    await pilot.press(*keys)
    await painted(pilot)


async def until(pilot: Explored, holds: Callable[[], bool]) -> None:
    """Let the explorer work until something holds."""
    for _ in range(_TURNS):
        if holds():
            return
        await pilot.pause(0.005)
    raise AssertionError("it never came to hold:\n" + "\n".join(lines_of(pilot)))


async def shows(pilot: Explored, words: str) -> None:
    """Let the explorer work until these words stand on the screen."""
    await until(pilot, lambda: words in text_of(pilot))


def lines_of(pilot: Explored) -> list[str]:
    """Return the lines of the topmost screen, without the blanks at their ends."""
    return [line.rstrip() for line in whole_lines_of(pilot)]


def whole_lines_of(pilot: Explored) -> list[str]:
    """Return the lines of the topmost screen as wide as the terminal."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def text_of(pilot: Explored) -> str:
    """Return all lines of the topmost screen as one text."""
    return "\n".join(lines_of(pilot))


def screen_text(pilot: Explored) -> str:
    """Return the text of the topmost screen without folds and borders."""
    text = " ".join(line.strip("│╭╰╮╯ ") for line in whole_lines_of(pilot))
    return " ".join(text.split())


def table_text(pilot: Explored) -> str:
    """Return the text of the table and its notes, without folds."""
    strips = pilot.app.query_one(Comparison)._strips
    return " ".join(" ".join(strip.text for strip in strips).split())


def reversed_text(pilot: Explored) -> list[str]:
    """Return what stands on the screen in reverse."""
    strips = pilot.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if (segment.style or Style()).reverse and segment.text.strip()
    ]


def kept(survey: Survey, folder: Path, name: str = "made.parquet") -> Path:
    """Keep a survey made in memory as a file, with its codebook beside it."""
    file = folder / name
    frame = survey.frame.collect().to_native()
    assert isinstance(frame, pl.DataFrame)
    frame.write_parquet(file)
    beside = file.with_name(file.stem + CODEBOOK_ENDING)
    beside.write_text(write_codebook(survey.codebook), encoding="utf-8")
    return file
