"""The chart beside the table, what export offers while it is open, and what is kept."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.app.explorer import Explorer, run
from cxtui.app.panes.table_painting import Room, of_both
from cxtui.app.panes.table_pane import Comparison
from cxtui.output.drawing.rich_table import plain_lines
from cxtui.output.drawing.table_layout import extent_of, lay_out
from cxtui.session.answers import Answers
from cxtui.session.saved_view_store import last_view
from cxtui.session.survey_reading import Ready
from cxtui.sources.open_survey import open_survey
from tests.app.pty import MAIN
from tests.app.screen import (
    app_of,
    explorer,
    exploring,
    lines_of,
    press,
    reversed_text,
    shows,
    text_of,
)
from tests.making import GOAL, ROLE, categories, survey_of


async def test_a_wide_screen_shows_the_chart_beside_the_table(example: Path) -> None:
    """Each answer's bars on its own lines; the numbers once; export proposes the chart."""
    async with exploring(example, size=(150, 40)) as pilot:
        await press(pilot, "p", "3", "down")
        (first, second), _ = (
            [line for line in lines_of(pilot) if line.count(name) and "█" in line][:2]
            for name in ("Marketing A", "Technology B")
        )
        assert "Improve business" in first and first.count("55.9") == 1 and "+43.2" in first
        assert "Raise loyalty" in second and "●" in first
        assert any("Base (n)" in line and "127" in line for line in lines_of(pilot))
        assert app_of(pilot).session.finished() is not None
        await pilot.press("e")
        await shows(pilot, "‹ chart ›")
        assert "‹ svg ›" in text_of(pilot) and "--shape chart" in text_of(pilot)


def test_the_chart_beside_a_table_ends_where_the_room_does(example: Path) -> None:
    survey = open_survey(str(example))
    table = tabulate(survey, parse_view(survey, "--question cx_goal --by role"))
    both = of_both(table, extent_of(table), Room(Console(), 150, 40, 1))
    lines = [*both.header, *both.answers(0, both.starts[-1])]
    assert max(line.cell_length for line in lines) == 150


async def test_the_lines_of_a_trend_are_a_picture(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every point is a dot, two waves are a line: 5 answers × 3 roles."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await press(pilot, "t")
        await shows(pilot, "p chart")
        await pilot.press("p", "e")
        await shows(pilot, "‹ chart ›")
        await pilot.press("enter")
        await shows(pilot, "wrote ")
    picture = (tmp_path / "cmo-benchmark-2016-cx_goal-trend.svg").read_text("utf-8")
    assert picture.count("<circle") == 5 * 3 * 2
    assert picture.count('stroke-width="2"') == 5 * 3 + 3  # and the legend
    assert ">Build a better data infrastructure<" in picture


async def test_saved_views_are_offered_as_one_file(example: Path, tmp_path: Path) -> None:
    """Those that fit the survey, under their names."""
    survey = tmp_path / example.name
    survey.write_bytes(example.read_bytes())
    (tmp_path / "cmo-benchmark-2016.views.toml").write_text(
        '[[view]]\nname = "Goals"\nview = "--question cx_goal --by role"\n'
        '[[view]]\nname = "Gone"\nview = "--question gone"\n'
    )
    async with exploring(survey) as pilot:
        assert [name for name, _ in app_of(pilot).session.saved_views()] == ["Goals"]
        (tmp_path / "cmo-benchmark-2016.views.toml").write_text("nonsense")
        assert not app_of(pilot).session.saved_views()


def test_a_crash_keeps_the_view(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The view is kept as on quitting; the exit status reports the crash."""
    survey = open_survey([str(example)], "")
    view = parse_view(survey, "--question cx_owner --by role")

    class Broken(Explorer):
        async def run_async(self) -> str:  # type: ignore[override]
            answers = Answers(survey)
            first = default_view(survey)
            self.session.state = Ready(survey, survey, view, answers, "", first, first)
            self._exception, self._return_code = RuntimeError("broken"), 1
            return ""

    left: list[int] = []
    monkeypatch.setattr("cxtui.app.explorer.exit_now", lambda status, _: left.append(status))
    app = Broken(explorer(example).session.start)
    asyncio.run(run(app, lambda: None, print, repr))
    assert left == [1]
    assert last_view([str(example)], survey) == view


def test_no_word_of_a_title_is_cut_while_there_is_room() -> None:
    """Fewer columns are shown at once, and ←→ reaches the rest."""
    labels = ("Developer or software engineer", "IT management", "Community manager", "Other")
    role = replace(ROLE, categories=categories(*labels))
    people = [{"role": str(1 + at % 4), "goal": str(1 + at % 3)} for at in range(400)]
    made = survey_of(people, [role, GOAL], {"role": pl.String, "goal": pl.String})
    table = tabulate(made, parse_view(made, "--question goal --by role"))
    layout = lay_out(table, 52)
    assert len(layout.shown) < 5
    titles = " ".join(list(plain_lines(table, layout))[: layout.titles])
    assert "Developer" in titles and "engineer A" in titles and "…" not in titles


def test_a_browser_draws_what_comes_through_a_pipe(example: Path) -> None:
    """As `textual serve` starts it: no terminal is asked for, and Textual's own codes are sent."""
    served = {**os.environ, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, str(example)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=served,
    )
    with process:
        assert process.stdout is not None
        received = b""
        while b"1 Questions" not in received and (read := os.read(process.stdout.fileno(), 65536)):
            received += read
        process.kill()
    assert received.startswith(b"__GANGLION__\n") and b"1 Questions" in received


async def test_the_cursor_stays_in_sight_in_an_answer_taller_than_the_pane(example: Path) -> None:
    """A chart has a line for every column of an answer."""
    async with exploring(example, "--by", "company_size>industry", size=(100, 18)) as pilot:
        await press(pilot, "3", "p", *["right"] * 20, *["down"] * 2)
        comparison = pilot.app.query_one(Comparison)
        assert comparison.cell is not None and comparison.cell[0] == 2
        assert reversed_text(pilot)
