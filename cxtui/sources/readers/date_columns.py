"""Conversion of dates stored as text, as serials of spreadsheets, or from a package's epoch."""

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

_DAY = 86_400
_SPSS = -141_428 * _DAY
"""14 October 1582, in seconds before 1970."""

_1960 = -3_653 * _DAY
_SPSS_DATE = re.compile(r"^([AEJS]?DATE|MOYR|QYR|WKYR)\d*$")
_SPSS_MOMENT = re.compile(r"^(DATETIME|YMDHMS)[\d.]*$")
_SAS_MOMENT = re.compile(
    r"^(DATETIME|E8601D[TXNZ]|B8601D[TXNZ]|DATEAMPM|MDYAMPM|NLDATM|DTDATE)[\w.]*$"
)
_SAS_DATE = re.compile(
    r"^(DATE|DAY|((DD)?MMYY|DDMMYY|MMDDYY|YYMMDD|YYMM|YYQR?)[BCDNPS]?|YYMON|MONYY|MONNAME|MONTH|QTRR?"
    r"|YEAR|JULIAN|JULDAY|WEEKDATE|WEEKDATX|WEEKDAY|WEEK[UVW]|DOWNAME|WORDDATE|WORDDATX|E8601DA"
    r"|B8601DA|NLDATE(MN|W|YM|YQ)?)[\d.]*$"
)
"""Formats of SAS itself; a format that a user made may begin like one of them (`MONTHF`)."""

_TIME_OF_DAY = re.compile(r"^([DM]?TIME|TIMEAMPM|HHMM|MMSS|HOUR|TOD|E8601T[MZ])[\d.]*$")
_STATA = re.compile(r"^%-?(t[cCdmqyhw]|d)")
_STATA_TIME = re.compile(r"^%-?t[cC][Hh]{2}:MM(:SS)?(\.s+)?( ?[aApP]\.?[mM]\.?)?$")
_EARLIEST, _LATEST = -62_135_596_800, 253_402_300_799
_MONTHS = {"tm": 1, "tq": 3, "th": 6}
_MONTHS_A_YEAR, _WEEKS = 12, 52
"""Weeks of a year in Stata; the last has eight or nine days."""


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


def convert_package_dates(series: pl.Series, written: str, ending: str) -> pl.Series:
    """Return a column of numbers as dates or datetimes if its display format `written` is one.

    Years outside 1 to 9999 become null. A time of day stays a number of seconds.
    """
    if series.dtype == pl.String:
        return series
    if ending == ".dta":
        return _convert_stata(series, written)
    text, seconds = written.upper(), series.cast(pl.Float64)
    if ending in {".sav", ".zsav", ".por"}:
        moment, date, epoch, day = _SPSS_MOMENT, _SPSS_DATE, _SPSS, 1
    else:
        moment, date, epoch, day = _SAS_MOMENT, _SAS_DATE, _1960, _DAY
    if moment.match(text):
        return _to_datetime(seconds + epoch)
    return _to_datetime(seconds * day + epoch).dt.date() if date.match(text) else series


def is_time_of_day(written: str) -> bool:
    """Return whether a display format shows seconds as hours and minutes."""
    return bool(_TIME_OF_DAY.match(written.upper()) or _STATA_TIME.match(written))


def _convert_stata(series: pl.Series, written: str) -> pl.Series:
    found = _STATA.match(written)
    kind = found[1] if found else ""
    number = series.cast(pl.Float64)
    if _STATA_TIME.match(written):
        return number / 1000
    if kind in {"tc", "tC"}:
        return _to_datetime(number / 1000 + _1960)
    if kind in {"td", "d"}:
        return _to_datetime(number * _DAY + _1960).dt.date()
    if kind in _MONTHS:
        return _first_days(number * _MONTHS[kind], _MONTHS_A_YEAR).alias(series.name)
    return _first_days(number, _WEEKS).alias(series.name) if kind == "tw" else series


def _first_days(numbers: pl.Series, parts: int) -> pl.Series:
    """Return the first day of each month or week since 1960, of which a year has `parts`.

    Years outside 1 to 9999 become null.
    """
    number = pl.col("number").floor()
    year, part = 1960 + number // parts, number % parts
    month = part + 1 if parts == _MONTHS_A_YEAR else pl.lit(1)
    first = pl.date(year.cast(pl.Int32), month.cast(pl.Int8), 1)
    days = pl.lit(0) if parts == _MONTHS_A_YEAR else part * 7
    inside = pl.DataFrame({"number": numbers}).with_columns(
        pl.when(year.is_between(1, 9999)).then(pl.col("number")).alias("number")
    )
    return inside.select(first + pl.duration(days=days)).to_series()


def _to_datetime(seconds: pl.Series) -> pl.Series:
    valid = pl.when(pl.first().is_between(_EARLIEST, _LATEST)).then(pl.first())
    moments = valid.mul(1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    return seconds.to_frame().select(moments).to_series()
