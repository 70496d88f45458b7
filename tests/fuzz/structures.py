"""Damage that knows a format: its numbers become other ones, its records move; the rest is right.

A layout is where the numbers of a file are (types of records, lengths, counts, offsets) and where
its records begin and end. It is found by following the file as its format is described.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from cxtui.sources.readers.compact_protocol import (
    CompactReader,
    DamagedStructError,
    damaged_if_unexpected,
)

_EXTREME = (0, 1, -1, 2, 7, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 2**24, 2**31 - 1, -(2**31), 2**62)
_VARINT, _TEXT = "v", "t"
_FIRST_SAV, _FIRST_PAGE = 176, 4


@dataclass(slots=True)
class Layout:
    """Numbers as place, size and code (of `struct`, or varint or text), records as their ends."""

    numbers: list[tuple[int, int, str]] = field(default_factory=list)
    records: list[tuple[int, int]] = field(default_factory=list)

    def add(self, place: int, codes: str, order: str = "<") -> None:
        """Add numbers of `struct`'s codes that follow each other."""
        for code in codes:
            size = struct.calcsize(order + code)
            self.numbers.append((place, size, order + code))
            place += size


def restructured(target: str, content: bytes, chance: random.Random) -> bytes:
    """Return a file with one to three of its numbers or records changed, by its ending."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        layout = Layout()
        with suppress(struct.error, DamagedStructError), damaged_if_unexpected():
            LAYOUTS[target](content, layout)
        if layout.records and (not layout.numbers or chance.random() < 0.3):
            content = _moved(content, layout.records, chance)
        elif layout.numbers:
            content = _renumbered(content, chance.choice(layout.numbers), chance)
    return content


def _moved(content: bytes, records: list[tuple[int, int]], chance: random.Random) -> bytes:
    """Return a file with a record dropped, repeated, or put in the place of another."""
    (start, end), (other, stop) = chance.choice(records), chance.choice(records)
    match chance.randrange(3):
        case 0:
            return content[:start] + content[end:]
        case 1:
            return content[:end] + content[start:end] * chance.choice((1, 1, 50)) + content[end:]
    return content[:start] + content[other:stop] + content[end:]


def _renumbered(content: bytes, number: tuple[int, int, str], chance: random.Random) -> bytes:
    place, size, code = number
    raw = content[place : place + size]
    if code in {_VARINT, _TEXT}:
        value = chance.choice((*_EXTREME, len(content), chance.randrange(2**16)))
        written = _varint(abs(value)) if code == _VARINT else str(value).encode()
        return content[:place] + written + content[place + size :]
    if len(raw) < size:
        return content
    old = int(struct.unpack(code, raw)[0])
    value = chance.choice((*_EXTREME, old + 1, old - 1, old * 2, -old, len(content)))
    kept = value % (1 << 8 * size)
    written = kept.to_bytes(size, "big" if code.startswith(">") else "little")
    return content[:place] + written + content[place + size :]


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _sav(content: bytes, layout: Layout) -> None:
    layout.add(64, "iiiii")
    place = _FIRST_SAV
    while place < len(content):
        kind = _integer(content, place)
        layout.add(place, "i")
        end = _sav_record(content, layout, kind, place)
        if end <= place:  # a number that was changed before leads backwards
            return
        layout.records.append((place, end))
        place = end
        if kind == 999:
            return


def _integer(content: bytes, place: int) -> int:
    return int(struct.unpack_from("<i", content, place)[0])


def _sav_record(content: bytes, layout: Layout, kind: int, place: int) -> int:
    """Add the numbers of a record; return where it ends."""
    if kind == 2:
        layout.add(place + 4, "iiiii")
        has_label, missing = _integer(content, place + 8), _integer(content, place + 12)
        end = place + 32
        if has_label == 1:
            layout.add(end, "i")
            end += 4 + -(-_integer(content, end) // 4) * 4
        return end + 8 * abs(missing)
    if kind == 3:
        layout.add(place + 4, "i")
        end = place + 8
        for _ in range(min(_integer(content, place + 4), 1_000)):
            layout.add(end + 8, "B")
            end += 8 + -(-(content[end + 8] + 1) // 8) * 8
        return end
    if kind in {4, 6}:
        layout.add(place + 4, "ii")
        return place + 8 + _integer(content, place + 4) * (4 if kind == 4 else 80)
    if kind == 7:
        layout.add(place + 4, "iii")
        size, count = _integer(content, place + 8), _integer(content, place + 12)
        return place + 16 + abs(size * count)
    return place + 8


def _dta(content: bytes, layout: Layout) -> None:
    if not content.startswith(b"<stata_dta>"):
        layout.add(0, "BBBBHi")
        count = struct.unpack_from("<H", content, 4)[0]
        layout.add(109, "B" * min(count, 50))
        for place in range(109 + count * 34, min(109 + count * 130, len(content)), 16):
            layout.add(place, "i")
        return
    for tag in re.finditer(rb"<(K|N|label|timestamp|map|variable_types|sortlist|lbl)>", content):
        layout.add(tag.end(), "HHi" + "q" * (14 if tag[1] == b"map" else 1))
    layout.records += [one.span() for one in re.finditer(rb"(?s)<(\w+)>.*?</\1>", content[11:])]


def _xpt(content: bytes, layout: Layout) -> None:
    layout.records += [(start, start + 80) for start in range(0, len(content) - 79, 80)]
    start = content.find(b"NAMEST")
    for digits in re.finditer(rb"(?<=!!!!!!!)\d{30}|(?<=\d)\d{3}(?=\d+ *$)", content):
        layout.numbers.append((digits.start(), len(digits[0]), _TEXT))
    for place in range(start + 60, min(start + 60 + 140 * 6, len(content)), 140):
        layout.add(place, "HHHH", ">")
        layout.add(place + 84, "I", ">")


def _por(content: bytes, layout: Layout) -> None:
    for number in re.finditer(rb"[0-9A-T]+(?=/)", content):
        layout.numbers.append((*_span(number), _TEXT))
    layout.records += [one.span() for one in re.finditer(rb"[1-9A-J][^/\r\n]{1,12}/", content)]


def _span(found: re.Match[bytes]) -> tuple[int, int]:
    return found.start(), len(found[0])


def _sas7bdat(content: bytes, layout: Layout) -> None:
    wide = content[32:33] == b"3"
    extra, code = (4, "q") if content[35:36] == b"3" else (0, "i")
    order = "<" if content[37] == 1 else ">"
    layout.add(196 + extra, "ii" + code, order)
    header, page = struct.unpack_from(f"{order}ii", content, 196 + extra)
    pointer, size = (32, 24) if wide else (16, 12)
    for start in range(header, len(content), max(page, 1024)):
        layout.records.append((start, start + page))
        layout.add(start + pointer, "HHH", order)
        count = struct.unpack_from(f"{order}H", content, start + pointer + 4)[0]
        for one in range(min(count, 60)):
            at = start + pointer + 8 + one * size
            layout.add(at, "qqBB" if wide else "iiBB", order)
            code = f"{order}{'q' if wide else 'i'}"
            inside = start + struct.unpack_from(code, content, at)[0]
            layout.add(inside, "iiiiiiii", order)


class _Tracing(CompactReader):
    """Notes where the numbers of structs are."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.varints: list[tuple[int, int]] = []

    def _varint(self) -> int:
        start = self.place
        value = super()._varint()
        self.varints.append((start, self.place - start))
        return value


