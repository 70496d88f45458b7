"""Types of the columns of a delimited text, all of whose cells were read as texts.

A column has the type that all of its cells have; those of the first rows say which may be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import polars as pl

from cxtui.survey.file_columns import column_pattern

_FIRST_ROWS = 1_000
_PATTERNS = {
    "whole": r"^-?\d+$",
    "number": r"^(?:-?\d+|[-+]?(?:\d*\.\d+(?:[eE][-+]?\d+)?|inf|NaN|\d+[eE][-+]?\d+|\d+\.))$",
    "truth": r"^(?i:true|false)$",
}
"""By kind, the pattern of a cell, the narrowest first."""
_TYPES = {"whole": (pl.Int64(), pl.Int128()), "number": (pl.Float64(),), "truth": (pl.Boolean(),)}
"""By kind, the types of its columns, the narrowest first."""


def typed_columns(frame: pl.LazyFrame, kept: Collection[str] = ()) -> Iterator[pl.Expr]:
    """Yield the columns of texts that hold nothing but numbers or truth values, as such.

    The columns `kept` stay texts, and so do numbers that no type can hold, in other digits, say.
    """
    names = [name for name in frame.collect_schema().names() if name not in kept]
    firsts = frame.head(_FIRST_ROWS + 1).collect()
    if len(firsts) > _FIRST_ROWS:
        likely = _fitting(firsts.lazy(), dict.fromkeys(names, tuple(_PATTERNS)))
        found = _fitting(frame, likely)
    else:
        found = _narrowest(firsts.lazy(), names)
    yield from _converted(frame, {name: kinds[0] for name, kinds in found.items() if kinds})


def _narrowest(frame: pl.LazyFrame, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the narrowest kind that all cells of a column have, by column."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in _PATTERNS:
        found |= _fitting(frame, {name: (kind,) for name in names if name not in found})
    return found


def _fitting(
    frame: pl.LazyFrame, likely: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the kinds that all cells of a column have, by column; all of them without a cell."""
    tests = [
        _columns(names).str.contains(pattern).all().name.prefix(kind)
        for kind, pattern in _PATTERNS.items()
        if (names := [name for name, kinds in likely.items() if kind in kinds])
    ]
    fits = frame.select(tests).collect().row(0, named=True) if tests else {}
    found = {
        name: tuple(kind for kind in kinds if fits[kind + name]) for name, kinds in likely.items()
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def _converted(frame: pl.LazyFrame, kinds: Mapping[str, str]) -> Iterator[pl.Expr]:
    """Yield the columns in their types, but those with a cell that would be lost.

    A wider type is asked for only where a narrower one does not hold the cells of a column.
    """
    left = dict(kinds)
    for place in range(max(map(len, _TYPES.values()))):
        alike: dict[str, list[str]] = {}
        for name, kind in left.items():
            if place < len(_TYPES[kind]):
                alike.setdefault(kind, []).append(name)
        counts = [
            one.count().name.prefix(prefix)
            for kind, names in alike.items()
            for prefix, one in (("0", _columns(names)), ("1", _in_type(names, kind, place)))
        ]
        found = frame.select(counts).collect().row(0, named=True) if counts else {}
        for kind, names in alike.items():
            whole = [name for name in names if 0 < found[f"0{name}"] == found[f"1{name}"]]
            if whole:
                yield _in_type(whole, kind, place)
            for name in whole:
                del left[name]


def _columns(names: Iterable[str]) -> pl.Expr:
    """Return one expression for columns: building one for each takes a millisecond."""
    return pl.col(list(map(column_pattern, names)))


def _in_type(names: Iterable[str], kind: str, place: int) -> pl.Expr:
    """Return columns of texts in one of the types of a kind."""
    if kind == "truth":
        return _columns(names).str.to_lowercase() == "true"
    return _columns(names).cast(_TYPES[kind][place], strict=False)
