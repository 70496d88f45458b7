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
        # the engine finds each field of a structure among all, but takes it apart at once
        frame=nw.from_native(frame.select(expressions).unnest(columns.marked)),
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
        self.marked: list[str] = []
        self.names = set(self.schema)
        others = [one for one, dtype in self.schema.items() if not _is_simple(dtype)]
        columns = {name: pl.col(column_pattern(name)) for name in others}
        self.readable = _readable(self.frame.head(1), columns)
        self.stored = {name: self._stored(name) for name in self.readable}
        texts = {
            name: one.cast(pl.String).is_null().all()
            for name, (one, dtype) in self.stored.items()
            if dtype == pl.Binary
        }
        self.texts = _readable(self.frame, texts)
        self.whole = _whole_lists(self.frame, self.stored)

    def _stored(self, name: str) -> tuple[pl.Expr, pl.DataType]:
        """Return a column and its type, those of its storage if its extension has no values."""
        column, dtype = pl.col(column_pattern(name)), self.schema[name]
        if isinstance(dtype, pl.BaseExtension) and self._extension(name, dtype) in _STORED:
            return column.ext.storage(), _as_instance(dtype.ext_storage())
        return column, dtype

    def expressions(self, name: str, dtype: pl.DataType) -> Iterator[pl.Expr]:
        """Yield the columns in the place of one, none if it cannot be read."""
        column = pl.col(column_pattern(name))
        extension = self._extension(name, dtype)
        if extension and extension not in _STORED:
            reason = tr("holds {}, which cannot be tabulated", clean(extension))
            self.excluded.append(ExcludedColumn(name, reason))
        if not _is_simple(dtype) and name not in self.readable:
            said = tr("left out the column {!r}: its type, {}, cannot be read", clean(name), dtype)
            self.notes.append(said)
            return
        column, dtype = self.stored.get(name, (column, dtype))
        if isinstance(dtype, pl.Struct) and _holds_marks(dtype):
            yield self._marks(name, column, dtype)
            return
        yield self._countable(name, column, dtype).alias(self._own_name(name))

    def _own_name(self, name: str) -> str:
        """Return the name of a column, by its place if it has none."""
        if name.strip():
            return name
        return numbered(f"column_{list(self.schema).index(name) + 1}", self.names)

    def _extension(self, name: str, dtype: pl.DataType) -> str:
        own = dtype.ext_name() if isinstance(dtype, pl.BaseExtension) else ""
        return own or self.source.extensions.get(name, "")

    def _countable(self, name: str, column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        if isinstance(dtype, pl.Decimal):
            return column.cast(pl.Float64)
        if dtype == pl.Binary:
            return column.cast(pl.String) if name in self.texts else column
        if isinstance(dtype, pl.Array):
            return self._countable(name, column.arr.to_list(), pl.List(dtype.inner))
        if isinstance(dtype, pl.List) and _is_simple(inner := _as_instance(dtype.inner)):
            column = column.cast(pl.List(pl.Int64)) if name in self.whole else column
            return column.cast(pl.List(pl.String)) if inner.is_numeric() else column
        return column

    def _marks(self, name: str, column: pl.Expr, dtype: pl.Struct) -> pl.Expr:
        """Return a structure of marks, which is a multiple response, with its columns' names."""
        marks = []
        for one in dtype.fields:
            mark = numbered(f"{name}.{one.name}", self.names)
            self.names.add(mark)
            label = self.source.variables[name].label if name in self.source.variables else ""
            self.labels[mark] = ColumnLabel(
                clean(name), clean(label) or clean(name), clean(one.name)
            )
            marks.append(mark)
        self.marked.append(numbered(f"{name} marks", self.names))
        return column.struct.rename_fields(marks).alias(self.marked[-1])


def _readable(frame: pl.LazyFrame, columns: Mapping[str, pl.Expr]) -> set[str]:
    """Return the names of the columns that the engine can read.

    They are asked for together, and in halves where one cannot: a query for each of thousands
    takes the square of their number.
    """
    if not columns:
        return set()
    try:
        frame.select(one.alias(str(place)) for place, one in enumerate(columns.values())).collect()
    except engine_errors():
        if len(columns) == 1:
            return set()
    else:
        return set(columns)
    names, half = list(columns), len(columns) // 2
    parts = ({name: columns[name] for name in part} for part in (names[:half], names[half:]))
    return set[str]().union(*(_readable(frame, part) for part in parts))


def _whole_lists(
    frame: pl.LazyFrame, columns: Mapping[str, tuple[pl.Expr, pl.DataType]]
) -> set[str]:
    """Return the names of the columns with lists of floats that are all whole."""
    items = {
        name: one.arr.explode() if isinstance(dtype, pl.Array) else one.list.explode()
        for name, (one, dtype) in columns.items()
        if isinstance(dtype, pl.List | pl.Array) and _as_instance(dtype.inner).is_float()
    }
    if not items:
        return set()
    whole = (((one == one.floor()) | one.is_null()).all() for one in items.values())
    found = frame.select(one.alias(str(place)) for place, one in enumerate(whole)).collect().row(0)
    return {name for name, is_whole in zip(items, found, strict=True) if is_whole}


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
