"""Enter opens the open answers, the grid item or the cell under the cursor."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.widgets import Input

from cxtui.analysis.query.side_queries.open_answers import LIMIT, OpenAnswerTexts, read_open_answers
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.results.inspect_screen import Inspect
from cxtui.app.screens.results.open_answers_screen import OpenAnswers
from cxtui.session.survey_session import Session
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    kept,
    lines_of,
    painted,
    press,
    screen_text,
    shows,
    text_of,
    until,
    whole_lines_of,
)
from tests.making import ROLE, SCHEMA, survey_of

SIZES = [(1, 1), (40, 12), (80, 24), (120, 40)]
READ = ("--question", "first_change")
WHY = Question("why", "Why [/b] \x1b[2J?", Kind.TEXT, ("why",))
HOSTILE = [
    "[/b][@click=app.quit]boo[/]",
    "\x1b]52;c;eA==\x07\x1b[2J\x9b31m red",
    "one\r\ntwo\tthree",
    "endless " * 1250,
    "😀日本語" * 60,
    "עברית \u202eoverride\u2066 عربى",
    "x" * 700,
    "e\u0301" * 40,
]


def asked(texts: list[str | None]) -> Survey:
    """A survey with one open question, its writers in turns of two roles."""
    return survey_of(
        [{"role": 1 + place % 2, "why": text} for place, text in enumerate(texts)],
        [ROLE, WHY],
        {"role": SCHEMA["role"], "why": pl.String},
        Codebook(role="role"),
    )


def emphasised(pilot: Explored) -> list[str]:
    """Return what stands on the screen in bold and underlined."""
    strips = pilot.app.screen._compositor.render_strips()
    styled = [(part.text, part.style or Style()) for strip in strips for part in strip]
    return [text for text, style in styled if style.bold and style.underline]


def question_of(pilot: Explored) -> str:
    view = app_of(pilot).session.view
    assert view is not None
    return view.question


async def opened(pilot: Explored, *keys: str) -> None:
    """Press keys, enter among them, and wait until the answers have been read."""
    await pilot.press(*keys)
    assert isinstance(pilot.app.screen, OpenAnswers)
    await until(pilot, lambda: "reading …" not in text_of(pilot))
    await pilot.pause()  # the head may need another height now


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("key", "pane"), [("1", "questions"), ("3", "comparison")])
async def test_enter_reads_the_open_answers(
    example: Path, size: tuple[int, int], key: str, pane: str
) -> None:
    """In the file's order, after the role of who wrote them; esc goes back to the pane."""
    survey = open_survey(str(example))
    texts = read_open_answers(survey, parse_view(survey, " ".join(READ)))
    async with exploring(example, *READ, size=size) as pilot:
        assert "enter reads the answers" in text_of(pilot)
        await opened(pilot, key, "enter")
        text = screen_text(pilot)
        assert "What would you change first? 93 answers · Marketing 55 · Technology 38" in text
        assert "wave 2016 · filter none · weight none" in text
        for answer in texts.answers[:10]:
            assert f"{texts.labels_of(answer)[0]} " in text
            assert answer.text.split(" because")[0] in text
        places = [text.index(one.text[:20]) for one in texts.answers[:3]]
        assert places == sorted(places)
        await press(pilot, "escape")
        assert app_of(pilot).movement.pane_id == pane


async def test_the_filters_of_the_view_apply_to_open_answers(example: Path) -> None:
    """Roles, filters and waves, and the labels of whatever they are compared by."""
    options = (*READ, "--where", "role=Technology", "--by", "company_size", "--wave", "all")
    survey = open_survey(str(example))
    view = parse_view(
        survey,
        "--question first_change --where role=Technology --by company_size --wave all",
    )
    texts = read_open_answers(survey, view)
    assert (
        0
        < texts.everyone.written
        < read_open_answers(survey, View("first_change")).everyone.written
    )
    async with exploring(example, *options, size=(120, 40)) as pilot:
        await opened(pilot, "enter")
        text = screen_text(pilot)
        assert f"{texts.everyone.written} answers · " in text
        assert "Technology" in text and "wave all" in text
        for column, counted in zip(texts.columns, texts.counted, strict=True):
            assert f"{column.label} {counted.written}" in text


async def test_letters_narrow_the_answers_while_they_are_typed(example: Path) -> None:
    """Matches are counted and emphasised; enter keeps them, esc gives up, esc leaves."""
    async with exploring(example, *READ, size=(80, 24)) as pilot:
        await opened(pilot, "enter", "slash", *"bUdg")
        await shows(pilot, "8 of 93 answers match “bUdg” · Marketing 4 of 55 · Technology 4 of 38")
        assert emphasised(pilot) == ["budg"] * 8
        await pilot.press("enter")
        assert not isinstance(pilot.app.focused, Input)
        await pilot.press("slash", "x")
        await shows(pilot, "None of the 93 answers holds “bUdgx”.")
        await pilot.press("escape")
        await shows(pilot, "93 answers · Marketing 55")
        assert emphasised(pilot) == []
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, OpenAnswers)


