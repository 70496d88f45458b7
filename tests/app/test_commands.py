"""The table of commands defines what the keys do; help, palette and footer read it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.keys import KEY_ALIASES, Keys

from cxtui.app.command_actions import ACTIONS
from cxtui.app.explorer import Explorer
from cxtui.app.keys.commands import COMMANDS, QUESTIONS, ROLES, TABLE, TASKS, Command, in_footer
from cxtui.app.keys.keymap import keymap
from cxtui.app.screens.palette_screen import Palette
from cxtui.session.config import read_config
from cxtui.session.start import Start
from tests.app.screen import app_of, exploring, lines_of, painted, press, shows, text_of

PANES = (QUESTIONS, ROLES, TABLE)
_BY_ID = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)


def test_ids_titles_and_keys_are_unique() -> None:
    """A key does one thing, wherever it is pressed."""
    for names in (
        [command.id for command in COMMANDS],
        [command.title for command in COMMANDS],
        [key for command in COMMANDS for key in command.keys],
        [command.short for command in COMMANDS if command.short],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


@_BY_ID
def test_a_command_says_what_it_does(command: Command) -> None:
    """In one line of the help; it stands in a pane that is there."""
    assert command.keys
    assert command.title and command.help
    assert "\n" not in command.help
    assert command.pane in {"", *PANES}


@_BY_ID
def test_a_command_has_keys_that_every_terminal_sends(command: Command) -> None:
    """A letter, a sign or a named key that Textual knows: a misspelt one would never fire."""
    known = (
        {key.value for key in Keys}
        | set(KEY_ALIASES)
        | {"slash", "question_mark", "space", "colon", "dollar_sign", "equals_sign", "plus"}
        | {"percent_sign"}
    )
    for key in command.keys:
        assert key in known or re.fullmatch(r"[A-Za-z0-9]", key)
        assert "shift+" not in key and key not in {"ctrl+i", "ctrl+m"}


def test_every_command_has_an_action() -> None:
    """And there is no action without a command."""
    assert list(ACTIONS) == [command.id for command in COMMANDS]


def test_the_bindings_are_the_commands() -> None:
    """Every key, by the id that another key is given by."""
    bound = {
        (key, binding.action, binding.id)
        for binding in Explorer.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    told = {
        (key, f"do('{command.id}')", command.id) for command in COMMANDS for key in command.keys
    }
    assert bound == told | {("ctrl+c", "help_quit", None)}


async def test_the_palette_offers_every_command(example: Path) -> None:
    """Then every question."""
    async with exploring(example) as pilot:
        app = app_of(pilot)
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette) and app.session.survey is not None
    commands = [command for command in COMMANDS if command.id != "palette"]
    assert palette.choices == (*commands, *app.session.survey.codebook.table_questions)


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("excel", "Export (e)"),
        ("excl", "Exclude (O)"),
        ("compare", "Compare views (=)"),
        ("groups", "Banner (b)"),
        ("significance", "Gaps (g)"),
        ("top 2", "Nets, missing (n)"),
        ("percent", "Measure (m)"),
        ("mesaure", "Measure (m)"),
        ("all questions one file", "Export all (E)"),
        ("incentvies", "Shared incentives and metrics"),
        ("omni imp", "How important is delivering an omnichannel"),
    ],
)
async def test_the_palette_finds_by_what_people_call_it(
    example: Path, typed: str, best: str
) -> None:
    """By title before synonyms before help, then questions; one error in a word is forgiven."""
    async with exploring(example) as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*("space" if one == " " else one for one in typed))
        await pilot.pause()
        lines = lines_of(pilot)
        prompt = next(at for at, line in enumerate(lines) if typed in line)
        assert best in lines[prompt + 1]


async def test_the_palette_goes_to_a_question(example: Path) -> None:
    """As the pane of questions does; what nothing has is said."""
    async with exploring(example) as pilot:
        await press(pilot, "ctrl+p", *"omni_imp", "enter")
        view = app_of(pilot).session.view
        assert view is not None and view.question == "omni_importance"
        await pilot.press("ctrl+p", *"xyzzyx")
        await shows(pilot, "nothing found")


async def test_the_footer_shows_the_commands_of_the_pane(example: Path) -> None:
    """In their order, those of the pane first."""
    async with exploring(example, size=(200, 30)) as pilot:
        for key, pane in zip("123", PANES, strict=True):
            await pilot.press(key)
            words = [f"{one.shown_keys.split()[0]} {one.short}" for one in in_footer(pane)]
            assert lines_of(pilot)[-1].endswith("  ".join(words))
    assert in_footer(ROLES)[0].id == "switch"
    assert "switch" not in [one.id for one in in_footer(TABLE)]


async def test_a_key_of_the_footer_can_be_clicked(example: Path) -> None:
    """It does what the key does; a click on what was said does nothing."""
    async with exploring(example, size=(120, 30)) as pilot:
        view = app_of(pilot).session.view
        await pilot.click(offset=(3, 29))
        assert app_of(pilot).session.view == view and len(pilot.app.screen_stack) == 1
        await pilot.click(offset=(lines_of(pilot)[-1].index("m measure") + 4, 29))
        await shows(pilot, "Row %")
        await pilot.click(offset=(lines_of(pilot)[-1].index("? help"), 29))
        await shows(pilot, "Marks in the table")


async def test_the_help_shows_the_commands_of_the_pane_first(example: Path) -> None:
    """Then all others, by task: each command has one."""
    assert sorted(one for ids in TASKS.values() for one in ids) == sorted(
        command.id for command in COMMANDS
    )
    async with exploring(example, size=(140, 90)) as pilot:
        await pilot.press("3", "question_mark")
        text = text_of(pilot)
        places = [text.index(f" {command.title}  ") for command in COMMANDS]
        first = [
            place for command, place in zip(COMMANDS, places, strict=True) if command.pane == TABLE
        ]
        by_id = dict(zip((command.id for command in COMMANDS), places, strict=True))
        tasks = [by_id[one] for ids in TASKS.values() for one in ids if by_id[one] not in first]
        assert [*first, *tasks] == sorted(places)


# Other keys


async def test_another_key_works_and_is_shown_wherever_keys_are(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Footer, help and palette show it; the former key does nothing."""
    wished: dict[str, str | list[str]] = {
        "find": "f",
        "filter": ["ctrl+f", "!"],
        "gaps": "é",
        "palette": "ctrl+k",
        "roles": "ctrl+r",
    }
    config = read_config(f"[keys]\n{toml_of(wished)}", "config.toml")
    assert config.problem == ""
    app = Explorer(Start((str(example),), config=config))
    async with app.run_test(size=(200, 60)) as pilot:
        await painted(pilot)
        assert "f find" in lines_of(pilot)[-1] and "^f filter" in lines_of(pilot)[-1]
        assert "╭─ ^r Role ─" in text_of(pilot) and "╭─ 3 cx_goal ─" in text_of(pilot)
        for line in ("Find a question (f)", "Filter (^f !)", "Gaps (é)"):
            await pilot.press("ctrl+k", *line.split()[0].lower())
            await shows(pilot, line)
            await pilot.press("escape")
        await pilot.press("question_mark")
        assert re.search(r"\^f !\s+Filter", text_of(pilot))
        await pilot.press("end")
        assert re.search(r"\^k\s+Palette", text_of(pilot))
        await pilot.press("escape", "slash")
        assert not app.query_one("#search").has_class("open")
        await pilot.press("f")
        assert app.query_one("#search").has_class("open")
        await pilot.press("escape", "exclamation_mark")
        assert type(app.screen).__name__ == "Filters"
        await pilot.press("escape", "ctrl+k")
        assert type(app.screen).__name__ == "Palette"


