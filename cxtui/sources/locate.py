"""Files at a location; loads no engine, so that a wrong name is reported at once."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from cxtui.errors import Advice, SourceError, near_names
from cxtui.messages import tr
from cxtui.user_directories import expand_home

PARQUET = frozenset({".parquet", ".pq"})
DELIMITED = frozenset({".csv", ".tsv", ".txt"})
COMPRESSED = frozenset({".gz", ".bz2", ".xz"})
STATISTICS = frozenset({".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt", ".xpt5", ".xpt8"})
EXCEL = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
ARROW = frozenset({".arrow", ".feather", ".ipc"})
ENDINGS = PARQUET | DELIMITED | COMPRESSED | EXCEL | ARROW | STATISTICS
"""Endings of the files that can be read."""

CODES_ENDING = ".codes.csv"
"""Ending of the file with the codes of open answers, which is no survey."""

CODEBOOK_ENDING = ".codebook.toml"
"""Ending of a codebook beside a survey file: `NAME.codebook.toml`."""

_REMOTE = re.compile(r"(s3a?|gs|gcs|az|azure|adl|abfss?|https?|hf|sc)://")
"""Addresses of object stores that Polars reads, and of Spark Connect servers."""

SECRET = re.compile(
    r"://[^/@:]*:[^/@]+@|https?://[^/@?#]+@"
    r"|[?&;#][^=&;#]*(x-amz-|sig|token|key|secret|pass|pwd|access|auth|cred|jwt|bearer|session)",
    re.IGNORECASE,
)
"""A user or password or a signature in an address, which `ps` would show to all users."""


def is_spark_address(location: str) -> bool:
    """Return whether a location is a table at a Spark Connect server."""
    return location.startswith("sc://")


def is_remote(location: str) -> bool:
    """Return whether a location is an address rather than a local file."""
    return _REMOTE.match(location) is not None


def ending_of(location: str) -> str:
    """Return the ending of a file or address in lower case, empty if it has none."""
    return PurePosixPath(location.partition("?")[0]).suffix.lower()


def absolute_location(location: str) -> str:
    """Return a location as an absolute path, an address unchanged."""
    return location if is_remote(location) else os.path.realpath(os.path.expanduser(location))


def find_files(*locations: str) -> tuple[Path, ...]:
    """Return the sorted survey files at each local location; raises `SourceError` for none."""
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
            matches = glob.glob(str(path), recursive=True)
            found = _unique_files(Path(one) for one in matches if not one.endswith(CODES_ENDING))
    except OSError as error:
        raise unreadable_error(location, error) from None
    if found:
        return tuple(map(_require_regular, found))
    if path.is_dir():
        known = ", ".join(sorted(ENDINGS))
        raise SourceError("{} is a folder without survey files ({})", location, known)
    if glob.has_magic(location):
        message = "no file matches {}; is the pattern quoted and the folder right?"
        raise SourceError(message, location)
    raise _missing_error(location, path)


def _require_regular(file: Path) -> Path:
    """Return the file; raises `SourceError` for pipes and devices, which may never end."""
    kinds = {file.is_fifo: "a pipe", file.is_socket: "a socket", file.is_char_device: "a device"}
    for test, kind in kinds.items():
        if test():
            message = "{} is {}, not a file: save what it gives to a file first"
            raise SourceError(message, file, tr(kind))
    return file


def _folder_files(folder: Path) -> list[Path]:
    return _unique_files(
        one
        for one in folder.rglob("*")
        if one.suffix.lower() in ENDINGS
        and not one.name.startswith((".", "_"))
        and not one.name.endswith(CODES_ENDING)
        and (one.suffix.lower() not in COMPRESSED or is_compressed_text(one))
        and one.is_file()
    )


def _unique_files(files: Iterable[Path]) -> list[Path]:
    """Return the files sorted, without links to files that are listed already."""
    found: dict[Path, Path] = {}
    for one in sorted(files, key=lambda path: (len(path.parts), path)):
        own = Path(os.path.realpath(one))
        if own not in found or one == own:
            found[own] = one
    return sorted(found.values())


def is_compressed_text(packed: Path) -> bool:
    """Return whether a compressed file is delimited text by the ending before its last."""
    return Path(packed.stem).suffix.lower() in DELIMITED


def _missing_error(location: str, path: Path) -> SourceError:
    """Return the error for a missing file, which suggests a survey file of a similar name."""
    try:
        beside = [one for one in os.listdir(path.parent) if Path(one).suffix.lower() in ENDINGS]
    except OSError:
        message = "{} does not exist; neither does the folder {}"
        return SourceError(message, location, path.parent)
    if near := tuple(str(path.with_name(one)) for one in near_names(path.name, beside)):
        message = "{} does not exist; did you mean {}?"
        return SourceError(message, location, near[0], Advice(near=near))
    return SourceError("{} does not exist", location)


def unreadable_error(location: str, error: OSError) -> SourceError:
    """Return the error for a file that the system cannot read."""
    return SourceError("{}: {}", error.filename or location, error.strerror or error)
