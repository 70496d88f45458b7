"""Reader of an SPSS file's dictionary: weight, number of cases and multiple-response sets.

pyreadstat returns neither the variable of WEIGHT BY nor the newer multiple-response sets, and
converts counted values to numbers. The dictionary is uncompressed, in .zsav too; the layout is
documented in PSPP's "System File Format".
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cxtui.errors import SourceError
from cxtui.sources.readers.delimited.code_pages import guess_code_page
from cxtui.sources.source import require_memory

_VALUE_BYTES = 32
"""Memory of a decoded number: the object and its place in a list."""

_MOST_ZLIB = 1032
"""Maximum compression ratio of zlib."""

_BLOCK = struct.calcsize("<2q2i")
_HEADER = 176
_LITTLE_LAYOUTS = (2, 3)
_VARIABLE, _LABELS, _LABELLED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_WIDEST = 255
_MACHINE, _SETS, _LONG_NAMES, _NEW_SETS, _ENCODING = 3, 7, 13, 19, 20
_MACHINE_BYTES, _UTF8 = 32, 65001
_KIND = re.compile(rb"(?:D|E 1(?P<by_name>1?) )(?P<size>\d+) |C")
_LENGTH = re.compile(rb" ?(\d+) ")


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """A multiple-response set: of dichotomies if it has a counted value, else of categories.

    `by_value` says that answers are named by the labels of the counted value.
    """

    id: str
    label: str
    columns: tuple[str, ...]
    counted: str | None = None
    by_value: bool = False


@dataclass(frozen=True, slots=True)
class SavDictionary:
    """The weight variable (or empty), the number of cases (−1 if unknown), and the sets.

    `encoding` is that of the texts, a guess where they do not have the declared one, else empty.
    """

    weight: str
    cases: int
    sets: tuple[ResponseSet, ...]
    encoding: str = ""


def read_sav_dictionary(file: Path) -> SavDictionary:
    """Return the dictionary of a .sav or .zsav file; raises `SourceError` if damaged or cut off."""
    with file.open("rb") as opened:
        header = opened.read(_HEADER)
        try:
            order = "<" if struct.unpack("<i", header[64:68])[0] in _LITTLE_LAYOUTS else ">"
            compression, weight, cases = struct.unpack(f"{order}3i", header[72:84])
            reader = _Reader(opened, order)
            found = reader.dictionary(weight, cases)
            opened.read(4)
            elements = len(reader.elements)
            most = _most_values(opened, order, compression, reader.size, elements)
        except (struct.error, EOFError, OverflowError):
            raise SourceError(
                "{} is damaged within its dictionary, or ends within a respondent: "
                "was it cut off? Download or export it again",
                file,
            ) from None
    require_cases(file, cases, elements, most)
    return found


def require_cases(file: Path, cases: int, variables: int, most: int) -> None:
    """Raise `SourceError` if a file declares more than `most` values or than fit in memory.

    Decoders allocate memory for the declared numbers, so that damage could fill the memory.
    """
    if cases * variables > most:
        message = (
            "{} says it has {:,} respondents, more than it can hold: "
            "was it cut off? Download or export it again"
        )
        raise SourceError(message, file, cases)
    require_memory(file, cases * variables * _VALUE_BYTES)


def _most_values(opened: BinaryIO, order: str, compression: int, size: int, elements: int) -> int:
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


class _Reader:
    """Reader of the records of a dictionary; its methods raise `EOFError` on damage."""

    def __init__(self, opened: BinaryIO, order: str) -> None:
        self.opened = opened
        self.order = order
        self.size = os.fstat(opened.fileno()).st_size
        self.elements: list[bytes] = []
        self.extensions: dict[int, bytes] = {}
        self.texts: set[int] = set()
        self.wordings: list[bytes] = []
        self.is_text = True
        self.parts = 0

    def dictionary(self, weight: int, cases: int) -> SavDictionary:
        records = {
            _VARIABLE: self.variable,
            _LABELS: self.labels,
            _LABELLED: self.labelled,
            _DOCUMENT: lambda: self.take(80 * self.number()),
            _EXTENSION: self.extension,
        }
        while (record := self.number()) != _END:
            if record not in records:
                raise EOFError
            records[record]()
        if self.parts:
            raise EOFError
        # a short name may be cut within a letter
        full = (
            one.partition(b"=")[2] for one in self.extensions.get(_LONG_NAMES, b"").split(b"\t")
        )
        in_sets = (self.extensions.get(subtype, b"") for subtype in (_SETS, _NEW_SETS))
        texts = [*self.wordings, *full, *in_sets]
        encoding, is_guess = _encoding_of(self.extensions, self.order, texts)
        names = _Names(self.elements, self.extensions, encoding)
        declared = [self.extensions.get(subtype, b"") for subtype in (_SETS, _NEW_SETS)]
        sets = [one for text in declared for one in _sets(text, names)]
        element = self.elements[weight - 1] if 0 < weight <= len(self.elements) else b""
        weighted = names.full(element) if element else ""
        return SavDictionary(weighted, cases, tuple(sets), encoding if is_guess else "")

    def extension(self) -> None:
        subtype, size, count = self.number(), self.number(), self.number()
        self.extensions[subtype] = self.extensions.get(subtype, b"") + self.take(size * count)

    def labels(self) -> None:
        self.is_text = True
        for _ in range(self.number()):
            start = self.take(9)
            self.is_text = self.is_text and b"\0" not in start[:8]
            self.wordings.append(self.take((start[8] + 8) // 8 * 8 - 1)[: start[8]])

    def labelled(self) -> None:
        """Read a record that assigns labels to variables; the decoder crashes on wrong types."""
        count = self.number()
        for element in struct.unpack(f"{self.order}{count}i", self.take(4 * count)):
            there = 0 < element <= len(self.elements) and self.elements[element - 1]
            if not there or (element in self.texts and not self.is_text):
                raise EOFError

    def variable(self) -> None:
        """Read a record of a variable; a wrong number of parts of a text would shift all labels."""
        width, has_label, missing = self.number(), self.number(), self.number()
        name = self.take(16)[8:]
        if has_label:
            length = self.number()
            self.wordings.append(self.take((length + 3) // 4 * 4)[:length])
        self.take(8 * abs(missing))
        if (width < 0) != (self.parts > 0) or not -1 <= width <= _WIDEST:
            raise EOFError
        self.parts = self.parts - 1 if width < 0 else max(0, (width - 1) // 8)
        self.elements.append(name.rstrip() if width >= 0 else b"")
        if width > 0:
            self.texts.add(len(self.elements))

    def number(self) -> int:
        return int(struct.unpack(f"{self.order}i", self.take(4))[0])

    def take(self, size: int) -> bytes:
        # reading a size beyond the file would allocate it first
        if not 0 <= size <= self.size:
            raise EOFError
        found = self.opened.read(size)
        if len(found) != size:
            raise EOFError
        return found


def _encoding_of(
    extensions: Mapping[int, bytes], order: str, texts: Sequence[bytes]
) -> tuple[str, bool]:
    """Return the encoding of a dictionary's texts, and whether it is a guess.

    Record 20 names it, in older files record 3 has its number; texts that are no UTF-8, though it
    is declared, have the code page of their letters.
    """
    named = extensions.get(_ENCODING, b"").decode("ascii", errors="ignore")
    facts = extensions.get(_MACHINE, b"")
    if not named and len(facts) >= _MACHINE_BYTES:
        number = struct.unpack_from(f"{order}i", facts, _MACHINE_BYTES - 4)[0]
        named = "utf-8" if number == _UTF8 else f"cp{number}"
    try:
        encoding = codecs.lookup(named or "utf-8").name
    except (LookupError, ValueError):
        encoding = "utf-8"
    if encoding != "utf-8" or all(map(_is_utf8, texts)):
        return encoding, False
    return guess_encoding(b"\n".join(texts)), True


def guess_encoding(raw: bytes) -> str:
    """Return the code page of texts that are not UTF-8: windows-1252 if no other fits better."""
    return guess_code_page(raw) or "cp1252"


def _is_utf8(text: bytes) -> bool:
    """Return whether a text is UTF-8, but for a letter that was cut at its end."""
    for end in range(len(text), max(len(text) - 4, -1), -1):
        with contextlib.suppress(UnicodeDecodeError):
            text[:end].decode()
            return True
    return False


class _Names:
    """Full names of variables by their short names, ignoring case."""

    def __init__(
        self, elements: list[bytes], extensions: Mapping[int, bytes], encoding: str
    ) -> None:
        self.encoding = encoding
        pairs = [one.split(b"=", 1) for one in extensions.get(_LONG_NAMES, b"").split(b"\t")]
        full = {self.key(short): self.text(name) for short, name in (p for p in pairs if p[1:])}
        shorts = {self.key(name): self.text(name) for name in elements}
        known = {short: full.get(short, name) for short, name in shorts.items()}
        self.known = {name.casefold(): name for name in known.values()} | known

    def text(self, raw: bytes) -> str:
        return raw.decode(self.encoding, errors="replace").rstrip("\0 ")

    def key(self, raw: bytes) -> str:
        return self.text(raw).casefold()

    def full(self, name: bytes) -> str:
        return self.known.get(self.key(name), self.text(name))


def _sets(text: bytes, names: _Names) -> Iterator[ResponseSet]:
    """Yield the sets written as `$name=D1 1 5 label VAR1 VAR2`; other lines are skipped."""
    for line in text.split(b"\n"):
        name, _, rest = line.partition(b"=")
        if not (kind := _KIND.match(rest)):
            continue
        end, counted = kind.end(), None
        if kind["size"]:
            end += int(kind["size"])
            counted = names.text(rest[kind.end() : end]).strip()
        if not (length := _LENGTH.match(rest, end)):
            continue
        end = length.end() + int(length[1])
        label = names.text(rest[length.end() : end])
        columns = tuple(map(names.full, rest[end:].split()))
        by_value = rest.startswith(b"E") and not kind["by_name"]
        if columns:
            identity = names.text(name).removeprefix("$")
            yield ResponseSet(identity, label, columns, counted, by_value)
