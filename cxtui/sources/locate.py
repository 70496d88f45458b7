"""Which files a location means; loads no engine, so that a wrong name is said at once."""

from __future__ import annotations

import difflib
import glob
import os
from pathlib import Path

from cxtui.errors import SourceError

PARQUET = frozenset({".parquet", ".pq"})
DELIMITED = frozenset({".csv", ".tsv", ".txt"})
STATISTICS = frozenset({".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt"})
EXCEL = frozenset({".xlsx", ".xlsm"})
ARROW = frozenset({".arrow", ".feather", ".ipc"})
ENDINGS = PARQUET | DELIMITED | EXCEL | ARROW | STATISTICS
"""The endings of the files that can be read."""


def find_files(*locations: str) -> tuple[Path, ...]:
    """Return the survey files at each of `locations`, sorted; there is at least one.

    Raises `SourceError` where there is none.
    """
    return tuple(file for location in locations for file in _files_at(location))


def _files_at(location: str) -> tuple[Path, ...]:
    path = Path(location).expanduser()
    try:
        if path.is_dir():
            found = _parts(path)
        elif path.exists():
            found = [path]
        else:
            found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
    except OSError as error:
        raise unreadable(location, error) from None
    if found:
        return tuple(found)
    if path.is_dir():
        known = ", ".join(sorted(ENDINGS))
        raise SourceError(f"{location} is a folder without survey files ({known})")
    if glob.has_magic(location):
        raise SourceError(
            f"no file matches {location}; is the pattern quoted and the folder right?"
        )
    raise SourceError(f"{location} does not exist{_nearest(path)}")


def _parts(folder: Path) -> list[Path]:
    parts = [one for one in folder.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file()]
    return sorted(one for one in parts if not one.name.startswith((".", "_")))


def _nearest(path: Path) -> str:
    """Suggest the survey file that the user may have meant."""
    try:
        beside = [one for one in os.listdir(path.parent) if Path(one).suffix.lower() in ENDINGS]
    except OSError:
        return f"; neither does the folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f"; did you mean {path.with_name(close[0])}?" if close else ""


def unreadable(location: str, error: OSError) -> SourceError:
    """Return what the system says of a file that cannot be read."""
    return SourceError(f"{error.filename or location}: {error.strerror or error}")
