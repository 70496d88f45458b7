"""Keys pressed in the explorer, and what it shows for them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from rich.cells import cell_len
from textual.widgets import Input

from cxtui.analysis.query.groups.engine_counts import EngineCounts
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, Sort, View
from cxtui.app.keys.commands import COMMANDS, ROLES, TABLE
from cxtui.app.panes.table_pane import Comparison
from cxtui.cli import main
from cxtui.output.drawing.table_layout import Extent
from cxtui.session.counting import Counting
from cxtui.session.view_steps import STEPS
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Question
from tests.app.screen import (
    Explored,
    app_of,
    explorer,
    exploring,
    kept,
    lines_of,
    painted,
    press,
    screen_text,
    shows,
    table_text,
    text_of,
    until,
    whole_lines_of,
)
from tests.making import CHANNELS, GOAL, ROLE, categories, made, survey_of

SIZES = ((1, 1), (40, 12), (80, 24), (120, 40), (200, 60))
GOAL_TITLE = "Main goal of the customer-experience work"
MAP_TITLE = "Progress in mapping the customer experience"


def view_of(pilot: Explored) -> View:
    view = app_of(pilot).session.view
    assert view is not None
    return view


def line_with(pilot: Explored, words: str) -> str:
    """Return the one line that shows these words."""
    found = [line for line in lines_of(pilot) if words in line]
    assert len(found) == 1, "\n".join(lines_of(pilot))
    return found[0]


def status_of(pilot: Explored) -> str:
    return lines_of(pilot)[-1]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Forty respondents, a weight, and every kind of question."""
    return kept(
        made(
            [
                {
                    "role": 1 + (number % 4 == 0),
                    "goal": 1 + number % 3,
                    "tools_1": number % 2,
                    "tools_2": number % 3 == 0,
                    "tools_3": 0,
                    "web": 1 + number % 3,
                    "mobile": 1 + number % 2,
                    "budget": float(number),
                    "w": 0.5 + number % 3,
                }
                for number in range(40)
            ]
        ),
        tmp_path,
    )


# Opening and moving


async def test_it_opens_on_the_first_question_of_the_latest_wave(example: Path) -> None:
    """Title, panes, table and footer, with the numbers that were published."""
    async with exploring(example, size=(120, 40)) as pilot:
        lines = lines_of(pilot)
        assert lines[0].startswith(" CMO Digital Benchmark Study 2016 (synthetic)")
        assert lines[0].endswith("n 198 · wave 2016 · filter none · weight none")
        assert "› Main goal of" in text_of(pilot) and "╭─ 3 cx_goal ─" in lines[1]
        assert "Column % · base: answering · unweighted · wave = 2016 · 95% Holm" in lines[3]
        row = line_with(pilot, "Improve business outcomes")
        assert [word for word in row.split() if word[0] in "+−0123456789"][:2] == ["40.4", "55.9"]
        assert "55.9 B" in row and "+43.2" in row
        assert line_with(pilot, "Marketing  ").endswith("│")
        assert "[x] Technology                   71" in line_with(pilot, "[x] Technology")
        await shows(pilot, "letter: significantly higher than that column")
        assert status_of(pilot).startswith(" 378 rows · ")


async def test_it_opens_on_the_view_of_the_command_line(example: Path) -> None:
    """The same options as `cxtui table`."""
    options = ("--question", "cx_map", "--by", "wave", "--wave", "all", "--show", "count")
    async with exploring(example, *options) as pilot:
        await shows(pilot, MAP_TITLE)
        assert "n 378 · wave all" in lines_of(pilot)[0]
        assert view_of(pilot).banner == (("wave",),)


async def test_a_survey_that_cannot_be_opened_ends_it_with_the_reason(tmp_path: Path) -> None:
    """The reason is its result, for the command line to print."""
    file = tmp_path / "broken.parquet"
    file.write_bytes(b"not one")
    app = explorer(file)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_value is not None)
    assert app.return_value is not None
    assert "is not a Parquet file" in app.return_value


