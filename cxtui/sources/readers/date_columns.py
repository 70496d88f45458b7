"""Conversion of dates stored as serials of spreadsheets, or from a package's epoch."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from cxtui.messages import tr_count
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.languages.word_search import find_words
from cxtui.text import clean

_EPOCH = 25_569
"""The serial of 1 January 1970."""

_DAY = 86_400
_SERIALS = {
    "days": (29_221, 73_050, 1),
    "seconds": (315_532_800, 4_102_444_799, _DAY),
    "milliseconds": (315_532_800_000, 4_102_444_799_999, 1000 * _DAY),
}
"""1 January 1980 to 31 December 2099 in days since 30 December 1899 and in times since 1970, and
the length of a day.
"""

_SPSS = -141_428 * _DAY
"""14 October 1582, in seconds before 1970."""

_DIGITS = (19_000_101, 20_991_231)
"""Days of these centuries as eight digits, year, month and day."""

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


def convert_serial_dates(frame: pl.LazyFrame, wordings: Mapping[str, str]) -> pl.LazyFrame:
    """Return the frame with numbers in a likely range as dates if a label names a date.

    They count days as a spreadsheet does, or seconds or milliseconds since 1970, or are all days
    in eight digits.
    """
    numbers = [
        name
        for name, dtype in frame.collect_schema().items()
        if dtype.is_numeric() and _names_a_date(wordings.get(name, name))
    ]
    if not numbers:
        return frame
    fits = [
        (
            pl.col(column_pattern(name)).is_between(low, high).all()
            & pl.col(column_pattern(name)).count().gt(0)
        ).alias(f"{epoch}{name}")
        for name in numbers
        for epoch, (low, high, _) in _SERIALS.items()
    ]
    fits += [_are_days_in_digits(name).alias(f"digits{name}") for name in numbers]
    found = frame.select(fits).collect().row(0, named=True)
    in_digits = [_days_in_digits(name) for name in numbers if found[f"digits{name}"]]
    return frame.with_columns(in_digits).with_columns(
        (
            pl.col(column_pattern(name)).cast(pl.Float64).truediv(a_day).floor().cast(pl.Int32)
            - (_EPOCH if epoch == "days" else 0)
        ).cast(pl.Date)
        for name in numbers
        for epoch, (_, _, a_day) in _SERIALS.items()
        if found[f"{epoch}{name}"]
    )


def _days_in_digits(name: str) -> pl.Expr:
    """Return the days of a column of numbers such as 20260301, null for any other number."""
    number = pl.col(column_pattern(name)).cast(pl.Int64, strict=False)
    likely = pl.when(number.is_between(*_DIGITS)).then(number)
    return likely.cast(pl.String).str.to_date("%Y%m%d", strict=False)


def _are_days_in_digits(name: str) -> pl.Expr:
    column, days = pl.col(column_pattern(name)), _days_in_digits(name)
    return (days.is_not_null() | column.is_null()).all() & column.count().gt(0)


def _names_a_date(wording: str) -> bool:
    plain = wording.replace("_", " ")
    return bool(find_words("dates", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)))


def without_far_dates(frame: pl.LazyFrame) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the frame with dates outside the years 1 to 9999 as null, and notes on their numbers.

    The engine breaks down over the text of a date hundreds of thousands of years away.
    """
    inside = {
        name: pl.col(column_pattern(name)).to_physical().is_between(*bounds)
        for name, dtype in frame.collect_schema().items()
        if (bounds := _calendar_of(dtype))
    }
    if not inside:
        return frame, ()
    counts = (one.not_().sum().alias(name) for name, one in inside.items())
    found = frame.select(counts).collect().row(0, named=True)
    far = {name: count for name, count in found.items() if count}
    one_date, several = (
        "{1!r}: left out {0:,} date outside the years 1 to 9999",
        "{1!r}: left out {0:,} dates outside the years 1 to 9999",
    )
    kept = frame.with_columns(
        pl.when(inside[name]).then(pl.col(column_pattern(name))).alias(name) for name in far
    )
    return kept, tuple(
        tr_count(count, one_date, several, clean(name)) for name, count in far.items()
    )


def _calendar_of(dtype: pl.DataType) -> tuple[int, int] | None:
    """Return the first and last number of a type of dates that are in the years 1 to 9999."""
    if dtype == pl.Date:
        return _EARLIEST // _DAY, _LATEST // _DAY
    # nanoseconds span no more than three centuries
    a_second = {"ms": 1_000, "us": 1_000_000}.get(getattr(dtype, "time_unit", ""))
    if not isinstance(dtype, pl.Datetime) or a_second is None:
        return None
    return _EARLIEST * a_second, (_LATEST + 1) * a_second - 1


def convert_package_dates(series: pl.Series, written: str, ending: str) -> pl.Series:
    """Return a column of numbers as dates or datetimes if its display format `written` is one.

    Years outside 1 to 9999 become null. A time of day stays a number of seconds.
    """
    if series.dtype == pl.String:
        return series
    if ending == ".dta":
        return _convert_stata(series, written)
    text = written.upper()
    if ending in {".sav", ".zsav", ".por"}:
        moment, date, epoch, day = _SPSS_MOMENT, _SPSS_DATE, _SPSS, 1
    else:
        moment, date, epoch, day = _SAS_MOMENT, _SAS_DATE, _1960, _DAY
    if moment.match(text):
        return _to_datetime(series.cast(pl.Float64) + epoch)
    if date.match(text):
        return _to_datetime(series.cast(pl.Float64) * day + epoch).dt.date()
    return series


def is_time_of_day(written: str) -> bool:
    """Return whether a display format shows seconds as hours and minutes."""
    return bool(_TIME_OF_DAY.match(written.upper()) or _STATA_TIME.match(written))


def _convert_stata(series: pl.Series, written: str) -> pl.Series:
    found = _STATA.match(written)
    if found is None:
        return series
    kind, number = found[1], series.cast(pl.Float64)
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
