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


def typed_columns(frame: pl.LazyFrame, kept: Collection[str] = ()) -> Iterator[pl.Expr]:
    """Yield the columns of texts that hold nothing but numbers or truth values, as such.

    The columns `kept` stay texts, and so do numbers that no type can hold, in other digits, say.
    """
    names = [name for name in frame.collect_schema().names() if name not in kept]
    likely = _fitting(frame.head(_FIRST_ROWS), dict.fromkeys(names, tuple(_PATTERNS)))
    found = _fitting(frame, likely)
    yield from _converted(frame, {name: kinds[0] for name, kinds in found.items() if kinds})


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
    """Yield the columns in their types, but those with a cell that would be lost."""
    alike: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        alike.setdefault(kind, []).append(name)
    counts = [
        one.count().name.prefix(str(number))
        for kind, names in alike.items()
        for number, one in enumerate((_columns(names), *_choices(_columns(names), kind)))
    ]
    found = frame.select(counts).collect().row(0, named=True) if counts else {}
    for kind, names in alike.items():
        left = [name for name in names if found[f"0{name}"]]
        for number in range(1, len(_choices(_columns(names), kind)) + 1):
            whole = [name for name in left if found[f"{number}{name}"] == found[f"0{name}"]]
            if whole:
                yield _choices(_columns(whole), kind)[number - 1]
            left = [name for name in left if found[f"{number}{name}"] != found[f"0{name}"]]


def _columns(names: Iterable[str]) -> pl.Expr:
    """Return one expression for columns: building one for each takes a millisecond."""
    return pl.col(list(map(column_pattern, names)))


def _choices(text: pl.Expr, kind: str) -> tuple[pl.Expr, ...]:
    """Return a column of texts in the types of a kind, the narrowest first."""
    if kind == "truth":
        return (text.str.to_lowercase() == "true",)
    types = (pl.Int64(), pl.Int128()) if kind == "whole" else (pl.Float64(),)
    return tuple(text.cast(one, strict=False) for one in types)
