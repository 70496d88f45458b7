"""Text columns that hold only dates or only lists, converted alike in every format."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from cxtui.sources.readers.date_texts import read_text_dates
from cxtui.sources.readers.text_lists import read_text_lists, words_in_lists
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.missing_words import MISSING_WORD

_FIRST_VALUES, _FIRST_ROWS = 40, 1_000
_LONGEST_FIRST = 10_000
"""Letters of a first value that are looked at: no date and hardly a list is as long."""
_MOST_TEXTS, _MOST_CELLS = 500, 5_000_000
"""Columns of texts from which on a frame of up to so many cells is held in memory."""


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
        value = (
            column.filter(~column.str.contains(MISSING_WORD))
            .head(_FIRST_VALUES)
            .str.head(_LONGEST_FIRST)
        )
        firsts.append(value.implode().alias(str(place)))
    return dict(zip(names, frame.select(firsts).collect().row(0), strict=True))


Words = Mapping[str, Mapping[str, int]]
"""By column, the words for no answer in its cells, and how many cells have each."""


def convert_texts(
    frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]], *, is_held: bool = False
) -> tuple[pl.LazyFrame, Words, tuple[str, ...]]:
    """Return a frame with columns of dates and of lists as such, and notes on what is not clear.

    `firsts` are the first texts of the columns to convert. The words for no answer in them are
    returned, too: null among dates, the only answer of a list. A frame that `is_held` in memory
    is converted at once.
    """
    if not is_held and _is_small_and_wide(frame, firsts):
        frame, is_held = frame.collect().lazy(), True
    dates = read_text_dates(frame, firsts, is_held=is_held)
    lists = read_text_lists(frame, firsts, is_held=is_held)
    converted = dates.expressions | lists
    if not converted:
        return frame, {}, dates.notes
    if is_held:
        made = frame.select(one.alias(name) for name, one in converted.items()).collect()
        converted = {column.name: pl.lit(column) for column in made.iter_columns()}
    days = {name: converted[name] for name in dates.expressions}
    words = count_words(frame, distinct_texts(frame, list(lists))) | count_lost(frame, days)
    items = words_in_lists(frame, {name: converted[name] for name in lists.keys() & words.keys()})
    for name, also in items.items():  # an item beside others is one by itself, too
        words[name] = {word: n for word, n in words[name].items() if word not in also}
    frame = frame.with_columns(converted.values())
    return frame.collect().lazy() if is_held else frame, words, dates.notes


def _is_small_and_wide(frame: pl.LazyFrame, texts: Collection[str]) -> bool:
    """Return whether a frame is held at little cost, and converting it in each query takes more."""
    if len(texts) <= _MOST_TEXTS:
        return False
    rows = int(frame.select(pl.len()).collect().item())
    return rows * len(frame.collect_schema()) <= _MOST_CELLS


def count_lost(frame: pl.LazyFrame, converted: Mapping[str, pl.Expr]) -> dict[str, dict[str, int]]:
    """Return the texts that converted columns lose, with their counts, by column."""
    if not converted:
        return {}
    found = frame.select(
        pl.col(column_pattern(name))
        .filter(values.is_null())
        .drop_nulls()
        .implode()
        .alias(str(place))
        for place, (name, values) in enumerate(converted.items())
    )
    cells = (column.explode().drop_nulls() for column in found.collect().iter_columns())
    lost = zip(converted, map(count_in_order, cells), strict=True)
    return {name: counts for name, counts in lost if counts}


def distinct_texts(frame: pl.LazyFrame, names: Sequence[str]) -> dict[str, pl.Series]:
    """Return the different values of text columns, null included, each as one list."""
    if not names:
        return {}
    distinct = frame.select(
        pl.col(column_pattern(name)).unique().implode().alias(str(place))
        for place, name in enumerate(names)
    )
    return dict(zip(names, distinct.collect().iter_columns(), strict=True))


def count_words(
    frame: pl.LazyFrame, distinct: Mapping[str, pl.Series]
) -> dict[str, dict[str, int]]:
    """Return the words for no answer in text columns, with their counts, by column.

    `distinct` has the different values of each column to look at, as one list.
    """
    if not distinct:
        return {}
    listed = pl.DataFrame([one.alias(str(place)) for place, one in enumerate(distinct.values())])
    texts = [pl.col(name).list.explode() for name in listed.columns]
    likely = (one.filter(one.str.contains(MISSING_WORD)).implode() for one in texts)
    # of a frame in memory: a query for each of its columns would take longer
    found = listed.lazy().select(likely).collect().row(0)
    words = {name: own for name, own in zip(distinct, found, strict=True) if own}
    alone = {name: word for name, (word, *more) in words.items() if not more}
    several = {name: own for name, own in words.items() if name not in alone}
    counts = _count_alone(frame, alone) | _count_several(frame, several)
    return {name: counts[name] for name in words}


def _count_alone(frame: pl.LazyFrame, words: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the counts of one word in each column, which need no list of the cells with it."""
    if not words:
        return {}
    found = frame.select(
        (pl.col(column_pattern(name)) == word).sum().alias(str(place))
        for place, (name, word) in enumerate(words.items())
    )
    counts = found.collect().row(0)
    return {name: {word: n} for (name, word), n in zip(words.items(), counts, strict=True)}


def _count_several(
    frame: pl.LazyFrame, words: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, int]]:
    if not words:
        return {}
    columns = {name: pl.col(column_pattern(name)) for name in words}
    found = frame.select(
        column.filter(column.is_in(words[name])).implode().alias(str(place))
        for place, (name, column) in enumerate(columns.items())
    )
    cells = (column.explode() for column in found.collect().iter_columns())
    return {name: count_in_order(column) for name, column in zip(words, cells, strict=True)}


def count_in_order(texts: pl.Series) -> dict[str, int]:
    """Return how often each text occurs, in the order of their first appearance."""
    counts = texts.unique_counts().to_list()
    return dict(zip(texts.unique(maintain_order=True).to_list(), counts, strict=True))
