"""Footer of a Parquet file: its writer, and the values of columns in their dictionary pages.

The engine returns neither. The numbers of fields are those of the "Parquet format".
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from cxtui.sources.readers.compact_protocol import (
    CompactReader,
    DamagedStructError,
    Fields,
    damaged_if_unexpected,
)
from cxtui.sources.source import last_bytes

_END = struct.Struct("<I4s")
_INTEGER, _WIDE_INTEGER, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_ROW_GROUPS, _CREATOR = 4, 6
_CHUNK, _PATH, _CODEC, _PAGE_AT = 3, 3, 4, 11
_HEADER_BYTES = 256
_UNPACKED, _PACKED, _DICTIONARY_HEADER, _COUNT = 2, 3, 7, 1
_BYTE_ARRAY, _UTF8, _REQUIRED, _PLAIN, _DATA_PAGE, _RLE = 6, 0, 0, 0, 0, 3
_MOST_BYTES = 2**24


@damaged_if_unexpected()
def created_by(file: Path) -> str:
    """Return the name of the program that wrote the file; raises `DamagedStructError`."""
    return _text(footer_fields(footer_of(file)).get(_CREATOR, b""))


@damaged_if_unexpected()
def dictionary_values(file: Path, columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the values in the dictionary pages of text columns, used or not, in their order.

    Columns without such pages are omitted. Raises `DamagedStructError`.
    """
    wanted = set(columns)
    found: dict[str, dict[str, None]] = {}
    for group in footer_fields(footer_of(file)).get(_ROW_GROUPS, ()):
        for chunk in (one.get(_CHUNK, {}) for one in group.get(1, ())):
            path = [_text(one) for one in chunk.get(_PATH, ())]
            if len(path) == 1 and path[0] in wanted and chunk.get(_PAGE_AT):
                values = _page_values(file, chunk[_PAGE_AT], chunk.get(_CODEC, 0))
                found.setdefault(path[0], {}).update(dict.fromkeys(values))
    return {name: list(values) for name, values in found.items()}


def footer_of(file: Path) -> bytes:
    """Return the end of a file, which describes its columns, with its length and mark."""
    length = int.from_bytes(last_bytes(file, _END.size)[:4], "little")
    return last_bytes(file, length + _END.size)


@lru_cache(maxsize=1)
def footer_fields(footer: bytes) -> Fields:
    """Return what a footer says, which takes long where columns are many: the last one is kept.

    Raises `DamagedStructError`. The fields are not to be changed.
    """
    return CompactReader(footer).fields()


def _page_values(file: Path, place: int, codec: int) -> list[str]:
    """Return the texts of a dictionary page, read by the engine as a page of answers."""
    with file.open("rb") as opened:
        opened.seek(place)
        start = opened.read(_HEADER_BYTES)
        reader = CompactReader(start)
        header = reader.fields()
        size, unpacked = header.get(_PACKED, -1), header.get(_UNPACKED, -1)
        count = header.get(_DICTIONARY_HEADER, {}).get(_COUNT, 0)
        if not (0 <= size <= _MOST_BYTES and 0 <= unpacked <= _MOST_BYTES):
            raise DamagedStructError
        opened.seek(place + reader.place)
        page = opened.read(size)
    return _read_page(page, unpacked, count, codec)


def _read_page(page: bytes, unpacked: int, count: int, codec: int) -> list[str]:
    """Return the texts of a page, which a file of one required column is made of."""
    data_header = _record({1: count, 2: _PLAIN, 3: _RLE, 4: _RLE})
    header = _record({1: _DATA_PAGE, 2: unpacked, 3: len(page), 5: data_header})
    total = len(header) + len(page)
    root = _record({4: b"schema", 5: 1})
    leaf = _record({1: _BYTE_ARRAY, 3: _REQUIRED, 4: b"x", 6: _UTF8})
    chunk = _record(
        {1: _BYTE_ARRAY, 2: [_PLAIN], 3: [b"x"], 4: codec, 5: count, 6: total, 7: total, 9: 4},
        wide={5, 6, 7, 9},
    )
    column = _record({2: 4, 3: chunk}, wide={2})
    group = _record({1: [column], 2: total, 3: count}, wide={2, 3})
    footer = _record({1: 1, 2: [root, leaf], 3: count, 4: [group]}, wide={3})
    content = b"PAR1" + header + page + footer + _END.pack(len(footer), b"PAR1")
    texts: list[str] = pl.read_parquet(io.BytesIO(content)).to_series().to_list()
    return texts


class _Record(bytes):
    """The bytes of a struct, not of a text."""


def _record(fields: Mapping[int, int | bytes | list[Any]], wide: Iterable[int] = ()) -> _Record:
    """Return a struct in the compact protocol; numbers are of 32 bits, those in `wide` of 64."""
    parts, last = [], 0
    for number, value in fields.items():
        kind, written = _written(value)
        kind = _WIDE_INTEGER if number in set(wide) else kind
        parts += [bytes([(number - last) << 4 | kind]), written]
        last = number
    return _Record(b"".join(parts) + b"\0")


def _written(value: int | bytes | list[Any]) -> tuple[int, bytes]:
    """Return the type and the bytes of a value."""
    if isinstance(value, list):
        kinds, parts = zip(*map(_written, value), strict=True)
        return _LIST, bytes([len(value) << 4 | kinds[0]]) + b"".join(parts)
    if isinstance(value, _Record):
        return _STRUCT, bytes(value)
    if isinstance(value, bytes):
        return _BINARY, _varint(len(value)) + value
    return _INTEGER, _varint(value << 1)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004 -- seven bits a byte
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
