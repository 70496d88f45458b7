"""Where things of the user's own are kept: for their eyes alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from platformdirs import PlatformDirs

from cxtui.errors import ExportError
from cxtui.sources.locate import absolute

_DIRS = PlatformDirs("cxtui", appauthor=False)
_OWN_FILE, _OWN_FOLDER = 0o600, 0o700


def config_file() -> Path:
    """Return where the user's configuration is."""
    return _DIRS.user_config_path / "config.toml"


def session_file(files: Sequence[str]) -> Path:
    """Return where the last view of a survey is kept."""
    return _DIRS.user_state_path / "sessions" / f"{_key(files)}.toml"


def views_file(files: Sequence[str]) -> Path:
    """Return where the named views of a survey are kept that has no room beside it."""
    return _DIRS.user_data_path / "views" / f"{_key(files)}.views.toml"


def peek_file(files: Sequence[str]) -> Path:
    """Return where is kept what completion knows of a survey."""
    return _DIRS.user_cache_path / "completion" / f"{_key(files)}.json"


def copied_file(ending: str) -> Path:
    """Return where a copy goes that no clipboard takes."""
    return _DIRS.user_state_path / f"copied{ending}"


def _key(files: Sequence[str]) -> str:
    """Return a name for a survey: the same for every way to name its path."""
    paths = "\0".join(map(absolute, files))
    return hashlib.sha256(paths.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def keep(file: Path, content: bytes) -> Path:
    """Write a file that only its owner can read, in folders that only they can enter.

    Raises `ExportError` where it cannot be written; then what was there is still there.
    """
    from cxtui.output.write import write_whole

    try:
        for folder in reversed([one for one in file.parents if not one.exists()]):
            folder.mkdir(mode=_OWN_FOLDER, exist_ok=True)
        write_whole(file, content, replace=True)
        file.chmod(_OWN_FILE)
    except OSError as error:
        raise ExportError(f"{file} could not be written: {error.strerror or error}") from None
    return file
