"""A Document as CSV or TSV: `tidy` is a row a cell, `wide` the table as seen. Numbers unrounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from cxtui.output.document import Document, Entry, Head, Section
from cxtui.output.drawing.number_text import EMPTY, exact, neutral
from cxtui.output.writers.registry import Shape


def write_csv(document: Document, shape: Shape) -> bytes:
    """Return the document as comma-separated UTF-8, lines ended by a line feed."""
    return _written(document, shape, ",")


def write_tsv(document: Document, shape: Shape) -> bytes:
    """Return the document as tab-separated UTF-8, lines ended by a line feed."""
    return _written(document, shape, "\t")


def _written(document: Document, shape: Shape, delimiter: str) -> bytes:
    """Return rows of text as delimited UTF-8, every cell safe in a spreadsheet."""
    rows: Iterable[Sequence[str]] = [document.names, *map(as_text, document.rows())]
    if shape is Shape.WIDE:
        rows = (row for section in document.sections for row in _wide_rows(section))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_text(row: Iterable[str | float | None]) -> tuple[str, ...]:
    """Return values as a delimited file has them: numbers unrounded."""
    return tuple(value if isinstance(value, str) else exact(value) for value in row)


def _wide_rows(section: Section) -> Iterator[list[str]]:
    """Yield the table as seen: letters and the gap's interval in columns of their own."""
    grid = section.grid()
    rest = grid.heads[1:]
    heads = [cell for before, head in pairwise(grid.heads) for cell in _headings(before, head)]
    yield [section.title, *heads]
    for line in grid.lines:
        label, *entries = line.entries
        cells = zip(rest, entries, strict=True)
        yield [label.text, *(cell for head, entry in cells for cell in _cells(head, entry))]


def _headings(before: Head, head: Head) -> list[str]:
    if head.is_interval:
        return [f"{before.full_title} low", f"{before.full_title} high"]
    higher = [f"{head.full_title}: higher than"] if head.letter else []
    return [head.full_title, *higher]


def _cells(head: Head, entry: Entry) -> list[str]:
    if head.is_interval:
        low, high = entry.ends or (None, None)
        return [exact(low), exact(high)]
    value = exact(entry.number)
    if entry.ends:
        value = EMPTY.join(map(exact, entry.ends))
    return [value, entry.letters] if head.letter else [value]