def _parquet(content: bytes, layout: Layout) -> None:
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    layout.add(len(content) - 8, "i")
    footer = _Tracing(content[start:-8])
    described = footer.fields()
    traced = [(start, footer)]
    for group in described.get(4, ()):
        for column in group[1]:
            for place in filter(None, (column[3].get(11), column[3][9])):
                traced.append((place, page := _Tracing(content[place : place + 4_096])))
                page.fields()
    for place, reader in traced:
        layout.numbers += [(place + at, size, _VARINT) for at, size in reader.varints]


def _arrow(content: bytes, layout: Layout) -> None:
    ends = [one.start() for one in re.finditer(rb"\xff{4}", content)]
    ends.append(max(len(content) - 10 - int.from_bytes(content[-10:-6], "little"), 0))
    for start in ends:
        layout.add(start + 4, "i")
        layout.add(start + 8, "i" * min(80, (len(content) - start) // 4 - 2))
        layout.records.append((start, min(start + 256, len(content))))


_ATTRIBUTE = re.compile(rb'(?<==")[^"]{0,40}(?=")')
_ELEMENT = re.compile(
    rb"(?s)<(c|row|si|v|t|f|sheet|Relationship|mergeCell|col|table:table-row|table:table-cell)"
    rb"\b[^>]*?(?:/>|>.*?</\1>)"
)


def _xml(content: bytes, layout: Layout) -> None:
    layout.numbers += [(*_span(one), _TEXT) for one in _ATTRIBUTE.finditer(content)]
    layout.numbers += [(*_span(one), _TEXT) for one in re.finditer(rb"(?<=<v>)[^<]+", content)]
    layout.records += [one.span() for one in _ELEMENT.finditer(content)]


def _cells(content: bytes, layout: Layout) -> None:
    text = rb'"(?:[^"]|"")*"|[^,;\t\r\n"]+'
    layout.records += [one.span() for one in re.finditer(text, content)]
    layout.records += [one.span() for one in re.finditer(rb'[,;\t"]|\r?\n|[^\n]*\n', content)]


LAYOUTS: Mapping[str, Callable[[bytes, Layout], None]] = {
    **{"sav": _sav, "zsav": _sav, "dta": _dta, "xpt": _xpt, "por": _por, "sas7bdat": _sas7bdat},
    **{"parquet": _parquet, "arrow": _arrow, "feather": _arrow, "xml": _xml},
    **dict.fromkeys(("csv", "tsv"), _cells),
}
"""Layouts by the ending of a file; `xml` is a part of a workbook."""


def restructured_inside(content: bytes, chance: random.Random) -> bytes:
    """Return a workbook with one of its parts changed, lost, or in the place of another."""
    repacked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = chance.choice(sorted(parts))
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _changed_parts(parts, victim, chance):
            archive.writestr(name, part)
    return repacked.getvalue()


def _changed_parts(
    parts: Mapping[str, bytes], victim: str, chance: random.Random
) -> Iterator[tuple[str, bytes]]:
    way = chance.randrange(8)
    for name, part in parts.items():
        if name != victim:
            yield name, part
        elif way == 0:
            yield name, parts[chance.choice(sorted(parts))]
        elif way > 1:
            yield name, restructured("xml", part, chance)
