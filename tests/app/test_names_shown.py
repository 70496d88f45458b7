"""Names of any kind on the screen: of items, of answers, and of everything in a survey."""

from __future__ import annotations

import re
from pathlib import Path

from tests.any_names import FRAGMENTS, Names, Renamed, named_by
from tests.app.screen import Explored, exploring, kept, lines_of, press, screen_text, text_of

NUMBER = re.compile(r"\d+\.\d(?! m?s\b)")
SIZE = (200, 60)


def grid(folder: Path, *items: tuple[str, str]) -> Path:
    """A survey of one grid, whose items have these codes and labels."""
    file = folder / "grid.csv"
    answers = ("m,1,1", "t,2,2", "m,3,2", "t,4,4", "m,5,5", "t,1,1")
    file.write_text("\n".join(["role,s1,s2", *answers * 8]), encoding="utf-8")
    listed = ", ".join(f'{{ code = "{code}", label = "{label}" }}' for code, label in items)
    scale = ", ".join(f'{{ code = "{n}", label = "Step {n}", score = {n} }}' for n in range(1, 6))
    file.with_name("grid.codebook.toml").write_text(
        'role = "role"\n[[question]]\nid = "use"\nlabel = "How often"\nkind = "grid"\n'
        f'columns = ["s1", "s2"]\nitems = [{listed}]\ncategories = [{scale}]\n',
        encoding="utf-8",
    )
    return file


async def test_items_are_listed_by_their_whole_names(tmp_path: Path) -> None:
    """Also where two of them end alike behind a colon."""
    file = grid(tmp_path, ("e", "Email: weekly"), ("p", "Push: weekly"))
    async with exploring(file, size=SIZE) as pilot:
        listed = [line for line in lines_of(pilot) if "weekly" in line]
        assert any("Email: weekly" in line for line in listed)
        assert any("Push: weekly" in line for line in listed)


async def test_an_item_is_described_with_its_grid_whatever_its_code_holds(tmp_path: Path) -> None:
    """`D` on an item opens the question of the codebook."""
    file = grid(tmp_path, ("1.1", "Email"), ("1.2", "Push"))
    async with exploring(file, "--question", "use.1.2", size=SIZE) as pilot:
        assert "How often: Push" in text_of(pilot)
        await press(pilot, "D")
        shown = screen_text(pilot)
        assert "use" in shown and "How often" in shown and "Push" in shown and "s2" in shown


def harmless(fragment: str) -> bool:
    """Whether a text holds no digit, which would be read as one of the table's."""
    return not any(letter.isdigit() for letter in fragment)


HOSTILE = named_by([f"{one}{more}" for more in "xyzuvw" for one in FRAGMENTS if harmless(one)])


async def numbers_shown(pilot: Explored) -> list[str]:
    """The numbers of a table, of the trend and of the ranking."""
    found = NUMBER.findall(text_of(pilot))
    for key in ("t", "g"):
        await press(pilot, key)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        found += NUMBER.findall(text_of(pilot))
        await press(pilot, "escape")
    return found


async def test_the_same_numbers_are_shown_under_hostile_names(tmp_path: Path) -> None:
    """With markup, blanks, quotes, patterns, other scripts and the signs of the program's own."""
    shown = []
    for names in (Names(), HOSTILE):
        made = Renamed(names)
        folder = tmp_path / ("hostile" if names is HOSTILE else "plain")
        folder.mkdir()
        asked = ("--wave", "all", "--question", names(103), "--by", f'"{quoted(names(101))}"')
        async with exploring(kept(made.survey, folder), *asked, size=SIZE) as pilot:
            text = text_of(pilot)
            labels = [one.label for one in made.questions[3].categories if not one.missing]
            assert [label for label in labels if label not in text] == []
            shown.append(await numbers_shown(pilot))
    assert shown[0] == shown[1]
    assert len(shown[0]) > 60


def quoted(text: str) -> str:
    """A name for between the double quotes of an option."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
