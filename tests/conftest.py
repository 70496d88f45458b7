"""Every test runs as a user with an empty home, on a plain terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=40, deadline=None)
settings.load_profile("quick")

_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_REMOVED = (
    "NO_COLOR",
    "COLORTERM",
    "FORCE_COLOR",
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "COLUMNS",
    "LINES",
    "TMUX",
    "STY",
)


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
def example() -> Path:
    """The example survey of this project."""
    return Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet"
