"""Conversion of spreadsheet serial numbers (days since 30 December 1899) to dates."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from cxtui.survey.file_columns import column_pattern

_NAMED = re.compile(
    r"\b(date|timestamp|datetime|datum|submitted|(start|end|submit|completion) ?time)\b", re.I
)
_DAYS = (29_221, 73_050)
"""1 January 1980 to 31 December 2099."""

_EPOCH = 25_569
"""The serial of 1 January 1970."""


def convert_serial_dates(frame: pl.LazyFrame, wordings: Mapping[str, str]) -> pl.LazyFrame:
    """Return the frame with number columns as dates if named a date and all in a likely range.

    `wordings` are labels by column.
    """
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
