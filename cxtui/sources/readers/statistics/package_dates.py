"""Conversion of dates in statistics files, which each package counts from its own epoch."""

from __future__ import annotations

import re

import polars as pl

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
    r"^(DATE|DAY|(DD)?MMYY|DDMMYY|MMDDYY|YYMMDD|YYMM|YYMON|YYQ|MONYY|MONNAME|MONTH|QTR|YEAR|"
    r"JULIAN|JULDAY|WEEKDATE|WEEKDATX|WEEKDAY|WORDDATE|WORDDATX|E8601DA|B8601DA|NLDATE)[A-Z]?[\d.]*$"
)
_TIME = re.compile(r"^([DM]?TIME|TIMEAMPM|HHMM|MMSS|HOUR|TOD|E8601T[MZ])[\d.]*$")
_STATA = re.compile(r"^%-?(t[cCdmqyhw]|d)")
_STATA_TIME = re.compile(r"^%-?t[cC][Hh]{2}:MM(:SS)?(\.s+)?( ?[aApP]\.?[mM]\.?)?$")
_EARLIEST, _LATEST = -62_135_596_800, 253_402_300_799
_MONTHS = {"tm": 1, "tq": 3, "th": 6}


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
    return bool(_TIME.match(written.upper()) or _STATA_TIME.match(written))


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
        months = (number * _MONTHS[kind]).floor().cast(pl.Int64, strict=False)
        years, rest = 1960 + months // 12, months % 12 + 1
        frame = pl.DataFrame({"year": years.cast(pl.Int32), "month": rest.cast(pl.Int8)})
        return frame.select(pl.date("year", "month", 1)).to_series().alias(series.name)
    return series


def _to_datetime(seconds: pl.Series) -> pl.Series:
    valid = pl.when(pl.first().is_between(_EARLIEST, _LATEST)).then(pl.first())
    moments = valid.mul(1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    return seconds.to_frame().select(moments).to_series()
