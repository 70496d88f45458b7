"""Dates in the local forms of text: `3/1/2026 9:00 AM`, `2026年3月1日`, `1 mars 2026`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cxtui.messages import tr
from cxtui.sources.readers.few_texts import few_texts
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.missing_words import MISSING_WORD
from cxtui.survey.languages.language_choice import all_languages
from cxtui.text import clean, fold

_MANY = 1_000
_CLEAR = 2
_MOST_COLUMNS = 500
"""Columns that are read as dates: each takes some milliseconds, however few its rows are."""
_TOGETHER = 50
"""Columns that are read in one query: each takes nearly a megabyte while it runs, for patterns."""
_FEWEST, _MOSTLY = 12, 0.9
"""Dates beside words without a digit: twelve, and nine of ten answers."""

_BUDDHIST_YEARS, _BUDDHIST = (2400, 2700), 543
_PIVOT = 70
"""Years of two digits from this one on are of the last century."""

_WEEKDAY = r"(?:[^\W\d_]{2,12}[.,]? )?"
_REST = r"(?:[\s,t].{0,14}?\d{1,2}(?:[:.h]|時|시|点|點)\s?\d{2}.{0,32}|\s*)$"
_MONTH = r"(?P<word>[^\s\d.,;:/_-]{3,15})\.?"
_FORMS = {
    "ymd": r"^\s*(?P<y>\d{4})\s?(?:[-/.]|年|년)\s?(?P<m>\d{1,2})\s?(?:[-/.]|月|월)\s?(?P<d>\d{1,2})"
    r"\s?(?:\.|日|일)?",
    "dmy": r"^\s*(?P<d>\d{1,2})[-/.]\s?(?P<m>\d{1,2})[-/.]\s?(?P<y>\d{4})",
    "mdy": r"^\s*(?P<m>\d{1,2})[-/](?P<d>\d{1,2})[-/](?P<y>\d{4})",
    "dmy short": r"^\s*(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{2})",
    "mdy short": r"^\s*(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{2})",
    "ymd short": r"^\s*(?P<y>\d{2})[-/.](?P<m>\d{2})[-/.](?P<d>\d{2})",
    "dmy padded": r"^\s*(?P<d>\d{2})[-.](?P<m>\d{2})[-.](?P<y>\d{2})",
    "day month": rf"^\s*{_WEEKDAY}(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|º)?[\s-](?:de )?{_MONTH}"
    r"(?:[\s,-]| de )\s?(?P<y>\d{4}|\d{2})(?:\s?(?:г|р|r)\.?)?",
    "month day": rf"^\s*{_WEEKDAY}{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
}
"""Forms of a date; the first that fits is meant, but `dmy` and `mdy` may both fit.

