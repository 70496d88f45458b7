"""Which files a location means; loads no engine, so that a wrong name is said at once."""

from __future__ import annotations

import difflib
import glob
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from cxtui.errors import SourceError
from cxtui.user_directories import expand_home

PARQUET = frozenset({".parquet", ".pq"})
DELIMITED = frozenset({".csv", ".tsv", ".txt"})
COMPRESSED = frozenset({".gz", ".bz2", ".xz"})
STATISTICS = frozenset({".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt", ".xpt5", ".xpt8"})
EXCEL = frozenset({".xlsx", ".xlsm"})
ARROW = frozenset({".arrow", ".feather", ".ipc"})
ENDINGS = PARQUET | DELIMITED | COMPRESSED | EXCEL | ARROW | STATISTICS
"""The endings of the files that can be read."""


_REMOTE = re.compile(r"(s3a?|gs|gcs|az|azure|adl|abfss?|https?|hf|sc)://")
"""The addresses that Polars reads from, and those of Spark Connect servers."""

SECRET = re.compile(
    r"://[^/@:]*:[^/@]+@|[?&](x-amz-|sig|token|key|secret|password|access)", re.IGNORECASE
)
"""A name and password before a host, or a signature behind a path: `ps` shows it to everybody."""


def is_spark_address(location: str) -> bool:
    """Whether a location is a table that a Spark Connect server counts."""
    return location.startswith("sc://")


def is_remote(location: str) -> bool:
    """Whether a location is an address elsewhere, and no file here."""
    return _REMOTE.match(location) is not None


def ending_of(location: str) -> str:
    """Return the ending of a file or address, in small letters; empty where it has none."""
    return PurePosixPath(location.partition("?")[0]).suffix.lower()


def absolute_location(location: str) -> str:
    """Return a location by a name that is the same from every folder."""
    return location if is_remote(location) else os.path.realpath(os.path.expanduser(location))


def find_files(*locations: str) -> tuple[Path, ...]:
    """Return the survey files at each of `locations`, sorted; there is at least one, if not remote.

    Raises `SourceError` where there is none.
    """
    here = (location for location in locations if not is_remote(location))
    return tuple(file for location in here for file in _files_at(location))


def _files_at(location: str) -> tuple[Path, ...]:
    path = expand_home(location)
    try:
        if path.is_dir():
            found = _folder_files(path)
        elif path.exists():
            found = [path]
        else:
            found = _unique_files(Path(name) for name in glob.glob(str(path), recursive=True))
    except OSError as error:
        raise unreadable_error(location, error) from None
    if found:
        return tuple(map(_require_regular, found))
    if path.is_dir():
        known = ", ".join(sorted(ENDINGS))
        raise SourceError(f"{location} is a folder without survey files ({known})")
    if glob.has_magic(location):
        raise SourceError(
            f"no file matches {location}; is the pattern quoted and the folder right?"
        )
    raise SourceError(f"{location} does not exist{_suggestion(path)}")


def _require_regular(file: Path) -> Path:
    """Refuse what gives bytes without end, or none until somebody writes."""
    kinds = {"is_fifo": "a pipe", "is_socket": "a socket", "is_char_device": "a device"}
    kind = next((what for test, what in kinds.items() if getattr(file, test)()), "")
    if kind:
        raise SourceError(f"{file} is {kind}, not a file: save what it gives to a file first")
    return file


def _folder_files(folder: Path) -> list[Path]:
    parts = [one for one in folder.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file()]
    foreign = {
        one for one in parts if one.suffix.lower() in COMPRESSED and not _is_compressed_text(one)
    }
    return _unique_files(one for one in {*parts} - foreign if not one.name.startswith((".", "_")))


def _unique_files(files: Iterable[Path]) -> list[Path]:
    """Return each file once, sorted: links, also of a folder into itself, would count it twice."""
    found: dict[Path, Path] = {}
    for one in sorted(files, key=lambda path: (len(path.parts), path)):
        own = Path(os.path.realpath(one))
        found[own] = one if own not in found or one == own else found[own]
    return sorted(found.values())


def _is_compressed_text(packed: Path) -> bool:
    return Path(packed.stem).suffix.lower() in DELIMITED


def _suggestion(path: Path) -> str:
    """Suggest the survey file that the user may have meant."""
    try:
        beside = [one for one in os.listdir(path.parent) if Path(one).suffix.lower() in ENDINGS]
    except OSError:
        return f"; neither does the folder {path.parent}"
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f"; did you mean {path.with_name(close[0])}?" if close else ""


def unreadable_error(location: str, error: OSError) -> SourceError:
    """Return what the system says of a file that cannot be read."""
    return SourceError(f"{error.filename or location}: {error.strerror or error}")
