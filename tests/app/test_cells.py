"""The cursor on a cell, the details of a cell, and the level and correction of its letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Correction
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.explorer import Explorer
from cxtui.app.panes import table_painting
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.base.drawn_lines import Folded
from cxtui.app.screens.results.inspect_screen import Inspect
from cxtui.output import Format
from cxtui.output.drawing.number_text import p_text, rounded, signed
from cxtui.sources.open_survey import open_survey
from tests.app.screen import (
    exploring,
    painted,
    press,
    reversed_text,
    screen_text,
    shows,
    table_text,
    text_of,
    whole_lines_of,
)
from tests.rendering import render

SIZES = [(80, 24), (120, 40)]


def cell(pilot: Pilot[str]) -> tuple[int, int] | None:
    return pilot.app.query_one(Comparison).cell


def view_of(pilot: Pilot[str]) -> str:
    app = pilot.app
    assert isinstance(app, Explorer)
    return str(app.session.view)


@pytest.mark.parametrize("size", SIZES)
async def test_the_cell_under_the_cursor_is_reversed(example: Path, size: tuple[int, int]) -> None:
    """Only while the table has the focus."""
    async with exploring(example, size=size) as pilot:
        assert not any("55.9" in text for text in reversed_text(pilot))
        await press(pilot, "3")
        assert [text.split()[-2:] for text in reversed_text(pilot)] == [["55.9", "B"]]
        await press(pilot, "down", "right")
        assert [text.split()[-1] for text in reversed_text(pilot)] == ["15.5"]
        await press(pilot, "left", "left", "left")
        assert [text.split() for text in reversed_text(pilot)] == [["21.2"]]
        await press(pilot, "1")
        assert not any("21.2" in text for text in reversed_text(pilot))


async def test_the_cursor_stays_on_the_table(example: Path) -> None:
    """At its edges, by pages, and when another question has fewer answers."""
    async with exploring(example, "--question", "recommend", size=(80, 16)) as pilot:
        await press(pilot, "3", "up", "left", "left")
        assert cell(pilot) == (0, 0)
        await press(pilot, "end", "right", "right", "right")
        assert cell(pilot) == (10, 2)
        assert any("10 Extremely" in line for line in whole_lines_of(pilot))
        await press(pilot, "pageup")
        assert cell(pilot) != (10, 2)
        await press(pilot, "home")
        assert cell(pilot) == (0, 2)
        await press(pilot, "pagedown", "pagedown", "pagedown", "pagedown")
        assert cell(pilot) == (10, 2)
        await press(pilot, "m", "m", "m", "m", "m")
        assert cell(pilot) == (0, 2)


async def test_the_cursor_moves_over_a_table_drawn_once(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move paints two lines at most; nothing is laid out again."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "3")
        regions: list[Region] = []
        monkeypatch.setattr(table_painting, "_rendered", None)
        monkeypatch.setattr(Comparison, "refresh", lambda _, *changed: regions.extend(changed))
        await press(pilot, "down")
        assert [region.height for region in regions] == [1, 1]
        regions.clear()
        await press(pilot, "right")
        assert [region.height for region in regions] == [1]


async def test_the_cursor_takes_the_columns_along(example: Path) -> None:
    """A column that does not fit comes into sight, whichever way it is reached."""
    options = ("--question", "cx_goal", "--by", "industry>company_size")
    async with exploring(example, *options, size=(80, 24)) as pilot:
        table = pilot.app.query_one(Comparison).table
        assert table is not None
        last = len(table.columns) - 1
        await press(pilot, "3")
        for column in range(2, last + 1):
            await pilot.press("right")
            assert cell(pilot) == (0, column)
            assert len(reversed_text(pilot)) == 1
        await press(pilot, "right")
        assert f"–{last} of {last}" in screen_text(pilot)
        for column in range(last - 1, -1, -1):
            await pilot.press("left")
            assert cell(pilot) == (0, column)
            assert len(reversed_text(pilot)) == 1
        assert "columns 1–" in screen_text(pilot)


async def test_columns_scroll_from_another_pane(example: Path) -> None:
    """As they did; the cursor is found among those in sight."""
    options = ("--question", "cx_goal", "--by", "industry>company_size")
    async with exploring(example, *options, size=(80, 24)) as pilot:
        await press(pilot, "right", "right", "right", "right")
        assert "columns 5–" in screen_text(pilot)
        await press(pilot, "3")
        assert "columns 5–" in screen_text(pilot)
        assert len(reversed_text(pilot)) == 1


async def test_a_click_puts_the_cursor_on_a_cell(example: Path) -> None:
    """And gives the table the focus."""
    async with exploring(example, size=(120, 40)) as pilot:
        lines = whole_lines_of(pilot)
        y = next(at for at, line in enumerate(lines) if "Lower the cost" in line)
        await pilot.click(offset=(lines[y].index("26.8"), y))
        await painted(pilot)
        assert cell(pilot) == (2, 2)
        assert [text.split()[-2:] for text in reversed_text(pilot)] == [["26.8", "A"]]


async def test_the_wheel_moves_what_is_under_the_mouse(example: Path) -> None:
    """The questions, the answers of the table with and without its cursor, an overlay's lines."""
    async with exploring(example, "--question", "cx_owner", size=(100, 17)) as pilot:
        await turn(pilot, "#questions", events.MouseScrollDown)
        await turn(pilot, "#questions", events.MouseScrollDown)
        await turn(pilot, "#questions", events.MouseScrollUp)
        await shows(pilot, "How clear is it who")
        first = text_of(pilot)
        await press(pilot, "n")
        before = text_of(pilot)
        await turn(pilot, "#comparison", events.MouseScrollDown)
        assert text_of(pilot) != before != first
        await press(pilot, "3")
        await turn(pilot, "#comparison", events.MouseScrollDown)
        assert cell(pilot) == (1, 1)
        await pilot.press("i")
        await turn(pilot, "#inspect", events.MouseScrollDown)
        behind = pilot.app.screen.query_one("#inspect")
        assert isinstance(behind, Folded) and behind._top == 1


