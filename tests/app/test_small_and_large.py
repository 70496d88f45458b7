"""The screen at every size, and keys pressed at random."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cxtui.app.keys.commands import QUESTIONS, ROLES, TABLE
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import Folded
from tests.app.screen import (
    app_of,
    exploring,
    lines_of,
    press,
    reversed_text,
    shows,
    text_of,
    until,
)
from tests.keys import run


async def resized(pilot: Pilot[str], width: int, height: int) -> None:
    await pilot.resize_terminal(width, height)
    await pilot.pause()


async def test_a_small_screen_shows_one_pane_at_a_time(example: Path) -> None:
    """Tab and 1 2 3 go from one to the next, each on the whole screen; / shows the questions."""
    async with exploring(example, size=(40, 12)) as pilot:
        for key, title in (("3", "3 cx_goal"), ("2", "2 Role"), ("tab", "3 cx_goal"), ("1", "1 Q")):
            await press(pilot, key)
            await pilot.pause()
            frames = [line for line in lines_of(pilot) if line.startswith("╭")]
            assert len(frames) == 1 and title in frames[0] and len(frames[0]) == 40
        await press(pilot, "3")
        assert "55.9 B" in text_of(pilot) and "12.7" in text_of(pilot)
        await press(pilot, "slash", "o", "w", "n")
        assert "1 Questions" in text_of(pilot)


async def test_resizing_keeps_the_place(example: Path) -> None:
    """Question, pane, cell and scrolling are the same after the window was a single cell."""
    async with exploring(example, "--question", "channels", size=(100, 30)) as pilot:
        await press(pilot, "3", "down", "down", "right")
        before = lines_of(pilot)
        for size in ((1, 1), (40, 12), (3, 200), (200, 3), (250, 70), (100, 30)):
            await resized(pilot, *size)
            assert app_of(pilot).movement.pane_id == TABLE
        assert lines_of(pilot) == before


async def test_resizing_keeps_the_place_on_screens_over_the_panes(example: Path) -> None:
    """The ranking, the trend, cell details and help keep their place too."""
    async with exploring(example, size=(100, 30)) as pilot:
        await press(pilot, "3")
        for opened, settled, keys in (
            ("g", "enter table", ["pagedown", "down", "down"]),
            ("t", "p chart", ["down", "down"]),
            ("i", "esc closes", ["pagedown", "down"]),
            ("question_mark", "esc closes", ["pagedown"]),
        ):
            await pilot.press(opened)
            await shows(pilot, settled)
            await pilot.press(*keys)
            before = place_on(pilot)
            assert before != (0, 0)
            for size in ((40, 12), (1, 1), (100, 30)):
                await resized(pilot, *size)
            await until(pilot, partial(stands_at, pilot, before))
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            assert app_of(pilot).movement.pane_id == TABLE


def place_on(pilot: Pilot[str]) -> tuple[int, int]:
    """Return the first line in sight of what is open, and the line of its cursor."""
    shown = pilot.app.screen.query("Listing, Folded").first()
    assert isinstance(shown, Listing | Folded)
    return shown._top, shown.cursor if isinstance(shown, Listing) else 0


def stands_at(pilot: Pilot[str], place: tuple[int, int]) -> bool:
    return place_on(pilot) == place


async def test_a_page_of_a_table_that_was_never_drawn(example: Path) -> None:
    """On a single cell the answers may have changed since something was drawn."""
    async with exploring(example, "--question", "industry", size=(80, 24)) as pilot:
        await press(pilot, "3", "end")
        await resized(pilot, 1, 1)
        await press(pilot, "1", "home", "3", "pagedown")
        assert pilot.app.is_running


async def test_a_large_screen_shows_labels_in_full(example: Path) -> None:
    """In the list as well as in the table, where the gap is a dot on its interval too."""
    async with exploring(example, size=(200, 60)) as pilot:
        first = next(line for line in lines_of(pilot) if "› Main goal" in line)
        assert first.startswith("│› Main goal of the customer-experience work  ")
        assert first.split("│")[1].endswith(" cx_goal")
        line = next(line for line in lines_of(pilot) if "Improve business" in line)
        assert "█" * 18 in line and re.search(r"\+43\.2▲ +│ +─+●─+", line)
        axis = next(line for line in lines_of(pilot) if "−53" in line)
        assert axis.index("0", axis.index("−53")) == line.index("│", line.index("+43.2"))
        await press(pilot, "3", "l", "l", "l")
        assert "12.7" in "".join(reversed_text(pilot))


async def test_few_lines_are_for_answers(example: Path) -> None:
    """On 12 lines none takes two of them for its label; what is measured is said above them."""
    async with exploring(example, size=(40, 12)) as pilot:
        await press(pilot, "m")
        assert app_of(pilot).movement.pane_id == TABLE
        text = text_of(pilot)
        assert "↑↓ more of 5 answers · Row %" in text and "Base (n)      198" in text
        assert all(word in text for word in ("Improve bu…", "Raise loya…", "Lower the…"))
        assert "1 Questions · 2 Role ─╯" in text
        await press(pilot, "1", "p")
        assert app_of(pilot).movement.pane_id == TABLE and "█" in text_of(pilot)


async def test_bars_of_three_cells_differ_by_eighths(example: Path) -> None:
    """On 80 columns a bar has three cells: it is drawn to an eighth of one."""
    async with exploring(example, "--question", "alignment", size=(80, 24)) as pilot:
        line = next(line for line in lines_of(pilot) if "Unchanged" in line)
        assert "▎     6.3" in line and "▏     5.6" in line
        assert "› Has alignment betwe…│" in text_of(pilot)


async def test_bars_give_way_to_labels(example: Path) -> None:
    """On 80 columns long labels are whole, and no bar takes their room."""
    async with exploring(example, size=(80, 24)) as pilot:
        text = text_of(pilot)
        assert "infrastructure" in text and "█" not in text


async def test_a_typed_count_repeats_a_move(example: Path) -> None:
    """4 to 9 begin a count, any digit continues it; 1, 2 and 3 alone go to panes."""
    async with exploring(example, size=(100, 30)) as pilot:
        asked = [one.id for one in app_of(pilot).query_one("#questions")._all]  # type: ignore[attr-defined]
        await press(pilot, "home", "4", "j")
        assert app_of(pilot).session.view.question == asked[4]  # type: ignore[union-attr]
        await press(pilot, "home", "1", "0", "j")
        assert app_of(pilot).session.view.question == asked[1]  # type: ignore[union-attr]
        await press(pilot, "home", "4", "2", "k", "j")
        assert app_of(pilot).session.view.question == asked[1]  # type: ignore[union-attr]
        await press(pilot, "2")
        assert app_of(pilot).movement.pane_id == ROLES
        await press(pilot, "1")
        assert app_of(pilot).movement.pane_id == QUESTIONS


async def test_help_belongs_to_what_is_open(example: Path) -> None:
    """`?` lists the keys of the pane, or of the screen over the panes; where text is typed it is
    a letter.
    """
    async with exploring(example, size=(100, 40)) as pilot:
        await pilot.press("2", "question_mark")
        assert "In pane 2, the roles" in text_of(pilot)
        await pilot.press("question_mark", "N", "question_mark")
        await shows(pilot, "Here")
        assert "Take off" in text_of(pilot)
        await pilot.press("escape", "escape", "f", "question_mark")
        assert app_of(pilot).screen.query_one(Input).value == "?"
        await pilot.press("escape", "slash", "question_mark")
        assert app_of(pilot).query_one("#search").value == "?"  # type: ignore[attr-defined]


async def test_two_enters_close_one_screen(example: Path) -> None:
    """The second may be on its way while the screen closes; so may an escape to one that opens."""
    async with exploring(example, size=(80, 24)) as pilot:
        for keys in (("b", "enter", "enter"), ("g", "escape"), ("t", "escape", "escape")):
            await pilot.press(*keys)
        await pilot.press("escape")
        assert len(pilot.app.screen_stack) == 1


async def test_random_keys_leave_the_explorer_running_and_its_table_correct(
    seed: int, example: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The table on the screen is that of `cxtui table` for the same view, and nothing is left over
    of screens that were closed, tables that were left and cubes that were let go. The keys may
    save a codebook beside the survey, so the survey is a copy.
    """
    monkeypatch.chdir(tmp_path)
    copied = Path(shutil.copy(example, tmp_path))
    await run(copied, 250, seed)


async def test_filters_too_long_for_the_head_stand_in_the_notes(example: Path) -> None:
    """Those that the head says whole are not repeated below."""
    said = "Filter: industry = "
    many = "industry=1,2,3,4,5,6,7"
    async with exploring(example, "--where", "industry=1", size=(100, 50)) as pilot:
        assert "industry = " in text_of(pilot) and said not in text_of(pilot)
    async with exploring(
        example, "--where", many, "--where", "cx_map=1,2,3", size=(100, 50)
    ) as pilot:
        await press(pilot, "F")
        assert said in text_of(pilot)
