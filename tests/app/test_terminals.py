"""The program in terminals of different abilities sends each only what it can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from rich.color import ColorSystem

from tests.app import pty
from tests.app.forked import running
from tests.app.pty import UNREAD
from tests.app.screen import explorer

COLOURS = re.compile(rb"\x1b\[[\d;]*\b(?:3[0-7]|9[0-7]|[34]8;[25]|4[0-7])[\d;]*m")
TERMS = ("linux", "screen", "tmux-256color", "xterm-256color")
COLORTERMS = (None, "truecolor")
NO_COLORS = (None, "", "1")


def environment(colorterm: str | None, no_color: str | None, **others: str) -> dict[str, str]:
    """What the program finds in its environment, `None` being unset."""
    asked = {"COLORTERM": colorterm, "NO_COLOR": no_color}
    return others | {name: value for name, value in asked.items() if value is not None}


@pytest.mark.parametrize(
    "found",
    [
        environment(colorterm, no_color, TERM=term)
        for term, colorterm, no_color in product(TERMS, COLORTERMS, NO_COLORS)
    ],
    ids=lambda found: " ".join(f"{name}={value}" for name, value in found.items()),
)
def test_each_terminal_gets_what_it_can_show(
    found: Mapping[str, str], example: Path, tmp_path: Path
) -> None:
    """A table in the terminal's own colours or in none, in its characters or in ASCII: 256 colours
    only where it has them, never 24 bits of colour. It is left as it was.
    """
    with running([str(example)], tmp_path, environment=found) as terminal:
        terminal.until(lambda text: "Base (n)" in text and "55.9" in text)
        lines = terminal.lines
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
        sent = bytes(terminal.received)
    is_ascii = found["TERM"] == "linux"
    side, corners = ("|", "+-") if is_ascii else ("│", "╭─")
    assert lines[1].startswith(f"{corners} 1 Questions") and len(lines[1]) == 80
    row = next(line for line in lines if "55.9" in line).split(side)[-2]
    assert row.startswith(" Improve")
    assert re.findall(r"\d+\.\d", row)[:3] == ["40.4", "55.9", "12.7"]
    assert {len(line) for line in lines[1:-1]} == {80}
    assert bool(COLOURS.search(sent)) is not bool(found.get("NO_COLOR"))
    assert b"8;2;" not in sent
    if "256" not in found["TERM"] and "COLORTERM" not in found:
        assert b"8;5;" not in sent
    assert sent.isascii() is is_ascii
    assert len(sent) < 6_500


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_gets_one_line_of_advice(term: str, example: Path, tmp_path: Path) -> None:
    """One line, no escape code, whatever else the environment promises."""
    for colorterm, no_color in product(COLORTERMS, NO_COLORS):
        found = environment(colorterm, no_color, TERM=term)
        with running([str(example)], tmp_path, environment=found) as terminal:
            assert terminal.ended() == 1
            assert terminal.received.startswith(b"cxtui: this terminal (TERM=dumb) cannot draw")
            assert b"cxtui table FILE QUESTION" in terminal.received
            assert terminal.received.count(b"\n") == 1
            assert b"\x1b" not in terminal.received


def test_light_and_plain_are_options(example: Path, tmp_path: Path) -> None:
    """The options win over the environment: on white the first column is blue, not cyan."""
    words = [str(example), "--ascii", "--theme", "light"]
    with pty.running(words, tmp_path, environment={"TERM": "xterm"}) as terminal:
        terminal.until(lambda text: "55.9 B" in text)
        terminal.send(b"q")
        assert terminal.ended() == 0
        sent = bytes(terminal.received)
    assert sent.isascii()
    assert b";1;34m" in sent
    assert b";1;36m" not in sent


def test_a_locale_without_utf8_gets_ascii(tmp_path: Path) -> None:
    """Also where Python, as it starts, takes UTF-8 for itself."""
    assert first_screen(tmp_path, LANG="C").isascii()


def first_screen(tmp_path: Path, *options: str, **environment: str) -> bytes:
    """Return all that a program that starts sends for its first screen; it reads no survey."""
    (tmp_path / "survey.csv").write_text("role,goal\na,1\nb,2\n", encoding="utf-8")
    words = ["survey.csv", *options]
    with pty.running(words, tmp_path, environment=environment, before=UNREAD) as terminal:
        terminal.until(lambda text: "survey.csv" in text and "q quit" in text)
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
        return bytes(terminal.received)


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("colorterm", COLORTERMS)
@pytest.mark.parametrize("no_color", NO_COLORS)
def test_colours_follow_the_environment(
    term: str, colorterm: str | None, no_color: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty NO_COLOR is none; COLORTERM, which sshd does not forward, takes nothing away."""
    for name, value in environment(colorterm, no_color, TERM=term).items():
        monkeypatch.setenv(name, value)
    looks = explorer(Path("survey.csv")).looks
    few = ColorSystem.EIGHT_BIT if "256" in term else ColorSystem.STANDARD
    many = ColorSystem.TRUECOLOR if colorterm else few
    assert looks.colours is (None if no_color else many)
    assert looks.ascii_only is (term == "linux")
