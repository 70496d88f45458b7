"""A short run of the fuzz; `python -m tests.fuzz.readers` runs ten thousand cases and more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.cases import TARGETS, run_case
from tests.fuzz.mutations import damaged
from tests.fuzz.seeds import seeds

CASES = 5


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_damage_is_read_or_said_in_one_line(tmp_path: Path, target: str) -> None:
    """Of every kind of file, of codebooks, views, headers and text; never an exception."""
    if target in seeds() and not seeds()[target]:
        pytest.skip(f"no file in {target} is here")
    outcomes = {run_case(target, number, 1, tmp_path) for number in range(CASES)}
    assert outcomes


def test_a_case_is_the_same_when_it_is_run_again() -> None:
    import random

    files = [b"one file of some length", b"another"]
    first, again = (damaged(files[0], files, random.Random("1/x/2")) for _ in range(2))
    assert first == again != files[0]
