"""Every test runs as a user with an empty home, on a plain terminal, with fresh random seeds."""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

_ROOT = Path(__file__).parents[1]

# Hundreds of processes are started, and each worker of pytest-xdist collects every module: each
# would compile all of it again where the environment forbids Python to keep what it compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Every option that a continuous integration server would change is given: each run draws fresh
# examples there too, few enough that it is run often. `CXTUI_TEST_EXAMPLES=1000 pytest …` searches
# for longer.
settings.register_profile(
    "cxtui",
    max_examples=int(os.environ.get("CXTUI_TEST_EXAMPLES", "10")),
    deadline=None,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(_ROOT / ".hypothesis" / "examples"),
    print_blob=True,
)
settings.load_profile("cxtui")

_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_REMOVED = (
    "NO_COLOR",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "LC_NUMERIC",
    "COLORTERM",
    "FORCE_COLOR",
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "COLUMNS",
    "LINES",
    "TMUX",
    "STY",
)


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at the modules and the tests, which stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def plain_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Pin what the program looks at: home, language and terminal."""
    home = tmp_path_factory.mktemp("home")
    for name in _HOMES:
        monkeypatch.setenv(name, str(home))
    for name in _REMOVED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture
def decoded_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode files in the process of the test, which may patch their readers there."""
    from cxtui.sources.apart import decode_apart, decoder_server

    def read_here(files: tuple[Path, ...], sheet: str = "", kept: Collection[str] = ()) -> object:
        read = decoder_server.reader_of(decode_apart.kind_of(str(files[0])))
        return read(files, sheet, tuple(kept))

    monkeypatch.setattr(decode_apart, "read_apart", read_here)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A fresh seed for a test's own random numbers; a failure says how to repeat it."""
    number = int(os.environ.get("CXTUI_TEST_SEED") or random.SystemRandom().randrange(2**32))
    again = f"CXTUI_TEST_SEED={number} pytest '{request.node.nodeid}'"
    request.node.add_report_section("setup", "seed", f"To repeat this run: {again}")
    return number


@pytest.fixture
def example() -> Path:
    """The example survey of this project."""
    return _ROOT / "examples" / "cmo-benchmark-2016.parquet"
