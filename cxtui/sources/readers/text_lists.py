"""Conversion of lists that are written as text: `["a", "b"]`, `['a', 'b']` and `{a,"b c"}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.missing_words import MISSING_WORD

_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_IN_BRACKETS = rf"{_QUOTED}|-?\d+(?:\.\d+)?"
_IN_BRACES = r"\"(?:[^\"\\]|\\.)*\"|[^,{}\"]+"
_LISTS = {
    "brackets": (rf"^\s*\[\s*(?:(?:{_IN_BRACKETS})\s*,?\s*)*\]\s*$", _IN_BRACKETS),
    "braces": (rf"^\s*\{{(?:(?:{_IN_BRACES}),?)*\}}\s*$", _IN_BRACES),
}
"""By notation, the pattern of a whole list and that of an answer in it."""


def read_text_lists(frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]]) -> dict[str, pl.Expr]:
    """Return the text columns that hold only lists in one notation, as lists of texts.

    `firsts` are first values of the columns. Words for no answer become null.
    """
    likely = [name for name, values in firsts.items() if all(map(_begins_list, values))]
    if not likely:
        return {}
    columns = {name: pl.col(column_pattern(name)) for name in likely}
    fits = frame.select(
        (column.str.contains(whole) | column.str.contains(MISSING_WORD))
        .all()
        .alias(f"{kind}{name}")
        for name, column in columns.items()
        for kind, (whole, _) in _LISTS.items()
    )
    found = fits.collect().row(0, named=True)
    return {
        name: _parse(column, answer).alias(name)
        for name, column in columns.items()
        for kind, (_, answer) in _LISTS.items()
        if found[f"{kind}{name}"]
    }


def _begins_list(text: str) -> bool:
    return text.lstrip()[:1] in {"[", "{"}


def _parse(column: pl.Expr, answer: str) -> pl.Expr:
    """Return the answers of a list, without their quotation marks."""
    inside = pl.element().str.strip_chars().str.replace(r"^[\"'](.*)[\"']$", "${1}")
    bare = inside.str.replace_all(r"\\(.)", "${1}")
    answers = column.str.extract_all(answer).list.eval(bare.filter(bare != ""))
    return pl.when(~column.str.contains(MISSING_WORD)).then(answers)
