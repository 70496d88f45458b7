"""Columns of texts that many respondents share, of which each text is read once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_FIRST_ROWS = 1_000
_FEW_TEXTS, _MOST_TEXTS = 300, 5_000
"""Texts among the first rows and in all of them up to which each is read once."""


def few_texts(frame: pl.LazyFrame, columns: Mapping[str, pl.Expr]) -> dict[str, pl.Series]:
    """Return the different texts of those columns that have few, without null.

    A pattern takes as long as a hundred look-ups, for each respondent, in every query.
    """
    first = frame.head(_FIRST_ROWS).select(one.n_unique() for one in columns.values()).collect()
    likely = [name for name in columns if first[name][0] <= _FEW_TEXTS]
    texts = frame.select(columns[name].unique().implode() for name in likely).collect()
    found = {name: texts[name][0].alias(name).drop_nulls() for name in likely}
    return {name: own for name, own in found.items() if len(own) <= _MOST_TEXTS}
