"""Standard input as a survey: kept in a private file as long as the program runs."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from cxtui.errors import SourceError
from cxtui.sources.locate import absolute_location

STANDARD_INPUT = "-"
"""What stands for standard input in the place of a file."""

_ENOUGH = 64
_CHUNK_BYTES = 1024 * 1024
_FOLDER, _NAME = "cxtui-", "standard-input"
_DIGITS = 10
_ARCHIVE = b"PK\x03\x04"
_BEGINNINGS = {
    b"PAR1": ".parquet",
    b"ARROW1": ".arrow",
    _ARCHIVE: ".xlsx",
    b"$FL2": ".sav",
    b"$FL3": ".zsav",
    b"<stata_dta>": ".dta",
    b"HEADER RECORD*******LIB": ".xpt",
    b"\x1f\x8b": ".csv.gz",
    b"BZh": ".csv.bz2",
    b"\xfd7zXZ\0": ".csv.xz",
    b"\x28\xb5\x2f\xfd": ".csv.zst",
}
_SAS = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_SAS_AT = 12


def detect_ending(beginning: bytes) -> str:
    """Return the ending that a file's first bytes ask for; text of any delimiter is `.csv`."""
    if beginning[_SAS_AT : _SAS_AT + len(_SAS)] == _SAS:
        return ".sas7bdat"
    for sign, ending in _BEGINNINGS.items():
        if beginning.startswith(sign):
            return ending
    return ".csv"


class SpooledInput:
    """A survey that came through standard input; `forget` removes its file."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        """Read it to its end. Raises `SourceError` where nothing comes or nothing can be kept."""
        stream = stream or sys.stdin.buffer
        if stream.isatty():
            raise SourceError("standard input is the terminal: `cxtui - < survey.csv` reads a file")
        self._folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        try:
            beginning = stream.read(_ENOUGH)
            if not beginning:
                raise SourceError("standard input is empty: `cxtui - < survey.csv` reads a file")
            kept = self._folder / f"{_NAME}{detect_ending(beginning)}"
            own = self._folder / _spool(kept, beginning, stream)
            own.mkdir()
            self.file = kept.replace(own / kept.name)
        except OSError as error:
            self.forget()
            raise SourceError(f"standard input could not be kept: {error.strerror}") from None
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Remove the file and its folder."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _spool(file: Path, beginning: bytes, stream: BinaryIO) -> str:
    """Write what comes into a file; return a name for it, which is the same for the same bytes."""
    digest = hashlib.sha256()
    with file.open("wb") as kept:
        part = beginning
        while part:
            digest.update(part)
            kept.write(part)
            part = stream.read(_CHUNK_BYTES)
    return digest.hexdigest()[:_DIGITS]


def stable_name(location: str) -> str:
    """Return a name for a location that is the same from every folder, whenever it is opened."""
    return content_key(location) or absolute_location(location)


def content_key(location: str) -> str:
    """Return what tells apart what came through standard input, empty for any other location.

    Its file is gone with the program: what is kept for it goes by its bytes.
    """
    path = Path(location)
    piped = path.name.startswith(f"{_NAME}.") and path.parent.parent.name.startswith(_FOLDER)
    return path.parent.name if piped else ""
