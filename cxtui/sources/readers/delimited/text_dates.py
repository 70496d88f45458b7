"""Detection and conversion of dates stored as text."""

from __future__ import annotations

import polars as pl

from cxtui.survey.file_columns import column_pattern

_DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%b %d, %Y",
)
_FIRST_YEAR = 100
"""A parsed year before this one had only two digits."""

_DATE = (
    r"^\s*(\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|[A-Z][a-z]{2} \d{1,2}, \d{4}"
    r"|\d{1,2}\.\d{1,2}\.\d{4})"
)
_TIME = (
    r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?"
    r"(Z|[+-]\d{2}:?\d{2}| [A-Z]{2,4}([+-]\d{1,2})?)?)?\s*$"
)
DATE_PATTERN = _DATE + _TIME
"""Pattern of a date, with or without a time."""


def parse_dates(frame: pl.LazyFrame, name: str) -> list[pl.Expr]:
    """Return the expression of a text column as dates, empty unless exactly one format fits."""
    column = pl.col(column_pattern(name))
    day = column.str.extract(_DATE)
    read = {one: day.str.to_date(one, strict=False) for one in _DATE_FORMATS}
    ways = {one: pl.when(way.dt.year() >= _FIRST_YEAR).then(way) for one, way in read.items()}
    lost = frame.select(
        (way.is_null() & column.is_not_null()).any().alias(one) for one, way in ways.items()
    )
    fitting = [one for one, loses in lost.collect().row(0, named=True).items() if not loses]
    return [ways[fitting[0]].alias(name)] if len(fitting) == 1 else []


def convert_text_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with text columns that hold only dates converted."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    changed = []
    for name in texts:
        written = frame[name].drop_nulls()
        if len(written) and written.str.contains(DATE_PATTERN).all():
            changed += parse_dates(frame.lazy(), name)
    return frame.with_columns(changed)
