"""The explorer as it is used: through SSH on a slow line, and in tmux."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.app.pty import MAIN
from tests.app.slow_line import DOWN, over_ssh, why_not

_PATIENCE = 300
"""Tenths of a second until what should stand on the screen has failed to."""


def processes_of(survey: Path) -> list[str]:
    """The processes that were started on this file."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes().split(b"\0")
        except OSError:
            continue
        if str(survey).encode() in words and b"-c" in words:
            found.append(one.parent.name)
    return found


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "never")
def test_over_a_slow_line_frames_are_dropped_and_nothing_stays_behind(
    example: Path, tmp_path: Path
) -> None:
    """20 fast keys: the last question stands, few of those between were sent. The client is ended:
    so is the explorer.
    """
    survey = tmp_path / "survey.parquet"
    shutil.copy(example, survey)
    with over_ssh(survey, tmp_path, size=(80, 24)) as terminal:
        terminal.until(lambda text: "55.9 B" in text)
        while terminal.read(1.0):
            pass
        before = len(terminal.received)
        terminal.send(DOWN * 20)
        terminal.shows("││ Marketing and technology speak")
        while terminal.read(1.0):
            pass
        assert len(terminal.received) - before < 8_000
        assert processes_of(survey)
        terminal.process.kill()
        for _ in range(_PATIENCE):
            if not processes_of(survey):
                break
            time.sleep(0.1)
        assert processes_of(survey) == []


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_in_tmux(example: Path, tmp_path: Path) -> None:
    """Its keys move it, its screen is whole, and it leaves tmux's screen as it was."""
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    command = shlex.join([sys.executable, "-c", MAIN, str(example)])

    def run(*words: str) -> str:
        done = subprocess.run([*tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def shows(words: str) -> str:
        for _ in range(_PATIENCE):
            if words in (text := run("capture-pane", "-p")):
                return text
            time.sleep(0.1)
        raise AssertionError(f"{words} is not there:\n{run('capture-pane', '-p')}")

    size = ("-x", "80", "-y", "24")
    run("new-session", "-d", *size, f"{command}; printf 'ended with %s' $?; sleep 60")
    try:
        shows("55.9 B")
        run("send-keys", "Down")
        text = shows("││ Progress in mapping")
        assert [len(line) for line in text.splitlines()[1:-1]] == [80] * 22
        run("send-keys", "q")
        assert shows("ended with 0").strip() == "ended with 0"
    finally:
        run("kill-server")
