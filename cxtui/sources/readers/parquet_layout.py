"""Sizes that the pages of a Parquet file unpack to, read from their headers alone.

The footer says where a column begins; the header of each page says how long it is, packed and
unpacked. The numbers of fields are those of the "Parquet format".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cxtui.sources.readers.compact_protocol import (
    CompactReader,
    DamagedStructError,
    Fields,
    damaged_if_unexpected,
)
from cxtui.sources.readers.parquet_footer import footer_fields

_HEADER_BYTES = 512
_LONG_HEADER_BYTES = 2**20
"""Bytes read for the header of a page; statistics in it may be long."""
_MOST_PAGES = 50_000
"""Pages whose headers are read; those of a larger file are not all looked at."""
_FILE_ROWS, _ROW_GROUPS = 3, 4
_COLUMNS, _METADATA, _ROWS = 1, 3, 3
_VALUES, _PACKED, _DATA, _DICTIONARY = 5, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED, _PAGE_FIRST, _PAGE_DICTIONARY, _PAGE_SECOND = 2, 3, 5, 7, 8


def unpacked_size(file: Path, footer: bytes) -> int:
    """Return the bytes that the pages of a file unpack to, as far as the file can be followed.

    What cannot be followed is left to the reader of the pages, which says what is wrong; a byte for
    each of its values is counted. Raises `DamagedPageError` where a page, a column or a group of
    rows cannot hold what it says: the reader would take memory for it, and end the program where
    there is none.
    """
    total = 0
    with file.open("rb") as opened, suppress(DamagedStructError), damaged_if_unexpected():
        size = os.fstat(opened.fileno()).st_size
        for place, end, values in _chunks(footer_fields(footer), size):
            try:
                with damaged_if_unexpected():
                    total += _column_size(opened.fileno(), place, end, values)
            except DamagedStructError:  # the others are read
                total += values
    return total


def _chunks(described: Fields, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield the start, the end and the number of values of each column in each group of rows.

    Raises `DamagedPageError` where one is not inside a file of `size` bytes, or has fewer values
    than its group has rows, or the groups have more rows than the file.
    """
    left = described[_FILE_ROWS]
    for group in described.get(_ROW_GROUPS, ()):
        rows = group[_ROWS]
        left -= rows
        if rows < 0 or left < 0:
            raise DamagedPageError
        for column in group[_COLUMNS]:
            if facts := column.get(_METADATA):  # encrypted ones have none
                starts = (facts.get(_DICTIONARY), facts[_DATA])
                start = min(one for one in starts if one)
                end = start + facts[_PACKED]
                if not 0 < start <= end <= size or facts[_VALUES] < rows:
                    raise DamagedPageError
                yield start, end, facts[_VALUES]


def _column_size(descriptor: int, place: int, end: int, values: int) -> int:
    """Return the unpacked bytes of the pages of a column between two places of a file.

    Raises `DamagedPageError` where all of them together have fewer than its values.
    """
    total = 0
    for number, (size, held) in enumerate(_pages(descriptor, place, end, values), 1):
        total, values = total + size, values - held
        if number == _MOST_PAGES:
            return total
    if values > 0:
        raise DamagedPageError
    return total


def _pages(descriptor: int, place: int, end: int, values: int) -> Iterator[tuple[int, int]]:
    """Yield the unpacked bytes of each page of a column, and how many of its values are there."""
    while 0 <= place < end:
        header = CompactReader(os.pread(descriptor, _HEADER_BYTES, place))
        try:
            fields = header.fields()
        except DamagedStructError:
            header = CompactReader(os.pread(descriptor, _LONG_HEADER_BYTES, place))
            fields = header.fields()
        yield int(fields[_PAGE_UNPACKED]), _check_page(fields, values)
        place += header.place + int(fields[_PAGE_PACKED])


def _check_page(fields: Fields, values: int) -> int:
    """Return how many of a column's `values` are in a page.

    Raises `DamagedPageError` if the page cannot be as it says.
    """
    size = fields[_PAGE_UNPACKED]
    dictionary = fields.get(_PAGE_DICTIONARY)
    held = 0
    if dictionary:
        counts, most = [dictionary.get(1, 0)], size  # each takes a byte at least
    else:
        first, second = fields.get(_PAGE_FIRST) or {}, fields.get(_PAGE_SECOND) or {}
        counts, most = [first.get(1, 0), *(second.get(one, 0) for one in (1, 2, 3))], values
        held = counts[0] + counts[1]
        if any(not 0 <= second.get(one, 0) <= size for one in (5, 6)):  # bytes of its levels
            raise DamagedPageError
    if size < 0 or fields[_PAGE_PACKED] < 0 or any(not 0 <= one <= most for one in counts):
        raise DamagedPageError
    return int(held)


class DamagedPageError(Exception):
    """A page or column says that it holds more than it can, or less than nothing."""
