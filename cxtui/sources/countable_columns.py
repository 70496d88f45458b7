"""Columns as the program counts them: bytes as text, codes in lists as text, marks as columns.

One column that cannot be read never costs the file: it is left out by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import engine_errors
from cxtui.messages import tr
from cxtui.sources.source import Source
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.model import ColumnLabel, ExcludedColumn
from cxtui.text import clean, numbered

_STORED = frozenset({"arrow.r.vctrs", "arrow.bool8", "arrow.json"})
"""Extension types whose values are those of their storage."""

_SIMPLE = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)
_FEWEST_MARKS = 2


def countable_columns(source: Source) -> Source:
    """Return a source of this process with its columns in types that can be counted."""
    if not source.frame.implementation.is_polars():
        return source
    frame: pl.LazyFrame = source.frame.to_native()
    schema = dict(frame.collect_schema())
    if all(name.strip() and _is_simple(dtype) for name, dtype in schema.items()):
        return source
    columns = _Columns(frame, schema, source)
    expressions = [
        each for name, dtype in schema.items() for each in columns.expressions(name, dtype)
    ]
    excluded = (*source.dictionary.excluded, *columns.excluded)
    return replace(
        source,
        frame=nw.from_native(frame.select(expressions)),
        labels={**columns.labels, **source.labels},
        dictionary=replace(source.dictionary, excluded=excluded),
        notes=(*source.notes, *columns.notes),
    )


def _is_simple(dtype: pl.DataType) -> bool:
    number = dtype.is_numeric() and not isinstance(dtype, pl.Decimal)
    return dtype in _SIMPLE or number


@dataclass
class _Columns:
    """The columns of a frame, and what is said about those that change."""

    frame: pl.LazyFrame
    schema: Mapping[str, pl.DataType]
    source: Source

    def __post_init__(self) -> None:
        self.labels: dict[str, ColumnLabel] = {}
        self.excluded: list[ExcludedColumn] = []
        self.notes: list[str] = []
        self.names = set(self.schema)

    def expressions(self, name: str, dtype: pl.DataType) -> Iterator[pl.Expr]:
        """Yield the columns in the place of one, none if it cannot be read."""
        column = pl.col(column_pattern(name))
        extension = self._extension(name, dtype)
        if extension and extension not in _STORED:
            reason = tr("holds {}, which cannot be tabulated", clean(extension))
            self.excluded.append(ExcludedColumn(name, reason))
        if not _is_simple(dtype) and not self._is_readable(column):
            said = tr("left out the column {!r}: its type, {}, cannot be read", clean(name), dtype)
            self.notes.append(said)
            return
        if isinstance(dtype, pl.BaseExtension) and extension in _STORED:
            column, dtype = column.ext.storage(), _as_instance(dtype.ext_storage())
        if isinstance(dtype, pl.Struct) and _holds_marks(dtype):
            yield from self._marks(name, column, dtype)
            return
        yield self._countable(column, dtype).alias(self._own_name(name))

    def _own_name(self, name: str) -> str:
        """Return the name of a column, by its place if it has none."""
        if name.strip():
            return name
        return numbered(f"column_{list(self.schema).index(name) + 1}", self.names)

    def _extension(self, name: str, dtype: pl.DataType) -> str:
        own = dtype.ext_name() if isinstance(dtype, pl.BaseExtension) else ""
        return own or self.source.extensions.get(name, "")

    def _is_readable(self, column: pl.Expr, rows: int | None = 1) -> bool:
        read = self.frame.select(column)
        try:
            (read if rows is None else read.head(rows)).collect()
        except engine_errors():
            return False
        return True

    def _countable(self, column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        if isinstance(dtype, pl.Decimal):
            return column.cast(pl.Float64)
        if dtype == pl.Binary:
            text = column.cast(pl.String)
            return text if self._is_readable(text.is_null().all(), rows=None) else column
        if isinstance(dtype, pl.Array):
            return self._countable(column.arr.to_list(), pl.List(dtype.inner))
        if isinstance(dtype, pl.List) and _is_simple(inner := _as_instance(dtype.inner)):
            if inner.is_float():
                values = self.frame.select(column.list.explode().drop_nulls()).collect().to_series()
                whole = bool((values == values.floor()).all())
                column = column.cast(pl.List(pl.Int64)) if whole else column
            return column.cast(pl.List(pl.String)) if inner.is_numeric() else column
        return column

    def _marks(self, name: str, column: pl.Expr, dtype: pl.Struct) -> Iterator[pl.Expr]:
        """Yield a column for each mark of a structure, which is a multiple response."""
        for one in dtype.fields:
            mark = numbered(f"{name}.{one.name}", self.names)
            self.names.add(mark)
            label = self.source.variables[name].label if name in self.source.variables else ""
            self.labels[mark] = ColumnLabel(
                clean(name), clean(label) or clean(name), clean(one.name)
            )
            yield column.struct.field(one.name).alias(mark)


def _as_instance(dtype: Any) -> pl.DataType:
    """Return a type that may be given as its class."""
    found: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    return found


def _holds_marks(dtype: pl.Struct) -> bool:
    """Return whether all fields of a structure are true or false, or small numbers."""
    inner = [one.dtype for one in dtype.fields]
    return len(inner) >= _FEWEST_MARKS and all(
        one == pl.Boolean or _as_instance(one).is_integer() for one in inner
    )
