"""Text columns that hold only dates or only lists, converted alike in every format."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from cxtui.messages import tr_count
from cxtui.sources.readers.date_texts import read_text_dates
from cxtui.sources.readers.text_lists import read_text_lists
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.missing_words import MISSING_WORD
from cxtui.text import clean

_FIRST_VALUES, _FIRST_ROWS = 40, 1_000


def text_columns(frame: pl.LazyFrame, without: Collection[str] = ()) -> list[str]:
    """Return the names of the columns of texts, but for those in `without`."""
    schema = frame.collect_schema().items()
    return [name for name, dtype in schema if dtype == pl.String and name not in without]


def first_texts(frame: pl.LazyFrame, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the first values of each text column that has any, but words for no answer.

    They are looked for in the first rows; all rows are read only for columns without one there.
    """
    if not names:
        return {}
    found = _first(frame.head(_FIRST_ROWS), names)
    rest = [name for name in names if not found[name]]
    if rest:
        found |= _first(frame, rest)
    return {name: values for name in names if (values := found[name])}


def _first(frame: pl.LazyFrame, names: Sequence[str]) -> dict[str, list[str]]:
    firsts = []
    for place, name in enumerate(names):
        column = pl.col(column_pattern(name))
        value = column.filter(~column.str.contains(MISSING_WORD)).head(_FIRST_VALUES)
        firsts.append(value.implode().alias(str(place)))
    return dict(zip(names, frame.select(firsts).collect().row(0), strict=True))


def convert_texts(
    frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]]
) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a frame with columns of dates and of lists as such, and notes on what is not clear.

    `firsts` are the first texts of the columns to convert. Words for no answer in such a column
    become null, and a note counts them.
    """
    dates = read_text_dates(frame, firsts)
    lists = read_text_lists(frame, firsts)
    converted = dates.expressions | lists
    if not converted:
        return frame, dates.notes
    words = frame.select(
        pl.col(column_pattern(name)).str.contains(MISSING_WORD).sum().alias(str(place))
        for place, name in enumerate(converted)
    )
    counts = dict(zip(converted, words.collect().row(0), strict=True))
    notes = [
        tr_count(
            count,
            "{1!r}: {0:,} cell says NA or the like and is missing",
            "{1!r}: {0:,} cells say NA or the like and are missing",
            clean(name),
        )
        for name, count in counts.items()
        if count
    ]
    return frame.with_columns(converted.values()), (*dates.notes, *notes)
