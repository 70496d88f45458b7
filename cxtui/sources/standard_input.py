"""Standard input as a survey, spooled to a private temporary file."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cxtui.errors import SourceError
from cxtui.sources.locate import absolute_location

STANDARD_INPUT = "-"
"""The file name that means standard input."""

_ENOUGH = 64
_CHUNK_BYTES = 1024 * 1024
_FOLDER, _NAME = "cxtui-", "standard-input"
_DIGITS = 10
_SAS_AT = 12
_SIGNS = (
    (0, b"PAR1", ".parquet"),
    (0, b"ARROW1", ".arrow"),
    (0, b"PK\x03\x04", ".xlsx"),
    (0, b"$FL2", ".sav"),
    (0, b"$FL3", ".zsav"),
    (0, b"<stata_dta>", ".dta"),
    (0, b"HEADER RECORD*******LIB", ".xpt"),
    (_SAS_AT, bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"), ".sas7bdat"),
    (0, b"\x1f\x8b", ".csv.gz"),
    (0, b"BZh", ".csv.bz2"),
    (0, b"\xfd7zXZ\0", ".csv.xz"),
    (0, b"\x28\xb5\x2f\xfd", ".csv.zst"),
)
"""Where the sign of a format is in a file, the sign, and the ending."""


def detect_ending(beginning: bytes) -> str:
    """Return the ending for a file's first bytes, `.csv` if they are of no known format."""
    fitting = (ending for at, sign, ending in _SIGNS if beginning.startswith(sign, at))
    return next(fitting, ".csv")


class SpooledInput:
    """The temporary file of a survey from standard input."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        """Spool the stream to a file. Raises `SourceError` if it is empty or cannot be stored."""
        import tempfile

        stream = stream or sys.stdin.buffer
        if stream.isatty():
            raise SourceError("standard input is the terminal: `cxtui - < survey.csv` reads a file")
        self._folder = Path()
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
            beginning = stream.read(_ENOUGH)
            if not beginning:
                raise SourceError("standard input is empty: `cxtui - < survey.csv` reads a file")
            spooled = self._folder / f"{_NAME}{detect_ending(beginning)}"
            own = self._folder / _spool(spooled, beginning, stream)
            own.mkdir()
            self.file = spooled.replace(own / spooled.name)
        except BaseException as error:
            self.forget()
            if isinstance(error, OSError):
                raise SourceError("standard input could not be kept: {}", error.strerror) from None
            raise

    def forget(self) -> None:
        """Remove the file and its folder, if there is one."""
        if self._folder.name:
            import shutil

            with suppress(OSError):
                shutil.rmtree(self._folder, ignore_errors=True)


def _spool(file: Path, beginning: bytes, stream: BinaryIO) -> str:
    """Write the stream to a file; return the beginning of the digest of its bytes."""
    import hashlib

    digest = hashlib.sha256()
    with file.open("wb") as opened:
        part = beginning
        while part:
            digest.update(part)
            opened.write(part)
            part = stream.read(_CHUNK_BYTES)
    return digest.hexdigest()[:_DIGITS]


def stable_name(location: str) -> str:
    """Return a name of a location that does not depend on the folder or the time of the call."""
    return content_key(location) or absolute_location(location)


def content_key(location: str) -> str:
    """Return the digest of a spooled survey's bytes, its lasting name; empty if not spooled."""
    path = Path(location)
    piped = path.name.startswith(f"{_NAME}.") and path.parent.parent.name.startswith(_FOLDER)
    return path.parent.name if piped else ""
