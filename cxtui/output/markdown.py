"""A Table as a Markdown table, with its honest footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cxtui.analysis.table import Table
from cxtui.output.cells import base_texts, cell_text, gap_text, titles_of
from cxtui.output.csv import TIDY_COLUMNS, tidy_rows

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def to_markdown(table: Table, *, tidy: bool) -> bytes:
    """Return the table as GitHub-flavoured Markdown in UTF-8."""
    if tidy:
        return document([TIDY_COLUMNS, *tidy_rows(table)], text_columns=6)
    header = [table.question.label]
    header += titles_of(table)
    header += [table.gap_title] if table.compared else []
    rows: list[Sequence[str]] = [header]
    for row in table.rows:
        cells = [cell_text(table, row, cell) for cell in row.cells]
        rows.append([row.label, *cells, *([gap_text(table, row)] if table.compared else [])])
    rest = [""] if table.compared else []
    rows += [[base.label, *base_texts(base), *rest] for base in (*table.lines, *table.bases)]
    notes = "".join(f"\n{_escaped(note)}  " for note in table.notes)
    return document(rows, text_columns=1) + f"{notes}\n".encode()


def document(rows: Sequence[Sequence[str]], text_columns: int) -> bytes:
    """Return rows of text as a Markdown table; the columns after the first are numbers."""
    header, *body = rows
    rule = ["---" if column < text_columns else "--:" for column in range(len(header))]
    lines = [_line(header), "| " + " | ".join(rule) + " |", *map(_line, body)]
    return ("\n".join(lines) + "\n").encode()


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
