"""Damaged files of every format, and damaged codebooks and views, through the whole program.

    python -m tests.fuzz.readers                     10,000 cases over all targets, of a fresh seed
    python -m tests.fuzz.readers --only sav,dta --cases 2000 --seed 5
    python -m tests.fuzz.readers --seed 5 --case sav:123 --keep a.sav   one case again, and its file

Each case runs in a child process with bounded time and memory; a traceback, a crash, a hang, a
case that takes the memory or prints on the terminal is a defect. Exits 1 where there is any.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

CASES = 10_000
SECONDS = 10.0
MEGABYTES = 1_500
"""What one case may add to the memory of its process, and what the process may have in all."""

_GROWTH = 700
_WAIT_SECONDS = 600.0
_PIECE, _PROGRESS = 250, 5_000
HANG = "defect hang"
_MODULE = "tests.fuzz.readers"


@dataclass(slots=True)
class Report:
    """How many cases of a target were read, refused with one line, or defects."""

    target: str
    read: int = 0
    refused: int = 0
    defects: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0
    largest: int = 0

    @property
    def cases(self) -> int:
        """Return how many cases have been run."""
        return self.read + self.refused + len(self.defects)

    @property
    def line(self) -> str:
        """The report in one line."""
        return (
            f"{self.target:10} {self.cases:6} cases  "
            f"{self.read:6} read  {self.refused:6} refused  {len(self.defects):4} defects  "
            f"slowest {self.slowest:5.1f} s  largest {self.largest:5} MB"
        )


class Child:
    """A process that runs cases, one a line, and answers each with a line."""

    def __init__(self, seed: int, folder: Path) -> None:
        command = [sys.executable, "-m", _MODULE, "--child", str(seed), str(folder)]
        environment = os.environ | {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.errors = (folder / "stderr").open("w+b")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
        )
        self.selector = selectors.DefaultSelector()
        assert self.process.stdout is not None
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.printed = 0
        self.seconds = 0.0

    def ask(self, target: str, number: int) -> str:
        """Return the answer to one case: `read`, `refused`, `defect …`; crash and hang are also."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{target}:{number}\n".encode())
            self.process.stdin.flush()
        if not self._answers():
            return HANG
        answer = self.process.stdout.readline().decode(errors="replace").strip()
        if not answer:
            return f"defect crash {self.process.wait()}: {self._said()}"
        printed = os.fstat(self.errors.fileno()).st_size
        if printed > self.printed:
            said = self._said()
            self.printed = printed
            return f"defect printed: {said}"
        return answer

    def timed(self, target: str, number: int) -> tuple[str, float]:
        """Return the answer to one case, and the seconds of processor time; 0 for the first."""
        before = self.seconds
        answer = self.ask(target, number)
        self.seconds = _processor_seconds(self.process.pid)
        return answer, self.seconds - before if before else 0.0

    def _answers(self) -> bool:
        """Return whether an answer comes within the seconds of processor time, or many of waiting.

        Other programs may keep the process waiting.
        """
        end, most = time.monotonic() + _WAIT_SECONDS, _processor_seconds(self.process.pid) + SECONDS
        while not self.selector.select(1.0):
            if time.monotonic() > end or _processor_seconds(self.process.pid) > most:
                return False
        return True

    def _said(self) -> str:
        self.errors.seek(self.printed)
        return self.errors.read(300).decode(errors="replace").replace("\n", " ")

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.errors.close()
        self.selector.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _processor_seconds(process: int) -> float:
    """Return the processor time of a process itself; what decodes apart has its own limits."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


class Run:
    """The cases of all targets, run in some processes; each takes the next few of a target."""

    def __init__(self, shares: Mapping[str, int], seed: int, folder: Path) -> None:
        self.reports = {target: Report(target) for target in shares}
        self.seed, self.folder = seed, folder
        self._lock = Lock()
        self._pieces = _pieces(shares)

    def work(self, name: str) -> None:
        """Run pieces until there are none, with a new process after each that went down."""
        folder = self.folder / name
        folder.mkdir()
        child: Child | None = None
        while (piece := self._next()) is not None:
            target, numbers = piece
            for number in numbers:
                child = child or Child(self.seed, folder)
                answer, seconds = child.timed(target, number)
                self._note(target, number, answer, seconds)
                if child.process.poll() is not None or answer == HANG:
                    child.close()
                    child = None
        if child:
            child.close()

    def _next(self) -> tuple[str, range] | None:
        with self._lock:
            return next(self._pieces, None)

    def _note(self, target: str, number: int, answer: str, seconds: float) -> None:
        with self._lock:
            report = self.reports[target]
            report.slowest = max(report.slowest, seconds)
            word, _, rest = answer.partition(" ")
            if word == "defect":
                report.defects.append((number, rest))
                print(f"  {target}:{number}  {rest}", flush=True)
                return
            report.read += word == "read"
            report.refused += word == "refused"
            report.largest = max(report.largest, int(rest or 0))
            if self.cases % _PROGRESS == 0:
                print(self, flush=True)

    @property
    def cases(self) -> int:
        """Return how many cases have been run."""
        return sum(one.cases for one in self.reports.values())

    @property
    def defects(self) -> int:
        """Return how many cases were defects."""
        return sum(len(one.defects) for one in self.reports.values())

    def __str__(self) -> str:
        lines = [one.line for one in self.reports.values() if one.cases]
        return "\n".join((*lines, f"{self.cases:,} cases, {self.defects} defects"))


def _pieces(shares: Mapping[str, int]) -> Iterator[tuple[str, range]]:
    """Yield the numbers of cases, a few of each target in turn, until each has had its share."""
    for place in range(0, max(shares.values(), default=0), _PIECE):
        for target, share in shares.items():
            if place < share:
                yield target, range(place, min(share, place + _PIECE))


def _child(seed: int, folder: Path) -> None:
    from cxtui import fingerprint
    from tests.fuzz.cases import run_case

    fingerprint._TICK = 0.0  # nothing else writes the files of a case
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    limit = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + MEGABYTES * 2**20, limit))
    before = _peak()
    for line in sys.stdin:
        target, _, number = line.partition(":")
        try:
            said = run_case(target, int(number), seed, folder)
            answer = "read" if said == "read" else "refused"
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            answer = f"defect {type(error).__name__} at {where}: {str(error)[:300]!r}"
        peak = _peak()
        if peak - before > _GROWTH:
            answer = f"defect memory: {peak - before} MB more"
        before = peak
        answers.write(f"{answer} {peak}\n" if " " not in answer else f"{answer}\n")
        answers.flush()


def _mapped() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def shares_of(cases: int, only: Sequence[str]) -> Mapping[str, int]:
    """Return how many cases each target has: three of ten are SPSS files, the rest are even."""
    from tests.fuzz.cases import TARGETS
    from tests.fuzz.seeds import seeds

    there = [one for one in TARGETS if seeds().get(one, True) and (not only or one in only)]
    if there == ["sav"]:
        return {"sav": cases}
    sav = cases * 3 // 10 if "sav" in there else 0
    even = -(-(cases - sav) // len(set(there) - {"sav"}))
    return {one: sav if one == "sav" else even for one in there}


def _again(case: str, seed: int, keep: str) -> None:
    from tests.fuzz.cases import run_case

    target, _, number = case.partition(":")
    with tempfile.TemporaryDirectory() as name:
        try:
            print(run_case(target, int(number), seed, Path(name)))
        finally:
            made = Path(name) / f"case.{target}"
            if keep and made.exists():
                shutil.copy(made, keep)


def main() -> int:
    """Run the fuzz as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, help="default: a fresh one")
    parser.add_argument("--only", default="", help="targets, with commas between")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--case", default="", help="TARGET:NUMBER, to run again")
    parser.add_argument("--keep", default="", help="keep the file of --case here")
    options = parser.parse_args()
    if options.case and options.seed is None:
        parser.error("--case is found again with the --seed of its run")
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    if options.case:
        _again(options.case, seed, options.keep)
        return 0
    only = tuple(filter(None, options.only.split(",")))
    with tempfile.TemporaryDirectory() as name:
        run = Run(shares_of(options.cases, only), seed, Path(name))
        print(f"seed {seed}", flush=True)
        workers = [Thread(target=run.work, args=(str(n),)) for n in range(options.processes)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    print(run)
    return 1 if run.defects else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(main())
