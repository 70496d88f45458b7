"""A Document as Markdown tables, with their notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from cxtui.output.document import Document, Section
from cxtui.output.writers.csv_writer import as_text
from cxtui.output.writers.registry import Shape

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_BLOCK = re.compile(r"([-+=]|\d+(?=[.)]))")
"""What begins a list, or makes a heading of the line before it."""


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
        table = _table([columns.names, *map(as_text, section.rows())], texts)
    else:
        table = _table(list(_wide_rows(section)), [True])
    return table + footer(section.notes, section.replay)


def _wide_rows(section: Section) -> Iterator[list[str]]:
    """Yield the table as seen; an interval has no room in it."""
    grid = section.grid()
    shown = [at for at, head in enumerate(grid.heads) if at and not head.is_interval]
    yield [section.title, *(grid.heads[at].full_title for at in shown)]
    for line in grid.lines:
        entries = [line.entries[at] for at in (0, *shown)]
        yield [(one.text if line.is_base else f"{one.text} {one.marks}").strip() for one in entries]


def footer(notes: Iterable[str], replay: str) -> bytes:
    """Return the notes below a table, a line each, and the command that prints it again."""
    lines = "".join(f"\n{paragraph(note)}  " for note in notes)
    again = f"\nThis table again: {code(replay)}\n" if replay else ""
    return (f"{lines}\n" if lines else "").encode() + again.encode()


def code(text: str) -> str:
    """Return `text` as code, between more backticks than it has in a row itself."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _table(rows: Sequence[Sequence[str]], texts: Sequence[bool]) -> bytes:
    """Return rows of text as a Markdown table; `texts` says which columns are no numbers."""
    header, *body = rows
    told = zip_longest(header, texts, fillvalue=False)
    rule = ["---" if is_text else "--:" for _, is_text in told]
    lines = [_line(header), "| " + " | ".join(rule) + " |", *map(_line, body)]
    return ("\n".join(lines) + "\n").encode()


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"


def escaped(text: str) -> str:
    """Return `text` so that none of it is markup."""
    return _SPECIAL.sub(r"\\\1", text)


def paragraph(text: str) -> str:
    """Return `text` so that a line of it is neither a list nor a heading."""
    begun = _BLOCK.match(text)
    if begun is None:
        return escaped(text)
    end = 0 if text[0] in "-+=" else begun.end()
    return f"{text[:end]}\\{text[end]}{escaped(text[end + 1 :])}"
