"""The tidy shape, one row a cell: as text for delimited files, as values for all others."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.tables.table import Table
from cxtui.output.document import Sheet, listed
from cxtui.survey.note import sentences_of

TIDY_COLUMNS = (
    *("question", "row_code", "row", "column_variable", "column_code", "column"),
    *("n", "weighted_n", "base", "weighted_base", "effective_base"),
    *("percent", "low", "high", "mean", "sd", "letters", "min_p", "flag"),
)
"""The columns of the tidy shape, in their order; others rely on them."""

TEXTS = frozenset({*TIDY_COLUMNS[:6], "letters", "flag"})
"""Those of them that are no numbers."""

DIGITS = {"n": 0, "base": 0, "mean": 2, "sd": 2, "min_p": 4}
"""Decimals where a tidy number is shown rounded; else one."""

TidyRow = tuple[str | float | None, ...]


def tidy_values(table: Table) -> Iterator[TidyRow]:
    """Yield one row a cell, in the order of `TIDY_COLUMNS`; `None` where there is no number."""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield (
                *(table.question.id, row.code, row.label),
                *(column.variable, column.code, column.label),
                *(cell.n, cell.weighted_n, cell.base, cell.weighted_base, cell.effective_base),
                *(cell.percent, cell.low, cell.high, cell.mean, cell.sd),
                *(cell.letters, cell.min_p, cell.flag),
            )


def tidy_sheet(table: Table, *, name: str = "", replay: str = "", rounded: bool = False) -> Sheet:
    """Return the tidy shape for a report; `rounded` numbers are read rounded."""
    return listed(
        name or table.question.id,
        table.question.label,
        TIDY_COLUMNS,
        tidy_values(table),
        TEXTS,
        digits=DIGITS if rounded else None,
        notes=sentences_of(table.notes),
        replay=replay,
    )
