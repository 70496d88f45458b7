"""The first rows of a delimited text, and its delimiter; loads no engine."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import suppress
from pathlib import Path

from cxtui.sources.source import first_bytes

_SAMPLE_BYTES = 64 * 1024
_MOST_SAMPLE_BYTES = 64 * 1024 * 1024
_SAMPLE_ROWS = 50
_DELIMITERS = ",;\t|"


def beginning(content: Path | bytes) -> bytes:
    """Return the beginning of a file with its header and the first rows, however long they are."""
    size = _SAMPLE_BYTES
    while True:
        start = first_bytes(content, size)
        ends = max(start.count(b"\n"), start.count(b"\r"))
        if ends > _SAMPLE_ROWS or len(start) < size or size >= _MOST_SAMPLE_BYTES:
            return start
        size *= 4


def detect_delimiter(start: bytes, file: Path) -> str:
    """Return the delimiter that splits most rows into the same number of cells."""
    best, delimiter = (0.0, 0), "\t" if file.suffix.lower() == ".tsv" else ","
    for candidate in _DELIMITERS:
        if candidate.encode() not in start:
            continue  # each row would be one cell
        sizes = _row_sizes(start, candidate)
        size, rows = max(sizes.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        if size > 1 and (score := (rows / sizes.total(), size)) > best:
            best, delimiter = score, candidate
    if best[1]:
        return delimiter
    spaces = _row_sizes(start, " ")
    is_quoted = start.lstrip(b"\xef\xbb\xbf").startswith(b'"')
    if is_quoted and 1 < min(spaces, default=0) >= max(spaces) - 1:
        return " "
    colons = _row_sizes(start, ":")
    return ":" if len(colons) == 1 and max(colons) > 1 else delimiter


def _row_sizes(start: bytes, delimiter: str) -> Counter[int]:
    """Return how many of the first rows have each number of cells."""
    return Counter(len(row) for row in first_rows(start, delimiter)[:_SAMPLE_ROWS] if row)


def first_rows(start: bytes, delimiter: str) -> tuple[list[str], ...]:
    """Return the complete rows in the beginning `start` of a file."""
    text = start.decode("utf-8-sig", errors="ignore")
    rows: list[list[str]] = []
    # the csv module cannot parse cells beyond its limit; the rows before them are enough here
    with suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    cut = len(start) >= _SAMPLE_BYTES and len(rows) > 1
    return tuple(rows[:-1] if cut else rows)
