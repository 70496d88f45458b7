"""`W` weights a survey to targets that are typed or read; their effect is shown at each key."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from textual.widgets import Input

from cxtui.app.screens.weighting.weight_file_screen import WriteWeighted
from cxtui.app.screens.weighting.weight_screen import Weigh
from cxtui.sources.open_survey import open_survey
from cxtui.work.weighting.targets import read_targets_file
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    lines_of,
    press,
    screen_text,
    shows,
    text_of,
)

SEX = [*"1" * 60, *"2" * 40]
AGE = [*"1" * 20, *"2" * 20, *"3" * 20, *"1" * 20, *"2" * 20]
TARGETS = """\
base = "d"
[[margin]]
questions = ["sex"]
targets = { "1" = 49, "2" = 51 }
[[margin]]
questions = ["age"]
targets = { "1" = 30, "2" = 30, "3" = 40 }
"""


@pytest.fixture
def survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a survey of 100 respondents with a base weight, in the working directory."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    rows = [
        f"{sex},{age},{1 + at % 2}.5" for at, (sex, age) in enumerate(zip(SEX, AGE, strict=True))
    ]
    file.write_text("\n".join(["sex,age,d", *rows]), "utf-8")
    beside = tmp_path / "people.codebook.toml"
    questions = "".join(
        f'[[question]]\nid = "{name}"\nlabel = "{name.title()}"\nkind = "single"\n'
        f'columns = ["{name}"]\n'
        for name in ("sex", "age")
    )
    beside.write_text(f'weights = ["d"]\n{questions}', "utf-8")
    return file


async def add(pilot: Explored, name: str) -> None:
    """Pick a question as a margin."""
    await press(pilot, "plus", *name, "enter")


def row(pilot: Explored, label: str) -> list[str]:
    """Return the words of the first line that begins with a label."""
    return next(
        words for line in lines_of(pilot) if (words := line.strip("│ ").split())[:1] == [label]
    )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_targets_are_typed(survey: Path, size: tuple[int, int]) -> None:
    """Each key shows its effect; enter goes on to the next answer."""
    async with exploring(survey, size=size) as pilot:
        await press(pilot, "W")
        assert "No targets yet: + picks a question, o reads targets.toml" in screen_text(pilot)
        await add(pilot, "sex")
        assert "sex · no targets yet · Sex" in screen_text(pilot)
        assert row(pilot, "1")[1:3] == ["60", "60.0"]
        await press(pilot, *"50")
        assert "sex: no target yet for 2 (sum so far 50)" in screen_text(pilot)
        await press(pilot, "enter", *"5")
        assert "sex · counts, sum 55" in screen_text(pilot)
        await press(pilot, *"0")
        assert "sex · per cent, sum 100" in screen_text(pilot)
        words = "100 respondents used, 0 left out · design effect 1.042 · effective n 96"
        assert words in screen_text(pilot)
        assert "weight / base weight 0.833 to 1.250" in screen_text(pilot)
        assert row(pilot, "2")[-2:] == ["50.0", "1.250"]
        await press(pilot, "backspace", "backspace", *"9,5")
        assert "‹9.5›" in screen_text(pilot)
        assert "sex · counts, sum 59.5" in screen_text(pilot)
        await press(pilot, "u", "u", "u", "u", "u")
        assert "sex · per cent, sum 100" in screen_text(pilot)
        assert isinstance(app_of(pilot).screen, Weigh)


async def test_targets_start_from_the_declared_weight(survey: Path, tmp_path: Path) -> None:
    """And a codebook that is read with the copy in place of the one inside is named."""
    beside = tmp_path / "people.codebook.toml"
    beside.write_text(f'weight = "d"\n{beside.read_text("utf-8")}', "utf-8")
    (tmp_path / "people-weighted.codebook.toml").write_text('title = "Another"', "utf-8")
    async with exploring(survey, size=(120, 40)) as pilot:
        await press(pilot, "W")
        assert "Base weight: d" in screen_text(pilot)
        await add(pilot, "sex")
        await press(pilot, *"50", "enter", *"50", "s", "enter")
        await shows(pilot, "enter writes the targets too")
        said = "people-weighted.codebook.tomlisreadbeforethecodebookinside"
        assert said in "".join(screen_text(pilot).replace("│", " ").split())


async def test_the_rest_is_filled(survey: Path) -> None:
    """What is left of 100% goes to the answers without a target, as they are answered now."""
    async with exploring(survey) as pilot:
        await press(pilot, "W")
        await add(pilot, "age")
        await press(pilot, *"20", "equals_sign")
        assert [row(pilot, code)[3] for code in "123"] == ["‹20›", "53.33", "26.67"]
        assert "age · per cent, sum 100" in screen_text(pilot)
        await press(pilot, "equals_sign")
        assert "age: nothing is left of 100 for answers without a target" in screen_text(pilot)


async def test_targets_are_read_and_written(survey: Path, tmp_path: Path) -> None:
    """The copy has the weight that the verb computes; the targets are offered and read back."""
    (tmp_path / "targets.toml").write_text(TARGETS, "utf-8")
    before = survey.read_bytes()
    async with exploring(survey, size=(120, 40)) as pilot:
        await press(pilot, "W", "o", "enter")
        assert "Base weight: d" in screen_text(pilot)
        assert "100 respondents used" in screen_text(pilot)
        await press(pilot, "s")
        assert "people-weighted.parquet" in screen_text(pilot)
        await press(pilot, "enter")
        await shows(pilot, "enter writes the targets too")
        assert "people-targets.toml" in screen_text(pilot)
        await press(pilot, "enter")
        await shows(pilot, " and ")
        assert isinstance(app_of(pilot).screen, Weigh)
        await press(pilot, "escape")
        assert "wrote " in lines_of(pilot)[-1]
    assert survey.read_bytes() == before
    written = open_survey(str(tmp_path / "people-weighted.parquet"))
    assert written.codebook.weight == "w"
    frame = pl.read_parquet(tmp_path / "people-weighted.parquet")
    by_sex = frame.group_by("sex").agg(pl.col("w").sum()).sort("sex")["w"].to_list()
    assert by_sex == pytest.approx([49, 51])
    targets = read_targets_file(tmp_path / "people-targets.toml")
    assert targets == read_targets_file(tmp_path / "targets.toml")


async def test_nothing_is_written_unless_asked(survey: Path, tmp_path: Path) -> None:
    """Esc leaves; the targets are there when the screen opens again, as long as cxtui runs."""
    files = {*tmp_path.iterdir()}
    async with exploring(survey) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50", "s", "escape", "escape")
        assert not isinstance(app_of(pilot).screen, Weigh)
        await press(pilot, "W")
        assert "sex · per cent, sum 100" in screen_text(pilot)
    assert {*tmp_path.iterdir()} == files


async def test_incomplete_targets_are_not_written(survey: Path) -> None:
    """The screen names the answers that lack a target; the other margins show their effect."""
    async with exploring(survey) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50")
        await add(pilot, "age")
        assert "age: no targets yet; type them" in screen_text(pilot)
        assert "design effect 1.042" in screen_text(pilot)
        await press(pilot, "s")
        assert not isinstance(app_of(pilot).screen, WriteWeighted)
        await press(pilot, "x", "s")
        assert isinstance(app_of(pilot).screen, WriteWeighted)


async def test_crossed_questions(survey: Path) -> None:
    """The margin under the cursor is crossed with another question; only combinations count."""
    async with exploring(survey) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, "c", *"age", "enter")
        assert "sex × age · no targets yet" in screen_text(pilot)
        for label in ("1 × 1", "1 × 2", "1 × 3", "2 × 1", "2 × 2"):
            assert label in screen_text(pilot)
        assert "2 × 3" not in screen_text(pilot)
        await press(pilot, "c")
        assert "No targets" not in screen_text(pilot)
        await press(pilot, "escape")
        await press(pilot, *"20", "equals_sign")
        assert "sex × age · per cent, sum 100" in screen_text(pilot)


async def test_settings(survey: Path) -> None:
    """Base weight, bounds, trim and sum are typed; a wrong one changes nothing."""
    async with exploring(survey, size=(120, 40)) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50")
        await press(pilot, "w", *"d", "enter")
        assert "Base weight: d · bounds: none" in screen_text(pilot)
        await press(pilot, "w", *"nowhere", "enter")
        assert "nowhere" in screen_text(pilot) and "Base weight: d ·" in screen_text(pilot)
        await press(pilot, "b", *"0.9 1.1", "enter")
        assert "bounds: 0.9 to 1.1" in screen_text(pilot)
        assert "no weights within 0.9 to 1.1 meet the targets" in screen_text(pilot)
        await press(pilot, "s")
        assert "there are no weights to write: see above" in screen_text(pilot)
        await press(pilot, "b", "delete", "enter", "t", *"0.9 1.1", "enter")
        assert "trimmed · off by up to" in screen_text(pilot)
        await press(pilot, "t", *"high", "enter")
        assert "type two numbers, such as 0.3 3, or nothing" in screen_text(pilot)
        await press(pilot, "n", *"1000000", "enter")
        assert "sum: 1,000,000" in screen_text(pilot)


async def test_no_answer(tmp_path: Path) -> None:
    """The screen says which key leaves them out, or makes them a category."""
    file = tmp_path / "holes.csv"
    file.write_text("\n".join(["sex", *"1" * 50, *"2" * 40, *[" "] * 10]), "utf-8")
    async with exploring(file, size=(120, 40)) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50")
        words = (
            "10 respondents have no answer or value: m leaves them out, or makes them a category"
        )
        assert words in screen_text(pilot)
        await press(pilot, "end", "5")
        assert "m says what becomes of respondents without an answer" in screen_text(pilot)
        await press(pilot, "m")
        assert "90 respondents used, 10 left out" in screen_text(pilot)
        await press(pilot, "m")
        assert "100 respondents used, 0 left out" in screen_text(pilot)
        assert "no answer: a category" in screen_text(pilot)


async def test_a_name_that_cannot_be_written(survey: Path, tmp_path: Path) -> None:
    """The box says why and stays; an existing file takes a second enter."""
    (tmp_path / "people-weighted.parquet").write_bytes(b"kept")
    async with exploring(survey, size=(120, 40)) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50", "s")
        assert "people-weighted-2.parquet" in screen_text(pilot)
        for name, says in (
            ("copy.csv", "end the name in .parquet"),
            ("", "type a file name"),
            ("people-weighted.parquet", "exists: enter replaces it"),
        ):
            app_of(pilot).screen.query_one(Input).value = name
            await pilot.pause()
            await press(pilot, "enter")
            assert says in screen_text(pilot)
            assert isinstance(app_of(pilot).screen, WriteWeighted)
    assert (tmp_path / "people-weighted.parquet").read_bytes() == b"kept"


async def test_hostile_text(tmp_path: Path) -> None:
    """Labels are shown as they are, never read as markup."""
    file = tmp_path / "hostile.csv"
    rows = ["[@click=app.quit]x[/]", *["[/b]\n[b] {add} = y"] * 20]
    file.write_text("\n".join(rows), "utf-8")
    async with exploring(file) as pilot:
        await press(pilot, "W", "plus", "enter")
        await press(pilot, *"50", "down", *"50")
        text = screen_text(pilot)
        assert "[/b]" in text and "[b] {add} = y" in text
        assert "[@click=app.quit]x[/]" in text


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_a_small_terminal(survey: Path, size: tuple[int, int]) -> None:
    """The visible part works."""
    async with exploring(survey, size=size) as pilot:
        await press(pilot, "W")
        await add(pilot, "sex")
        await press(pilot, *"50", "down", *"50", "escape")
        assert not isinstance(app_of(pilot).screen, Weigh)


async def test_the_key_in_the_trend_picks_the_wave(example: Path) -> None:
    """There `W` keeps its meaning."""
    async with exploring(example) as pilot:
        await press(pilot, "t", "W")
        assert not isinstance(app_of(pilot).screen, Weigh)
        assert "Wave" in text_of(pilot)