async def turn(pilot: Pilot[str], where: str, event: type[events.MouseEvent]) -> None:
    await pilot._post_mouse_events([event], where, (3, 2), button=0)
    await painted(pilot)


async def test_a_click_on_its_box_switches_a_role(example: Path) -> None:
    """A click on its name puts the cursor there."""
    async with exploring(example, size=(100, 30)) as pilot:
        await pilot.click("#roles", offset=(8, 1))
        await painted(pilot)
        assert "[x] Technology" in text_of(pilot)
        await pilot.click("#roles", offset=(1, 1))
        await painted(pilot)
        assert "[ ] Technology" in text_of(pilot) and "[x] Marketing" in text_of(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_the_details_of_a_cell_are_those_of_the_json(
    example: Path, size: tuple[int, int]
) -> None:
    """Arrows to a cell, `i`, and read the numbers; esc closes."""
    survey = open_survey(str(example))
    whole = json.loads(render(tabulate(survey, parse_view(survey, "")), Format.JSON))
    row = whole["rows"][4]
    shown, pair = row["cells"][2], row["pairs"][0]
    async with exploring(example, size=size) as pilot:
        await press(pilot, "3", "end", "right", "i")
        assert isinstance(pilot.app.screen, Inspect)
        text = screen_text(pilot)
        assert all(said in text for said in (row["label"], shown["column"]))
        for said in (f" n {shown['n']} ", f" base {shown['base']} ", rounded(shown["percent"])):
            assert said in text
        assert f"{rounded(shown['low'])} to {rounded(shown['high'])} at 95%" in text
        await press(pilot, *["down"] * 12)
        text = screen_text(pilot)
        assert f"gap {signed(pair['gap'])} points, SE {rounded(pair['se'], 2)}" in text
        assert f"t {signed(pair['t'], 2)}, df {pair['df']:g}" in text
        assert f"p {p_text(pair['p'])} raw; {p_text(pair['p_adjusted'])} Holm over" in text
        assert f"Fisher's p {p_text(pair['p_fisher'])}, exact" in text
        await press(pilot, "end")
        assert "corrected p Holm: the smallest of k p" in screen_text(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, Inspect)
        assert cell(pilot) == (4, 2)


async def test_from_the_questions_it_is_the_first_cell(example: Path) -> None:
    """The first answer in the first column, wherever the cursor was; `i` and `q` close too."""
    async with exploring(example, size=(80, 24)) as pilot:
        for close in ("i", "q"):
            await press(pilot, "3", "down", "right", "1", "i")
            text = screen_text(pilot)
            assert "row Improve business outcomes (1)" in text
            assert "column Marketing (A, role 1)" in text
            await press(pilot, close)
            assert not isinstance(pilot.app.screen, Inspect)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 12), (200, 60)])
