"""The program in terminals of different abilities: what it sends suits each of them.

The survey is never read: these tests look at the first screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.color import ColorSystem

from tests.app.pty import UNREAD, Terminal, running
from tests.app.screen import explorer

COLOURS = re.compile(rb"\x1b\[[\d;]*\b(?:3[0-7]|9[0-7]|[34]8;[25]|4[0-7])[\d;]*m")


def first_screen(tmp_path: Path, *options: str, **environment: str) -> bytes:
    """Return all that was sent for the first screen, the terminal's own codes included."""
    (tmp_path / "survey.csv").write_text("role,goal\na,1\nb,2\n", encoding="utf-8")
    arguments = ["survey.csv", *options]
    with running(arguments, tmp_path, environment=environment, before=UNREAD) as terminal:
        opened(terminal)
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored
        return bytes(terminal.received)


def opened(terminal: Terminal) -> None:
    terminal.until(lambda text: "survey.csv" in text and "q quit" in text)
    terminal.settled()


@pytest.mark.parametrize(
    ("environment", "has_colours", "ascii_only"),
    [
        ({"TERM": "linux"}, True, True),
        ({"TERM": "screen"}, True, False),
        ({"TERM": "tmux-256color"}, True, False),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C"}, False, True),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, True, False),
    ],
    ids=lambda one: " ".join(f"{k}={v}" for k, v in one.items()) if isinstance(one, dict) else "",
)
def test_each_terminal_gets_what_it_can_show(
    environment: Mapping[str, str], has_colours: bool, ascii_only: bool, tmp_path: Path
) -> None:
    """The terminal's own colours or none, its characters or ASCII; never 24 bits of colour."""
    sent = first_screen(tmp_path, **environment)
    assert bool(COLOURS.search(sent)) is has_colours
    assert b"8;2;" not in sent
    assert sent.isascii() is ascii_only
    assert len(sent) < 3_000


def test_light_and_plain_can_be_asked_for(tmp_path: Path) -> None:
    """Whatever the environment says."""
    sent = first_screen(tmp_path, "--ascii", "--theme", "light")
    assert sent.isascii()
    assert b"8;5;25m" in sent  # the frame's blue, darker


@pytest.mark.parametrize("term", ["linux", "screen", "tmux-256color", "xterm-256color"])
@pytest.mark.parametrize("colorterm", [None, "truecolor"])
@pytest.mark.parametrize("no_color", [None, "", "1"])
def test_colours_follow_the_environment(
    term: str, colorterm: str | None, no_color: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty NO_COLOR is none; COLORTERM, which sshd does not forward, takes nothing away."""
    monkeypatch.setenv("TERM", term)
    for name, value in (("COLORTERM", colorterm), ("NO_COLOR", no_color)):
        if value is not None:
            monkeypatch.setenv(name, value)
    looks = explorer(Path("survey.csv")).looks
    few = ColorSystem.EIGHT_BIT if "256" in term else ColorSystem.STANDARD
    many = ColorSystem.TRUECOLOR if colorterm else few
    assert looks.colours is (None if no_color else many)
    assert looks.ascii_only is (term == "linux")
