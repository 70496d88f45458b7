"""A Table as JSON: everything behind every cell, and every pair of columns."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from cxtui.analysis.table import BaseLine, Cell, Pair, Table, TableRow
from cxtui.analysis.whole import WholeTest
from cxtui.output.formulas import general


def to_json(table: Table, *, tidy: bool = False) -> bytes:
    """Return the table as indented UTF-8 JSON; there is one shape, `tidy` changes nothing.

    `{"view", "question", "notes", "columns": […], "rows": [{"code", "label", "cells", "pairs"}],
    "bases", "lines", "whole", "level", "correction", "formulas"}`.
    """
    return dumped(document_of(table))


def dumped(document: dict[str, Any]) -> bytes:
    """Return a document as indented UTF-8."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def document_of(table: Table) -> dict[str, Any]:
    """Return the table as JSON takes it."""
    return {
        "view": str(table.view),
        "question": {"id": table.question.id, "label": table.question.label},
        "notes": list(table.notes),
        "columns": [
            {"variable": one.variable, "code": one.code, "label": one.label, "letter": one.letter}
            for one in table.columns
        ],
        "rows": [_row(table, row) for row in table.rows],
        "bases": [_plain(line) for line in table.bases],
        "lines": [_plain(line) for line in table.lines],
        "whole": [_plain(test) for test in table.whole],
        "level": _whole(table.view.level),
        "correction": table.view.correction,
        "formulas": general(table, table.rows[0]) if table.rows else {},
    }


def _row(table: Table, row: TableRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "label": row.label,
        "cells": [
            {
                "question": table.question.id,
                "row_code": row.code,
                "row": row.label,
                "column_variable": column.variable,
                "column_code": column.code,
                "column": column.label,
                **_plain(cell),
            }
            for column, cell in zip(table.columns, row.cells, strict=True)
        ],
        "pairs": [_plain(pair) for pair in row.pairs],
    }


def _plain(numbers: BaseLine | Cell | Pair | WholeTest) -> dict[str, Any]:
    """Return a value as JSON takes it: whole numbers without a point."""
    return {
        name: [_whole(one) for one in value] if isinstance(value, tuple) else _whole(value)
        for name, value in asdict(numbers).items()
    }


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
