"""Check of the declared size of a statistics file against the size of the file.

Decoders allocate memory for the declared numbers of cases and variables, so that a damaged or
malicious file could fill the memory.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
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


def require_cases(file: Path, cases: int, variables: int, most: int) -> None:
    """Raise `SourceError` if a file declares more than `most` values or than fit in memory."""
    if cases * variables > most:
        raise SourceError(
            f"{file} says it has {cases:,} respondents, more than it can hold: "
            "was it cut off? Download or export it again"
        )
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
    read: Callable[[bytes], tuple[int, int]] = (
        _read_tagged if start.startswith(b"<") else _read_untagged
    )
    try:
        variables, cases = read(start)
    except struct.error:
        raise SourceError(
            f"{file} is damaged within its header: was it cut off? Download or export it again"
        ) from None
    require_cases(file, cases, max(variables, 1), size)


def _read_tagged(start: bytes) -> tuple[int, int]:
    """Return the numbers of variables and observations in a header of Stata 13 or later."""
    found = _DTA_COUNT.search(start)
    if found is None:
        raise struct.error
    order = "<" if found[2] == b"LSF" else ">"
    k = struct.unpack(f"{order}{'I' if found[1] >= _LONG_K else 'H'}", found[3])[0]
    n = struct.unpack(f"{order}{'Q' if found[1] >= _LONG_N else 'I'}", found[4])[0]
    return k, n


def _read_untagged(start: bytes) -> tuple[int, int]:
    """Return the numbers of variables and observations in a header of Stata 12 or earlier."""
    order = ">" if start[1] == 1 else "<"
    k, n = struct.unpack_from(f"{order}HI", start, 4)
    return k, n
