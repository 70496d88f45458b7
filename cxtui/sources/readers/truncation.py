"""Detection of truncated files that their readers accept without an error."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import struct
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from cxtui.errors import SourceError

_CUT_OFF = "the file may have been cut off"
_TAIL_BYTES = 256 * 1024
_CARD = 80
_MEMBER, _VARIABLES, _OBSERVATIONS = (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8"), b"OBS"
_COUNTED = b"OBSV8"
_RECORD = b"HEADER RECORD*******"
_END_OF_STREAM = b"\xff\xff\xff\xff\0\0\0\0"


def truncated_text_note(
    content: Path | bytes, delimiter: str, width: int, rows: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    """Return a note if the last row has no line end and fewer cells than any of the `rows`.

    Programs omit empty cells or the last line end, but not both in the last row only.
    """
    last = _last_row(_read_end(content), delimiter)
    if not last or len(last) >= width or any(len(row) <= len(last) for row in rows[:-1] if row):
        return ()
    return (
        f"the last row ends after {len(last)} of {width} cells, and without a line end: {_CUT_OFF}",
    )


def _read_end(content: Path | bytes) -> bytes:
    if isinstance(content, bytes):
        return content[-_TAIL_BYTES:]
    with content.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(size - _TAIL_BYTES, 0))
        return opened.read()


def _last_row(end: bytes, delimiter: str) -> list[str] | None:
    """Return the cells after the last line end outside quotes, `None` if there are none."""
    if not end or end.endswith((b"\n", b"\r")):
        return None
    lines = end.split(b"\n")
    quotes = accumulate(line.count(b'"') for line in reversed(lines))
    length = next((length for length, so_far in enumerate(quotes, 1) if so_far % 2 == 0), None)
    if length is None:
        return None
    text = b"\n".join(lines[-length:]).decode(errors="replace")
    with contextlib.suppress(csv.Error):  # a cell of a million characters
        *_, last = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return last
    return None


def truncated_stream_note(file: Path) -> tuple[str, ...]:
    """Return a note if an Arrow stream has no end mark: batches may be missing."""
    if _read_end(file).rstrip(b"\0").endswith(_END_OF_STREAM.rstrip(b"\0")):
        return ()
    return (f"the stream has no mark at its end: {_CUT_OFF}",)


def require_complete_transport(file: Path) -> None:
    """Raise `SourceError` if a SAS transport file ends within a respondent or record.

    The older layout does not declare the number of respondents, only their bytes, padded with
    blanks to records of 80. The decoder would also read a second dataset as respondents, so files
    with several datasets are refused.
    """
    with file.open("rb") as opened:
        found = _transport(opened)
        if found is None:
            return  # the reader reports what it is
        width, count = found
        start = opened.tell()
        if _has_another_dataset(opened):
            raise SourceError(
                f"{file} holds more than one dataset: export the one of the respondents alone"
            )
        length = opened.tell() - start
        rest = length % width
        opened.seek(start + length - rest)
        blank = not opened.read(rest).strip(b" ")
    if length % _CARD or rest >= _CARD or not blank or count * width > length:
        raise SourceError(
            f"{file} ends within its respondents: was it cut off? Download or export it again"
        )


def _transport(opened: BinaryIO) -> tuple[int, int] | None:
    """Move to the first respondent; return the bytes of each and their declared number (or 0).

    Returns `None` if the file is not a valid transport file.
    """
    size_of_variable, width = 0, 0
    while card := opened.read(_CARD):
        kind = card[len(_RECORD) :] if card.startswith(_RECORD) else b""
        try:
            if kind.startswith(_MEMBER):
                size_of_variable = int(card[74:78])
            elif kind.startswith(_VARIABLES):
                count = int(card[54:58])
                variables = opened.read(-(-count * size_of_variable // _CARD) * _CARD)
                starts = range(0, count * size_of_variable, size_of_variable)
                width = sum(struct.unpack_from(">h", variables, at + 4)[0] for at in starts)
            elif kind.startswith(_OBSERVATIONS):
                declared = int(card[48:63]) if kind.startswith(_COUNTED) else 0
                return (width, declared) if width > 0 else None
        except (ValueError, struct.error):
            return None
    return None


def _has_another_dataset(opened: BinaryIO) -> bool:
    """Read to the end of the file or the next dataset; return whether there is one."""
    while part := opened.read(_CARD * 1024):
        at = part.find(_RECORD)
        while at >= 0:
            if at % _CARD == 0 and part.startswith(_MEMBER, at + len(_RECORD)):
                return True
            at = part.find(_RECORD, at + 1)
    return False
