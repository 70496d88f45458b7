"""The key that makes a question of the present one: each verb, its counts while one types."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.app.screens.codebook.question_screen import EditQuestion
from cxtui.app.screens.select.choose_answers import Choose
from cxtui.app.screens.select.derive_screen import NewQuestion
from cxtui.sources.wave_files import codebook_path
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    kept,
    press,
    screen_text,
    shows,
    table_text,
    until,
)
from tests.app.test_banner_screen import box_text
from tests.app.test_derived_questions import PEOPLE, derived_ids, replay_of, stands
from tests.making import known, made


def counts_of(pilot: Explored) -> list[tuple[str, float]]:
    table = app_of(pilot).session.finished()
    assert table is not None
    return [(row.label, known(row.cells[0].n)) for row in table.rows]


async def says(pilot: Explored, words: str) -> None:
    """Wait until the box says these words."""
    await until(pilot, lambda: words in box_text(pilot))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_bands_are_counted_while_their_bounds_are_typed(
    size: tuple[int, int], tmp_path: Path
) -> None:
    """What is wrong is said; the id and label are proposed; one undo takes the question back."""
    file = kept(made(PEOPLE), tmp_path)
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    async with exploring(file, "--question", "budget", "--no-weight", size=size) as pilot:
        await press(pilot, "+")
        await says(pilot, "type where each band but the first begins")
        await press(pilot, *"20")
        await says(pilot, "Under 20 (20) · 20 and over (40) · no answer (0)")
        await press(pilot, *" 1")
        await says(pilot, "bands takes a list of rising numbers")
        await press(pilot, "backspace", *"x")
        await says(pilot, "'x' is not a number")
        await press(pilot, "enter")
        assert isinstance(app_of(pilot).screen, NewQuestion)
        await press(pilot, "backspace", *"45")
        await says(pilot, "Under 20 (20) · 20 to under 45 (25) · 45 and over (15) · no answer (0)")
        await press(pilot, "up", *"Money", "up", *"goal", "enter")
        await says(pilot, "a question has this id already")
        await press(pilot, "ctrl+u", *"money", "enter")
        await stands(pilot, "45 and over")
        assert derived_ids(pilot) == ["money"]
        assert counts_of(pilot) == [("Under 20", 20), ("20 to under 45", 25), ("45 and over", 15)]
        assert 'id = "money", label = "Money", from = "budget"' in replay_of(pilot)
        await press(pilot, "u")
        assert derived_ids(pilot) == []
        await shows(pilot, "undone: new question: money")
    assert {one: one.read_bytes() for one in tmp_path.iterdir()} == before


async def test_two_groups_of_answers_are_merged_at_once(tmp_path: Path) -> None:
    """Each with its label, proposed or typed; the others stay, are one, or are no answer."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "goal", "--no-weight", size=(80, 24)) as pilot:
        await press(pilot, "+", "enter")
        await says(pilot, "tick the answers to be one")
        await press(pilot, "space", "down", "space", "n", "down", "space", *["up"] * 3)
        await press(pilot, *"Top", "down", "r")
        await says(pilot, "Low + Middle (30) · Top (15) · Others (0) · no answer (15)")
        await press(pilot, "r")
        await says(pilot, "Low + Middle (30) · Top (15) · no answer (15)")
        await press(pilot, "r")
        await says(pilot, "other answers: as they are")
        await press(pilot, "n", "space", "n")  # the first answer goes over to the second group
        await says(pilot, "Middle")
        await press(pilot, "enter")
        await stands(pilot, "Top")
        assert dict(counts_of(pilot))["Top"] == 15


