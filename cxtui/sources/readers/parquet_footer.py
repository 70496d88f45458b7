"""Footer of a Parquet file: its writer, and the values of columns in their dictionary pages.

The engine returns neither. The footer is a struct in Thrift's compact protocol, as the "Parquet
format" lays it out; its fields are numbered, so that unknown ones are skipped.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from cxtui.sources.source import last_bytes

_END = struct.Struct("<I4s")
_TRUE, _FALSE, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = (
    1,
    2,
    3,
    (4, 5, 6),
    7,
    8,
    9,
    10,
    11,
    12,
)
_DEEPEST = 16
_ROW_GROUPS, _CREATOR = 4, 6
_CHUNK, _PATH, _CODEC, _PAGE_AT = 3, 3, 4, 11
_HEADER_BYTES = 256
_UNPACKED, _PACKED, _DICTIONARY_HEADER, _COUNT = 2, 3, 7, 1
_BYTE_ARRAY, _UTF8, _REQUIRED, _PLAIN, _DATA_PAGE, _RLE = 6, 0, 0, 0, 0, 3
_MOST_BYTES = 2**24

Fields = Mapping[int, Any]


class FooterError(Exception):
    """The footer or a page is invalid, or larger than one of an enumeration."""


def created_by(file: Path) -> str:
    """Return the name of the program that wrote the file; raises `FooterError`."""
    return _text(_Thrift(footer_of(file)).struct().get(_CREATOR, b""))


def dictionary_values(file: Path, columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the values in the dictionary pages of text columns, used or not, in their order.

    Columns without such pages are omitted. Raises `FooterError`.
    """
    wanted = set(columns)
    found: dict[str, dict[str, None]] = {}
    for group in _Thrift(footer_of(file)).struct().get(_ROW_GROUPS, ()):
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


def _page_values(file: Path, place: int, codec: int) -> list[str]:
    """Return the texts of a dictionary page, read by the engine as a page of answers."""
    with file.open("rb") as opened:
        opened.seek(place)
        start = opened.read(_HEADER_BYTES)
        reader = _Thrift(start)
        header = reader.struct()
        size, unpacked = header.get(_PACKED, -1), header.get(_UNPACKED, -1)
        count = header.get(_DICTIONARY_HEADER, {}).get(_COUNT, 0)
        if not (0 <= size <= _MOST_BYTES and 0 <= unpacked <= _MOST_BYTES):
            raise FooterError
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
        kind = _INTEGERS[2] if number in set(wide) else kind
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
    return _INTEGERS[1], _varint(value << 1)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:  # noqa: PLR2004 -- seven bits a byte
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


class _Thrift:
    """Reader of structs as mappings from field numbers; raises `FooterError` on damage."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    def struct(self, depth: int = 0) -> Fields:
        """Return the fields of a struct."""
        if depth > _DEEPEST:
            raise FooterError
        return dict(self._fields(depth))

    def _fields(self, depth: int) -> Iterator[tuple[int, Any]]:
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            kind = head & 15
            flag = kind in {_TRUE, _FALSE}
            yield number, kind == _TRUE if flag else self._value(kind, depth + 1)

    def _value(self, kind: int, depth: int) -> Any:
        readers: dict[int, Callable[[], Any]] = {
            **dict.fromkeys((_TRUE, _FALSE, _BYTE), self._byte),
            **dict.fromkeys(_INTEGERS, self._signed),
            _DOUBLE: lambda: self._take(8),
            _BINARY: lambda: self._take(self._unsigned()),
            **dict.fromkeys((_LIST, _SET), lambda: self._list(depth)),
            _MAP: lambda: self._map(depth),
            _STRUCT: lambda: self.struct(depth),
        }
        if kind not in readers:
            raise FooterError
        return readers[kind]()

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._unsigned()  # noqa: PLR2004
        if size > len(self.content):
            raise FooterError
        return [self._value(head & 15, depth) for _ in range(size)]

    def _map(self, depth: int) -> list[tuple[Any, Any]]:
        size = self._unsigned()
        if not 0 < size <= len(self.content):
            return []
        kinds = self._byte()
        return [
            (self._value(kinds >> 4, depth), self._value(kinds & 15, depth)) for _ in range(size)
        ]

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        found = self.content[self.place : self.place + size]
        if len(found) != size:
            raise FooterError
        self.place += size
        return found

    def _unsigned(self) -> int:
        found, shift = 0, 0
        while (byte := self._byte()) > 0x7F and shift < 64:  # noqa: PLR2004
            found |= (byte & 0x7F) << shift
            shift += 7
        return found | byte << shift

    def _signed(self) -> int:
        number = self._unsigned()
        return number >> 1 ^ -(number & 1)
