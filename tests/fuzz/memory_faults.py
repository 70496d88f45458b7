"""Allocations of every write fail: the old file stays whole, one line says why.

    python -m tests.fuzz.memory_faults                     all writes, 40 places each
    python -m tests.fuzz.memory_faults --only views --places 0   every place

Allocations fail alone, some in a row, or all large ones from one on, as where memory has run out.
The engine ends the program by a signal where it gets
none: each write runs in a process of its own. It takes Linux and a C compiler.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from cxtui.errors import CxtuiError, is_out_of_memory
from cxtui.exit_status import hear_lost_exceptions
from tests.fuzz.write_faults import Tree, at_home, begun, compiled, is_draft, require_whole, tree
from tests.fuzz.writes import WRITES, Write

_SOURCE = Path(__file__).with_name("faulty_memory.c")
_NEVER = 2**62
_FAULTS = ((0, 1), (0, 30), (4_096, 1), (4_096, _NEVER), (65_536, _NEVER))
"""Least bytes of the allocations that fail (any, a page, what is asked of the system), and how
many fail in a row. Python does not outlive that it gets nothing at all any more."""
_FIRST = 6
"""So many allocations fail one after the other; further ones are drawn."""
_PATIENCE = 120
"""Seconds after which a write hangs."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a write ended: how often it allocated, what it said, which modules it loaded.

    `signal` is the number of the one that ended it, 0 for none; `unforeseen` the kind of an error
    that the program reports as its own, as of a library that says nothing of memory.
    """

    signal: int = 0
    allocations: int = 0
    said: str = ""
    unforeseen: str = ""
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Faults:
    """The library that stands before libc, and the folder of the files."""

    library: ctypes.CDLL
    folder: Path

    def during(self, write: Write, at: int, until: int, least: int) -> Run:
        """Run a write in a process where allocations `at` to `until` of some size fail."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            found = self._armed(write, at, until, least)
            os.write(writing, json.dumps(found).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as report:
            told = report.read()
        _, status = os.waitpid(child, 0)
        if ended := os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0:
            return Run(ended)
        assert told, f"it ended without a word, with status {os.waitstatus_to_exitcode(status)}"
        return Run(**json.loads(told))

    def _armed(self, write: Write, at: int, until: int, least: int) -> dict[str, Any]:
        signal.alarm(_PATIENCE)
        hear_lost_exceptions()  # as the program does
        heard, said, unforeseen = io.StringIO(), "", ""
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with redirect_stdout(heard), redirect_stderr(heard):
            self.library.arm(at, until, least)
            try:
                write.do(self.folder)
                allocations = self.library.disarm()
            except BaseException as error:
                allocations = self.library.disarm()
                said = str(error)
                if not isinstance(error, CxtuiError):
                    said = "out of memory"
                    unforeseen = "" if is_out_of_memory(error) else type(error).__name__
        return {
            "allocations": allocations,
            "said": heard.getvalue() + said,
            "unforeseen": unforeseen,
            "modules": [] if at else list(sys.modules),
        }


def tried(write: Write, faults: Faults, places: int, drawn: random.Random) -> Counter[str]:
    """Let allocations of a write fail; return how often it was refused, done, or ended by which
    signal.

    Raises `AssertionError` as `write_faults.tried`, and for more than a line.
    """
    found: Counter[str] = Counter()
    before = begun(write, faults.folder)
    whole = faults.during(write, 0, 0, 0)
    after = tree(faults.folder)
    assert after != before, f"{write.name} writes nothing: {whole}"
    for module in whole.modules:  # once, and not in each process
        with suppress(Exception):
            import_module(module)
    for least, in_a_row in _FAULTS:
        begun(write, faults.folder)
        most = faults.during(write, 0, 0, least).allocations
        for at in _places(most, places, drawn):
            where = (at, at + in_a_row, least)
            found[_tried_at(write, faults, (before, after), where)] += 1
    return found


def _places(most: int, count: int, drawn: random.Random) -> Iterator[int]:
    if not count or most <= count:
        yield from range(1, most + 1)
        return
    yield from range(1, _FIRST + 1)
    yield from drawn.sample(range(_FIRST + 1, most + 1), max(count - _FIRST, 0))


def _tried_at(
    write: Write, faults: Faults, trees: tuple[Tree, Tree], where: tuple[int, int, int]
) -> str:
    """Return how a write ended where allocations `where` (first, end, least bytes) failed."""
    at, until, least = where
    begun(write, faults.folder)
    run = faults.during(write, at, until, least)
    kind = "all" if until > _NEVER else f"{until - at}"
    place = f"{write.name}: {kind} of {least}+ bytes from allocation {at}"
    assert run.signal != signal.SIGALRM, f"{place}: it hangs"
    assert "\n" not in run.said.strip(), f"{place}: {run.said}"
    for report in faults.folder.rglob("problem-*.txt"):  # of an error that nobody foresaw
        assert report.name in run.said, f"{place}: {report.name} is not spoken of"
        report.unlink()
    require_whole(write, *trees, faults.folder, place)
    if not run.signal and not run.said and not write.is_optional:
        assert write.is_done(faults.folder), f"{place}: lost without a word"
    again = faults.during(write, 0, 0, 0)
    assert write.is_done(faults.folder), f"{place}: the next write does nothing: {again.said}"
    left = [name for name in tree(faults.folder) if is_draft(name)]
    assert not left, f"{place}: the next write leaves {left}"
    if run.signal:
        return signal.Signals(run.signal).name
    return run.unforeseen or ("refused" if run.said else "done")


def main() -> int:
    """Let allocations of every write fail; return 1 after a defect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(WRITES))
    parser.add_argument("--places", type=int, default=40, help="of each write; 0: all")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "FAULTY_MEMORY" not in os.environ:
            library = str(compiled(_SOURCE, Path(folder)))
            own = {"LD_PRELOAD": library, "FAULTY_MEMORY": library, "PYTHONMALLOC": "malloc"}
            words = [sys.executable, "-m", "tests.fuzz.memory_faults", *sys.argv[1:]]
            return subprocess.run(words, env={**os.environ, **own}, check=False).returncode
        top = at_home(Path(folder))
        library_loaded = ctypes.CDLL(os.environ["FAULTY_MEMORY"])
        library_loaded.arm.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_size_t)
        library_loaded.disarm.restype = ctypes.c_long
        faults = Faults(library_loaded, top)
        print(f"seed {asked.seed}")
        drawn = random.Random(asked.seed)
        defects = sum(
            _is_defect(WRITES[name], faults, asked.places, drawn) for name in asked.only.split(",")
        )
    print(f"{defects} defects")
    return min(defects, 1)


def _is_defect(write: Write, faults: Faults, places: int, drawn: random.Random) -> bool:
    try:
        found = tried(write, faults, places, drawn)
    except AssertionError as defect:
        print(f"DEFECT {defect}", flush=True)
        return True
    print(f"{write.name}: {found.total()} failures, {dict(found)}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
