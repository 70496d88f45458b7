"""A Table as JSON: everything behind every cell, and every pair of columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

from cxtui.analysis.stats.overall_test import WholeTest
from cxtui.analysis.tables.table import BaseLine, Cell, Pair, Table, TableRow
from cxtui.output.drawing.formulas import general
from cxtui.survey.note import sentences_of

_INDENT = "  "
_WITHOUT_PARTS = frozenset({str, int, float, bool, type(None)})


def to_json(table: Table, *, tidy: bool = False, replay: str = "") -> bytes:
    """Return the table as indented UTF-8 JSON; there is one shape, `tidy` changes nothing.

    `{"view", "question", "notes", "columns": […], "rows": [{"code", "label", "cells", "pairs"}],
    "bases", "lines", "whole", "level", "correction", "formulas", "replay"}`, the
    last where it is known.
    """
    return dumped(document_of(table, replay=replay))


def dumped(document: Mapping[str, Any]) -> bytes:
    """Return a document as indented UTF-8; any iterable is a list, made while it is written."""
    return b"".join(piece.encode() for piece in (*_pieces(document, "\n"), "\n"))


def _pieces(value: Any, margin: str) -> Iterator[str]:
    """Yield `value` as `json.dumps` with `indent=2` writes it, at a margin.

    That is slow where there are many objects: those without parts of their own are written by the
    quick encoder, which knows no indent, with the margin in its separator.
    """
    inner = margin + _INDENT
    if isinstance(value, Mapping) and value and not any(map(_has_parts, value.values())):
        flat = json.dumps(value, ensure_ascii=False, separators=(f",{inner}", ": "))
        yield f"{{{inner}{flat[1:-1]}{margin}}}"
    elif isinstance(value, Mapping) and value:
        for before, (name, part) in zip(chain("{", repeat(",")), value.items(), strict=False):
            yield f"{before}{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from _pieces(part, inner)
        yield f"{margin}}}"
    elif _has_parts(value) and not isinstance(value, Mapping):
        before = "["
        for part in value:
            yield f"{before}{inner}"
            yield from _pieces(part, inner)
            before = ","
        yield "[]" if before == "[" else f"{margin}]"
    else:
        yield json.dumps(value, ensure_ascii=False)


def _has_parts(value: Any) -> bool:
    if type(value) in _WITHOUT_PARTS:  # to ask whether it is iterable takes ten times as long
        return False
    return isinstance(value, Iterable) and not isinstance(value, str)


def document_of(table: Table, *, replay: str = "") -> dict[str, Any]:
    """Return the table as `dumped` takes it: its rows are made while they are written."""
    return {
        "view": str(table.view),
        "question": {"id": table.question.id, "label": table.question.label},
        "notes": list(sentences_of(table.notes)),
        "columns": [
            {"variable": one.variable, "code": one.code, "label": one.label, "letter": one.letter}
            for one in table.columns
        ],
        "rows": (_row(table, row) for row in table.rows),
        "bases": [_plain(line) for line in table.bases],
        "lines": [_plain(line) for line in table.lines],
        "whole": [_plain(test) for test in table.whole],
        "level": _whole(table.view.level),
        "correction": table.view.correction,
        "formulas": general(table, table.rows[0]) if table.rows else {},
        **({"replay": replay} if replay else {}),
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
        "pairs": map(_plain, row.pairs),
    }


def _plain(numbers: BaseLine | Cell | Pair | WholeTest) -> dict[str, Any]:
    """Return a value as JSON takes it: whole numbers without a point."""
    named = ((name, getattr(numbers, name)) for name in numbers.__slots__ if name != "kind")
    return {
        name: _whole(value) if type(value) is not tuple else list(map(_whole, value))
        for name, value in named
    }


def _whole(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value
