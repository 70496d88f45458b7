"""Conversion of dates that are stored as text, or as the serial numbers of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

_NAMED = re.compile(
    r"\b(date|timestamp|datetime|datum|submitted|(start|end|submit|completion) ?time)\b", re.I
)
_DAYS = (29_221, 73_050)
"""1 January 1980 to 31 December 2099, in days since 30 December 1899."""

_EPOCH = 25_569
"""The serial of 1 January 1970."""


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


def convert_serial_dates(frame: pl.LazyFrame, wordings: Mapping[str, str]) -> pl.LazyFrame:
    """Return the frame with numbers in a likely range as dates if a label names a date."""
    numbers = [
        name
        for name, dtype in frame.collect_schema().items()
        if dtype.is_numeric() and _NAMED.search(wordings.get(name, name).replace("_", " "))
    ]
    if not numbers:
        return frame
    fits = frame.select(
        (
            pl.col(column_pattern(name)).is_between(*_DAYS).all()
            & pl.col(column_pattern(name)).count().gt(0)
        )
        for name in numbers
    )
    found = fits.collect().row(0, named=True)
    return frame.with_columns(
        (pl.col(column_pattern(name)).floor().cast(pl.Int32) - _EPOCH).cast(pl.Date)
        for name in numbers
        if found[name]
    )
