"""Check of an Excel file's real contents and size, before it is loaded into memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from cxtui.errors import SourceError
from cxtui.messages import tr
from cxtui.sources.reading_progress import ProgressMeter
from cxtui.sources.source import damaged_error, foreign_error, read_start

MOST_BYTES = 512 * 1024 * 1024
"""Maximum total size of the unpacked parts of a file."""

MOST_CELLS = 10_000_000
"""Maximum size of the rectangle around the filled cells of a sheet, in cells."""

MOST_COLUMNS = 16_384
"""Columns of a sheet in the programs that write them."""

_ZIP = b"PK\x03\x04"
_INDEX = "workbook.xml"
_OLE = b"\xd0\xcf\x11\xe0"
_CHUNK_BYTES = 1024 * 1024
_LONGEST_TAG = 256
_SHEET = re.compile(r"(?i)worksheets/[^/]*\.xml$")
_STRINGS = re.compile(r"(?i)sharedstrings\.xml$")
_PLACE = re.compile(rb"<(?:\w+:)?(?:row|c)\s[^<]*?\br\s*=\s*[\"']\s*\$?([A-Za-z]*)\$?(\d+)")
_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d+)<")
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>")
_LETTERS = 26


_ROW_OR_CELL = re.compile(rb"<table:table-row\b[^>]*>|<table:(?:covered-)?table-cell\b[^>]*>")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d+)")


def check_workbook(file: Path) -> None:
    """Raise `SourceError` if a file is not a workbook, is damaged, or would fill the memory.

    Every part is unpacked once in chunks of a megabyte, and discarded.
    """
    start = read_start(file, 4)
    if start == _OLE and file.suffix.lower() == ".xls":
        return  # a cell takes bytes of its own there, and there are 65,536 rows at most
    if start == _OLE:
        raise SourceError(
            "{} is protected by a password or of an older Excel: "
            "open it there and save it as .xlsx without a password",
            file,
        )
    if start != _ZIP:
        raise foreign_error(file, tr("an Excel workbook"))
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(file, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged_error(file, error) from None


def _check_parts(file: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    index = {".ods": "content.xml", ".xlsb": "workbook.bin"}.get(file.suffix.lower(), _INDEX)
    if not any(part.filename.lower().endswith(index) for part in parts):
        raise SourceError("{} is a zip archive, but not an Excel workbook ({})", file, file.suffix)
    total = sum(part.file_size for part in parts)
    if total > MOST_BYTES:
        message = (
            "{} unpacks to {:,.0f} MB; more than {} MB is not read: "
            "save the sheet of the respondents as .csv"
        )
        raise SourceError(message, file, total / 2**20, MOST_BYTES // 2**20)
    lengths: list[int] = []
    for part in sorted(parts, key=lambda one: not _STRINGS.search(one.filename)):
        if _STRINGS.search(part.filename):
            lengths = _string_lengths(archive, part)
        elif _SHEET.search(part.filename):
            _check_sheet(file, archive, part, lengths)
        elif part.filename == "content.xml":
            _check_repeats(file, archive, part)
        else:
            with archive.open(part) as opened:  # to its end, which verifies checksum and size
                while opened.read(_CHUNK_BYTES):
                    pass


def _string_lengths(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[int]:
    """Return the maximum size in bytes of each shared string."""
    lengths, held = [], 0
    with archive.open(part) as opened:
        tail = b""
        while chunk := opened.read(_CHUNK_BYTES):
            text, start = tail + chunk, 0
            for end in _STRING_END.finditer(text):
                lengths.append(held + end.end() - start)
                held, start = 0, end.end()
            cut = max(start, len(text) - _LONGEST_TAG)
            held, tail = held + cut - start, text[cut:]
    return lengths


def _check_sheet(
    file: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, lengths: list[int]
) -> None:
    """Raise `SourceError` if a sheet's filled cells span too many cells or repeat too much text."""
    # the size that a sheet declares is often wrong
    rows, columns, text_bytes = 0, 0, 0
    with archive.open(part) as opened:
        tail = b""
        meter = ProgressMeter(file, part.file_size, "Checking {} … {} %")
        while chunk := opened.read(_CHUNK_BYTES):
            meter.report(opened.tell())
            text = tail + chunk
            # a match that is split here is found in the next chunk; some matches are found twice
            tail = text[min(max(0, len(text) - _LONGEST_TAG), max(0, text.rfind(b"<"))) :]
            if len(tail) > _CHUNK_BYTES:
                raise SourceError("{} is damaged: a sheet has a tag without end", file)
            found = _PLACE.findall(text)
            rows = max(rows, max((int(digits[:9]) for _, digits in found), default=0))
            columns = max(columns, *map(column_number, {letters for letters, _ in found}), 0)
            places = [int(index[:9]) for index in _SHARED.findall(text)]
            text_bytes += sum(lengths[place] for place in places if place < len(lengths))
            if rows * columns > MOST_CELLS or columns > MOST_COLUMNS:
                raise _size_error(file, rows, columns)
            if text_bytes > MOST_BYTES:
                message = (
                    "{}: the texts of a sheet take more than {} MB, which is not read: "
                    "save the sheet of the respondents as .csv"
                )
                raise SourceError(message, file, MOST_BYTES // 2**20)


def _size_error(file: Path, rows: int, columns: int) -> SourceError:
    message = (
        "{}: the filled cells of a sheet span {:,} rows and {:,} columns; more than {:,} cells or "
        "{:,} columns are not read: delete what stands far off the table, or save it as .csv"
    )
    return SourceError(message, file, rows, columns, MOST_CELLS, MOST_COLUMNS)


def _check_repeats(file: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise `SourceError` if the rows and cells of an OpenDocument sheet repeat too often.

    A cell or row without content may be repeated to the end of the sheet.
    """
    cells, rows, columns, repeated = 0, 0, 0, 1
    with archive.open(part) as opened:
        tail = b""
        while chunk := opened.read(_CHUNK_BYTES):
            text, used = tail + chunk, 0
            for found in _ROW_OR_CELL.finditer(text):
                times = int(again[1][:9]) if (again := _REPEATED.search(found[0])) else 1
                if found[0].startswith(b"<table:table-row"):
                    repeated = times
                elif b"value-type" in found[0]:
                    rows, columns = max(rows, repeated), max(columns, times)
                    cells += repeated * times
                used = found.end()
            if cells > MOST_CELLS or columns > MOST_COLUMNS:
                raise _size_error(file, rows, columns)
            tail = text[max(used, len(text) - _LONGEST_TAG) :]


def column_number(letters: bytes) -> int:
    """Return the number of the column `A`, `AB`, …; 0 for no letters."""
    number = 0
    for letter in letters.upper()[:9]:
        number = number * _LETTERS + letter - ord("A") + 1
    return number