async def test_every_letter_can_be_searched(tmp_path: Path) -> None:
    """Letters that are keys elsewhere, signs and blanks are searched literally."""
    file = kept(asked(["jkGq/ [b].* ?", "nothing"]), tmp_path)
    async with exploring(file, "--question", "why", size=(80, 24)) as pilot:
        keys = ("slash", "space", "left_square_bracket", "b", "right_square_bracket")
        await opened(pilot, "enter", "slash", *"jkGq", *keys, "full_stop", "asterisk")
        await shows(pilot, "1 of 2 answers match “jkGq/ [b].*”")
        assert emphasised(pilot) == ["jkGq/ [b].*"]


async def test_the_answers_scroll(example: Path) -> None:
    """By lines, pages and to both ends; also while letters are typed."""
    survey = open_survey(str(example))
    texts = read_open_answers(survey, parse_view(survey, " ".join(READ)))
    async with exploring(example, *READ, size=(80, 24)) as pilot:
        await opened(pilot, "enter")
        top = text_of(pilot)
        assert "↑↓ 1–" in top
        await pilot.press("down", "j")
        assert texts.answers[0].text not in text_of(pilot)
        await pilot.press("up", "k", "up")
        assert text_of(pilot) == top
        await pilot.press("pagedown", "pageup")
        assert text_of(pilot) == top
        await pilot.press("end")
        assert "–93 of 93" in text_of(pilot)
        assert texts.answers[-1].text.split()[-1] in lines_of(pilot)[-2]
        bottom = text_of(pilot)
        await pilot.press("down", "pagedown", "G")
        assert text_of(pilot) == bottom
        await pilot.press("home")
        assert text_of(pilot) == top
        await pilot.press("slash", *"e", "down")
        await until(pilot, lambda: "match “e”" in text_of(pilot))
        await pilot.press("pagedown")
        assert "↑↓ 1–" not in text_of(pilot)


async def test_a_long_answer_scrolls_line_by_line(tmp_path: Path) -> None:
    """Every word of it can be read."""
    words = [f"w{number}" for number in range(2500)]
    file = kept(asked(["first", " ".join(words), "last"]), tmp_path)
    async with exploring(file, "--question", "why", size=(80, 24)) as pilot:
        await opened(pilot, "enter")
        read = set(screen_text(pilot).split())
        while "2–3 of 3" not in text_of(pilot):
            await pilot.press("pagedown")
            read |= set(screen_text(pilot).split())
        assert set(words) <= read
        await pilot.resize_terminal(40, 12)
        await until(pilot, lambda: len(lines_of(pilot)) == 12)
        await pilot.press("end")
        await shows(pilot, "last")


async def test_a_cut_list_says_so(tmp_path: Path) -> None:
    """The heading says how many answers there are in all."""
    file = kept(asked([f"answer {number}" for number in range(LIMIT + 234)]), tmp_path)
    async with exploring(file, "--question", "why", size=(80, 24)) as pilot:
        await opened(pilot, "enter")
        assert "1,234 answers, the first 1,000 shown · Marketing 617" in text_of(pilot)
        await pilot.press("end")
        await shows(pilot, "–1,000 of 1,000")


async def test_no_answer_says_why(tmp_path: Path) -> None:
    """Blank answers do not count."""
    file = kept(asked([None, "", " \t", "\u200b\n"]), tmp_path)
    async with exploring(file, "--question", "why", size=(80, 24)) as pilot:
        await opened(pilot, "enter")
        assert "None of the respondents that are kept wrote an answer." in text_of(pilot)
        await pilot.press("end", "down", "pageup", "home")
        assert "0 answers" in text_of(pilot)


