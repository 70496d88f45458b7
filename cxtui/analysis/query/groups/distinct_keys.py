"""Distinct keys of rows, sorted, and the position of each row's key among them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.sample import Positions

Key = tuple[Any, ...]
"""Keys of a group: its answer, its banner keys, or its unit."""

Keys = tuple[tuple[Key, ...], Positions]
"""Distinct keys, sorted, and the position of each row's key among them."""

_FEW_TEXTS = 1_000
"""Texts up to which Python ranks them sooner than the engine."""

_EXACT = 2**53
"""Whole numbers under it are the same as floats."""

_SPREAD = 2**16
"""Values between the lowest and the highest up to which whole numbers are counted, not sorted."""


def distinct_keys(columns: Sequence[nw.Series[Any]], rows: int) -> Keys:
    """Return the distinct keys of some columns and the position of each row's among them.

    Engines return groups in any order, which would determine the rows of unlisted values and the
    order of additions.
    """
    if not columns:
        return ((),), np.zeros(rows, dtype=np.intp)
    values, positions = _ranked(columns[0])
    keys = [(value,) for value in values]
    for column in columns[1:]:
        values, own = _ranked(column)
        both, positions = ranks(positions * len(values) + own, len(keys) * len(values))
        pairs = (divmod(place, len(values)) for place in both.tolist())
        keys = [(*keys[first], values[second]) for first, second in pairs]
    return tuple(keys), positions


def ranks(codes: Positions, size: int) -> tuple[Positions, Positions]:
    """Return the distinct codes, all from 0 to under `size`, sorted, and the rank of each code."""
    if size > _SPREAD:
        distinct, places = np.unique(codes, return_inverse=True)
        return distinct, places.astype(np.intp, copy=False)
    found = np.flatnonzero(np.bincount(codes, minlength=size))
    if len(found) == size:
        return found, codes
    rank = np.zeros(size, dtype=np.intp)
    rank[found] = np.arange(len(found))
    return found, rank[codes]


def group_sort_key(keys: Sequence[Any]) -> list[tuple[bool, Any]]:
    """Return the sort key of a group; no answer comes last."""
    return [(key is None, "" if key is None else _comparable(key)) for key in keys]


def _comparable(key: object) -> object:
    plain = isinstance(key, str | int | float | datetime.date | datetime.time)
    return key if plain else str(key)


def _ranked(column: nw.Series[Any]) -> tuple[list[Any], Positions]:
    """Return the distinct values of a column, sorted, and the rank of each row's value."""
    if isinstance(column.dtype, nw.String | nw.Enum) and len(column) > _FEW_TEXTS:
        return _ranked_texts(column)
    if not column.dtype.is_numeric():
        return _ranked_values(column)
    nulls, numbers = column.null_count(), column.to_numpy()
    if not nulls:
        return _ranked_numbers(numbers)
    # NumPy has NaN for null, which a float can be by itself, and whole numbers as floats.
    there = ~np.isnan(numbers) if numbers.dtype.kind == "f" else np.zeros(0, dtype=bool)
    known = numbers[there]
    if len(known) != len(column) - nulls or np.abs(known).max(initial=0) >= _EXACT:
        return _ranked_values(column)
    values, own = _ranked_numbers(known)
    positions = np.full(len(column), len(values), dtype=np.intp)
    positions[there] = own
    values = list(map(int, values)) if column.dtype.is_integer() else values
    return [*values, None], positions


def _ranked_numbers(numbers: NDArray[Any]) -> tuple[list[Any], Positions]:
    codes = _small_codes(numbers) if numbers.dtype.kind in "iuf" and len(numbers) else None
    if codes is None:
        distinct, places = np.unique(numbers, return_inverse=True)
        return distinct.tolist(), places.astype(np.intp, copy=False)
    lowest = numbers.min()
    found, positions = ranks(codes, int(codes.max()) + 1)
    values: list[Any] = (found + int(lowest)).astype(numbers.dtype).tolist()
    return values, positions


def _small_codes(numbers: NDArray[Any]) -> Positions | None:
    """Return whole numbers as differences from the lowest, `None` where these are not small."""
    lowest, highest = numbers.min().item(), numbers.max().item()
    if not highest - lowest < _SPREAD or max(abs(lowest), abs(highest)) > _EXACT:
        return None
    codes = numbers.astype(np.intp)
    if numbers.dtype.kind == "f" and (codes != numbers).any():
        return None
    codes -= int(lowest)
    return codes


def _ranked_texts(column: nw.Series[Any]) -> tuple[list[Any], Positions]:
    import polars as pl

    texts: pl.Series = column.cast(nw.String).to_native()
    values: list[Any] = sorted(texts.drop_nulls().unique())
    codes = texts.cast(pl.Enum(values)).to_physical().fill_null(len(values))
    if texts.null_count():
        values.append(None)
    return values, codes.to_numpy().astype(np.intp)


def _ranked_values(column: nw.Series[Any]) -> tuple[list[Any], Positions]:
    listed = column.to_list()
    values = sorted(dict.fromkeys(listed), key=lambda value: group_sort_key([value]))
    places = {value: place for place, value in enumerate(values)}
    return values, np.array([places[value] for value in listed], dtype=np.intp)
