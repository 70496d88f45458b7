"""Check of the size that a statistics file declares against the size of the file.

Decoders allocate memory for the declared numbers of cases and variables, so that a damaged or
malicious file could fill the memory.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO

from cxtui.errors import SourceError
from cxtui.sources.source import require_memory

_VALUE_BYTES = 32
"""Memory of a decoded number: the object and its place in a list."""

_MOST_ZLIB = 1032
"""Maximum compression ratio of zlib."""

_BLOCK = struct.calcsize("<2q2i")
_DTA_START = 512
_DTA_COUNT = re.compile(
    rb"<release>(\d+)</release><byteorder>(LSF|MSF)</byteorder><K>(.*?)</K><N>(.*?)</N>", re.DOTALL
)
_LONG_K, _LONG_N = b"119", b"118"
_CARD = 80
_RECORD = b"HEADER RECORD*******"
_MEMBER, _VARIABLES, _OBSERVATIONS = (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8"), b"OBS"
_COUNTED = b"OBSV8"


def require_cases(file: Path, cases: int, variables: int, most: int) -> None:
    """Raise `SourceError` if a file declares more than `most` values or than fit in memory."""
    if cases * variables > most:
        said = (
            "{} says it has {:,} respondents, more than it can hold: "
            "was it cut off? Download or export it again"
        )
        raise SourceError(said, file, cases)
    require_memory(file, cases * variables * _VALUE_BYTES)


def most_sav_values(
    opened: BinaryIO, order: str, compression: int, size: int, elements: int
) -> int:
    """Return the maximum number of elements after the dictionary of an SPSS file.

    `opened` is positioned at the data; a case has `elements` elements. Raises `EOFError` if the
    list of zlib blocks is damaged or the last case is incomplete.
    """
    left = size - opened.tell()
    if compression == 0:
        if left % (8 * max(elements, 1)):
            raise EOFError
        return left // 8
    # a compressed element takes a byte at least
    return left if compression == 1 else _zsav_bytes(opened, order, size)


def _zsav_bytes(opened: BinaryIO, order: str, size: int) -> int:
    """Return the unpacked size of a .zsav in bytes, from the list of blocks at its end."""
    start = opened.tell()
    own, trailer, length = struct.unpack(f"{order}3q", opened.read(24))
    if own != start or trailer + length != size or length % _BLOCK or trailer <= start:
        raise EOFError
    opened.seek(trailer)
    block, count = struct.unpack(f"{order}16x2i", opened.read(_BLOCK))
    if count != length // _BLOCK - 1 or not 0 < block < 2**30:
        raise EOFError
    unpacked, packed = start, start + 24
    for _ in range(count):
        was, at, full, short = struct.unpack(f"{order}2q2i", opened.read(_BLOCK))
        fits = 0 <= full <= block and short > 0 and full <= short * _MOST_ZLIB
        if (was, at) != (unpacked, packed) or not fits:
            raise EOFError
        unpacked, packed = unpacked + full, packed + short
    if packed != trailer:
        raise EOFError
    return unpacked - start


def require_dta(file: Path) -> None:
    """Raise `SourceError` if a Stata file declares more observations than it can hold."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        start = opened.read(_DTA_START)
    try:
        variables, cases = _tagged_size(start) if start[:1] == b"<" else _untagged_size(start)
    except struct.error:
        said = "{} is damaged within its header: was it cut off? Download or export it again"
        raise SourceError(said, file) from None
    require_cases(file, cases, max(variables, 1), size)


def _tagged_size(start: bytes) -> tuple[int, int]:
    """Return the numbers of variables and observations in a header of Stata 13 or later."""
    found = _DTA_COUNT.search(start)
    if found is None:
        raise struct.error
    order = "<" if found[2] == b"LSF" else ">"
    k = struct.unpack(f"{order}{'I' if found[1] >= _LONG_K else 'H'}", found[3])[0]
    n = struct.unpack(f"{order}{'Q' if found[1] >= _LONG_N else 'I'}", found[4])[0]
    return k, n


def _untagged_size(start: bytes) -> tuple[int, int]:
    """Return the numbers of variables and observations in a header of Stata 12 or earlier."""
    order = ">" if start[1] == 1 else "<"
    k, n = struct.unpack_from(f"{order}HI", start, 4)
    return k, n


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
            said = "{} holds more than one dataset: export the one of the respondents alone"
            raise SourceError(said, file)
        length = opened.tell() - start
        rest = length % width
        opened.seek(start + length - rest)
        blank = not opened.read(rest).strip(b" ")
    if length % _CARD or rest >= _CARD or not blank or count * width > length:
        said = "{} ends within its respondents: was it cut off? Download or export it again"
        raise SourceError(said, file)


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
