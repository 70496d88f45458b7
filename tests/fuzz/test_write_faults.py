"""A short run of the script that lets every call of every write fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="takes a C compiler")
def test_a_call_that_fails_leaves_the_old_file_whole() -> None:
    """`python -m tests.fuzz.write_faults` tries all writes and errors."""
    words = ["--only", "views,copied", "--errors", "ENOSPC,short"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.write_faults", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        timeout=50,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