async def test_moving_computes_the_table_of_the_question_under_the_cursor(example: Path) -> None:
    """Arrows, letters, pages and ends."""
    async with exploring(example, size=(120, 40)) as pilot:
        for keys, question in (
            (["down"], "cx_map"),
            (["j", "j"], "delivery"),
            (["k"], "map_method"),
            (["up"], "cx_map"),
            (["end"], "interviewed"),
            (["home"], "cx_goal"),
            (["G"], "interviewed"),
        ):
            await press(pilot, *keys)
            assert view_of(pilot).question == question
            found = app_of(pilot).session.survey
            asked = found.codebook.find(question) if found else None
            assert asked is not None
            assert any(line.startswith(f"│› {asked.label[:20]}") for line in lines_of(pilot))
        await press(pilot, "home", "pagedown")
        below = view_of(pilot).question
        await press(pilot, "pageup")
        assert (below, view_of(pilot).question) == ("company_size", "cx_goal")


async def test_moving_on_shows_the_numbers_of_the_next_question(small: Path) -> None:
    """The mean of a numeric question, and the base."""
    async with exploring(small, "--question", "budget", "--no-weight") as pilot:
        assert "19.50" in line_with(pilot, "Mean   ")
        assert "40" in line_with(pilot, "Base (n)")
        await press(pilot, "home")
        assert "Mean" not in text_of(pilot)


async def test_tab_and_digits_walk_the_panes(example: Path) -> None:
    """And the footer shows the keys of the pane."""
    async with exploring(example) as pilot:
        seen = []
        for key in ("tab", "tab", "tab", "3", "2"):
            await pilot.press(key)
            assert pilot.app.focused is not None
            seen.append(pilot.app.focused.id)
        assert seen == [ROLES, TABLE, "questions", TABLE, ROLES]
        await shows(pilot, "space on/off")


async def test_a_wide_table_scrolls_by_columns_and_a_long_one_by_rows(example: Path) -> None:
    """The screen tells how much is out of sight."""
    options = ("--question", "cx_owner", "--by", "industry")
    async with exploring(example, *options, size=(80, 12)) as pilot:
        await shows(pilot, "←→ columns 1–")
        first = text_of(pilot)
        await press(pilot, "right")
        await shows(pilot, "←→ columns 2–")
        await press(pilot, "left", "3")
        await shows(pilot, "←→ columns 1–")
        await press(pilot, "end")
        await shows(pilot, "↑↓ more of")
        await shows(pilot, "Base (n)")
        assert text_of(pilot) != first


# Find


async def test_find_narrows_while_letters_are_typed(example: Path) -> None:
    """Enter keeps what was found, esc lists all again."""
    async with exploring(example) as pilot:
        await press(pilot, "slash", *"mobil")
        await press(pilot, "e")
        assert "╭─ 3 mobile_first ─" in text_of(pilot) and "› Stage of build" in text_of(pilot)
        assert view_of(pilot).question == "mobile_first"
        assert "Main goal" not in text_of(pilot)
        await shows(pilot, "found")
        await press(pilot, "enter", "down")
        assert view_of(pilot).question == "channels.mobile"
        assert "Main goal" not in text_of(pilot)
        await press(pilot, "escape")
        await shows(pilot, "Main goal")
        assert view_of(pilot).question == "channels.mobile"


async def test_esc_gives_up_what_was_found(example: Path) -> None:
    """While letters are typed it goes back to the question before; `ctrl+c` says how to go."""
    async with exploring(example) as pilot:
        await press(pilot, "slash", *"mobile")
        assert view_of(pilot).question == "mobile_first"
        await press(pilot, "escape")
        assert view_of(pilot).question == "cx_goal"
        await press(pilot, "ctrl+c")
        await shows(pilot, "ctrl+c again or q quits")
        await press(pilot, "j", "ctrl+c")
        assert app_of(pilot).is_running


