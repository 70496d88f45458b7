"""Ways to make the weighted cross-tabs of all questions in raw Polars, or with NumPy beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from tests.bench.peers import Bins, crosstab

_BATCH = 32
_ROLES = 16
"""No survey of the benchmark that is ranked has more."""

Way = Callable[[pl.LazyFrame, Sequence[str]], object]
"""Counts all columns by role, of the respondents given."""


def one_by_one(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """A query a column, each from the file."""
    return [crosstab(frame, column).collect() for column in columns]


def shared_scan(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """Queries run together, so that what they have in common is read once."""
    return [
        pl.collect_all([crosstab(frame, column) for column in some]) for some in _batches(columns)
    ]


def grouped_in_memory(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """Columns decoded some at a time, then a query a column over what is in memory."""
    return [
        pl.collect_all([crosstab(decoded.lazy(), column) for column in some])
        for some, decoded in _decoded(frame, columns)
    ]


def physical_codes(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """As before, by one small number a cell instead of two keys."""
    w = pl.col("weight")
    found = []
    for some, decoded in _decoded(frame, columns):
        coded = decoded.with_columns(pl.col("role").to_physical().cast(pl.Int32))
        answers = pl.col(some).cast(pl.Int32).fill_null(-1) + 1
        cells = coded.lazy().select("weight", answers * _ROLES + pl.col("role"))
        found += pl.collect_all(
            [
                cells.group_by(column).agg(pl.len(), w.sum(), (w * w).sum().alias("q"))
                for column in some
            ]
        )
    return found


def masks(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """One group by role, in it a sum for each answer."""
    w = pl.col("weight")
    found = []
    for some, decoded in _decoded(frame, columns):
        sums = [
            total.alias(f"{column} {answer} {place}")
            for column in some
            for answer in decoded[column].unique().drop_nulls().to_list()
            for place, total in enumerate(
                (
                    (pl.col(column) == answer).sum(),
                    w.filter(pl.col(column) == answer).sum(),
                    (w * w).filter(pl.col(column) == answer).sum(),
                )
            )
        ]
        found.append(decoded.lazy().group_by("role").agg(sums).collect())
    return found


def bins(frame: pl.LazyFrame, columns: Sequence[str]) -> object:
    """Columns decoded some at a time by Polars, counted by NumPy."""
    found = []
    for some, decoded in _decoded(frame, columns):
        count = Bins(decoded)
        found += [count(decoded[column]) for column in some]
    return found


DECODED = "Polars decodes 32 columns, NumPy counts them"
WAYS: dict[str, Way] = {
    "Polars, a query a column": one_by_one,
    "Polars, 32 queries at once from the file": shared_scan,
    "Polars, 32 columns decoded, then grouped": grouped_in_memory,
    "Polars, 32 columns decoded, grouped by one code a cell": physical_codes,
    "Polars, 32 columns decoded, a mask an answer": masks,
    DECODED: bins,
}
"""What is tried, by name."""


def _batches(columns: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(columns), _BATCH):
        yield columns[start : start + _BATCH]


def _decoded(
    frame: pl.LazyFrame, columns: Sequence[str]
) -> Iterator[tuple[Sequence[str], pl.DataFrame]]:
    for some in _batches(columns):
        yield some, frame.select("role", "weight", *some).collect()
