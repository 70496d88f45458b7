"""R's serialized objects, by which R's arrow package keeps attributes of columns in a schema.

The layout is that of "R Internals", section "Serialization Formats": a format (text or big-endian
numbers), a version, and one object, each of which begins with its type and flags.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_NIL, _SYMBOL, _PAIRS, _TEXT = (254, 0), 1, (2, 5, 6), 9
_NUMBERS, _REALS, _TEXTS, _LISTS, _RAW = (10, 13), 14, 16, (19, 20), 24
_COMPACT, _REFERENCE, _GLOBALS = 238, 255, (241, 242, 251, 253)
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
_NATIVE_ENCODING = 3
_MOST, _DEEPEST, _NONE = 2**24, 64, -(2**31)
_MOST_BYTES = 2**26

Atom = float | int | str | None


class SerializationError(Exception):
    """The text is no serialized object, or holds functions or environments."""


@dataclass(frozen=True, slots=True)
class RValue:
    """A vector or list of R with its attributes; empty for NULL."""

    values: tuple[Atom | RValue, ...] = ()
    attributes: Mapping[str, RValue] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the elements of a vector as texts."""
        return tuple(str(one) for one in self.values if not isinstance(one, RValue))

    @property
    def named(self) -> dict[str, RValue]:
        """Return the elements of a list by their names."""
        names = self.attributes.get("names", RValue()).texts
        pairs = zip(names, self.values, strict=False)
        return {name: value for name, value in pairs if isinstance(value, RValue)}


def unserialize(content: bytes) -> RValue:
    """Return the object in `content`, which arrow compresses where that is shorter.

    Raises `SerializationError`.
    """
    try:
        found = _Reader(content).value()
        if len(found.values) == 1 and isinstance(found.values[0], RValue):
            packed = found.values[0].values
            if packed and all(isinstance(one, int) for one in packed) and not found.attributes:
                unpacked = zlib.decompressobj(zlib.MAX_WBITS | 32)
                raw = bytes(one for one in packed if isinstance(one, int))
                return _Reader(unpacked.decompress(raw, _MOST_BYTES)).value()
    except (ValueError, IndexError, struct.error, zlib.error, OverflowError):
        raise SerializationError from None
    return found


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content, self.place, self.depth = content, 2, 0
        self.is_text = content[:2] == b"A\n"
        if not self.is_text and content[:2] != b"X\n":
            raise SerializationError
        self.symbols: list[str] = []
        version, _, _ = self.integer(), self.integer(), self.integer()
        if version == _NATIVE_ENCODING:
            self.text(self.integer())

    def word(self) -> bytes:
        end = self.content.index(b"\n", self.place)
        found = self.content[self.place : end]
        self.place = end + 1
        return found

    def take(self, size: int) -> bytes:
        found = self.content[self.place : self.place + size]
        if size < 0 or len(found) != size:
            raise SerializationError
        self.place += size
        return found

    def integer(self) -> int:
        if not self.is_text:
            return int(struct.unpack(">i", self.take(4))[0])
        word = self.word()
        return _NONE if word == b"NA" else int(word)

    def real(self) -> float:
        if not self.is_text:
            return float(struct.unpack(">d", self.take(8))[0])
        word = self.word()
        return float("nan") if word == b"NA" else float(word)

    def text(self, size: int) -> str:
        raw = self.word() if self.is_text else self.take(size)
        if self.is_text:
            raw = raw.replace(rb"\?", b"?").decode("unicode_escape").encode("latin-1")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("windows-1252", errors="replace")

    def size(self) -> int:
        size = self.integer()
        if not 0 <= size <= _MOST:
            raise SerializationError
        return size

    def value(self) -> RValue:
        flags = self.integer()
        kind = flags & 0xFF
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SerializationError
        try:
            return self.typed(kind, flags)
        finally:
            self.depth -= 1

    def typed(self, kind: int, flags: int) -> RValue:
        if kind in _NIL or kind in _GLOBALS:
            return RValue()
        if kind in {_REFERENCE, _SYMBOL}:
            return RValue((self.symbol(kind, flags),))
        if kind in _PAIRS:
            return self.pairs(flags)
        if kind == _TEXT:
            size = self.integer()
            return RValue((self.text(size),)) if size >= 0 else RValue((None,))
        if kind == _COMPACT:
            _, state, _ = self.value(), self.value(), self.value()
            return state
        return self.vector(kind, flags)

    def symbol(self, kind: int, flags: int) -> str:
        if kind == _REFERENCE:
            return self.symbols[((flags >> 8) or self.integer()) - 1]
        self.symbols.append(self.value().texts[0])
        return self.symbols[-1]

    def pairs(self, flags: int) -> RValue:
        """Return a pairlist as a named list; arrow's are short."""
        names, values = [], []
        while True:
            attributes = self.value() if flags & _HAS_ATTRIBUTES else None
            name = self.value().texts if flags & _HAS_TAG else ("",)
            del attributes
            names.append(name[0] if name else "")
            values.append(self.value())
            flags = self.integer() if self.place < len(self.content) else _NIL[0]
            if flags & 0xFF not in _PAIRS:
                break
        if flags & 0xFF not in _NIL:
            raise SerializationError
        return RValue(tuple(values), {"names": RValue(tuple(names))})

    def vector(self, kind: int, flags: int) -> RValue:
        size = self.size()
        values: tuple[Atom | RValue, ...]
        if kind in _NUMBERS:
            values = tuple(None if (n := self.integer()) == _NONE else n for _ in range(size))
        elif kind == _REALS:
            values = tuple(self.real() for _ in range(size))
        elif kind == _TEXTS:
            values = tuple(self.value().values[0] for _ in range(size))
        elif kind in _LISTS:
            values = tuple(self.value() for _ in range(size))
        elif kind == _RAW:
            is_text = self.is_text
            raw = [int(self.word(), 16) for _ in range(size)] if is_text else self.take(size)
            values = tuple(raw)
        else:
            raise SerializationError
        attributes = self.value().named if flags & _HAS_ATTRIBUTES else {}
        return RValue(values, attributes)
