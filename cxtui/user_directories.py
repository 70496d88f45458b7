"""The user's home and the program's directories in it; a user may have no home (containers)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

NO_HOME = Path(os.devnull) / "no-home"
"""The home of a user without one: a path that can be neither read nor written."""


def expand_home(name: str | Path) -> Path:
    """Return a path with `~` replaced by the home; it stays as written for an unknown user."""
    return Path(os.path.expanduser(name))


def user_directory(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return the program's directory of a kind, at the place that the platform defines."""
    import platformdirs

    path_of = {
        "cache": platformdirs.user_cache_path,
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "state": platformdirs.user_state_path,
    }
    try:
        return path_of[kind]("cxtui", appauthor=False)
    except RuntimeError:  # neither a HOME nor an entry among the users
        return NO_HOME / kind
