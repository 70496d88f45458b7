"""A Table as a Markdown table, with its honest footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from cxtui.analysis.tables.table import Table
from cxtui.output.drawing.cell_text import base_texts, cell_text, gap_text, titles_of
from cxtui.output.writers.csv_writer import TIDY_COLUMNS, tidy_rows
from cxtui.survey.note import sentences_of

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_BLOCK = re.compile(r"([-+=]|\d+(?=[.)]))")
"""What begins a list, or makes a heading of the line before it."""


def to_markdown(table: Table, *, tidy: bool, replay: str = "") -> bytes:
    """Return the table as GitHub-flavoured Markdown in UTF-8."""
    below = footer(sentences_of(table.notes), replay)
    if tidy:
        return document([TIDY_COLUMNS, *tidy_rows(table)], [True] * 6) + below
    header = [table.question.label]
    header += titles_of(table)
    header += [table.gap_title] if table.compared else []
    rows: list[Sequence[str]] = [header]
    for row in table.rows:
        cells = [cell_text(table, row, cell) for cell in row.cells]
        rows.append([row.label, *cells, *([gap_text(table, row)] if table.compared else [])])
    rest = [""] if table.compared else []
    rows += [[base.label, *base_texts(base), *rest] for base in (*table.lines, *table.bases)]
    return document(rows, [True]) + below


def footer(notes: Iterable[str], replay: str) -> bytes:
    """Return the notes below a table, a line each, and the command that prints it again."""
    lines = "".join(f"\n{paragraph(note)}  " for note in notes)
    again = f"\nThis table again: {code(replay)}\n" if replay else ""
    return (f"{lines}\n" if lines else "").encode() + again.encode()


def code(text: str) -> str:
    """Return `text` as code, between more backticks than it has in a row itself."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def document(rows: Sequence[Sequence[str]], texts: Sequence[bool]) -> bytes:
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
