"""The hints of the screens over the panes: none is cut, and the key that leaves is always told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxtui.app.screens.base.key_hints import hint_lines
from cxtui.messages import use_catalogue
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    lines_of,
    painted,
    press,
    screen_text,
    shows,
    text_of,
    until,
)
from tests.translations.po_text import FOLDER, catalogue_of

SCREENS = (
    *("b", "f", "ctrl+p", "e", "v", "plus", "N", "D", "d", "W", "K", "y", "colon", "c"),
    *("percent_sign", "z", "x", "i", "F", "question_mark"),
)


@pytest.fixture(params=["english", "german"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak a language for a while."""
    if request.param == "german":
        use_catalogue(catalogue_of(FOLDER / "de.po"))
    yield request.param
    use_catalogue(None)


def test_hints_break_between_each_other_and_the_last_is_kept() -> None:
    hints = "enter writes · ↑↓ line · ←→ change · esc leaves"
    assert hint_lines(hints, 60, 1) == [hints]
    assert hint_lines(hints, 30, 2) == ["enter writes · ↑↓ line", "←→ change · esc leaves"]
    assert hint_lines(hints, 34, 1) == ["enter writes · … · esc leaves"]
    assert hint_lines(hints, 26, 1) == ["enter writes · esc leaves"]
    assert hint_lines(hints, 18, 1) == ["… · esc leaves"]
    assert hint_lines(hints, 10, 1) == ["esc leaves"]
    assert hint_lines(hints, 6, 1) == ["esc l…"]


