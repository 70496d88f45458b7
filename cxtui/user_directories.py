"""The user's home and the program's directories in it; a user may have no home (containers)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

NO_HOME = Path(os.devnull) / "no-home"
"""A path that can be neither read nor written; stands for the home of a user without one."""


def expand_home(name: str | Path) -> Path:
    """Return a path with `~` replaced by the home; it stays as written for an unknown user."""
    return Path(os.path.expanduser(name))


def user_directory(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return the program's directory of a kind, at the place that the platform defines."""
    from platformdirs import PlatformDirs

    folders = PlatformDirs("cxtui", appauthor=False)
    try:
        match kind:
            case "cache":
                return folders.user_cache_path
            case "config":
                return folders.user_config_path
            case "data":
                return folders.user_data_path
            case "state":
                return folders.user_state_path
    except RuntimeError:  # neither a HOME nor an entry among the users
        return NO_HOME / kind
