"""`N` counts answers together: nets, nets of nets, and the difference of two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.screens.select.net_screen import Nets, entries_of, proposed
from cxtui.survey.model import Codebook
from cxtui.survey.question import Net
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    kept,
    lines_of,
    press,
    screen_text,
    table_text,
)
from tests.making import GOAL, ROLE, SCHEMA, TOOLS, survey_of


def nets_of(pilot: Explored) -> tuple[Net, ...]:
    view = app_of(pilot).session.view
    assert view is not None
    return view.nets


def shares_of(pilot: Explored) -> dict[str, float | None]:
    """Return the n of each row of the table in the Total, a mean where it has one."""
    table = app_of(pilot).query_one(Comparison).table
    assert table is not None
    return {
        row.label: row.cells[0].n if row.cells[0].mean is None else row.cells[0].mean
        for row in table.rows
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_net_of_two_answers(example: Path, size: tuple[int, int]) -> None:
    """The box says how many it counts; the table has it; undo takes it back."""
    async with exploring(example, "--question", "cx_map", size=size) as pilot:
        await press(pilot, "N", "space", "down", "space")
        assert "name Not started + Just begun" in screen_text(pilot)
        assert "100 of 198 respondents gave any of the + answers" in screen_text(pilot)
        await press(pilot, "enter")
        (net,) = nets_of(pilot)
        assert net == Net("Not started + Just begun", "Not started + Just begun", ("1", "2"))
        assert shares_of(pilot)["Not started + Just begun"] == 100
        await press(pilot, "u")
        assert nets_of(pilot) == ()


async def test_a_difference_with_a_name(example: Path) -> None:
    """Tab goes to the name; what is typed there is no key of the list."""
    async with exploring(example, "--question", "cx_map") as pilot:
        await press(pilot, "N", "space", "j", "j", "minus", "j", "minus")
        assert "name Not started − (Some progress + Significant" in screen_text(pilot)
        await press(pilot, "tab", *"Jinx, k", "enter")
        (net,) = nets_of(pilot)
        assert (net.label, net.members, net.minus) == ("Jinx, k", ("1",), ("3", "4"))
        assert shares_of(pilot)["Jinx, k"] == pytest.approx(100 * (36 - 84 - 14) / 198)


async def test_a_multiple_response_is_recounted(example: Path) -> None:
    """Whoever gave both answers counts once; nets of nets too; the text is read back."""
    async with exploring(example, "--question", "obstacles") as pilot:
        await press(pilot, "N", "space", "down", "space", "tab", *"=Money", "enter")
        assert shares_of(pilot)["=Money"] == 122
        await press(pilot, "N", "end", "space", "home", "down", "down", "space")
        assert "=Money" in screen_text(pilot) and "x removes" in screen_text(pilot)
        assert "name Data in silos + =Money" in screen_text(pilot)
        await press(pilot, "enter")
        nested = nets_of(pilot)[1]
        assert nested.members[1] == "=Money"
        n = shares_of(pilot)[nested.label]
        assert n is not None and n > 122
        app = app_of(pilot)
        assert app.session.survey is not None
        assert parse_view(app.session.survey, str(app.session.view)) == app.session.view


async def test_a_net_is_removed(example: Path) -> None:
    """Where it was a member, its answers stay; what was ticked stays ticked."""
    options = ("--net", "Early=1,2", "--net", "All=Early,3", "--net", "Gap=Early minus 4")
    async with exploring(example, "--question", "cx_map", *options) as pilot:
        await press(pilot, "N", "home", "space", *["down"] * 4, "x")
        assert "[+] Not started" in screen_text(pilot)
        await press(pilot, "home", "space", "enter")
        assert nets_of(pilot) == (
            Net("All", "All", ("1", "2", "3")),
            Net("Gap", "Gap", ("1", "2"), ("4",)),
        )
        await press(pilot, "N", "end", "x", "x", "enter")
        assert nets_of(pilot) == ()
        await press(pilot, "N", "x")
        assert "only nets made here can be removed" in screen_text(pilot)
        await press(pilot, "escape")
        assert nets_of(pilot) == ()


async def test_nets_of_the_codebook(tmp_path: Path) -> None:
    """They can be members, and stay."""
    declared = (Net("any", "Any of two", ("1", "2")), Net("gap", "A gap", ("1",), ("2",)))
    answers = [
        {"role": 1, "tools_1": a, "tools_2": b, "tools_3": c}
        for a, b, c in ((1, 1, 0), (0, 0, 1), (0, 1, 0), (0, 0, 0))
    ]
    questions = (replace(TOOLS, nets=declared), ROLE)
    file = kept(survey_of(answers, questions, SCHEMA, Codebook(role="role")), tmp_path)
    async with exploring(file, "--question", "tools") as pilot:
        await press(pilot, "N", *["down"] * 4)
        assert "Tool 1 + Tool 2 · codebook" in screen_text(pilot)
        await press(pilot, "space")
        assert "a difference of two nets is no net" in screen_text(pilot)
        await press(pilot, "x")
        assert "A gap stands in the codebook" in screen_text(pilot)
        await press(pilot, "up", "space", "up", "space", "enter")
        (net,) = nets_of(pilot)
        assert net.members == ("3", "any")
        assert shares_of(pilot)["Tool 3 + Any of two"] == 3


async def test_an_invalid_net_says_why(example: Path) -> None:
    """The box says it and stays open."""
    options = ("--net", "Early=1,2")
    async with exploring(example, "--question", "cx_map", *options) as pilot:
        for keys, says in (
            (["N", "enter"], "tick the answers to count together with space"),
            (["minus", "enter"], "tick the answers to count together with space"),
            (["space", "enter"], "one answer alone is no net: tick another"),
            (["down", "plus", "tab", *"Early", "enter"], "there is a net 'Early' already"),
        ):
            await press(pilot, *keys)
            assert says in screen_text(pilot)
            assert isinstance(app_of(pilot).screen, Nets)
        await press(pilot, "q", "up")
        assert app_of(pilot).screen.query_one(Input).value == "Earlyq"
        await press(pilot, "q")
        assert not isinstance(app_of(pilot).screen, Nets)
        assert len(nets_of(pilot)) == 1


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("budget_share", "budget_share is numeric: it has no answers to count together"),
        (
            "channels",
            "channels is grid: count answers to one of its rows together, as channels.web",
        ),
    ],
)
async def test_a_question_without_nets_says_why(example: Path, question: str, says: str) -> None:
    """In the status line."""
    async with exploring(example, "--question", question) as pilot:
        await pilot.press("N")
        assert says in lines_of(pilot)[-1]


async def test_a_net_is_seen_beside_a_mean(example: Path) -> None:
    """A mean has one row: the shares stand in its place."""
    options = ("--question", "recommend", "--show", "mean")
    async with exploring(example, *options) as pilot:
        await press(pilot, "N", "pagedown", "pageup", "space", "down", "space", "enter")
        view = app_of(pilot).session.view
        assert view is not None and view.show is None
        assert nets_of(pilot)[0].label in shares_of(pilot)
        await press(pilot, "down", "up")
        assert nets_of(pilot) == ()


@pytest.mark.parametrize("size", [(40, 12), (1, 1)])
async def test_a_small_terminal(example: Path, size: tuple[int, int]) -> None:
    """The visible part works."""
    async with exploring(example, "--question", "obstacles", size=size) as pilot:
        await press(pilot, "N", "space", "down", "space", "enter")
        assert len(nets_of(pilot)) == 1


async def test_hostile_text(tmp_path: Path) -> None:
    """Labels are shown as they are, never read as markup."""
    file = tmp_path / "hostile.csv"
    rows = ["role,[@click=app.quit]x[/]", *["1,[/b]\n2,[b] = y"] * 20]
    file.write_text("\n".join(rows), "utf-8")
    async with exploring(file, "--question", "[@click=app.quit]x[/]") as pilot:
        await press(pilot, "N", "space", "down", "space")
        assert "[/b] + [b] = y" in screen_text(pilot)
        await press(pilot, "enter")
        assert "[/b] + [b] = y" in table_text(pilot)


def test_the_choices_are_answers_then_nets() -> None:
    """The answers that count, then the nets of the codebook, then those made on the fly."""
    declared, made = Net("d", "Declared", ("1",)), Net("m", "Made", ("2",))
    entries = entries_of(replace(GOAL, nets=(declared,)), [made])
    assert [one.code for one in entries] == ["1", "2", "3", "d", "m"]
    assert [one.net for one in entries[3:]] == [declared, made]
    assert [one.is_made for one in entries[3:]] == [False, True]


@pytest.mark.parametrize(
    ("plus", "minus", "name"),
    [
        (["A", "B"], [], "A + B"),
        (["A", "B"], ["C"], "A + B − C"),
        (["A"], ["B", "C"], "A − (B + C)"),
        ([], [], ""),
    ],
)
def test_a_name_is_proposed(plus: list[str], minus: list[str], name: str) -> None:
    assert proposed(plus, minus) == name
