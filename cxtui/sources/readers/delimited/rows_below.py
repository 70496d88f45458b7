"""Totals, notes and sources below the respondents of a delimited file."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from cxtui.sources.readers.below_data import RowsAbove

_TAIL_BYTES = 32 * 1024
"""Size of the end of a file in which such rows are looked for."""


_NO_NOTE = ("-", "-")


def cut_rows_below(content: bytes, delimiter: str) -> tuple[bytes, list[str]]:
    """Return a text without the rows below its data, and their first texts.

    Such a row has its text in the first column: a total, a source, or a note after an empty row.
    """
    first = max(0, len(content) - _TAIL_BYTES)
    if first:
        first = content.find(b"\n", first) + 1
    end = content[first:]
    if end.count(b'"') % 2:  # begins inside a cell
        return content, []
    starts: list[int] = []
    above = RowsAbove(_rows(end, delimiter, starts), has_lone_notes=False)
    try:
        kept = sum(1 for _ in above)
    except csv.Error:  # a cell of a million characters
        return content, []
    return (content[: first + starts[kept]], above.below) if above.below else (content, [])


def _rows(content: bytes, delimiter: str, starts: list[int]) -> Iterator[list[object]]:
    """Yield the rows with their numbers as such; `starts` gets where each begins."""
    lines = _Lines(content)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        starts.append(lines.place)
        row = next(reader, None)
        if row is None:
            return
        cells = [_number(cell) for cell in row]
        begins = not any(row) or row[0] != ""
        yield cells if begins else [*cells, *_NO_NOTE]


class _Lines:
    """The lines of a text, and the place in it after those that were read."""

    def __init__(self, content: bytes) -> None:
        self.place = 0
        self._lines = iter(content.splitlines(keepends=True))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.place += len(line)
        return line.decode("utf-8", errors="replace")


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell.strip()
