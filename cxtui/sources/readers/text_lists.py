"""Conversion of lists that are written as text: `["a", "b"]`, `['a', 'b']` and `{a,"b c"}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import polars as pl

from cxtui.sources.readers.few_texts import few_texts
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

_SEPARATOR = "\x1f"
_CELLS = 100_000
"""Cells that are parsed as one column."""
_MOST_COLUMNS = 1_000
"""Columns of lists that queries parse: each takes half a megabyte while one runs."""


def read_text_lists(
    frame: pl.LazyFrame, firsts: Mapping[str, Sequence[str]], *, is_held: bool = False
) -> dict[str, pl.Expr]:
    """Return the text columns that hold only lists in one notation, as lists of texts.

    `firsts` are first values of the columns. A word for no answer becomes the only one of its list.
    The lists of a frame that `is_held` in memory are literals; of thousands of columns in one that
    is not, the last ones stay text.
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
    answers = {
        name: answer
        for name in likely
        for kind, (_, answer) in _LISTS.items()
        if found[f"{kind}{name}"]
    }
    if is_held:
        return _parsed(frame, answers)
    some = dict(islice(answers.items(), _MOST_COLUMNS))
    parsed = {name: _parse(columns[name], answer).alias(name) for name, answer in some.items()}
    few = few_texts(frame, {name: columns[name] for name in some})
    mapped = {name: _mapped(columns[name], own, some[name]) for name, own in few.items()}
    return parsed | {name: one.alias(name) for name, one in mapped.items() if one is not None}


def _parsed(frame: pl.LazyFrame, answers: Mapping[str, str]) -> dict[str, pl.Expr]:
    """Return the lists of columns in memory as literals; `answers` are the patterns in them.

    Short columns are parsed one below the other: each query takes as much time and memory for its
    patterns as for thousands of cells.
    """
    texts = frame.select(pl.col(column_pattern(name)) for name in answers).collect()
    together = max(_CELLS // max(len(texts), 1), 1)
    alike = (
        [name for name, one in answers.items() if one == answer] for _, answer in _LISTS.values()
    )
    batches = [
        names[start : start + together]
        for names in alike
        for start in range(0, len(names), together)
    ]
    stacks = [pl.concat(texts[name] for name in names).alias("texts") for names in batches]
    parsed = pl.collect_all(
        stack.to_frame().lazy().select(_parse(pl.col("texts"), answers[names[0]]))
        for stack, names in zip(stacks, batches, strict=True)
    )
    return {
        name: pl.lit(lists.to_series().slice(place * len(texts), len(texts))).alias(name)
        for lists, names in zip(parsed, batches, strict=True)
        for place, name in enumerate(names)
    }


def _mapped(column: pl.Expr, texts: pl.Series, answer: str) -> pl.Expr | None:
    """Return the lists of a column in which each of few texts is parsed once.

    The engine finds no list by a text, but another text: the answers, each after a separator.
    `None` where a text holds the separator itself.
    """
    if texts.str.contains(_SEPARATOR, literal=True).any():
        return None
    separated = pl.concat_str(pl.lit(_SEPARATOR), pl.element())
    parsed = _parse(pl.col(texts.name), answer).list.eval(separated).list.join("")
    joined = texts.to_frame().select(parsed).to_series()
    found = column.replace_strict(texts, joined, default=None, return_dtype=pl.String)
    return found.str.split(_SEPARATOR).list.slice(1)


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
