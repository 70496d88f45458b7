"""The terminal is given back and the reason said, whatever ends the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import polars as pl
import pyreadstat
import pytest

import cxtui
from tests.app.pty import ALTERNATE_SCREEN, COMMAND, Terminal, installed, processes_of

_PATIENCE = 20.0
_SIGNALS = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGKILL")


def survey(folder: Path) -> str:
    """Return the name of a new survey in a folder, which no other process has."""
    name = f"guarded-{uuid4().hex}.csv"
    pl.DataFrame({"role": ["A", "B"] * 30, "goal": ["x", "y", "z"] * 20}).write_csv(folder / name)
    return name


def opened(terminal: Terminal, name: str) -> int:
    """Wait for the first table; return the process that draws it."""
    terminal.until(lambda text: "Base (n)" in text)
    end = time.monotonic() + _PATIENCE
    while len(found := processes_of(name)) > 1 and time.monotonic() < end:
        time.sleep(0.01)  # one that is being started has the name of its parent for a moment
    (process,) = found
    assert process != terminal.process.pid
    assert terminal.has(ALTERNATE_SCREEN)
    return process


@pytest.mark.parametrize("name", _SIGNALS)
def test_an_explorer_ended_by_a_signal_leaves_a_terminal_and_one_line(
    tmp_path: Path, name: str
) -> None:
    file = survey(tmp_path)
    with installed([file], tmp_path) as terminal:
        os.kill(opened(terminal, file), signal.Signals[name])
        assert terminal.ended() == 128 + signal.Signals[name]
        assert terminal.restored
        left = terminal.received.rpartition(b"\x1b[0m")[2]
        assert left.count(b"\n") == 1
        assert f"cxtui: ended by {name}: ".encode() in left


def test_an_explorer_without_its_guardian_gives_the_terminal_back(tmp_path: Path) -> None:
    file = survey(tmp_path)
    with installed([file], tmp_path) as terminal:
        process = opened(terminal, file)
        terminal.process.kill()
        terminal.process.wait()
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and (not terminal.restored or process in processes_of(file)):
            terminal.read(0.1)
        assert terminal.restored
        assert process not in processes_of(file)


@pytest.mark.parametrize("name", _SIGNALS)
def test_a_decoder_ended_by_a_signal_is_one_line_on_a_terminal(tmp_path: Path, name: str) -> None:
    """Read again, a survey stays as it was."""
    file = tmp_path / f"decoded-{uuid4().hex}.sav"
    pyreadstat.write_sav(pl.DataFrame({"role": ["A", "B"] * 30, "goal": [1.0, 2.0] * 30}), file)
    with installed([file.name], tmp_path) as terminal:
        for one in _decoders(opened(terminal, file.name)):
            os.kill(one, signal.Signals[name])
        terminal.send(b"R")
        terminal.until(lambda text: "read again" in text)
        terminal.send(b"q")
        assert terminal.ended() == 0
        assert terminal.restored


def children_of(process: int) -> list[int]:
    """The processes that any thread of a process has started."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for thread in threads for one in thread.read_text().split()]


def _decoders(explorer: int) -> list[int]:
    """Return the process that decodes for an explorer, and those that it has forked."""
    found, waiting = [], children_of(explorer)
    while waiting:
        one = waiting.pop()
        with suppress(OSError):  # it may have ended
            waiting += children_of(one)
            if b"decoder_server" in Path(f"/proc/{one}/cmdline").read_bytes():
                found.append(one)
    assert found
    return found


@pytest.mark.parametrize("name", _SIGNALS)
def test_a_verb_ended_by_a_signal_says_so(tmp_path: Path, name: str) -> None:
    """With the status that a shell expects; it waits here for a command line to end."""
    command = [str(COMMAND), "table", "-", "goal"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdin is not None and program.stderr is not None
        end = time.monotonic() + _PATIENCE
        while not (children := children_of(program.pid)):
            assert time.monotonic() < end
            time.sleep(0.01)
        os.kill(children[0], signal.Signals[name])
        said = program.stderr.read().decode()
        assert program.wait() == 128 + signal.Signals[name]
    assert said.startswith(f"cxtui: ended by {name}: ")
    assert said.count("\n") == 1


def test_a_library_that_exits_by_itself_says_so(tmp_path: Path) -> None:
    """As OpenBLAS does where it finds no memory: with status 1, and no word of its own."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "class Gives:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'polars':\n"
        "            os._exit(1)\n"
        "sys.meta_path.insert(0, Gives())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "cxtui", "table", survey(tmp_path), "goal"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{Path(cxtui.__file__).parents[1]}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "cxtui: ended by a library that gave up, as one does where memory runs out\n"
    )