async def test_it_opens_in_any_size(example: Path, size: tuple[int, int]) -> None:
    """And scrolls there, and the cursor moves."""
    async with exploring(example, size=size) as pilot:
        await press(pilot, "3", "down", "right", "pagedown", "end", "i", "down", "pagedown", "end")
        assert isinstance(pilot.app.screen, Inspect)
        await press(pilot, "escape", "c", "down", "right", "escape", "home")


async def test_the_correction_and_the_level_are_one_step(example: Path) -> None:
    """The letters, the footer and the view change with enter; undo takes both back."""
    options = ("--question", "cx_goal", "--by", "role", "--level", "99")
    async with exploring(example, *options, size=(120, 40)) as pilot:
        assert "11.3 A~" not in table_text(pilot)
        await press(pilot, "c")
        assert "● Holm" in screen_text(pilot)
        assert "[99%]" in screen_text(pilot)
        await press(pilot, "up", "left", "left", "enter")
        assert "11.3 A~" in table_text(pilot)
        assert "90% unadjusted" in table_text(pilot)
        assert "--level 90 --correction none" in view_of(pilot)
        await press(pilot, "u")
        assert "11.3 A~" not in table_text(pilot)
        assert "--level 99" in view_of(pilot)
        assert "--correction" not in view_of(pilot)


async def test_leaving_the_choice_changes_nothing(example: Path) -> None:
    """Esc keeps the view; a level of the command line is offered again."""
    async with exploring(example, "--level", "97.5", size=(80, 24)) as pilot:
        before = view_of(pilot)
        await press(pilot, "c")
        assert "80% 90% 95% [97.5%] 99%" in screen_text(pilot)
        await press(pilot, "down", "right", "escape")
        assert view_of(pilot) == before
        await press(pilot, "c", "down", "enter")
        assert f"--correction {Correction.BH}" in view_of(pilot)


async def test_hostile_labels_are_text(tmp_path: Path) -> None:
    """Brackets of markup in labels are shown as they are."""
    path = tmp_path / "hostile.csv"
    rows = [f"[/b]{n % 2},[@click=app.quit]x{n % 3}[/]" for n in range(90)]
    path.write_text("\n".join(["role,goal [red]", *rows]) + "\n")
    async with exploring(path, "--question", "q2", "--by", "role") as pilot:
        await painted(pilot)
        await press(pilot, "3", "i")
        text = screen_text(pilot)
        assert "goal [red]" in text
        assert "[@click=app.quit]x0[/]" in text
        assert "[/b]0" in text


async def test_rows_and_columns_are_hidden_and_come_back(example: Path) -> None:
    """`z` picks what; letters of a hidden column are followed by a sign; `Z` shows all again."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "3", "down", "l", "z")
        assert "the row Raise loyalty" in screen_text(pilot)
        await press(pilot, "enter")
        assert "Raise loyalty" not in table_text(pilot) and "1 row hidden" in table_text(pilot)
        assert "--hidden cx_goal=2" in view_of(pilot)
        await press(pilot, "z", "c", "o", "l", "enter")
        assert "Technology" not in table_text(pilot) and "55.9 B›" in table_text(pilot)
        await press(pilot, "Z")
        assert "Raise loyalty" in table_text(pilot) and "--hidden" not in view_of(pilot)
        await press(pilot, "u")
        assert "1 row, 1 column hidden" in table_text(pilot)
        await press(pilot, "Z", "z", "b", "e", "l", "o", "w", "enter")
        assert "Raise loyalty" in table_text(pilot) and "Lower the cost" not in table_text(pilot)
