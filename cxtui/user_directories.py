"""The user's home and the directories in it; somebody may have none, as in a container."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

NOWHERE = Path(os.devnull) / "no-home"
"""Holds nothing and takes nothing: the directories of a user who has no home are in it."""


def expanded(name: str | Path) -> Path:
    """Return a path with `~` as a home; as in a shell it stays a sign where nobody's is meant."""
    return Path(os.path.expanduser(name))


def user_folder(kind: Literal["cache", "config", "data", "state"]) -> Path:
    """Return our directory of a kind where the platform has the user's own."""
    from platformdirs import PlatformDirs

    folders = PlatformDirs("cxtui", appauthor=False)
    try:
        return Path(getattr(folders, f"user_{kind}_path"))
    except RuntimeError:  # neither a HOME nor an entry among the users
        return NOWHERE / kind