`3.1.20` is rather a version than a day, `03.01.20` is a day.
"""

_IN_DIGITS = frozenset(form for form, pattern in _FORMS.items() if "<m>" in pattern)
_FEW_DAYS = 0.25

_PATTERNS = {
    form: unicodedata.normalize("NFKD", pattern + _REST) for form, pattern in _FORMS.items()
}
_SHOWN = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
_MARKS = r"[\u0300-\u036f\u064b-\u065f\u093c\u094d]"
"""Accents and marks that `fold` removes."""

DIGITS = {
    chr(start + one): str(one) for start in (0x660, 0x6F0, 0x966, 0xFF10) for one in range(10)
}
"""Digits of Arabic, Persian and Hindi, and wide ones."""


@dataclass(frozen=True, slots=True)
class TextDates:
    """Expressions of text columns as dates, by name, and notes on what is ambiguous."""

    expressions: dict[str, pl.Expr]
    notes: tuple[str, ...]


def read_text_dates(
    frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]], *, is_held: bool = False
) -> TextDates:
    """Return the text columns that hold only dates in one form, as days; `firsts` are first values.

    `3/1/2026` is ambiguous: it is read in the form in which the column rises, else it stays text.
    Words for no answer become null, and so do a few others without a digit. The days of a frame
    that `is_held` in memory are read once, and are literals. Of thousands of such columns the last
    ones stay text.
    """
    fitting = {name: forms for name, one in firsts.items() if (forms := _fitting_forms(one))}
    names = list(fitting)[:_MOST_COLUMNS]
    expressions: dict[str, pl.Expr] = {}
    notes: tuple[str, ...] = (_too_many(len(fitting)),) if len(names) < len(fitting) else ()
    for start in range(0, len(names), _TOGETHER):
        some = {name: fitting[name] for name in names[start : start + _TOGETHER]}
        narrow = frame.select(pl.col(column_pattern(name)) for name in some)
        narrow = narrow.collect().lazy() if is_held else narrow
        read = _read_some(narrow, firsts, some, is_held=is_held)
        expressions |= read.expressions
        notes += read.notes
    return TextDates(expressions, notes)


def _read_some(
    frame: pl.LazyFrame,
    firsts: Mapping[str, Sequence[str]],
    fitting: Mapping[str, Sequence[str]],
    *,
    is_held: bool,
) -> TextDates:
    """Read columns together, as `read_text_dates`, in the forms that `fitting` has for them."""
    expressions: dict[str, pl.Expr] = {}
    notes: list[str] = []
    plain = _plain_columns(frame, {name: firsts[name] for name in fitting})
    read = {
        name: {form: _days(plain[name], form, firsts[name]) for form in forms}
        for name, forms in fitting.items()
    }
    is_short = is_held and frame.select(pl.len()).collect().item() <= _MANY
    likely = read if is_short else _without_loss(frame.head(_MANY), read, few_words=False)
    likely = _held(frame, plain, firsts, likely) if is_held else _mapped(frame, likely)
    for name, kept in _without_loss(frame, likely).items():
        values = firsts[name]
        chosen = next(iter(kept), "")
        both = [form for form in kept if form[:3] in _SHOWN]
        if len(both) > 1:
            closest = _closest_forms(frame, {form: kept[form] for form in both})
            chosen = _rising_form(frame, closest) if len(closest) > 1 else next(iter(closest))
            if len(closest) > 1 or chosen.startswith("ymd"):
                notes.append(_ambiguity(name, values[0], chosen, is_rising=len(closest) > 1))
        if chosen:
            expressions[name] = kept[chosen].alias(name)
        elif not kept and _are_mixed(frame, name, read[name]):
            notes.append(_mixture(name))
    return TextDates(expressions, tuple(notes))


def _too_many(columns: int) -> str:
    message = (
        "{:,} columns of text look like dates; the first {:,} are read as such, the others stay "
        "text: keep the columns that you need"
    )
    return tr(message, columns, _MOST_COLUMNS)


def _fitting_forms(values: Sequence[str]) -> list[str]:
    """Return the forms that all values with a digit have, if these are most."""
    dated = [value for value in values if any(map(str.isdigit, value))]
    if len(dated) < len(values) and len(dated) < max(_FEWEST, _MOSTLY * len(values)):
        return []
    plain = [_plain(value) for value in dated]
    return [
        form
        for form, whole in _PATTERNS.items()
        if plain and all(map(re.compile(whole).match, plain))
    ]


def _plain(text: str) -> str:
    """Return a text as `_plain_column` does."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    decomposed = "".join(DIGITS.get(one, one) for one in decomposed)
    return re.sub(_MARKS, "", decomposed)


def _plain_columns(frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]]) -> dict[str, pl.Expr]:
    """Return columns in small letters, without accents and with plain digits."""
    columns = {name: pl.col(column_pattern(name)) for name in firsts}
    if not columns:
        return {}
    ascii_only = frame.select(
        (one.str.len_bytes() == one.str.len_chars()).all().alias(str(place))
        for place, one in enumerate(columns.values())
    )
    is_ascii = dict(zip(columns, ascii_only.collect().row(0), strict=True))
    return {
        name: one.str.to_lowercase() if is_ascii[name] else _plain_column(one, firsts[name])
        for name, one in columns.items()
    }


