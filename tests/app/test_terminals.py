"""The program in terminals of different abilities: what it sends suits each of them.

The survey is never read: these tests look at the first screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.app.pty import UNREAD, Terminal, running

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
