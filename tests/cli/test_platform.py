"""On bare Windows, and before anything is loaded: one line instead of an error of an import."""

from __future__ import annotations

import subprocess
import sys

import pytest

_BARE_WINDOWS = (
    "import sys; sys.platform = 'win32'; "
    "sys.modules.update(dict.fromkeys(('fcntl', 'termios', 'resource', 'pwd', 'grp', 'tty'))); "
)


@pytest.mark.parametrize(
    "asked",
    [
        "from cxtui.cli import run; run()",
        "import runpy; runpy.run_module('cxtui', run_name='__main__')",
        "import cxtui; cxtui.open('a.csv')",
    ],
    ids=["command", "module", "library"],
)
def test_bare_windows_is_told_where_it_runs(asked: str) -> None:
    """The modules of other systems are missing there."""
    done = subprocess.run(
        [sys.executable, "-c", _BARE_WINDOWS + asked], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.endswith("runs on Linux and macOS; on Windows, install and run it inside WSL")
    assert "cxtui.open" in asked or done.stderr.count("\n") == 1
