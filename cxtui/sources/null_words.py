"""Columns of numbers or dates in which a few cells say `NA`, `N/A`, `null`, `-` and the like.

There such a word can be no answer, but the codebook can make it one: then the column stays a text.
In columns of texts it stays, and the codebook says whether it is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.sources.readers.text_columns import Words, count_words, distinct_texts
from cxtui.sources.source import Source
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.column_values import merge_spellings
from cxtui.survey.inference.missing_words import (
    MISSING_WORD,
    is_missing_word,
    missing_phrase,
    valid_words,
)
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question

_OFFERED = r"(?i)^\s*n[/.]a\.?\s*$"
"""A word that is offered as an answer: beside blank cells it stays one of a rating."""

_MOST_STEPS = 11
_LEADING_ZERO = r"^\s*-?0\d"
_TRUTH = r"^(?:true|false)$"
_FIRST_VALUES = 40
_FIGURE = r"^[-+]?(?:[\d.]+(?:e[-+]?\d+)?|inf(?:inity)?|nan)$"
_NUMBER_OR_WORD = re.compile(rf"{MISSING_WORD}|{_TRUTH}|{_FIGURE}", re.IGNORECASE)
"""Pattern of a text that is none of them where it has no match; for a quick look."""


def read_missing_words(
    source: Source, sample: nw.DataFrame[pl.DataFrame], written: Codebook
) -> tuple[Source, nw.DataFrame[pl.DataFrame]]:
    """Return a source and its sample with columns of numbers and words as numbers.

    The words are counted in the source. Declared questions whose answers are listed without such a
    word lose it, too.
    """
    if not source.frame.implementation.is_polars() or source.sample is not None:
        return source, sample
    read: pl.DataFrame = sample.to_native()
    lazy: pl.LazyFrame = source.frame.to_native()
    declared = {name: one for one in written.questions for name in one.columns}
    coded = {name for one in source.dictionary.questions for name in one.columns}
    texts = [name for name, dtype in read.schema.items() if dtype == pl.String]
    texts = [name for name in texts if name not in coded - set(declared)]
    distinct = distinct_texts(lazy, _number_like(read, texts))
    found = {
        name: dtype
        for name, one in distinct.items()
        if (dtype := _type_beside_words(one.explode())) is not None
        and not _keeps(declared.get(name), dtype)
    }
    changed = {name: _as_type(name, dtype) for name, dtype in found.items()}
    for name in set(texts) & declared.keys() - changed.keys():
        if _forbids_words(declared[name], read[name].alias("values")):
            changed[name] = without_words(name)
    if not changed:
        return source, sample
    columns = list(changed.values())
    lost = count_words(lazy, {name: distinct[name] for name in found})
    return (
        replace(
            source, frame=nw.from_native(lazy.with_columns(columns)), words={**source.words, **lost}
        ),
        nw.from_native(read.with_columns(columns), eager_only=True),
    )


def columns_with_words(written: Codebook | None) -> frozenset[str]:
    """Return the columns in which a codebook calls a word for no answer an answer, or asked.

    A list has such a word in any case.
    """
    questions = written.questions if written else ()
    found = (one for one in questions if len(one.columns) > 1 or one.kind is not Kind.MULTI)
    return frozenset(name for one in found if _has_words(one) for name in one.columns)


def with_missing_words(codebook: Codebook, words: Words) -> Codebook:
    """Return a codebook whose guesses list the words for no answer of their columns as missing."""
    questions = tuple(_with_words(one, words) if one.guess else one for one in codebook.questions)
    return replace(codebook, questions=questions)


def _with_words(question: Question, words: Words) -> Question:
    counts: Counter[str] = Counter()
    for name in question.columns:
        own = Counter(words.get(name, {}))
        # a respondent who was not asked has the word in every column of ticks
        counts = counts | own if question.has_column_each else counts + own
    if not counts:
        return question
    missing = [replace(one, missing=True) for one in merge_spellings(counts).values()]
    guess = question.guess + missing_phrase(missing, counts)
    if question.has_column_each:
        texts = (text for one in missing for text in one.texts if text in counts)
        return replace(question, guess=guess, unasked=(*question.unasked, *texts))
    lost = {one.code for one in missing}
    rest = (one for one in question.categories if one.code not in lost)
    return replace(question, guess=guess, categories=(*rest, *missing))


def _type_beside_words(distinct: pl.Series) -> pl.DataType | None:
    """Return the type of numbers or truth values beside words, `None` for other texts."""
    texts = distinct.drop_nulls()
    is_word = texts.str.contains(MISSING_WORD)
    words, rest = texts.filter(is_word), texts.filter(~is_word)
    if words.is_empty() or rest.is_empty():
        return None
    has_blanks = len(texts) < len(distinct)
    if has_blanks and len(rest) <= _MOST_STEPS and words.str.contains(_OFFERED).all():
        return None
    if rest.str.contains(_TRUTH).all():
        return pl.Boolean()
    if rest.cast(pl.Float64, strict=False).has_nulls() or rest.str.contains(_LEADING_ZERO).any():
        return None
    is_whole = not rest.cast(pl.Int64, strict=False).has_nulls()
    return pl.Int64() if is_whole else pl.Float64()


def without_words(name: str) -> pl.Expr:
    """Return a text column with the words for no answer as null."""
    column = pl.col(column_pattern(name))
    return pl.when(~column.str.contains(MISSING_WORD)).then(column).alias(name)


def _as_type(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(column_pattern(name))
    if dtype == pl.Boolean:
        answered = column.str.contains(_TRUTH)
        return pl.when(answered).then(column == "true").alias(name)
    return column.cast(dtype, strict=False).alias(name)


def _number_like(sample: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the text columns of a sample with numbers, truth values or words for no answer."""
    firsts = {name: sample[name].head(_FIRST_VALUES).to_list() for name in names}
    likely = [
        name
        for name, values in firsts.items()
        if all(one is None or _NUMBER_OR_WORD.search(one) for one in values)
        and sample[name].null_count() < len(sample)
    ]
    # one expression for all of them: building one for each takes longer
    texts = pl.col(list(map(column_pattern, likely))).drop_nulls()
    distinct = texts.unique(maintain_order=True)  # it is asked for three times
    word, truth = distinct.str.contains(MISSING_WORD), distinct.str.contains(_TRUTH)
    number = distinct.cast(pl.Float64, strict=False).is_not_null()
    found = sample.select((word | number | truth).all()) if likely else pl.DataFrame()
    return [name for name in likely if found[name][0]]


