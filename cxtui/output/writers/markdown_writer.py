"""A Document as Markdown tables, with their notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from cxtui.output.document import Document, Section
from cxtui.output.grid import Grid
from cxtui.output.writers.csv_writer import as_text
from cxtui.output.writers.registry import Shape

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_BLOCK = re.compile(r"([-+=]|\d+(?=[.)]))")
"""The beginning of a list item, or a line that makes the one before it a heading."""


def write_markdown(document: Document, shape: Shape) -> bytes:
    """Return the document as GitHub-flavoured Markdown in UTF-8."""
    parts = [_section(document, one, shape) for one in document.sections]
    if not document.content.is_set:
        return b"".join(parts)
    headings = [f"## {escaped(one.heading)}\n\n".encode() for one in document.sections]
    titled = (head + part for head, part in zip(headings, parts, strict=True))
    return b"\n".join([f"# {escaped(document.title)}\n".encode(), *titled])


def _section(document: Document, section: Section, shape: Shape) -> bytes:
    if section.problem:
        return f"{paragraph(section.problem)}\n".encode()
    columns = document.columns
    if shape is Shape.TIDY:
        texts = [name in columns.texts - columns.marks for name in columns.names]
        table = table_of([columns.names, *map(as_text, section.rows())], texts)
    else:
        grid = section.grid()
        table = table_of(list(_wide_rows(section, grid)), [True])
        if grid.subtitle:
            table = f"{paragraph(grid.subtitle)}\n\n".encode() + table
    return table + footer(section.notes, section.again(code))


def _wide_rows(section: Section, grid: Grid) -> Iterator[list[str]]:
    """Yield the table as seen, without its intervals."""
    shown = [at for at, head in enumerate(grid.heads) if at and not head.is_interval]
    yield [section.title, *(grid.heads[at].full_title for at in shown)]
    for line in grid.lines:
        entries = [line.entries[at] for at in (0, *shown)]
        yield [(one.text if line.is_base else f"{one.text} {one.marks}").strip() for one in entries]


def footer(notes: Iterable[str], again: str) -> bytes:
    """Return the notes below a table, a line each, and the line that says how to print it again."""
    lines = "".join(f"\n{paragraph(note)}  " for note in notes)
    return "".join(f"{part}\n" for part in (lines, again and f"\n{again}") if part).encode()


def code(text: str) -> str:
    """Return `text` as code, fenced by more backticks than it has in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def table_of(rows: Sequence[Sequence[str]], texts: Sequence[bool]) -> bytes:
    """Return rows of text as a Markdown table; `texts` says which columns are not numbers."""
    header, *body = ([*map(escaped, row)] for row in rows)
    rule = ["---" if text else "--:" for _, text in zip_longest(header, texts, fillvalue=False)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, rule, *body)).encode()


def escaped(text: str) -> str:
    """Return `text` with every sign of markup escaped."""
    return _SPECIAL.sub(r"\\\1", text)


def paragraph(text: str) -> str:
    """Return `text` as the beginning of a line, which is neither a list nor a heading."""
    begun = _BLOCK.match(text)
    if begun is None:
        return escaped(text)
    end = 0 if text[0] in "-+=" else begun.end()
    return f"{text[:end]}\\{text[end]}{escaped(text[end + 1 :])}"
