"""A short run of the script that ends and stops every verb by signals."""

from __future__ import annotations

import random
import subprocess
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


_LOST = """\
import signal, time, weakref
from cxtui.exit_status import hear_lost_exceptions
hear_lost_exceptions()
signal.signal(signal.SIGINT, signal.default_int_handler)

class Referred:
    pass

def fail(_):
    raise {}

referred = Referred()
reference = weakref.ref(referred, fail)
del referred
try:
    time.sleep({})
    print("slept")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize(
    ("lost", "seconds", "end"),
    [("KeyboardInterrupt", 30, "interrupted"), ("ValueError", 0, "slept")],
)
def test_what_python_drops_in_a_callback_is_heard_or_nothing_is_said(
    lost: str, seconds: int, end: str
) -> None:
    """An import has such callbacks; Python says `Exception ignored in …`, and goes on."""
    program = [sys.executable, "-c", _LOST.format(lost, seconds)]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == (f"{end}\n", "")