def toml_of(table: Mapping[str, str | list[str]]) -> str:
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in table.items())


@pytest.mark.parametrize(
    ("wished", "problem"),
    [
        ({"fnd": "x"}, "keys.fnd: there is no such command"),
        ({"find": "f"}, "keys.find: f is the key of filter already"),
        ({"find": "X", "gaps": "X"}, "keys.gaps: X is the key of find already"),
        ({"find": "ctrl+shift+f"}, "keys.find: 'ctrl+shift+f' is no key that terminals send"),
        ({"find": " "}, "keys.find: ' ' is no key that terminals send"),
        ({"find": "ctrl+c"}, "keys.find: 'ctrl+c' is no key that terminals send"),
    ],
)
def test_an_invalid_key_is_reported(wished: dict[str, str], problem: str) -> None:
    """The report takes one line; the command keeps its key, and no key has two commands."""
    found = keymap({name: (key,) for name, key in wished.items()}, "config.toml")
    assert found.problems == (f"config.toml: {problem}",)
    keys = [key for one in found.commands for key in one.keys]
    assert len(keys) == len(set(keys))


def test_two_commands_can_change_their_keys() -> None:
    """Each takes the key that the other gives up."""
    found = keymap({"find": ("f",), "filter": ("/",)}, "config.toml")
    assert not found.problems
    assert (found["find"].keys, found["filter"].keys) == (("f",), ("slash",))
