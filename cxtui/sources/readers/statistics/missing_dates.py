"""User-missing values of dates, which have a date of their own in the column.

A date keeps the reason why it is missing: SPSS declares dates as missing, Stata and SAS store `.a`
beside them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from cxtui.sources.readers.statistics.variable import Value, Variable
from cxtui.sources.readers.statistics.variables import distinct_values, missing_categories
from cxtui.survey.question import Category, code_of

_FIRST = datetime.date(1, 1, 1)

Moment = datetime.date | datetime.datetime


def add_missing_dates(
    variable: Variable, raw: pl.Series, dates: pl.Series
) -> tuple[Variable, pl.Series]:
    """Return a variable with its missing dates, and the column of `dates` with them.

    `raw` holds the numbers in the file. A number that is no date gets one in the year 1.
    """
    used = distinct_values(raw)
    missing = [value for value in used if variable.is_missing(value)]
    categories = missing_categories(variable, missing)
    if not categories:
        return variable, dates
    is_missing = raw.is_in(missing)
    taken = set(dates.filter(~is_missing.fill_null(value=False)).drop_nulls().unique())
    free = _free_dates(dates.dtype)
    moments: dict[Value, Moment] = {}
    for value in missing:
        own = dates.filter(raw == value)[0]
        moments[value] = (
            own if own and own not in taken else next(m for m in free if m not in taken)
        )
        taken.add(moments[value])
    column = dates.to_frame().select(
        pl.when(pl.lit(is_missing))
        .then(
            pl.lit(raw).replace_strict(
                missing, list(moments.values()), default=None, return_dtype=dates.dtype
            )
        )
        .otherwise(pl.col(dates.name))
        .alias(dates.name)
        if missing
        else pl.col(dates.name)
    )
    texts = {code_of(value): code_of(moment) for value, moment in moments.items()}
    found = tuple(_with_dates(one, texts) for one in categories)
    return replace(variable, missing_dates=found), column.to_series()


def _with_dates(category: Category, texts: dict[str, str]) -> Category:
    """Return a missing category with its dates as spellings."""
    dates = tuple(texts[text] for text in category.texts if text in texts)
    is_bare = category.label == category.code and len(dates) == 1
    own = (
        dates[0] if is_bare and not dates[0].startswith(_FIRST.isoformat()[:4]) else category.label
    )
    return replace(category, label=own, spellings=dates)


def _free_dates(dtype: pl.DataType) -> Iterator[Moment]:
    for number in range((datetime.date.max - _FIRST).days):
        day = _FIRST + datetime.timedelta(days=number)
        yield datetime.datetime.combine(day, datetime.time()) if dtype == pl.Datetime else day
