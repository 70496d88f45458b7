"""Write a Document as plain text, as the screen shows it but without colours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from rich.cells import cell_len

from cxtui.output.document import Document, Section
from cxtui.output.drawing.fit import TEXT_WIDTH, padded
from cxtui.output.writers.csv_writer import as_text
from cxtui.output.writers.registry import Shape


def write_text(document: Document, shape: Shape) -> bytes:
    """Return the document in 100 columns of UTF-8 text, with its notes; tidy rows may be wider."""
    sections = (_section(document, one, shape) for one in document.sections)
    return "\n\n".join("".join(f"{line}\n" for line in lines) for lines in sections).encode()


def _section(document: Document, section: Section, shape: Shape) -> Iterator[str]:
    if section.problem:
        yield from (section.heading, "", section.problem)
        return
    if section.name != section.id:
        yield from (section.name, "")
    if shape is Shape.TIDY:
        rows = [document.columns.names, *map(as_text, section.rows())]
        widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
        yield from ("  ".join(map(padded, row, widths)).rstrip() for row in rows)
    else:
        yield from section.text()
    if section.is_noted:
        yield ""
        for note in section.notes:
            yield from textwrap.wrap(note, TEXT_WIDTH)
    if section.replay:
        yield from ("", section.again())