async def test_a_file_that_vanishes_is_told_in_the_list(tmp_path: Path) -> None:
    """And the explorer stays."""
    file = kept(asked(["one", "two"]), tmp_path)
    async with exploring(file, "--question", "why", size=(80, 24)) as pilot:
        file.unlink()
        await opened(pilot, "enter")
        assert "could not be counted" in screen_text(pilot)
        await pilot.press("slash", "a", "escape", "escape")
        assert not isinstance(pilot.app.screen, OpenAnswers)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_hostile_answers_are_shown_as_text(size: tuple[int, int], tmp_path: Path) -> None:
    """At any size: every line as wide as the terminal, nothing but what can be printed."""
    file = kept(asked([*HOSTILE, None, *HOSTILE]), tmp_path)
    async with exploring(file, "--question", "why", size=size) as pilot:
        await opened(pilot, "enter")
        for key in ("down", "pagedown", "slash", "o", "down", "end", "enter", "pageup", "end"):
            await pilot.press(key)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            lines = whole_lines_of(pilot)
            assert len(lines) == size[1]
            assert {cell_len(line) for line in lines} == {size[0]}
            assert "".join(lines).isprintable()
        if size == (120, 40):
            await pilot.press("home")
            text = text_of(pilot)
            assert "[/b][@click=app.quit]boo[/]" in text
            assert "one two three" in text
        await pilot.click(offset=(size[0] // 2, size[1] // 2))
        assert pilot.app.is_running


async def test_only_the_latest_search_is_made(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searches that were typed over are never made, nor are their answers painted."""
    arrived, go_on = threading.Event(), threading.Event()
    searches: list[str] = []

    def held(survey: Survey, view: View, search: str = "") -> OpenAnswerTexts:
        searches.append(search)
        if search == "b":
            arrived.set()
            assert go_on.wait(30)
        return read_open_answers(survey, view, search)

    monkeypatch.setattr("cxtui.app.screens.results.open_answers_screen.read_open_answers", held)
    async with exploring(example, *READ) as pilot:
        await opened(pilot, "enter", "slash")
        await pilot.press("b")
        await until(pilot, arrived.is_set)
        await pilot.press(*"udget")
        assert "93 answers · Marketing" in text_of(pilot)
        go_on.set()
        await shows(pilot, "8 of 93 answers match “budget”")
    assert searches == ["", "b", "budget"]


async def test_enter_on_a_row_of_a_grid_opens_the_item(example: Path) -> None:
    """The one under the cursor, in whichever order; undo goes back to the grid."""
    async with exploring(example, "--question", "channels", size=(120, 40)) as pilot:
        assert "enter opens an item" in text_of(pilot)
        await press(pilot, "enter")
        assert app_of(pilot).movement.pane_id == "comparison"
        await press(pilot, "down", "down", "down", "enter")
        assert question_of(pilot) == "channels.mobile"
        assert "Strength of each channel: Mobile" in text_of(pilot)
        await press(pilot, "u", "s", "home")
        table = pilot.app.query_one(Comparison).table
        assert table is not None
        await press(pilot, "enter")
        assert question_of(pilot) == f"channels.{table.rows[0].code}"


async def test_enter_on_the_others_of_a_list_reads_them(tmp_path: Path) -> None:
    """And only there: on an answer it inspects the cell, in the list of questions it goes in."""
    tools = Question(
        "tools",
        "Tools",
        Kind.MULTI,
        ("tools",),
        (Category("CRM", "CRM"), Category("CDP", "CDP"), Category("rest", "Other answers")),
        delimiter=", ",
        others="rest",
    )
    texts = ["CRM, an abacus", "CDP", "CRM", "a slide rule, CDP"]
    respondents = [{"role": 1 + place % 2, "tools": one} for place, one in enumerate(texts)]
    schema: dict[str, type[pl.DataType]] = {"role": SCHEMA["role"], "tools": pl.String}
    file = kept(survey_of(respondents, [ROLE, tools], schema, Codebook(role="role")), tmp_path)
    async with exploring(file, "--question", "tools", size=(120, 40)) as pilot:
        assert "enter on the others reads them" in text_of(pilot)
        await press(pilot, "enter", "enter")
        assert isinstance(pilot.app.screen, Inspect)
        await press(pilot, "escape")
        await opened(pilot, "down", "down", "enter")
        assert "2 answers" in text_of(pilot)
        assert "an abacus" in text_of(pilot) and "CRM, an abacus" not in text_of(pilot)


async def test_a_grid_shows_its_mean_and_its_two_best(example: Path) -> None:
    """`m` goes from one to the other and back."""
    async with exploring(example, "--question", "channels", size=(120, 40)) as pilot:
        for note in (
            "Mean · base: answering",
            "the two best ratings together",
            "Mean · base: answering",
        ):
            assert note in screen_text(pilot)
            await press(pilot, "m")


async def test_enter_on_any_other_table_inspects_the_cell(example: Path) -> None:
    """From the questions it goes to the table first; among the roles it does nothing."""
    async with exploring(example, size=(80, 24)) as pilot:
        await press(pilot, "2", "enter")
        assert app_of(pilot).movement.pane_id == "roles"
        await press(pilot, "1", "enter")
        assert app_of(pilot).movement.pane_id == "comparison"
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Inspect)


async def test_enter_before_there_is_a_table_says_so(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And opens nothing."""
    async with exploring(example, "--question", "channels", size=(80, 24)) as pilot:
        with monkeypatch.context() as patched:
            patched.setattr(Session, "finished", lambda _: None)
            await pilot.press("3", "enter")
            await shows(pilot, "there is no item to open yet")
        await painted(pilot)
        assert question_of(pilot) == "channels"
