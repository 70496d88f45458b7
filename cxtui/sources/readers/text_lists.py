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

    `firsts` are first values of the columns. A word for no answer becomes the only one of its list.
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
    word = pl.concat_list(column.str.strip_chars())
    return (
        pl.when(~column.str.contains(MISSING_WORD))
        .then(answers)
        .when(column.is_not_null())
        .then(word)
    )


def words_in_lists(frame: pl.LazyFrame, lists: Mapping[str, pl.Expr]) -> dict[str, frozenset[str]]:
    """Return the words for no answer that are items beside others, by column of lists."""
    if not lists:
        return {}
    items = [one.filter(one.list.len() > 1).list.explode() for one in lists.values()]
    words = (one.filter(one.str.contains(MISSING_WORD)).unique().implode() for one in items)
    found = frame.select(one.alias(str(place)) for place, one in enumerate(words))
    cells = found.collect().row(0)
    return {name: frozenset(words) for name, words in zip(lists, cells, strict=True)}
