"""The ranking on the screen: it unfolds, compares others, is searched, and is come back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.app.screens.results.ranking_screen import Gaps
from tests.app.screen import exploring, painted, press, shows, text_of, until
from tests.app.test_explorer import line_with, view_of

DONE = "enter table"


def keys_of(text: str) -> list[str]:
    named = {" ": "space", ",": "comma", "-": "minus"}
    return [named.get(one, one) for one in text]


async def test_a_question_unfolds_to_its_answers_in_place(example: Path) -> None:
    """Its answers have headings of their own, the clearest first; left folds them."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        assert "the clearest answer" in text_of(pilot).splitlines()[1]
        await press(pilot, "right")
        line = line_with(pilot, "● Improve business outcomes")
        assert line.split()[-7:] == ["55.9", "12.7", "+43.2", "+30.2", "to", "+53.4", "<.001│"]
        assert "· Raise loyalty" in text_of(pilot)
        await press(pilot, "down")
        assert "95% interval" in text_of(pilot).splitlines()[1]
        await press(pilot, "left")
        assert "Raise loyalty" not in text_of(pilot)
        await press(pilot, "A")
        assert "● Technology" in text_of(pilot) and "● Improve business" in text_of(pilot)
        await press(pilot, "A")
        assert "●  Technology" not in text_of(pilot)


async def test_escape_goes_back_to_the_line_from_the_table(example: Path) -> None:
    """With the comparison and what was unfolded; from another question it does not."""
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "t")
        await shows(pilot, "What changed")
        await shows(pilot, DONE)
        await press(pilot, "down", "right", "enter")
        await until(pilot, lambda: view_of(pilot).question == "channels.mobile")
        await painted(pilot)
        await press(pilot, "escape")
        await shows(pilot, DONE)
        assert "What changed" in text_of(pilot) and "● Mean" in text_of(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Gaps))
        assert view_of(pilot).question == "channels.mobile"
        await press(pilot, "down", "escape")
        await painted(pilot)
        assert not isinstance(pilot.app.screen, Gaps)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("rest", "each group minus the rest · 4 comparisons"),
        ("all pairs", "all pairs of groups · 6 comparisons"),
        ("total", "each group minus the Total"),
        ("one before, of all", "2016 (198) minus 2015 (180)"),
        ("first, in each", "2016 minus 2015 · 4 comparisons"),
        ("over all waves, of all", "change a wave, 2015 to 2016"),
    ],
)
async def test_a_comparison_is_chosen_from_a_list(example: Path, typed: str, title: str) -> None:
    """Letters find it; the title names the sides and the sign."""
    async with exploring(example, "--by", "seniority", size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "a", *keys_of(typed), "enter")
        await shows(pilot, title)


async def test_two_columns_are_picked_from_a_list(example: Path) -> None:
    """By their labels; esc keeps those that were compared."""
    async with exploring(example, "--by", "seniority", size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "p")
        await shows(pilot, "Two columns")
        await press(pilot, *keys_of("c-level minus director"), "enter")
        await shows(pilot, "minus Director (")
        await press(pilot, "p")
        await shows(pilot, "Two columns")
        await press(pilot, "escape")
        await shows(pilot, DONE)
        assert "minus Director (" in text_of(pilot)


async def test_one_group_of_many_is_kept_and_questions_are_searched(example: Path) -> None:
    """The family stays: hidden lines are still counted in it."""
    async with exploring(example, "--by", "seniority", size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "f")
        await shows(pilot, "this list has one comparison")
        await press(pilot, "a", *keys_of("rest"), "enter")
        await shows(pilot, "each group minus the rest")
        await shows(pilot, DONE)
        lines = text_of(pilot).count("▸")
        await press(pilot, "f")
        await shows(pilot, "· only ")
        groups = {
            one.split("▸")[1].split(":")[0] for one in text_of(pilot).splitlines() if "▸" in one
        }
        assert len(groups) == 1
        await press(pilot, "f", "slash", *keys_of("mobile-first"), "enter")
        await painted(pilot)
        found = [one for one in text_of(pilot).splitlines() if "▸" in one]
        assert 0 < len(found) < lines and all("Stage of building" in one for one in found)
        await press(pilot, "slash", "escape")
        assert text_of(pilot).count("▸") == lines


async def test_i_shows_what_is_behind_a_line_and_an_answer(example: Path) -> None:
    """Statistic, p of both levels, the family, what moved, the margin; then the answer's own."""
    async with exploring(example, size=(120, 50)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "i")
        for said in ("60.159, df 4.0", "over 28 lines, of which 2 differ", "52.1 of 100", "0.534"):
            await shows(pilot, said)
        await press(pilot, "escape", "right", "down", "i")
        for said in ("Behind this answer", "+23.1 to +57.5", "Cohen's h", "0.961"):
            await shows(pilot, said)


async def test_without_waves_nothing_is_compared_over_them(tmp_path: Path) -> None:
    """The key says what is missing."""
    file = tmp_path / "plain.csv"
    file.write_text("role,goal\n" + "A,x\nB,y\nA,y\n" * 40, "utf-8")
    async with exploring(file, "--by", "role", size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "t")
        await shows(pilot, "no wave variable")
        await press(pilot, "a")
        await shows(pilot, "all pairs of columns")
        assert "latest wave minus" not in text_of(pilot)


async def test_the_ranking_offers_its_brief(example: Path, tmp_path: Path) -> None:
    """The page of findings on what is compared; its command line writes the same."""
    page = tmp_path / "brief.html"
    async with exploring(example, size=(120, 40)) as pilot:
        await press(pilot, "g")
        await shows(pilot, DONE)
        await press(pilot, "e", "down", "right")
        await shows(pilot, "a brief")
        await shows(pilot, "cxtui brief ")
        await press(pilot, "up", "ctrl+u", *str(page), "enter")
        await until(pilot, page.is_file)
    assert "What differs between Marketing and Technology" in page.read_text("utf-8")


async def test_the_title_says_what_is_compared_at_any_width(example: Path) -> None:
    """Other words go first."""
    for columns, title in (
        (100, "─ What stands out · Marketing (127) minus Technology (71) · 28 questions ─"),
        (60, "─ Marketing (127) minus Technology (71) · 28 questions ─"),
        (44, "─ Marketing (127) minus Technology (71) ─"),
    ):
        async with exploring(example, size=(columns, 24)) as pilot:
            await pilot.press("g")
            await shows(pilot, title)