@pytest.mark.parametrize("keys", [(), ("slash", "m"), ("b", "x"), ("g",), ("plus",), ("colon",)])
async def test_ctrl_c_twice_quits_from_everywhere(keys: tuple[str, ...], example: Path) -> None:
    """From a line of text and from a screen over the table, too."""
    async with exploring(example) as pilot:
        await press(pilot, *keys, "ctrl+c")
        assert app_of(pilot).is_running
        await press(pilot, "ctrl+c")
        await until(pilot, lambda: app_of(pilot).return_code == 0)


async def test_find_looks_into_answers_and_says_when_there_is_nothing(example: Path) -> None:
    """`q` is a letter here."""
    async with exploring(example) as pilot:
        await press(pilot, "slash", *"legacy systems")
        assert view_of(pilot).question == "obstacles"
        await press(pilot, *"qqq")
        await shows(pilot, "no question has that")
        assert view_of(pilot).question == "obstacles"


async def test_find_lists_all_again_when_the_letters_are_deleted(example: Path) -> None:
    """As if nothing had been typed."""
    async with exploring(example) as pilot:
        before = len([line for line in lines_of(pilot) if line.startswith("│  ")])
        await press(pilot, "slash", *"mob")
        await press(pilot, *["backspace"] * 3)
        await shows(pilot, "Strategy")
        # One row less than before: the line to type in takes it.
        assert len([line for line in lines_of(pilot) if line.startswith("│  ")]) == before - 1


# Roles


async def test_space_switches_a_role_off_and_on(example: Path) -> None:
    """It leaves the table and its Total; its own count stays."""
    async with exploring(example) as pilot:
        before = text_of(pilot).partition("ms")[0].rpartition("\n")[0]
        await press(pilot, "2", "space")
        assert "n 71 · " in lines_of(pilot)[0]
        assert "filter [role: not Marketing]" in lines_of(pilot)[0]
        assert line_with(pilot, "[ ] Marketing").split("│")[1].endswith("127")
        assert "A−B" not in text_of(pilot)
        await press(pilot, "space", "1")
        assert text_of(pilot).partition(" cached")[0].rpartition("\n")[0] == before


async def test_all_roles_off_say_why_there_is_no_table(example: Path) -> None:
    """The filters are named; each role can come back."""
    async with exploring(example) as pilot:
        await press(pilot, "2", "space", "down", "space")
        shown = " ".join(" ".join(line.split("│")[-2:]) for line in lines_of(pilot))
        words = " ".join(shown.split())
        assert "no respondents match wave = 2016 and role ≠ Marketing or Technology" in words
        assert "Base (n)" not in text_of(pilot)
        assert text_of(pilot).count("[ ]") == 2
        await press(pilot, "e")
        await shows(pilot, "no table to export")
        await press(pilot, "space")
        assert "n 71 · " in lines_of(pilot)[0]


# Banner, measure, sort, weight, undo


async def test_the_banner_is_picked_by_letters(example: Path) -> None:
    """Enter takes, esc leaves the banner as it was."""
    async with exploring(example) as pilot:
        await press(pilot, "b", *"industry", "escape")
        assert view_of(pilot).banner == (("role",),)
        await pilot.press("b", *"seniority")
        await shows(pilot, "Compare by")
        await press(pilot, "enter")
        assert view_of(pilot).banner == (("seniority",),)
        await shows(pilot, "C-level")
        await pilot.press("b", "down")
        await press(pilot, "enter")
        assert view_of(pilot).banner == (("industry",),)


async def test_m_cycles_through_the_measures(small: Path) -> None:
    """The footer names each; after the last comes the question's default."""
    async with exploring(small, "--question", "goal", "--no-weight") as pilot:
        told = []
        for _ in range(6):
            await press(pilot, "m")
            told.append(view_of(pilot).show)
        shares = [Measure.ROW, Measure.TOTAL, Measure.COUNT, Measure.INDEX]
        assert told == [*shares, Measure.MEAN, None]
        await press(pilot, *"mmm")
        low, total = line_with(pilot, "Low"), line_with(pilot, "Total")
        assert total.index("Total") < total.index("Marketing")
        assert "14" in low.split()