def _keeps(question: Question | None, dtype: pl.DataType) -> bool:
    """Return whether the words of a declared question stay in its column beside numbers.

    A missing word stays where the codes of the other answers are their texts.
    """
    if question is None or question.kind in {Kind.NUMERIC, Kind.DATE}:
        return question is not None and _has_words(question)
    if len(question.columns) > 1:
        return _has_words(question)
    is_choice = question.kind in {Kind.SINGLE, Kind.SCALE}
    listed = (text for one in question.categories for text in one.texts)
    return (
        not is_choice
        or _has_words(question)
        or (any(map(is_missing_word, listed)) and dtype != pl.Float64)
    )


def _has_words(question: Question) -> bool:
    """Return whether a word is among the valid answers, or means "not chosen"."""
    return bool(valid_words(question)) or any(map(is_missing_word, question.unchosen))


def _forbids_words(question: Question, texts: pl.Series) -> bool:
    """Return whether a question lists its answers, and none of the words in its column."""
    is_choice = question.kind in {Kind.SINGLE, Kind.SCALE} and bool(question.categories)
    known = {text for one in question.categories for text in one.texts}
    words = texts.drop_nulls().unique()
    found = set(words.filter(words.str.contains(MISSING_WORD)).to_list())
    return is_choice and bool(found) and found.isdisjoint(known)
