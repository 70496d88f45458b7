"""Write a Document as CSV or TSV, numbers unrounded; `wide` is the table as seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from cxtui.messages import tr
from cxtui.output.document import Document, Section
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, exact, neutral
from cxtui.output.grid import Entry, Head
from cxtui.output.writers.registry import Shape


def write_csv(document: Document, shape: Shape) -> bytes:
    """Return the document as comma-separated UTF-8, lines ended by a line feed."""
    return _written(document, shape, ",")


def write_tsv(document: Document, shape: Shape) -> bytes:
    """Return the document as tab-separated UTF-8, lines ended by a line feed."""
    return _written(document, shape, "\t")


def _written(document: Document, shape: Shape, delimiter: str) -> bytes:
    """Return the document as delimited UTF-8, every cell safe in a spreadsheet."""
    if shape is Shape.WIDE:
        rows = chain.from_iterable(map(_wide_rows, document.sections))
    else:
        rows = chain([document.names], map(as_text, document.rows()))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_text(row: Iterable[str | float | None]) -> tuple[str, ...]:
    """Return values as the texts of a delimited file: numbers unrounded."""
    return tuple(value if isinstance(value, str) else exact(value) for value in row)


def _wide_rows(section: Section) -> Iterator[tuple[str, ...]]:
    """Yield the table as seen: letters and the gap's interval in columns of their own."""
    grid = section.grid()
    yield (section.title, *chain.from_iterable(map(_headings, grid.heads, grid.heads[1:])))
    for line in grid.lines:
        cells = chain.from_iterable(map(_cells, grid.heads[1:], line.entries[1:]))
        yield (line.entries[0].text, *cells)


def _headings(before: Head, head: Head) -> list[str]:
    if head.is_interval:
        return [tr("{} low", before.full_title), tr("{} high", before.full_title)]
    higher = [tr("{}: higher than", head.full_title)] if head.letter else []
    return [head.full_title, *higher]


def _cells(head: Head, entry: Entry) -> list[str]:
    if head.is_interval:
        return [*map(exact, entry.ends or (None, None))]
    value = EMPTY.join(map(exact, entry.ends)) if entry.ends else exact(entry.number)
    value = HIDDEN if entry.is_hidden else value
    return [value, entry.letters] if head.letter else [value]
