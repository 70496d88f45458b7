"""A short run of the scripts that let every call, and every allocation, of every write fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"), reason="takes a C compiler"
)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("write_faults", ["--only", "views,copied", "--errors", "ENOSPC,short"]),
        ("memory_faults", ["--only", "views,table.csv", "--places", "8"]),
    ],
)
def test_a_call_that_fails_leaves_the_old_file_whole(script: str, words: list[str]) -> None:
    """`python -m tests.fuzz.SCRIPT` tries all writes."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{script}", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        timeout=50,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
