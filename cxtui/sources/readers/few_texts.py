"""Columns of texts that many respondents share, of which each text is read once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_MOST_TEXTS, _SHARED = 5_000, 10
"""Texts up to which each is read once, and respondents a text from which it is so of any number."""


def few_texts(frame: pl.LazyFrame, columns: Mapping[str, pl.Expr]) -> dict[str, pl.Series]:
    """Return the different texts of those columns that have few, without null.

    A pattern takes as long as a hundred look-ups, for each respondent, in every query.
    """
    counts = [one.n_unique() for one in columns.values()]
    found = frame.select(*counts, pl.len().alias("")).collect().row(0, named=True)
    most = max(_MOST_TEXTS, found[""] // _SHARED)
    few = [name for name in columns if found[name] <= most]
    texts = frame.select(columns[name].unique().implode() for name in few).collect()
    return {name: texts[name][0].alias(name).drop_nulls() for name in few}
