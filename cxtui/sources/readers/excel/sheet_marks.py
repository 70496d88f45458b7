"""What Excel marks in a sheet beside its cells: hidden rows and columns, uncalculated formulas."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

from cxtui.sources.readers.excel.workbook import column_number

_CHUNK_BYTES = 1024 * 1024
_MOST_INDEX_BYTES = 8 * 1024 * 1024
_OVERLAP = 4_096
_ENDINGS = frozenset({".xlsx", ".xlsm"})
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_HIDDEN = rb"""\bhidden\s*=\s*["'](?:1|true)["']"""
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?" + _HIDDEN)
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*?" + _HIDDEN + rb"[^>]*>")
_SPAN = re.compile(rb"""\b(min|max)\s*=\s*["'](\d+)["']""")
_UNCALCULATED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*["']([A-Za-z]+)\d+["'][^>]*>\s*"""
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f\s*>)\s*"
    rb"(?:</(?:\w+:)?c\s*>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*<)"
)
_MOST_COLUMNS = 16_384
_QUOTES = {"&quot;": '"', "&apos;": "'"}


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """The number of hidden rows, the hidden columns, and uncalculated formulas by column.

    Columns are counted from 1.
    """

    hidden_rows: int = 0
    hidden_columns: frozenset[int] = frozenset()
    uncalculated: Counter[int] = field(default_factory=Counter)


def read_marks(file: Path, sheet: str) -> SheetMarks:
    """Return the marks of a sheet of a workbook that was checked; none in other formats."""
    if file.suffix.lower() not in _ENDINGS:
        return SheetMarks()
    with zipfile.ZipFile(file) as archive:
        part = _part_of(archive, sheet)
        return _marks_in(archive, part) if part else SheetMarks()


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part that holds a sheet, empty if it cannot be found."""
    names = {one.filename.lower(): one for one in archive.infolist()}
    index, relations = (
        names.get("xl/workbook.xml"),
        names.get("xl/_rels/workbook.xml.rels"),
    )
    if not index or not relations:
        return ""
    if max(index.file_size, relations.file_size) > _MOST_INDEX_BYTES:
        return ""
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in _tags(archive.read(relations).decode(errors="replace"), _RELATION)
    }
    for one in _tags(archive.read(index).decode(errors="replace"), _SHEET):
        if unescape(one.get("name", ""), _QUOTES) == sheet:
            target = targets.get(one.get("r:id", ""), "").lower()
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return names[path].filename if path in names else ""
    return ""


def _tags(text: str, tag: re.Pattern[str]) -> Iterator[dict[str, str]]:
    for found in tag.findall(text):
        yield dict(_ATTRIBUTE.findall(found))


def _marks_in(archive: zipfile.ZipFile, part: str) -> SheetMarks:
    rows, columns, formulas = 0, set[int](), Counter[int]()
    with archive.open(part) as opened:
        tail = b""
        while chunk := opened.read(_CHUNK_BYTES):
            text, used = tail + chunk, 0
            for hidden in _ROW.finditer(text):
                rows, used = rows + 1, max(used, hidden.end())
            for column in _COLUMN.finditer(text):
                ends = {name: int(number[:6]) for name, number in _SPAN.findall(column[0])}
                first, last = ends.get(b"min", 1), min(ends.get(b"max", 0), _MOST_COLUMNS)
                columns |= set(range(first, last + 1))
            for cell in _UNCALCULATED.finditer(text):
                formulas[column_number(cell[1])] += 1
                used = max(used, cell.end())
            tail = text[max(used, len(text) - _OVERLAP) :]
    return SheetMarks(rows, frozenset(columns), formulas)
