"""The explorer as it is used: inside tmux and GNU screen, left there and come back to."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format
from cxtui.sources.open_survey import open_survey
from tests.app.pty import COMMAND, TAKE_THE_TERMINAL, Terminal, in_terminal
from tests.rendering import render

DOWN = b"\x1b[B"
LETTERS = "55.9 B"
"""Stands in the first table once it has been tested."""
WORDINGS = ("Progress in mapping", "How is the customer", "Progress in delivering")
_PATIENCE = 30.0


def as_tsv(survey: Path, question: str) -> str:
    """What a copy of a question's table holds."""
    opened = open_survey(str(survey))
    table = tabulate(opened, parse_view(opened, f"--question {question}"))
    return render(table, Format.TSV).decode()


@contextmanager
def seen(command: list[str], folder: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    """Run a multiplexer in a terminal of some size."""
    program = f"{TAKE_THE_TERMINAL}; import os; os.execvp({command[0]!r}, {command!r})"
    with in_terminal([sys.executable, "-c", program], folder, size=size) as terminal:
        yield terminal


def is_filled(lines: list[str], width: int) -> bool:
    """Whether the explorer fills a screen of this width to its last line."""
    return lines[-2].endswith("╯") and {len(line) for line in lines[1:-1]} == {width}


@dataclass(frozen=True)
class Tmux:
    """A server of our own."""

    words: list[str]

    def __call__(self, *words: str) -> str:
        done = subprocess.run([*self.words, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def until(self, holds: Callable[[str], bool]) -> str:
        """Wait until something holds of what stands in the pane; return that."""
        end = time.monotonic() + _PATIENCE
        while not holds(text := self("capture-pane", "-p")):
            assert time.monotonic() < end, f"it never came to hold:\n{text}"
            time.sleep(0.05)
        return text

    def shows(self, words: str) -> str:
        """Wait until these words stand in the pane; return all that stands there."""
        return self.until(lambda text: words in text)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """Have a server, and end it."""
    run = Tmux(["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"])
    try:
        yield run
    finally:
        run("kill-server")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_in_tmux(example: Path, tmp_path: Path, tmux: Tmux) -> None:
    """Its keys move it, and tmux takes the copy; who detaches and attaches, from a terminal of
    another size, finds it where it was; it leaves tmux's screen as it was.
    """
    command = f"{shlex.join([str(COMMAND), str(example)])}; printf 'ended %s.' $?; cat"
    stale = ["-e", "COLUMNS=80", "-e", "LINES=24"]  # as some have them exported
    tmux("new-session", "-d", "-x", "80", "-y", "24", *stale, command)
    tmux.shows(LETTERS)
    tmux("send-keys", "Down")
    text = tmux.shows(f"││ {WORDINGS[0]}")
    assert {len(line) for line in text.splitlines()[1:-1]} == {80}
    tmux("send-keys", "y")
    tmux.shows("the table as TSV")
    tmux("send-keys", "t")
    tmux.shows("copied by tmux")
    assert tmux("show-buffer") == as_tsv(example, "cx_map")

    attach = [*tmux.words, "attach"]
    for size, before, after in (((110, 33), *WORDINGS[:2]), ((70, 20), *WORDINGS[1:])):
        with seen(attach, tmp_path, size) as terminal:
            width, height = size[0], size[1] - 1
            for words in (before, after):
                text = tmux.until(
                    lambda text, words=words, width=width: (  # type: ignore[misc]
                        f"││ {words}" in text and is_filled(text.splitlines(), width)
                    )
                )
                assert len(text.splitlines()) == height
                terminal.send(DOWN if words == before else b"\x02d")
            assert terminal.ended() == 0
    tmux("send-keys", "q")
    assert tmux.shows("ended 0.").strip() == "ended 0."


@pytest.mark.skipif(shutil.which("screen") is None, reason="GNU screen is not installed")
def test_in_screen(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It passes no copy on, so that goes to a file; who detaches and attaches, from a terminal of
    another size, finds the explorer where it was.
    """
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("SCREENDIR", str(folder))
    screen = ["screen", "-c", "/dev/null", "-U"]
    try:
        with seen(
            [*screen, "-S", "made", str(COMMAND), str(example)], tmp_path, (80, 24)
        ) as terminal:
            terminal.shows(LETTERS)
            terminal.send(DOWN)
            terminal.shows(f"││ {WORDINGS[0]}")
            terminal.send(b"y")
            terminal.shows("the table as TSV")
            terminal.send(b"t")
            terminal.shows("copied to ~/")
            (copied,) = Path.home().rglob("copied.tsv")
            assert copied.read_text("utf-8") == as_tsv(example, "cx_map")
            terminal.send(b"\x01d")
            assert terminal.ended() == 0
        with seen([*screen, "-r", "made"], tmp_path, (110, 33)) as terminal:
            terminal.shows(f"││ {WORDINGS[0]}")
            terminal.until(lambda _: is_filled(terminal.lines, 110))
            terminal.send(DOWN)
            terminal.shows(f"││ {WORDINGS[1]}")
            terminal.send(b"q")
            assert terminal.ended() == 0
    finally:  # there is one where the test failed
        subprocess.run([*screen, "-S", "made", "-X", "quit"], capture_output=True, check=False)