async def test_groups_by_conditions(tmp_path: Path) -> None:
    """Answers are picked, more conditions added, a name is typed; the others are a group too."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "goal", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "+", "tab", "enter")
        await says(pilot, "no case yet")
        await press(pilot, "a")
        assert isinstance(app_of(pilot).screen, Choose)
        await press(pilot, "space", "enter", "enter", *"Heavy", "enter")
        await says(pilot, "Heavy if goal=1")
        await says(pilot, "Heavy (15) · Others (30) · no answer (15)")
        await press(pilot, "a", "down", "space", "enter", "enter", *"Light", "enter", "r")
        await says(pilot, "Heavy (15) · Light (15) · no answer (30)")
        await press(pilot, "x")
        await says(pilot, "Light (15) · no answer (45)")
        await press(pilot, "r", "enter")
        await stands(pilot, "Light")
        assert counts_of(pilot) == [("Light", 15), ("Others", 30)]


async def test_numbers_of_several_answers_or_questions(tmp_path: Path) -> None:
    """A count of ticked answers; a sum with another question; pairs with another."""
    file = kept(made(PEOPLE), tmp_path)
    async with exploring(file, "--question", "tools", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "+", "tab")
        await says(pilot, "1 and over (40)")
        await press(pilot, "space", "enter")
        await stands(pilot, "Mean")
        assert derived_ids(pilot) == ["tools_count"]
        await press(pilot, ":", "ctrl+u", *"--question budget --no-weight", "enter")
        await press(pilot, "+", "tab", "tab", "tab")
        await says(pilot, "the sum of this and the ticked questions")
        await press(pilot, "enter")
        await until(pilot, lambda: derived_ids(pilot)[-1] == "budget_sum")
        await press(pilot, ":", "ctrl+u", *"--question goal --no-weight", "enter")
        await press(pilot, "+", "shift+tab")
        await press(pilot, "escape")
        assert "goal_cross" not in derived_ids(pilot)


async def test_a_text_says_that_nothing_can_be_made_of_it() -> None:
    """And the box does not open."""
    example = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
    async with exploring(example, "--question", "first_change", size=(120, 40)) as pilot:
        await press(pilot, "+")
        await shows(pilot, "first_change is text: no question can be derived from it")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_flags_of_items_and_of_repeated_respondents(
    size: tuple[int, int], tmp_path: Path
) -> None:
    """One answer to all items of a grid, or to ticked questions; like an earlier respondent."""
    file = kept(made(PEOPLE), tmp_path)
    options = ("--question", "channels", "--no-weight")
    async with exploring(file, *options, size=size) as pilot:
        await press(pilot, "+", *["tab"] * 5)
        await says(pilot, "[straight]")
        await says(pilot, "Same answer to all (20) · Answers differ (40) · no answer (0)")
        await press(pilot, "up", *"5")
        await says(pilot, "least is 5, and there are 2 items")
        await press(pilot, "backspace", "enter")
        await stands(pilot, "Answers differ")
        assert derived_ids(pilot) == ["channels_straight"]
        await press(pilot, ":", "ctrl+u", *"--question goal --no-weight", "enter")
        await press(pilot, "+", "shift+tab", "shift+tab")
        await says(pilot, "tick the other items")
        await press(pilot, "shift+tab", "shift+tab", "tab", "tab", "tab")
        await says(pilot, "[repeats]")
        await says(pilot, "Repeats an earlier one (42) · Repeats none (3) · no answer (15)")
        await press(pilot, "enter")
        await until(pilot, lambda: "goal_repeats" in derived_ids(pilot))
        assert [n for _, n in counts_of(pilot)] == [42, 3]


DECLARED = """\
[[derive]]
id = "share3"
from = "budget"  # in thousands
bands = [20, 45]
labels = ["few", "some", "many"]
section = "Money"

[[derive]]
id = "top"
from = "share3"
merge = [{ label = "More", of = ["2", "3"] }]
"""


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_how_a_question_is_derived_is_edited(size: tuple[int, int], tmp_path: Path) -> None:
    """The box shows what is declared; what is made of the question follows; S writes it."""
    file = kept(made(PEOPLE), tmp_path)
    beside = Path(codebook_path(str(file)))
    beside.write_text(beside.read_text("utf-8") + "\n" + DECLARED, "utf-8")
    async with exploring(file, "--question", "share3", "--no-weight", size=size) as pilot:
        await press(pilot, "D", "+")
        assert isinstance(app_of(pilot).screen, NewQuestion)
        assert "How share3 is derived" in screen_text(pilot)
        await says(pilot, "few (20) · some (25) · many (15) · no answer (0)")
        await press(pilot, "ctrl+u", *"30 x", "enter")
        await says(pilot, "'x' is not a number")
        await press(pilot, "backspace", "backspace", *" 50", "enter")
        assert isinstance(app_of(pilot).screen, EditQuestion)
        await press(pilot, "u", "r")
        await press(pilot, "S")
        await until(pilot, lambda: "bands = [30, 50]" in beside.read_text("utf-8"))
        await stands(pilot, "some")
        assert counts_of(pilot) == [("few", 30), ("some", 20), ("many", 10)]
        written = beside.read_text("utf-8")
        assert "# in thousands" in written
        assert written.count("\n[[derive]]") == 2
        await press(pilot, ":", "ctrl+u", *"--question top --no-weight", "enter")
        await stands(pilot, "More")
        assert dict(counts_of(pilot))["More"] == 30
        await press(pilot, "D", "+", "tab")
        await says(pilot, "no case yet")
        await press(pilot, "escape", "escape", "escape")


async def test_an_edit_of_a_derivation_that_cannot_be_says_why(tmp_path: Path) -> None:
    """Answers that another question is made of stay; a question of the file is not derived."""
    file = kept(made(PEOPLE), tmp_path)
    beside = Path(codebook_path(str(file)))
    beside.write_text(beside.read_text("utf-8") + "\n" + DECLARED, "utf-8")
    async with exploring(file, "--question", "share3", "--no-weight", size=(120, 40)) as pilot:
        await press(pilot, "D", "+", "ctrl+u", *"30", "enter")
        await until(pilot, lambda: "derived question" in screen_text(pilot))
        await press(pilot, "escape", "escape")
        await press(pilot, ":", "ctrl+u", *"--question goal --no-weight", "enter")
        await until(pilot, lambda: "Main goal" in table_text(pilot))
        await press(pilot, "D", "+")
        await until(pilot, lambda: "goal is not derived from other" in screen_text(pilot))
