"""Comparison of a column's values with the texts of a codebook, as expressions for the engine."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.file_columns import file_column

_MANY = 8


def is_one_of(columns: str | Sequence[str], values: list[Any]) -> nw.Expr:
    """Return whether each of `columns` is one of `values`; null if it is null.

    Up to eight values of one column are a balanced OR, which Parquet and Spark push down; more
    values or columns are a set.
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    if not values:
        return file_column(*names).is_null() & nw.lit(False)
    if len(values) > (1 if len(names) > 1 else _MANY):
        return file_column(*names).is_in(values)
    return join_balanced(operator.or_, (file_column(*names) == value for value in values))


def is_blank(texts: nw.Expr, white: str | None = None) -> nw.Expr:
    """Return whether each text is empty or has only white space, the signs of `white` if given.

    It is false for null. Only texts are stripped that begin with white space or beyond ASCII, which
    comparisons find in a quarter of the time.
    """
    likely = nw.when((texts < "!") | (texts >= "\x7f")).then(texts)
    return (likely.str.strip_chars(white) == "").fill_null(False)


def join_balanced(join: Callable[[Any, Any], Any], terms: Iterable[nw.Expr]) -> nw.Expr:
    """Return the terms joined as a balanced tree, since engines limit the depth of expressions."""
    level = list(terms)
    while len(level) > 1:
        pairs = (level[place : place + 2] for place in range(0, len(level), 2))
        level = [reduce(join, pair) for pair in pairs]
    return level[0]


def raw_values(texts: Iterable[str], dtype: nw.dtypes.DType) -> list[Any]:
    """Return the values of a column of `dtype` for texts of a codebook.

    Texts that such a column cannot hold are omitted.
    """
    convert = _converter(dtype)
    values: list[Any] = []
    for text in texts:
        try:
            values.append(convert(text))
        except (ValueError, KeyError):
            continue
    return values


def _whole(text: str) -> int:
    """Return a whole number, which may be written as 30.0; raises `ValueError` for others."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():
            raise
        return int(number)


def _converter(dtype: nw.dtypes.DType) -> Callable[[str], Any]:
    if isinstance(dtype, nw.Enum):
        return {name: name for name in dtype.categories}.__getitem__
    if dtype.is_numeric():
        return _whole if dtype.is_integer() else float
    if isinstance(dtype, nw.Date):
        return datetime.date.fromisoformat
    if isinstance(dtype, nw.Datetime):
        return datetime.datetime.fromisoformat
    if isinstance(dtype, nw.Boolean):
        return {"true": True, "false": False, "1": True, "0": False}.__getitem__
    return str