def test_a_question_with_one_measure_says_so() -> None:
    """A grid without scores has nothing to average."""
    bare = tuple(replace(one, score=None) for one in CHANNELS.categories)
    survey = survey_of(
        [], [replace(CHANNELS, categories=bare)], {"web": pl.Int8, "mobile": pl.Int8}
    )
    said = STEPS["measure"](survey, View("channels"))
    assert said == "channels has no scores to average: column % is its only measure"


async def test_a_survey_without_roles_says_so(tmp_path: Path) -> None:
    """In their pane, with the key that declares one."""
    survey = survey_of([{"goal": 1}], [GOAL], {"goal": pl.Int16})
    async with exploring(kept(survey, tmp_path)) as pilot:
        assert "│none: d declares one" in text_of(pilot)


async def test_a_pane_of_roles_says_that_there_are_more(small: Path) -> None:
    """Eight are in sight, fewer on a low screen; the names of hidden panes go before."""
    role = replace(ROLE, categories=categories(*(f"Role {n}" for n in range(1, 10))))
    survey = survey_of([{"role": n} for n in range(1, 10)], [role], {"role": pl.Int8})
    file = kept(replace(survey, codebook=replace(survey.codebook, role="role")), small.parent)
    async with exploring(file, size=(100, 30)) as pilot:
        await shows(pilot, "↑↓ more of 9 ─╯")
        await pilot.resize_terminal(40, 12)
        await press(pilot, "2")
        await shows(pilot, "1 Questions · 3 Table ─╯")


async def test_enter_switches_a_role_too(small: Path) -> None:
    """As the list that pane 2 is; elsewhere it opens."""
    async with exploring(small) as pilot:
        await press(pilot, "2", "enter")
        assert "[ ] Marketing" in text_of(pilot)
        await press(pilot, "enter")
        assert "[x] Marketing" in text_of(pilot)


async def test_s_cycles_through_the_orders(small: Path) -> None:
    """By percent the largest row comes first."""
    async with exploring(small, "--question", "goal", "--no-weight") as pilot:
        asked = []
        orders = []
        for _ in Sort:
            asked.append(view_of(pilot).sort)
            text = text_of(pilot).partition("Total")[2]
            orders.append(sorted(("Low", "Middle", "High"), key=text.index))
            await press(pilot, "s")
        assert asked == list(Sort)
        assert orders[0] == ["Low", "Middle", "High"]
        assert orders[3] == ["High", "Low", "Middle"]
        assert view_of(pilot).sort is Sort.QUESTIONNAIRE


async def test_weight_switches_between_the_weights_and_none(small: Path, example: Path) -> None:
    """A survey without one says so."""
    async with exploring(small) as pilot:
        weighted = text_of(pilot)
        assert "weight w" in lines_of(pilot)[0]
        assert "Effective base" in weighted
        await press(pilot, "w")
        assert "weight none" in lines_of(pilot)[0]
        assert "Effective base" not in text_of(pilot)
        await press(pilot, "w")
        assert "weight w" in lines_of(pilot)[0]
    frame = pl.DataFrame({"role": ["Marketing", "Technology"] * 5, "goal": ["Yes", "No"] * 5})
    bare = small.with_name("bare.parquet")
    frame.write_parquet(bare)
    async with exploring(bare) as pilot:
        await press(pilot, "w")
        await shows(pilot, "this survey has no weight")


async def test_undo_and_redo_walk_through_the_views(example: Path) -> None:
    """A walk through the questions is one step; nothing more to undo is told."""
    async with exploring(example) as pilot:
        await press(pilot, "u")
        await shows(pilot, "nothing to undo")
        await press(pilot, "m", "down", "down", "s")
        after = view_of(pilot)
        await press(pilot, "u")
        assert view_of(pilot).sort is Sort.QUESTIONNAIRE
        await press(pilot, "u")
        assert view_of(pilot).question == "cx_goal"
        await shows(pilot, GOAL_TITLE)
        await press(pilot, "u")
        assert view_of(pilot).show is None
        await press(pilot, "r", "r", "r")
        assert view_of(pilot) == after
        await press(pilot, "r")
        await shows(pilot, "nothing to redo")


