"""The user's home and the directories in it; somebody may have none, as in a container."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

NO_HOME = Path(os.devnull) / "no-home"
"""Holds nothing and takes nothing: the directories of a user who has no home are in it."""


def expand_home(name: str | Path) -> Path:
    """Return a path with `~` as a home; as in a shell it stays a sign where nobody's is meant."""
    return Path(os.path.expanduser(name))


def user_directory(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return our directory of a kind where the platform has the user's own."""
    from platformdirs import PlatformDirs

    folders = PlatformDirs("cxtui", appauthor=False)
    try:
        return Path(getattr(folders, f"user_{kind}_path"))
    except RuntimeError:  # neither a HOME nor an entry among the users
        return NO_HOME / kind
