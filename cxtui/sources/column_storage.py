"""Common storage types of columns, without loss of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.survey.file_columns import column_pattern, file_column
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind

_DATES = (pl.Date, pl.Datetime)
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
_EXACT = 2.0**53


def common_type(types: Iterable[pl.DataType]) -> pl.DataType | None:
    """Return a type that can hold the values of all these types, else `None`.

    Text can hold numbers and dates; a structure and a number have no common type.
    """
    distinct = {one for one in types if one != pl.Null}
    if len(distinct) < 2:  # noqa: PLR2004 -- one type is common
        return distinct.pop() if distinct else pl.Null()
    if all(one.is_numeric() for one in distinct):
        return _common_number(distinct)
    if all(one in _DATES for one in distinct):
        return pl.Datetime("us")
    if all(isinstance(one, pl.List) for one in distinct):
        inner = common_type(one.inner for one in distinct if isinstance(one, pl.List))  # type: ignore[misc]
        return None if inner is None else pl.List(inner)
    simple = all(one.is_numeric() or one in (*_DATES, *_TEXTS, pl.Boolean) for one in distinct)
    return pl.String() if simple else None


def _common_number(types: set[pl.DataType]) -> pl.DataType:
    unsigned = {one for one in types if one.is_unsigned_integer()}
    if not all(one.is_integer() for one in types):
        return pl.Float64()
    if unsigned == types:
        return pl.UInt64()
    return pl.Int128() if pl.UInt64 in unsigned else pl.Int64()


def cast_column(column: pl.Expr, own: pl.DataType, common: pl.DataType) -> pl.Expr:
    """Return a column of type `own` as type `common`; whole floats become text without `.0`."""
    if own == common:
        return column
    if common == pl.String and own.is_float():
        whole = (column == column.floor()) & (column.abs() < _EXACT)
        number = pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String))
        return number.otherwise(column.fill_nan(None).cast(pl.String))
    return column.cast(common)


def integers_if_whole(numbers: pl.Series) -> pl.Series:
    """Return a column of floats as integers if all are whole: codes are `1`, not `1.0`."""
    return with_integers_if_whole(numbers.to_frame()).to_series()


def with_integers_if_whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its columns of floats as `integers_if_whole`, all of them at once."""
    numbers = pl.col(pl.Float64)
    whole = frame.select(((numbers == numbers.floor()) & (numbers.abs() < _EXACT)).all())
    names = [one.name for one in whole if one[0]]
    return frame.with_columns(pl.col(list(map(column_pattern, names))).cast(pl.Int64))


def unify_item_types(
    frame: nw.LazyFrame[Any], schema: Mapping[str, nw.dtypes.DType], codebook: Codebook
) -> tuple[nw.LazyFrame[Any], Mapping[str, nw.dtypes.DType]]:
    """Return frame and schema with whole numbers cast to texts in grids that hold both.

    In a file without types, an item holds whole numbers unless it contains a text such as `N/A`;
    all items share one list of answers and are counted in one query.
    """
    numbers = {
        name
        for one in codebook.questions
        if one.kind is Kind.GRID and any(schema[name] == nw.String for name in one.columns)
        for name in one.columns
        if schema[name].is_integer()
    }
    for one in codebook.questions:
        if one.kind is not Kind.GRID:
            numbers.difference_update(one.columns)
    if not numbers:
        return frame, schema
    written = frame.with_columns(file_column(*sorted(numbers)).cast(nw.String))
    return written, {**schema, **dict.fromkeys(numbers, nw.String())}
