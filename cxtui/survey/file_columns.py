"""Expressions for the columns of a file, whose names may be patterns to an engine."""

from __future__ import annotations

import re

import narwhals.stable.v2 as nw


def file_column(*names: str) -> nw.Expr:
    """Return the expression for the columns with exactly these names."""
    return nw.col(*map(column_pattern, names))


def column_pattern(name: str) -> str:
    """Return the text by which an engine finds the column `name` and no other.

    Polars takes `*` for all columns, and `^…$` for a regular expression.
    """
    is_pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return f"^{re.escape(name)}$" if is_pattern else name
