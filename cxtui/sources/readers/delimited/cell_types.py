"""Types of the columns of a delimited text, all of whose cells were read as texts.

A column has the type that all of its cells have; those of the first rows say which may be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

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
        pl.col(column_pattern(name)).str.contains(_PATTERNS[kind]).all().alias(f"{kind} {place}")
        for place, (name, kinds) in enumerate(likely.items())
        for kind in kinds
    ]
    fits = frame.select(tests).collect().row(0, named=True) if tests else {}
    found = {
        name: tuple(kind for kind in kinds if fits[f"{kind} {place}"])
        for place, (name, kinds) in enumerate(likely.items())
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def _converted(frame: pl.LazyFrame, kinds: Mapping[str, str]) -> Iterator[pl.Expr]:
    """Yield the columns in their types, but those with a cell that would be lost."""
    texts = {name: pl.col(column_pattern(name)) for name in kinds}
    choices = {name: _choices(texts[name], kind) for name, kind in kinds.items()}
    counts = [
        one.count().alias(f"{number} {place}")
        for place, name in enumerate(kinds)
        for number, one in enumerate((texts[name], *choices[name]))
    ]
    found = frame.select(counts).collect().row(0, named=True) if counts else {}
    for place, (name, converted) in enumerate(choices.items()):
        for number, one in enumerate(converted, 1):
            if found[f"0 {place}"] and found[f"{number} {place}"] == found[f"0 {place}"]:
                yield one.alias(name)
                break


def _choices(text: pl.Expr, kind: str) -> tuple[pl.Expr, ...]:
    """Return a column of texts in the types of a kind, the narrowest first."""
    if kind == "truth":
        return (text.str.to_lowercase() == "true",)
    types = (pl.Int64(), pl.Int128()) if kind == "whole" else (pl.Float64(),)
    return tuple(text.cast(one, strict=False) for one in types)