# Export


def printed(capture: pytest.CaptureFixture[bytes], file: Path, view: View, *options: str) -> bytes:
    """Return what `cxtui table` prints for a view."""
    capture.readouterr()
    asked = ["table", str(file), view.question, *view.options()[2:], *options]
    assert main(asked) == 0
    return capture.readouterr().out


@pytest.mark.parametrize("shape", ["wide", "tidy"])
async def test_export_writes_what_the_command_line_prints(
    shape: str,
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """The view on the screen, to the byte."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await press(pilot, "down", "s", "2", "down", "b", *"seniority", "enter")
        view = view_of(pilot)
        await pilot.press("e")
        if shape == "tidy":
            await pilot.press("up", "right")
        await shows(pilot, f"‹ {shape} ›")
        await pilot.press("enter")
        file = tmp_path / "cmo-benchmark-2016-cx_map.csv"
        await shows(pilot, "wrote /")
    expected = printed(capsysbinary, example, view, "--format", "csv", "--shape", shape)
    assert file.read_bytes() == expected
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


async def test_export_never_replaces_a_file_unasked(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another name is proposed; the old name takes a second enter, for that name only."""
    monkeypatch.chdir(tmp_path)
    taken = tmp_path / "cmo-benchmark-2016-cx_goal.csv"
    taken.write_text("mine")
    other = tmp_path / "other.md"
    other.write_text("mine too")
    async with exploring(example) as pilot:
        await pilot.press("e")
        line = pilot.app.screen.query_one(Input)
        assert line.value == "cmo-benchmark-2016-cx_goal-2.csv"
        line.value = str(taken.name)
        await pilot.press("enter")
        await shows(pilot, "exists: enter replaces it")
        line.value = "other.md"
        await pilot.press("enter")
        await shows(pilot, "exists: enter replaces it")
        assert (taken.read_text(), other.read_text()) == ("mine", "mine too")
        await pilot.press("enter")
        await pilot.pause()
        await shows(pilot, "wrote")
    assert taken.read_text() == "mine"
    assert other.read_text().startswith("cx\\_goal · ")


async def says(pilot: Explored, words: str) -> None:
    """Wait until these words stand in the export box, however they fold."""
    await until(pilot, lambda: words in " ".join(text_of(pilot).replace("│", " ").split()))


async def test_export_says_why_it_cannot_write(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And stays open for a better name."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await pilot.press("e")
        line = pilot.app.screen.query_one(Input)
        (tmp_path / "folder.csv").mkdir()
        for name, said in (
            ("", "type a file name"),
            ("table.docx", "an ending says the format"),
            ("nowhere/table.csv", "could not be written"),
            ("folder.csv", "a folder; take another name"),
        ):
            line.value = name
            await pilot.press("enter")
            await says(pilot, said)
        await press(pilot, "escape")
        await shows(pilot, GOAL_TITLE)
    assert [one.name for one in tmp_path.iterdir()] == ["folder.csv"]


# Help, palette, gaps


async def test_help_lists_every_command_and_any_of_its_keys_closes_it(example: Path) -> None:
    """`q` closes the help, not the explorer."""
    async with exploring(example, size=(140, 90)) as pilot:
        await pilot.press("question_mark")
        text = text_of(pilot)
        for command in COMMANDS:
            assert f"{command.title} " in text
            assert command.help in text
        await pilot.press("q")
        assert pilot.app.is_running and GOAL_TITLE in text_of(pilot)


async def test_help_scrolls_where_the_screen_is_low(example: Path) -> None:
    """The last line can be reached."""
    async with exploring(example, size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        assert "fg comes back" not in text_of(pilot)
        await pilot.press("end")
        await shows(pilot, "fg comes back")


async def test_help_is_searched_by_words_and_synonyms(example: Path) -> None:
    """One error in a word is forgiven; esc gives the search up, then leaves."""
    async with exploring(example) as pilot:
        await pilot.press("question_mark", "slash", *"excle")
        await shows(pilot, "Export all")
        assert "Find a question" not in text_of(pilot)
        await pilot.press("enter", "escape")
        await shows(pilot, "Find a question")
        await pilot.press("slash", *"xyzzyx")
        await shows(pilot, "nothing found")
        await pilot.press("escape", "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_help_begins_with_the_marks_in_the_table_pane(example: Path) -> None:
    """In another pane with what that pane is for; then every task."""
    async with exploring(example, size=(120, 60)) as pilot:
        for pane, order in (
            ("3", ["Marks in the table", "In pane 3, the table", "Look", "Compare", "Select"]),
            ("1", ["In pane 1, the questions", "the table follows the cursor", "Marks in the"]),
        ):
            await pilot.press(pane, "question_mark")
            places = [text_of(pilot).index(words) for words in order]
            assert places == sorted(places)
            await pilot.press("escape")


async def test_the_palette_runs_a_command(example: Path) -> None:
    """By a part of its name."""
    async with exploring(example) as pilot:
        await pilot.press("ctrl+p", *"measure")
        await shows(pilot, "Measure (m)")
        await pilot.press("enter")
        await until(pilot, lambda: view_of(pilot).show is Measure.ROW)
        await painted(pilot)
        await shows(pilot, "Row %")


async def test_gaps_rank_all_questions_and_enter_opens_one(example: Path) -> None:
    """The cursor steps over the headings that say the verdict."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, "enter table")
        text = text_of(pilot)
        assert text.index("Differ: 2") < text.index("Improve business outcomes")
        assert text.index("A dedicated group") < text.index("Cannot tell at this sample size: 25")
        assert "Marketing (127) minus Technology (71)" in text
        assert line_with(pilot, "Who owns the customer").rstrip("│").endswith(" 32   .004")
        await press(pilot, *["down"] * 2, "enter")
        assert view_of(pilot).question == "ownership_clarity"
        await shows(pilot, "How clear is it who owns")
        await press(pilot, "g", "escape")
        assert view_of(pilot).question == "ownership_clarity"


# What goes wrong


async def test_a_vanished_file_is_reported_and_the_explorer_stays(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message takes the table's place; tables counted before are still shown."""
    monkeypatch.setattr(Counting, "foresees", False)
    async with exploring(small) as pilot:
        first = view_of(pilot).question
        small.unlink()
        await press(pilot, "down")
        said = table_text(pilot)
        assert "is the file still there and whole?" in said
        assert "POLARS" not in said and "Traceback" not in said
        assert pilot.app.is_running
        await press(pilot, "g")
        await until(pilot, lambda: "could not be counted" in screen_text(pilot))
        await press(pilot, "escape", "up")
        assert view_of(pilot).question == first
        await shows(pilot, "Base (n)")


async def test_a_damaged_file_is_reported_and_the_explorer_stays(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is counted from it: the engine would panic."""
    monkeypatch.setattr(Counting, "foresees", False)
    async with exploring(small) as pilot:
        small.write_bytes(b"PAR1" + bytes(50))
        await press(pilot, "down")
        assert "has changed since it was opened: R reads it again" in table_text(pilot)
        assert pilot.app.is_running


MARKUP = "[/b][@click=app.quit]boo[/][red]"
CONTROLS = "\x1b]52;c;aGk=\x07 \x1b[2J \x9b31m \x00 \u202egnp.exe\u2066 \u200f a\tb\nc"
WIDE = "日本語😀 e\u0301"
HOSTILE = f"{MARKUP} {CONTROLS} {WIDE}"


def hostile_survey() -> Survey:
    labels = tuple(f"{number} {HOSTILE}" for number in range(3))
    question = Question(
        "goal", HOSTILE, Kind.SINGLE, ("goal",), categories(*labels), section=HOSTILE
    )
    role = Question("role", HOSTILE, Kind.SINGLE, ("role",), categories(*labels[:2]))
    wave = Question("wave", HOSTILE, Kind.SINGLE, ("wave",), categories(*labels[:2]))
    return survey_of(
        [
            {"role": 1 + one % 2, "goal": 1 + one % 3, "wave": 1 + one // 60, "w": 1.0}
            for one in range(120)
        ],
        (question, role, wave),
        {"role": pl.Int8, "goal": pl.Int16, "wave": pl.Int8, "w": pl.Float64},
        Codebook(title=HOSTILE, note=HOSTILE, role="role", wave="wave"),
    )


def harmless(pilot: Explored, width: int) -> str:
    """Return the text of the screen, in which nothing can do any harm."""
    lines = whole_lines_of(pilot)
    assert {cell_len(line) for line in lines} == {width}
    text = "".join(lines)
    assert text.isprintable(), sorted({one for one in text if not one.isprintable()})
    return text


async def test_hostile_labels_are_shown_as_text(tmp_path: Path) -> None:
    """Every screen shows markup literally and control characters as symbols."""
    file = kept(hostile_survey(), tmp_path, "[red]\x1b[2J[@click=app.quit].parquet")
    async with exploring(file, "--question", "goal", size=(120, 40)) as pilot:
        assert MARKUP in harmless(pilot, 120)
        assert "日本語" in harmless(pilot, 120)
        for keys in (["f"], ["escape", "N"], ["escape", "t"], ["escape", "3", "i"]):
            await press(pilot, *keys)
            await shows(pilot, "boo")
            harmless(pilot, 120)
        for keys in (["escape", "c"], ["escape", "question_mark"], ["escape", "ctrl+p"]):
            await press(pilot, *keys)
            harmless(pilot, 120)
        await press(pilot, "escape")
        for keys in (["2", "space"], ["space", "b"], ["escape", "e"], ["escape", "g"], ["escape"]):
            await press(pilot, *keys)
            if keys[-1] != "e":
                await shows(pilot, "boo")
            harmless(pilot, 120)
        await press(pilot, "slash", *"boo", "enter", "s", "s", "s", "m")
        harmless(pilot, 120)
        await pilot.click(f"#{TABLE}", offset=(20, 0))
        assert pilot.app.is_running


async def test_hostile_columns_without_a_codebook_are_shown_as_text(tmp_path: Path) -> None:
    """Names of columns become ids, values become labels."""
    file = tmp_path / "made.parquet"
    role = [f"{MARKUP}\x1b[2J", "日本語😀\u202e"] * 20
    pl.DataFrame(
        {f"role{MARKUP}\x1b[2J": role, "g\x1b]0;x\x07": ["a", "b", "c", "d"] * 10}
    ).write_parquet(file)
    async with exploring(file, size=(80, 24)) as pilot:
        for keys in (["down"], ["2", "space"], ["b"], ["escape", "g"], ["escape", "e"]):
            await press(pilot, *keys)
            harmless(pilot, 80)
        assert pilot.app.is_running


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_fills_a_terminal_of_any_size(
    size: tuple[int, int], example: Path
) -> None:
    """Each has as many lines and columns as the terminal."""
    width, height = size
    async with exploring(example, size=size) as pilot:
        for keys in (
            ["down", "2", "space", "3", "right", "end"],
            ["b"],
            ["escape", "question_mark"],
            ["escape", "e"],
            ["escape", "g"],
            ["escape", "slash", "a"],
        ):
            await press(pilot, *keys)
            lines = whole_lines_of(pilot)
            assert len(lines) == height
            assert {cell_len(line) for line in lines} == {width}
        assert pilot.app.is_running


async def test_a_terminal_that_changes_its_size_is_filled_again(example: Path) -> None:
    """The screen is the same as after a start in that size."""
    async with exploring(example, size=(80, 24)) as pilot:
        small = text_of(pilot).rpartition("\n")[0]
        for size in ((1, 1), (200, 60), (40, 12), (80, 24)):
            await pilot.resize_terminal(*size)
        await until(pilot, lambda: text_of(pilot).rpartition("\n")[0] == small)


# Order and patience


ASK = ViewCount.ask


class Gate:
    """Holds the count of some questions until it is opened; knows what was counted where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *held: str) -> None:
        self.held = held
        self.counted: list[str] = []
        self.threads: set[int] = set()
        self.arrived = threading.Event()
        self.opened = threading.Event()

        def ask(count: ViewCount, respondents: nw.LazyFrame[Any]) -> EngineCounts:
            self._pass(count.view.question)
            return ASK(count, respondents)

        monkeypatch.setattr(ViewCount, "ask", ask)

    def _pass(self, question: str) -> None:
        self.threads.add(threading.get_ident())
        self.counted.append(question)
        if question in self.held:
            self.arrived.set()
            assert self.opened.wait(30)


@pytest.fixture
async def gate(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gate]:
    """Hold the count of the second question, which nobody counts before it is asked for."""
    monkeypatch.setattr(Counting, "foresees", False)
    gate = Gate(monkeypatch, "cx_map")
    yield gate
    gate.opened.set()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions whose tables were painted, in their order."""
    questions: list[str] = []
    show = Comparison.show_table

    def noting(pane: Comparison, table: Table, extent: Extent) -> None:
        questions.append(table.question.id)
        show(pane, table, extent)

    monkeypatch.setattr(Comparison, "show_table", noting)
    return questions


async def test_the_neighbours_are_counted_before_they_are_asked_for(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The questions after and before the cursor; moving there runs no query."""
    gate = Gate(monkeypatch)
    async with exploring(example) as pilot:
        await until(pilot, lambda: "cx_map" in gate.counted)
        await pilot.press("down")
        await until(pilot, lambda: "map_method" in gate.counted)
        await shows(pilot, "cached")


async def test_the_newest_request_wins(example: Path, gate: Gate, shown: list[str]) -> None:
    """A question left while it was counted is not painted; one passed over is not counted."""
    async with exploring(example) as pilot:
        del shown[:]
        await pilot.press("down")
        await until(pilot, gate.arrived.is_set)
        await pilot.press("down", "down")
        await shows(pilot, "counting …")
        assert shown == []
        assert MAP_TITLE not in text_of(pilot)
        gate.opened.set()
        await painted(pilot)
        assert set(shown) == {"delivery"}
        await shows(pilot, "Progress in delivering")
        assert "counting …" not in status_of(pilot)
        assert "map_method" not in gate.counted


async def test_keys_work_while_the_engine_counts(example: Path, gate: Gate) -> None:
    """It counts in a thread of its own; the cursor moves and screens open meanwhile."""
    async with exploring(example) as pilot:
        await pilot.press("down")
        await until(pilot, gate.arrived.is_set)
        await pilot.press("down")
        assert any(line.startswith("│› How is the customer") for line in lines_of(pilot))
        await shows(pilot, "counting …")
        await pilot.press("question_mark")
        await shows(pilot, "Page down")
        await pilot.press("escape", "e")
        await shows(pilot, "no table to export")
        assert threading.get_ident() not in gate.threads
        gate.opened.set()
        await painted(pilot)
        assert any(line.startswith("│› How is the customer") for line in lines_of(pilot))


async def test_coming_back_to_a_view_counts_it_once(example: Path, gate: Gate) -> None:
    """Its cube is remembered, also under another measure or order."""
    gate.opened.set()
    async with exploring(example) as pilot:
        for key in ("down", "up", "down"):
            await press(pilot, key)
        await shows(pilot, "cached")
        await press(pilot, "m", "s")
        assert gate.counted.count("cx_map") == 1


async def test_the_first_visit_says_what_to_press(example: Path) -> None:
    """Until the first key; never again."""
    async with exploring(example, size=(160, 40)) as pilot:
        assert "First visit: ↑↓ another question" in text_of(pilot)
        assert "? help" in table_text(pilot)
        await press(pilot, "down")
        assert "First visit" not in text_of(pilot)
    async with exploring(example, size=(160, 40)) as pilot:
        assert "First visit" not in text_of(pilot)
