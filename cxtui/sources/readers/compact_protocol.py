"""Reader of Thrift's compact protocol, in which Parquet describes its columns and pages.

Fields are numbered, so that unknown ones are read and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS = (4, 5, 6)
_MORE = 128
"""The bit of a byte that says that more of the number follow."""
_LONG_LIST = 15
_DEEPEST = 16

Fields = dict[int, Any]
"""Values by the number of their field: numbers, bytes, lists, and fields again."""


class DamagedStructError(Exception):
    """The content is no struct of the compact protocol, or is cut off."""


@contextmanager
def damaged_if_unexpected() -> Iterator[None]:
    """Raise `DamagedStructError` where fields are absent, or hold other kinds of values."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError):
        raise DamagedStructError from None


class CompactReader:
    """Reader of one struct after the other; `place` is where the next begins."""

    def __init__(self, content: bytes) -> None:
        self.place = 0
        self._content = content

    def fields(self) -> Fields:
        """Return the fields of a struct; raises `DamagedStructError`."""
        try:
            return self._fields(0)
        except IndexError:  # behind the end
            raise DamagedStructError from None

    def _fields(self, depth: int) -> Fields:
        # A footer has ten thousands of numbers, nearly all of one byte: a call each takes long.
        found: Fields = {}
        content, number = self._content, 0
        while head := content[self.place]:
            self.place += 1
            step, kind = head >> 4, head & 15
            number = number + step if step else self._integer()
            if kind in _INTEGERS and (byte := content[self.place]) < _MORE:
                self.place += 1
                found[number] = (byte >> 1) ^ -(byte & 1)
            else:
                known = kind in {_TRUE, _FALSE}
                found[number] = kind == _TRUE if known else self._value(kind, depth)
        self.place += 1
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise DamagedStructError
        if kind in _INTEGERS:
            return self._integer()
        if kind in {_BINARY, _DOUBLE}:
            return self._take(8 if kind == _DOUBLE else self._varint())
        if kind == _STRUCT:
            return self._fields(depth + 1)
        if kind in {_LIST, _SET}:
            head = self._byte()
            size = self._varint() if head >> 4 == _LONG_LIST else head >> 4
            return [self._value(head & 15, depth + 1) for _ in range(self._checked(size))]
        if kind == _MAP:
            return self._pairs(depth)
        if kind in {_BYTE, _TRUE, _FALSE}:
            return self._byte()
        raise DamagedStructError

    def _pairs(self, depth: int) -> list[tuple[Any, Any]]:
        if not (size := self._checked(self._varint())):
            return []
        kinds = self._byte()
        parts = (kinds >> 4, kinds & 15)
        return [
            (self._value(parts[0], depth + 1), self._value(parts[1], depth + 1))
            for _ in range(size)
        ]

    def _checked(self, size: int) -> int:
        """Return a number of values, each of which takes a byte at least."""
        if size > len(self._content) - self.place:
            raise DamagedStructError
        return size

    def _byte(self) -> int:
        self.place += 1
        return self._content[self.place - 1]

    def _varint(self) -> int:
        content, place = self._content, self.place
        value = shift = 0
        while (byte := content[place]) >= _MORE:
            value |= (byte & 127) << shift
            place += 1
            shift += 7
            if shift > 63:  # noqa: PLR2004 -- the longest number
                raise DamagedStructError
        self.place = place + 1
        return value | byte << shift

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _take(self, size: int) -> bytes:
        start = self.place
        self.place += self._checked(size)
        return self._content[start : self.place]