def _plain_column(column: pl.Expr, values: Sequence[str]) -> pl.Expr:
    has_digits = any(one in text for text in values for one in DIGITS)
    decomposed = column.str.normalize("NFKD").str.to_lowercase()
    bare = decomposed.str.replace_all(_MARKS, "")
    return bare.str.replace_many(list(DIGITS), list(DIGITS.values())) if has_digits else bare


def _days(plain: pl.Expr, form: str, values: Sequence[str]) -> pl.Expr:
    """Return the days of a plain column in one form, null for what is no date."""
    year = pl.field("y").cast(pl.Int32, strict=False)
    short = pl.field("y").str.len_chars() == 2  # noqa: PLR2004
    year = (
        pl.when(short)
        .then(year + pl.when(year < _PIVOT).then(2000).otherwise(1900))
        .otherwise(year - pl.when(year.is_between(*_BUDDHIST_YEARS)).then(_BUDDHIST).otherwise(0))
    )
    month = pl.field("m") if "<m>" in _FORMS[form] else _month_numbers(values)
    text = pl.concat_str([year.cast(pl.String), month, pl.field("d")], separator="-")
    # with the fields of one structure the pattern is matched once, not for each part
    parts = plain.str.extract_groups(_PATTERNS[form])
    days = parts.struct.with_fields(text.str.to_date("%Y-%m-%d", strict=False).alias("day"))
    return days.struct.field("day")


def _month_numbers(values: Sequence[str]) -> pl.Expr:
    """Return the number of the month that a word names, in any language of the values' script."""
    months: dict[str, str] = {}
    for lexicon in all_languages(fold(" ".join(values))):
        for word, number in lexicon.months.items():
            months.setdefault(unicodedata.normalize("NFKD", word), str(number))
    return pl.field("word").replace_strict(months, default=None, return_dtype=pl.String)


def _held(
    frame: pl.LazyFrame,
    plain: Mapping[str, pl.Expr],
    firsts: Mapping[str, Sequence[str]],
    read: Mapping[str, dict[str, pl.Expr]],
) -> dict[str, dict[str, pl.Expr]]:
    """Return the days of columns by form, read from a frame in memory, all of them at once."""
    texts = frame.select(plain[name].alias(str(place)) for place, name in enumerate(read))
    dated = zip(read.items(), texts.collect().iter_columns(), strict=True)
    return {
        name: {form: pl.lit(days_of_texts(own, form, firsts[name])) for form in forms}
        for (name, forms), own in dated
    }


def days_of_texts(texts: pl.Series, form: str, values: Sequence[str]) -> pl.Series:
    """Return the days of plain texts in one form, as `_days`.

    Before a time of day stands one of few dates, each of which is read once: its digits are the
    same alone, since a part of a date ends with its digits.
    """
    column = pl.col(texts.name)
    frame = texts.to_frame().select(column, first=column.str.splitn(" ", 2).struct.field("field_0"))
    first = frame["first"].unique().to_frame()
    if form in _IN_DIGITS and len(first) <= _FEW_DAYS * len(texts):
        days = first.with_columns(day=_days(pl.col("first"), form, values))
        read = pl.col("first").replace_strict(days["first"], days["day"], default=None)
        fits = column.str.contains(_PATTERNS[form])
        found = frame.select(read.alias("day"), fits.alias("fits"))
        day, is_left = pl.when("fits").then("day"), pl.col("fits") & pl.col("day").is_null()
        if not found.select(is_left.any()).item():
            return found.select(day.alias(texts.name)).to_series()
    return frame.select(_days(column, form, values)).to_series()


def _mapped(
    frame: pl.LazyFrame, read: Mapping[str, dict[str, pl.Expr]]
) -> dict[str, dict[str, pl.Expr]]:
    """Return the days of columns by form; of a column of few texts, each text is read once."""
    columns = {name: pl.col(column_pattern(name)) for name, forms in read.items() if forms}
    mapped = dict(read)
    for name, own in few_texts(frame, columns).items():
        days = own.to_frame().select(one.alias(form) for form, one in read[name].items())
        mapped[name] = {
            form: columns[name].replace_strict(own, days[form], default=None, return_dtype=pl.Date)
            for form in read[name]
        }
    return mapped


