"""A short run of the script that ends and stops every verb by signals."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.fuzz.signals import ENDING, WORDS, ended_at, stopped_and_continued

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stops groups of processes")


@pytest.mark.parametrize("verb", WORDS)
def test_a_verb_that_a_signal_stops_or_ends_leaves_whole_files(
    verb: str, tmp_path: Path, seed: int
) -> None:
    """Ctrl+Z and `fg`, and one of the signals that end it; the script sends all at many steps."""
    drawn = random.Random(f"{verb} {seed}")
    after, steps = stopped_and_continued(verb, tmp_path, drawn.randint(1, 1_000))
    number = drawn.choice(ENDING)
    ended_at(verb, tmp_path, drawn.randint(1, steps), number, after)
