"""A Table as CSV or TSV: `tidy` is a row a cell, `wide` the table as seen. Numbers unrounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from cxtui.analysis.tables.table import Table, value_of
from cxtui.output.drawing.cell_text import titles_of
from cxtui.output.drawing.number_text import EMPTY, exact, neutral
from cxtui.output.writers.tidy_rows import TIDY_COLUMNS, tidy_values

__all__ = ["TIDY_COLUMNS", "as_text", "tidy_rows", "to_csv", "to_tsv", "written"]


def to_csv(table: Table, *, tidy: bool) -> bytes:
    """Return the table as comma-separated UTF-8, lines ended by a line feed."""
    return _written(table, ",", tidy=tidy)


def to_tsv(table: Table, *, tidy: bool) -> bytes:
    """Return the table as tab-separated UTF-8, lines ended by a line feed."""
    return _written(table, "\t", tidy=tidy)


def _written(table: Table, delimiter: str, *, tidy: bool) -> bytes:
    rows = tidy_rows(table) if tidy else _wide_rows(table)
    return written([TIDY_COLUMNS, *rows] if tidy else rows, delimiter)


def written(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """Return rows of text as delimited UTF-8, every cell safe in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def tidy_rows(table: Table) -> Iterator[tuple[str, ...]]:
    """Return one row a cell, in the order of `TIDY_COLUMNS`."""
    return map(as_text, tidy_values(table))


def as_text(row: Sequence[str | float | None]) -> tuple[str, ...]:
    """Return values as a delimited file has them: numbers unrounded."""
    return tuple(value if isinstance(value, str) else exact(value) for value in row)


def _wide_rows(table: Table) -> Iterator[list[str]]:
    """Yield the table as seen: letters and the gap's interval in columns of their own."""
    weighted = table.view.weight is not None
    header = [table.question.label]
    for column, title in zip(table.columns, titles_of(table), strict=True):
        header += [title, f"{title}: higher than"] if column.letter else [title]
    if table.compared:
        header += [table.gap_title, f"{table.gap_title} low", f"{table.gap_title} high"]
    yield header
    for row in table.rows:
        line = [row.label]
        for column, cell in zip(table.columns, row.cells, strict=True):
            line.append(exact(value_of(cell, table.measure, weighted=weighted)))
            line += [cell.letters] if column.letter else []
        if table.compared:
            gap = row.pairs[0]
            line += [exact(gap.gap), exact(gap.low), exact(gap.high)]
        yield line
    for base in (*table.lines, *table.bases):
        line = [base.label]
        for column, low, high in zip(table.columns, base.lowest, base.highest, strict=True):
            line.append(exact(low) if low == high else f"{exact(low)}{EMPTY}{exact(high)}")
            line += [""] if column.letter else []
        yield line + [""] * (3 if table.compared else 0)
