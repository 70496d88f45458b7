"""Conversion of lists that are written as text: `["a", "b"]`, `['a', 'b']` and `{a,"b c"}`."""

from __future__ import annotations

import polars as pl

from cxtui.survey.file_columns import column_pattern

_QUOTED = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_IN_BRACKETS = rf"{_QUOTED}|-?\d+(?:\.\d+)?"
_IN_BRACES = r"\"(?:[^\"\\]|\\.)*\"|[^,{}\"]+"
_LISTS = {
    "brackets": (rf"^\s*\[\s*(?:(?:{_IN_BRACKETS})\s*,?\s*)*\]\s*$", _IN_BRACKETS),
    "braces": (rf"^\s*\{{(?:(?:{_IN_BRACES}),?)*\}}\s*$", _IN_BRACES),
}
"""By notation, the pattern of a whole list and that of an answer in it."""


def convert_text_lists(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the frame with text columns that hold only lists in one notation as lists of texts."""
    texts = [name for name, dtype in frame.collect_schema().items() if dtype == pl.String]
    if not texts:
        return frame
    columns = pl.col([column_pattern(name) for name in texts])
    fits = frame.select(
        (
            (columns.str.contains(whole) | columns.is_null()).all() & columns.count().gt(0)
        ).name.prefix(kind)
        for kind, (whole, _) in _LISTS.items()
    )
    found = fits.collect().row(0, named=True)
    return frame.with_columns(
        _parse(pl.col(column_pattern(name)), answer)
        for name in texts
        for kind, (_, answer) in _LISTS.items()
        if found[f"{kind}{name}"]
    )


def _parse(column: pl.Expr, answer: str) -> pl.Expr:
    """Return the answers of a list, without their quotation marks."""
    inside = pl.element().str.strip_chars().str.replace(r"^[\"'](.*)[\"']$", "${1}")
    bare = inside.str.replace_all(r"\\(.)", "${1}")
    return column.str.extract_all(answer).list.eval(bare.filter(bare != ""))
