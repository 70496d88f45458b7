"""Surveys that another program truncates, rewrites or replaces while they are read and counted.

    python -m tests.fuzz.races                 1,000 changes of each kind of file
    python -m tests.fuzz.races --changes 50 --seed 5 --only csv

The codes of each state end in its number, so a table of two states is seen at once.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import polars as pl
import pyreadstat

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CxtuiError
from cxtui.native_libraries import silence_native_stderr
from cxtui.output import Format, Shape
from cxtui.sources.open_survey import open_survey
from tests.rendering import render

KINDS = ("csv", "parquet", "arrow", "sav", "xlsx")
_STATES, _ROWS = 9, 3_000
_PAUSES = (0.001, 0.01, 0.2)
"""Seconds between two changes."""


class Race:
    """A program that opens and counts a file in a process of its own."""

    def __init__(self, file: Path) -> None:
        ours, theirs = get_context("fork").Pipe()
        self.answers = ours
        self.process = get_context("spawn").Process(target=_count, args=(str(file), theirs))
        self.process.start()
        theirs.close()


def run_race(kind: str, changes: int, seed: int, folder: Path) -> Counter[str]:
    """Change a file so many times while it is read; return how often it was read and refused.

    Raises `AssertionError` for a table of two states, an error of several lines, or a process that
    a signal ended.
    """
    chance = random.Random(f"{seed}/{kind}")
    states = [content_of(kind, number, folder) for number in range(1, _STATES + 1)]
    file = folder / f"race.{kind}"
    file.write_bytes(states[0])
    race = Race(file)
    said: Counter[str] = Counter()
    try:
        said[_checked(race.answers.recv())] += 1  # it has loaded
        for _ in range(changes):
            _change(file, chance.choice(states), chance)
            while race.answers.poll():
                said[_checked(race.answers.recv())] += 1
            assert race.process.is_alive(), f"ended with {race.process.exitcode}"
        said[_checked(race.answers.recv())] += 1
    except EOFError:
        race.process.join()
        raise AssertionError(f"ended with {race.process.exitcode}") from None
    finally:
        race.process.kill()
        race.process.join()
    return said


def content_of(kind: str, number: int, folder: Path) -> bytes:
    """Return a file in which every answer is one number."""
    states = {"role": [f"r{number}", f"r{number + 10}"], "goal": [f"g{number}", f"g{number + 10}"]}
    frame = pl.DataFrame({name: codes * _ROWS for name, codes in states.items()})
    file = folder / f"state.{kind}"
    match kind:
        case "csv":
            frame.write_csv(file)
        case "parquet":
            frame.write_parquet(file)
        case "arrow":
            frame.write_ipc(file)
        case "xlsx":
            frame.write_excel(file)
        case _:
            pyreadstat.write_sav(frame, file)
    return file.read_bytes()


def _change(file: Path, content: bytes, chance: random.Random) -> None:
    match chance.randrange(3):
        case 0:
            with file.open("r+b") as opened:
                opened.truncate(chance.choice((0, 10, len(content) // 2)))
                time.sleep(chance.choice(_PAUSES[:2]))
                opened.seek(0)
                opened.write(content)
        case 1:
            with file.open("r+b") as opened:
                opened.write(content)
                opened.truncate()
        case _:
            draft = file.with_suffix(".draft")
            draft.write_bytes(content)
            os.utime(draft, (1, 1))  # of one age, and often of one size
            draft.replace(file)
    time.sleep(chance.choice(_PAUSES))


def _checked(answer: tuple[str, str]) -> str:
    kind, said = answer
    assert kind in {"read", "refused"}, said
    if kind == "read":
        assert len(set(said.split())) == 1, f"a table of two states: {said}"
    else:
        assert said.strip() and "\n" not in said, said
    return kind


def _count(file: str, answers: Connection) -> None:
    """Open and count a file again and again."""
    with silence_native_stderr():
        while True:
            try:
                answers.send(("read", _codes(file)))
            except CxtuiError as error:
                answers.send(("refused", str(error)))
            except BaseException as error:
                answers.send(("defect", repr(error)))
                raise


def _codes(file: str) -> str:
    """Return the numbers of the states in some tables."""
    survey = open_survey(file)
    found = []
    for _ in range(3):
        table = tabulate(survey, parse_view(survey, "--question goal --by role"))
        found += re.findall(r"[gr]1?(\d)\b", render(table, Format.CSV, Shape.TIDY).decode())
    return " ".join(found)


def main() -> int:
    """Run the races; return 1 after a defect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--only", default=",".join(KINDS))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in asked.only.split(","):
            said = run_race(kind, asked.changes, asked.seed, Path(folder))
            print(f"{kind}: {asked.changes:,} changes, {dict(said)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
