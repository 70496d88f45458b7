"""Schema of Arrow: the metadata of columns, and which of their dictionaries are ordered.

The engine returns neither, and reads no file in whose metadata there is a text that is not UTF-8,
as R's is. A schema is a FlatBuffers table, in the footer of an Arrow file, at the start of a stream
and in the metadata of a Parquet file.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_FIELDS, _SCHEMA_METADATA = 1, 2
_NAME, _DICTIONARY, _CHILDREN, _METADATA, _ORDERED = 0, 4, 5, 6, 2
_DEEPEST = 16
_TYPE = 2
_COPIED = frozenset({*range(12, 18), 21, 22, 25, 26})
"""Types whose values have no end but their size: lists, structures, maps, unions, bytes of a fixed
length, and lengths of runs."""


class LayoutError(Exception):
    """The layout is invalid."""


@dataclass(frozen=True, slots=True)
class ArrowField:
    """The name of a column, its metadata, and whether its dictionary is an ordered list."""

    name: str
    metadata: Mapping[str, bytes] = field(default_factory=dict)
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class ArrowSchema:
    """The columns of a file or stream, and the metadata of the whole."""

    fields: tuple[ArrowField, ...] = ()
    metadata: Mapping[str, bytes] = field(default_factory=dict)


def read_schema(table: FlatTable) -> ArrowSchema:
    """Return the content of a schema table; raises `LayoutError`."""
    try:
        fields = tuple(map(_read_field, table.tables(_FIELDS)))
        return ArrowSchema(fields, _read_metadata(table, _SCHEMA_METADATA))
    except struct.error:
        raise LayoutError from None


def schema_of_message(text: str) -> ArrowSchema:
    """Return the schema in a Parquet file's `ARROW:schema`, empty if there is none."""
    try:
        content = base64.b64decode(text, validate=True)
        message = FlatTable.root(content[8:]).table(2) if content else None
        return read_schema(message) if message else ArrowSchema()
    except (binascii.Error, ValueError, struct.error, LayoutError):
        return ArrowSchema()


def repeating_dictionaries(table: FlatTable, number: int = _FIELDS, depth: int = 0) -> set[int]:
    """Return the dictionaries whose values are copied for each row: those of lists, not of texts.

    They are named by their number in the file. Raises `LayoutError`.
    """
    if depth > _DEEPEST:
        raise LayoutError
    found: set[int] = set()
    for child in table.tables(number):
        if (one := child.table(_DICTIONARY)) and child.number(_TYPE, "<B") in _COPIED:
            found.add(one.number(0, "<q"))
        found |= repeating_dictionaries(child, _CHILDREN, depth + 1)
    return found


def metadata_places(table: FlatTable, number: int = _SCHEMA_METADATA, depth: int = 0) -> list[int]:
    """Return where the lengths of all lists of metadata are, of a schema and of its columns."""
    if depth > _DEEPEST:
        raise LayoutError
    found = [place] if (place := table.vector(number)) is not None else []
    for child in table.tables(_FIELDS if number == _SCHEMA_METADATA else _CHILDREN):
        found += metadata_places(child, _METADATA, depth + 1)
    return found


def _read_field(table: FlatTable) -> ArrowField:
    dictionary = table.table(_DICTIONARY)
    is_ordered = bool(dictionary and dictionary.number(_ORDERED, "<B"))
    name = table.text(_NAME).decode(errors="replace")
    return ArrowField(name, _read_metadata(table, _METADATA), is_ordered)


def _read_metadata(table: FlatTable, number: int) -> dict[str, bytes]:
    return {pair.text(0).decode(errors="replace"): pair.text(1) for pair in table.tables(number)}


@dataclass(frozen=True, slots=True)
class FlatTable:
    """A FlatBuffers table: fields by number, 0 or `None` if absent."""

    content: bytes
    place: int

    @classmethod
    def root(cls, content: bytes) -> FlatTable:
        """Return the table at the root of a buffer."""
        return cls(content, _unpack(content, 0, "<I"))

    def _field(self, number: int) -> int | None:
        """Return the offset of a field, `None` if absent."""
        fields = self.place - _unpack(self.content, self.place, "<i")
        entry = 4 + 2 * number
        if entry >= _unpack(self.content, fields, "<H"):
            return None
        offset = _unpack(self.content, fields + entry, "<H")
        return self.place + offset if offset else None

    def number(self, field: int, kind: str) -> int:
        """Return a number, in the format of `struct`."""
        place = self._field(field)
        return 0 if place is None else _unpack(self.content, place, kind)

    def table(self, field: int) -> FlatTable | None:
        """Return a table."""
        place = self._field(field)
        return None if place is None else FlatTable(self.content, self._follow(place))

    def text(self, field: int) -> bytes:
        """Return a text, empty if absent."""
        place = self._field(field)
        if place is None:
            return b""
        start = self._follow(place)
        size = _unpack(self.content, start, "<I")
        return self.content[start + 4 : start + 4 + size]

    def vector(self, field: int) -> int | None:
        """Return where the length of a list is, `None` if the list is absent."""
        place = self._field(field)
        return None if place is None else self._follow(place)

    def tables(self, field: int) -> Iterator[FlatTable]:
        """Yield the tables of a list."""
        if (start := self.vector(field)) is None:
            return
        size = _unpack(self.content, start, "<I")
        if start + 4 + 4 * size > len(self.content):
            raise LayoutError
        for place in range(start + 4, start + 4 + 4 * size, 4):
            yield FlatTable(self.content, self._follow(place))

    def structs(self, field: int, kind: struct.Struct) -> Iterator[tuple[int, ...]]:
        """Yield the structures of a list."""
        place = self._field(field)
        if place is None:
            return
        start = self._follow(place)
        end = start + 4 + _unpack(self.content, start, "<I") * kind.size
        if end > len(self.content):
            raise LayoutError
        yield from kind.iter_unpack(self.content[start + 4 : end])

    def _follow(self, place: int) -> int:
        return place + _unpack(self.content, place, "<I")


def _unpack(content: bytes, place: int, kind: str) -> int:
    if place < 0:
        raise LayoutError
    return int(struct.unpack_from(kind, content, place)[0])