def test_a_hint_wider_than_a_line_is_broken_between_words() -> None:
    assert hint_lines("age 35,55 bands · esc leaves", 10, 3) == ["age 35,55", "bands", "esc leaves"]


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_every_screen_tells_how_to_leave_it(
    size: tuple[int, int], language: str, example: Path, tmp_path: Path
) -> None:
    """Inside its border, which is whole, also where the window is small."""
    copied = Path(shutil.copy(example, tmp_path))
    async with exploring(copied, size=size) as pilot:
        await press(pilot, "3")
        for key in SCREENS:
            await pilot.press(key)
            await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
            await until(pilot, lambda: any("esc " in line for line in lines_of(pilot)))
            lines = lines_of(pilot)
            told = max(at for at, line in enumerate(lines) if "esc " in line)
            below = [line for line in lines[told:] if "╰" in line and "╯" in line]
            assert below, (key, text_of(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await painted(pilot)


async def test_the_cursor_of_the_palette_stays_in_a_low_window(example: Path) -> None:
    async with exploring(example, size=(40, 12)) as pilot:
        await pilot.press("ctrl+p", *["down"] * 14)
        palette = app_of(pilot).screen.query_one("#candidates")
        assert "Exclude" in text_of(pilot)
        assert palette.region.bottom < app_of(pilot).size.height


async def test_an_export_ends_what_it_says_of_a_format_with_an_ellipsis(example: Path) -> None:
    async with exploring(example, size=(40, 12)) as pilot:
        await pilot.press("e")
        await shows(pilot, "numbers alone, f…")


async def test_an_answer_is_not_cut_for_figures_that_no_answer_has(example: Path) -> None:
    async with exploring(example, "--question", "cx_goal", size=(40, 14)) as pilot:
        await pilot.press("D")
        await shows(pilot, "1  Improve business outcomes")


async def test_two_saved_views_of_one_question_look_different(
    example: Path, tmp_path: Path
) -> None:
    """Each line has the end of the view's text, in which they differ; a narrow one has names."""
    copied = Path(shutil.copy(example, tmp_path))
    async with exploring(copied, size=(80, 24)) as pilot:
        await press(pilot, "v", "s", *"one", "enter", "escape", "m", "v", "s", *"two", "enter")
        one, two = (line for line in lines_of(pilot) if "--question" in line)
        assert "--show row" in two and one.replace("one", "two") != two
        await pilot.resize_terminal(40, 14)
        await until(pilot, lambda: "--question" not in text_of(pilot))


async def test_an_answer_found_leaves_the_rest_of_the_line_to_its_question(example: Path) -> None:
    """`Yes` is short: the wording of its question has more than half of the line."""
    async with exploring(example, size=(80, 24)) as pilot:
        await pilot.press("f", *"yes omni")
        await shows(pilot, "Is your company executing an omnichannel experience?")


async def test_questions_with_the_same_beginning_have_their_ids_in_the_palette(
    example: Path,
) -> None:
    async with exploring(example, size=(60, 24)) as pilot:
        await pilot.press("ctrl+p", *"has")
        found = [line for line in lines_of(pilot) if "shared_incentives" in line]
        assert len(found) == 1 and "…" in found[0]


async def test_a_list_of_questions_has_narrow_ids_narrow(tmp_path: Path) -> None:
    """And says a wording that is the id once."""
    file = tmp_path / "short.csv"
    cells = (f"{n % 2},{n % 3}" for n in range(60))
    file.write_text("\n".join(["q1,What do you think of the weather in November?", *cells]))
    async with exploring(file, size=(80, 24)) as pilot:
        await pilot.press("b")
        await shows(pilot, "│ q2  What do you think of the weather in November?")
        assert "q1  q1" not in text_of(pilot)
    names = ("where_respondents_live", "where_respondents_work")
    file.write_text("\n".join([",".join(names), *(f"{n % 2},{n % 3}" for n in range(60))]))
    async with exploring(file, size=(80, 24)) as pilot:
        await pilot.press("b")
        await shows(pilot, "│ where_respondents_live ")
        assert "│ where_respondents_work " in text_of(pilot)
        await pilot.press("escape", "3", "N")
        await shows(pilot, "─ Net of where_respondents_")
        assert "where_respondents_live: where" not in text_of(pilot)


async def test_answers_are_named_beside_their_targets_in_a_narrow_window(example: Path) -> None:
    async with exploring(example, size=(40, 14)) as pilot:
        await pilot.press("W", "plus", *"role", "enter")
        await shows(pilot, "Marketing")
        assert "Target" in text_of(pilot) and "Unw. %" in text_of(pilot)


async def test_pickers_say_how_many_were_found_and_that_nothing_was(example: Path) -> None:
    """The banner and the filter as the others do."""
    async with exploring(example, size=(80, 24)) as pilot:
        for key in ("b", "f", "ctrl+p"):
            await pilot.press(key, *"indu")
            await until(
                pilot, lambda: " found ─╯" in text_of(pilot) or " found ·" in text_of(pilot)
            )
            await pilot.press(*"qqq")
            await shows(pilot, "nothing found")
            await pilot.press("escape", "escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_a_name_in_a_title_is_no_markup(example: Path, tmp_path: Path) -> None:
    """A view named `[red]one` is called that above the comparison, too."""
    copied = Path(shutil.copy(example, tmp_path))
    async with exploring(copied, size=(100, 30)) as pilot:
        await press(pilot, "v", "s", *"[red]one", "enter", "escape")
        await press(pilot, "equals_sign", "enter")
        await shows(pilot, "This view beside [red]one")


async def test_compared_views_are_told_apart_in_a_narrow_window(
    example: Path, tmp_path: Path
) -> None:
    """Rows have labels, and the filters in which the views differ are there."""
    copied = Path(shutil.copy(example, tmp_path))
    async with exploring(copied, size=(40, 16)) as pilot:
        await press(pilot, "v", "s", *"all", "enter", "escape")
        await press(pilot, "f", *"c-l", "tab", "enter")
        await press(pilot, "equals_sign", "enter")
        await shows(pilot, "Raise loya")
        assert "seniority" in screen_text(pilot)


def styles_of(pilot: Explored, words: str) -> set[tuple[bool, bool]]:
    """Return whether each text that begins with some words is bold, and whether it is dim."""
    strips = pilot.app.screen._compositor.render_strips()
    found = [one.style for strip in strips for one in strip if one.text.strip().startswith(words)]
    return {(bool(one and one.bold), bool(one and one.dim)) for one in found}


async def test_emphasis_is_on_what_it_is_meant_for(example: Path) -> None:
    """A dim id makes no answer dim, and a bold key no explanation bold."""
    async with exploring(example, size=(100, 30)) as pilot:
        await pilot.press("question_mark")
        assert styles_of(pilot, "the line before") == {(False, True)}
        await pilot.press("escape", "b")
        assert styles_of(pilot, "beside") == {(False, True)}
        await press(pilot, "escape", "3", "x")
        await shows(pilot, "Better mobile pages.")
        assert styles_of(pilot, "Better mobile pages.") == {(False, False)}
        await pilot.press("escape", "K")
        await shows(pilot, "0 of 378")
        assert styles_of(pilot, "all answers") == {(False, False)}
