"""A short run of the fuzz; `python -m tests.fuzz.readers` runs ten thousand cases and more."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.fuzz.cases import TARGETS
from tests.fuzz.mutations import damaged
from tests.fuzz.readers import Child
from tests.fuzz.seeds import seeds

CASES = 5


def test_damage_is_read_or_said_in_one_line(tmp_path: Path) -> None:
    """Of every kind of file, of codebooks, views, headers and text; never an exception.

    In a process of its own: what a damaged file does to a reader in another language would show
    in whatever that process does later.
    """
    there = [one for one in sorted(TARGETS) if seeds().get(one, True)]
    with closing(Child(1, tmp_path)) as child:
        said = {(one, n): child.ask(one, n) for one in there for n in range(CASES)}
    assert {case: one for case, one in said.items() if one.startswith("defect")} == {}


def test_a_case_is_the_same_when_it_is_run_again() -> None:
    import random

    files = [b"one file of some length", b"another"]
    first, again = (damaged(files[0], files, random.Random("1/x/2")) for _ in range(2))
    assert first == again != files[0]
