"""Surveys that another program changes while they are opened, counted, explored and cached.

    python -m tests.fuzz.races                 1,000 changes of each kind of file, all at once
    python -m tests.fuzz.races --changes 50 --seed 5 --only csv

The codes of each state end in its number, so a table of two states is seen at once. Changes come
at random times of a reading that is under way, which says when it begins.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pyreadstat

from tests.fuzz.race_reader import serve

KINDS = ("csv", "parquet", "arrow", "sav", "dta", "xlsx", "codebook")
CHANGES = ("truncate", "rewrite", "replace", "append", "touch")
_READERS, _MODES = ("library", "session"), ("off", "cold", "warm")
_STATES, _ROWS = 9, 3_000
_MOST_AT_ONCE = 4
_SHARE = 0.2
"""The share of readings in peace, and of a new duration in the expected one."""
_PATIENCE = 120
_COMMENT = "# a line of many\n" * 4_000
"""The middle of a codebook, so that it is read in pieces."""
_CODEBOOK = """\
title = "t{0}"
{1}
[[question]]
id = "goal"
label = "l{0}"
kind = "single"
categories = [{{ code = "x", label = "l{0}" }}, {{ code = "y", label = "l1{0}" }}]
"""


def content_of(kind: str, number: int, folder: Path) -> bytes:
    """Return a file in which every answer is one number, and a codebook with one in its labels."""
    if kind == "codebook":
        return _CODEBOOK.format(number, _COMMENT).encode()
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
        case "dta":
            pyreadstat.write_dta(frame, file)
        case _:
            pyreadstat.write_sav(frame, file)
    return file.read_bytes()


class ChangedFile:
    """A file in one of its states; `shown` is what every table of it has to show.

    `shown` is empty where only a reader can tell: of a file with something behind its end.
    """

    def __init__(self, kind: str, folder: Path, chance: random.Random) -> None:
        self.states = [content_of(kind, number + 1, folder) for number in range(_STATES)]
        self.kind, self.chance = kind, chance
        self.survey = self.file = folder / f"race.{kind}"
        if kind == "codebook":
            self.survey, self.file = folder / "race.csv", folder / "race.codebook.toml"
            self.survey.write_text("role,goal\n" + "a,x\nb,y\n" * _ROWS)
        self._replace()

    def change(self, how: str) -> None:
        """Change the file; where it is left in two pieces, both are of one state."""
        match how:
            case "truncate":
                content = self._chosen()
                with self.file.open("r+b") as opened:
                    opened.truncate(self.chance.choice((0, 10, len(content) // 2)))
                    time.sleep(self.chance.choice((0, 0.001, 0.01)))
                    os.pwrite(opened.fileno(), content, 0)
            case "rewrite":
                content = self._chosen()
                with self.file.open("r+b") as opened:
                    opened.truncate(len(content))
                    os.pwrite(opened.fileno(), content, 0)
            case "replace":
                self._replace()
            case "append":
                self._append()
            case _:
                os.utime(self.file, (1, 1))

    def _chosen(self) -> bytes:
        number = self.chance.randrange(_STATES)
        self._rows = 2 * _ROWS
        self._show(number + 1)
        return self.states[number]

    def _show(self, number: int) -> None:
        self._number = number
        self.shown = f"{number} {self._rows}"

    def _replace(self) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_bytes(self._chosen())
        os.utime(draft, (1, 1))  # of one age, and often of one size
        draft.replace(self.file)

    def _append(self) -> None:
        more = b"# more\n" if self.kind == "codebook" else b"more"
        if self.kind == "csv":
            more = self.states[self._number - 1].partition(b"\n")[2]
            self._rows += 2 * _ROWS
            self._show(self._number)
        elif self.kind != "codebook":
            self.shown = ""
        with self.file.open("ab") as opened:
            opened.write(more)


class Race:
    """A changed file, and a program that reads it in a process of its own."""

    def __init__(self, kind: str, seed: int, folder: Path) -> None:
        self.chance = random.Random(f"{seed}/{kind}")
        self.changed = ChangedFile(kind, folder, self.chance)
        self.said: Counter[str] = Counter()
        self._seconds = dict.fromkeys(_READERS, 0.1)
        self._pipe, theirs = get_context("spawn").Pipe()
        given = str(self.changed.survey), theirs, str(folder / "cache")
        self.process = get_context("spawn").Process(target=serve, args=given, daemon=True)
        self.process.start()
        theirs.close()

    def run(self, changes: int) -> Counter[str]:
        """Change the file so many times while it is read; read it in peace now and then."""
        try:
            self._read(())
            while (left := changes - self.said["changes"]) > 0:
                count = self.chance.randint(1, min(_MOST_AT_ONCE, left))
                self._read([self.chance.choice(CHANGES) for _ in range(count)])
                if self.chance.random() < _SHARE:
                    self._read(())
            self._read(())
        except EOFError:
            self.process.join()
            raise AssertionError(f"ended with {self.process.exitcode}") from None
        finally:
            self.process.kill()
            self.process.join()
        return self.said

    def _read(self, changes: Sequence[str]) -> None:
        """Let it read once, and make changes at random times of that."""
        reader, mode = self.chance.choice(_READERS), self.chance.choice(_MODES)
        if not changes:
            time.sleep(0.06)  # it stands still from now on
        self._pipe.send(f"{reader} {mode}")
        self._hear()
        begun = time.monotonic()
        times = sorted(self.chance.uniform(0, self._seconds[reader]) for _ in changes)
        told: list[tuple[str, str]] = []
        for at, how in zip(times, changes, strict=True):
            while (left := begun + at - time.monotonic()) > 0 and not _is_done(told):
                told += [self._hear()] if self._pipe.poll(left) else []
            self.changed.change(how)
            self.said["changes"] += 1
            self.said["while it was read"] += not _is_done(told) and not self._pipe.poll()
        while not _is_done(told):
            told.append(self._hear())
        if not changes:
            took = time.monotonic() - begun
            self._seconds[reader] += _SHARE * (took - self._seconds[reader])
        for kind, said in told[:-1]:
            self._check(kind, said, in_peace=not changes, how=f"{reader}, {mode}")

    def _hear(self) -> tuple[str, str]:
        assert self._pipe.poll(_PATIENCE), "it says nothing any more"
        kind, said = self._pipe.recv()
        return kind, said

    def _check(self, kind: str, said: str, *, in_peace: bool, how: str) -> None:
        self.said[kind] += 1
        assert kind in {"read", "refused"}, f"{how}: {said}"
        if kind == "refused":
            assert said.strip() and "\n" not in said, f"{how}: {said}"
            assert not (in_peace and self.changed.shown), f"{how}: refused in peace: {said}"
            return
        states = {one for one in said.split() if "=" not in one}
        bases = {one.removeprefix("base=") for one in said.split() if "=" in one}
        assert len(states) <= 1 and len(bases) == 1, f"{how}: two states: {said}"
        if in_peace and self.changed.shown:
            assert {*states, *bases} == {*self.changed.shown.split()}, (
                f"{how}: an old state: {said}"
            )


def _is_done(told: Sequence[tuple[str, str]]) -> bool:
    return bool(told) and told[-1][0] in {"done", "defect"}


def run_race(kind: str, changes: int, seed: int, folder: Path) -> Counter[str]:
    """Return how often a file was read and refused that is changed so many times meanwhile.

    Raises `AssertionError` for a table of two states or of an old one, an error of several lines,
    or a process that a signal ended.
    """
    own = folder / kind
    own.mkdir()
    return Race(kind, seed, own).run(changes)


def main() -> int:
    """Run the races; return 1 after a defect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--only", default=",".join(KINDS))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    kinds, begun = asked.only.split(","), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(kinds)) as pool:
        run = partial(_said, changes=asked.changes, seed=asked.seed, folder=Path(folder))
        defects = sum(pool.map(run, kinds))
    print(f"{defects} defects in {time.monotonic() - begun:.0f} s")
    return min(defects, 1)


def _said(kind: str, changes: int, seed: int, folder: Path) -> bool:
    """Run one race, print what came of it, and return whether that is a defect."""
    try:
        said = run_race(kind, changes, seed, folder)
    except (AssertionError, OSError) as error:
        print(f"DEFECT {kind}: {error}", flush=True)
        return True
    print(f"{kind}: {dict(said)}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
