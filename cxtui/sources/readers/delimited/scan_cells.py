"""All cells of a delimited text as texts, parsed once; and the rows without any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from cxtui.errors import engine_errors
from cxtui.sources.readers.delimited.held_text import held_frame
from cxtui.survey.file_columns import column_pattern

_PLACE = "\0place"
_FIRST_ROWS, _FIRST_COLUMNS = 1_000, 8


def count_lines(content: bytes) -> int:
    """Return the number of lines of a text, also of those in quotes.

    The engine counts them in a fifth of the time of Python.
    """
    lines = pl.scan_csv(
        content, has_header=False, quote_char=None, schema={"line": pl.String}, glob=False
    )
    return int(lines.select(pl.len()).collect().item())


def scan_cells(
    content: Path | bytes, delimiter: str, skipped: int, names: Sequence[str]
) -> pl.LazyFrame | None:
    """Return the rows after the first `skipped` lines, all cells as text, empty ones as null.

    Rows may be shorter than `names`; `None` if they are longer. Raises the engine's errors.
    """
    try:
        frame = _scan(content, delimiter, skipped, _FIRST_ROWS)
        found = frame.collect_schema().names()
        held = held_frame(frame, content)
    except pl.exceptions.NoDataError:
        return pl.LazyFrame(schema=dict.fromkeys(names, pl.String))
    except engine_errors():  # a later row has more cells than the first ones
        frame = _scan(content, delimiter, skipped, None)
        found = frame.collect_schema().names()
        held = held_frame(frame, content)
    if len(found) > len(names):
        return None
    held = held.rename(dict(zip(found, names, strict=False)))
    return held.with_columns(pl.lit(None, pl.String).alias(name) for name in names[len(found) :])


def _scan(
    content: Path | bytes, delimiter: str, skipped: int, first_rows: int | None
) -> pl.LazyFrame:
    """Return a lazy frame of texts, with as many columns as the longest of the first rows."""

    def scan(texts: Sequence[str]) -> pl.LazyFrame:
        return pl.scan_csv(
            content,
            separator=delimiter,
            has_header=False,
            skip_rows=skipped,
            null_values=[""],
            infer_schema_length=first_rows,
            schema_overrides=dict.fromkeys(texts, pl.String),
            glob=False,
        )

    return scan(scan(()).collect_schema().names())


def empty_rows(frame: pl.LazyFrame) -> pl.Series:
    """Return whether each row has neither a text nor anything but `NA` in its cells."""
    names = frame.collect_schema().names()
    # hardly a row is empty in the first columns, and then all others need not be looked at
    some = _blank(frame, names[:_FIRST_COLUMNS])
    return some if len(names) <= _FIRST_COLUMNS or not some.any() else _blank(frame, names)


def _blank(frame: pl.LazyFrame, names: Sequence[str]) -> pl.Series:
    columns = pl.col(list(map(column_pattern, names)))
    blank = pl.all_horizontal(columns.is_null() | (columns == "NA"))
    return frame.select(blank.alias("blank")).collect().to_series()


def drop_rows(frame: pl.LazyFrame, empty: pl.Series) -> pl.LazyFrame:
    """Return the frame without empty rows, by position, which is faster than by all columns."""
    places = empty.arg_true()
    if places.is_empty():
        return frame
    first = len(empty) - len(places)
    if places[0] == first:
        return frame.head(first)
    return frame.with_row_index(_PLACE).filter(~pl.col(_PLACE).is_in(places.implode())).drop(_PLACE)