def _without_loss(
    frame: pl.LazyFrame, read: Mapping[str, dict[str, pl.Expr]], *, few_words: bool = True
) -> dict[str, dict[str, pl.Expr]]:
    """Return the forms in which every value with a digit is a date.

    With `few_words` these are most values, or the column has no form. A date has digits, so that
    patterns are looked for only where there is none.
    """
    tests, columns = [], []
    for place, (name, forms) in enumerate(read.items()):
        columns.append(pl.col(column_pattern(name)).alias(str(place)))
        for form, own in forms.items():
            columns.append(own.alias(f"{form} {place}"))  # made once, and looked at twice
            days = pl.col(f"{form} {place}")
            rest = pl.col(str(place)).filter(days.is_null())
            written = rest.filter(~rest.str.contains(MISSING_WORD))
            has_digit = written.str.contains(r"\d")
            dated, words = days.count(), (~has_digit).sum()
            few = dated >= pl.max_horizontal(_FEWEST, _MOSTLY * (dated + words))
            many = (words > 0) & ~few if few_words else pl.lit(value=False)
            tests.append((has_digit.any() | many).alias(f"{form} {place}"))
    lost = frame.select(columns).select(tests).collect().row(0, named=True) if tests else {}
    return {
        name: {form: days for form, days in forms.items() if not lost[f"{form} {place}"]}
        for place, (name, forms) in enumerate(read.items())
    }


def _are_mixed(frame: pl.LazyFrame, name: str, forms: Mapping[str, pl.Expr]) -> bool:
    """Return whether every value is a date, some of them only with the day first, some second."""
    if not {"dmy", "mdy"} <= forms.keys():
        return False
    written = ~pl.col(column_pattern(name)).str.contains(MISSING_WORD)
    lost = pl.coalesce(forms["dmy"], forms["mdy"]).is_null() & written
    return not frame.select(lost.any()).collect().item()


def _mixture(name: str) -> str:
    message = (
        "{!r}: the day is before the month in some dates and after it in others, so that they stay "
        "text; write dates as 2026-03-01 to settle it"
    )
    return tr(message, clean(name))


def _closest_forms(frame: pl.LazyFrame, forms: dict[str, pl.Expr]) -> dict[str, pl.Expr]:
    """Return the forms in which the dates lie in the fewest years."""
    if not any(form.startswith("ymd") for form in forms):
        return forms
    years = frame.select(days.dt.year().n_unique().alias(form) for form, days in forms.items())
    found = years.collect().row(0, named=True)
    return {form: days for form, days in forms.items() if found[form] == min(found.values())}


def _rising_form(frame: pl.LazyFrame, forms: dict[str, pl.Expr]) -> str:
    """Return the form in which dates clearly rise from row to row more often, else none."""
    falls = frame.select(
        (days.head(_MANY).drop_nulls().diff().dt.total_days() < 0).sum().alias(form)
        for form, days in forms.items()
    )
    found = falls.collect().row(0, named=True)
    best, other, *_ = sorted(found, key=found.__getitem__)
    return best if found[other] >= _CLEAR * found[best] + _CLEAR else ""


def _ambiguity(name: str, example: str, chosen: str, *, is_rising: bool) -> str:
    if chosen:
        message = "{!r}: {!r} is ambiguous; read as {}, since the dates rise in that order"
        if not is_rising:
            message = "{!r}: {!r} is ambiguous; read as {}, where the dates lie in the fewest years"
        return tr(message, clean(name), clean(example), tr(_SHOWN[chosen[:3]]))
    message = (
        "{!r}: {!r} may be day/month or month/day, so that it stays text; "
        "write dates as 2026-03-01 to settle it"
    )
    return tr(message, clean(name), clean(example))
