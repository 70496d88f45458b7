"""Numbers that a file holds as text: with a unit, grouped, or with words in a few cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.messages import tr, tr_count
from cxtui.sources.null_words import columns_with_words
from cxtui.sources.readers.date_texts import DIGITS
from cxtui.sources.source import Source
from cxtui.survey.file_columns import column_pattern
from cxtui.survey.inference.column_values import merge_spellings
from cxtui.survey.inference.missing_words import is_missing_word
from cxtui.survey.inference.number_wordings import CURRENCY_CODES, CURRENCY_SIGNS
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question
from cxtui.text import clean, fold

_SIGNS = CURRENCY_SIGNS
_BEFORE = rf"(?:[A-Z]{{0,2}}[{_SIGNS}]|(?i:{CURRENCY_CODES})\.?(?![^\W\d_]))?"
_NUMBER = r"[-\u2212+]?(?:\d{1,3}(?:G\d{3})+|\d+)(?:D\d+)?"
_AFTER = rf"(?:%|[{_SIGNS}]|[^\W\d_]{{1,12}}\.?)?"
_BLANK = r"[\s\u00a0\u202f]*"
_GROUPS = {".": r"[,\s\u00a0\u202f'\u2019]", ",": r"[.\s\u00a0\u202f'\u2019]"}
"""Signs between thousands, by the decimal sign."""

_COMMA_DECIMAL = re.compile(r"\d,\d{1,2}(?!\d)|\d,\d{4}|\.\d{3},\d|^\D*0,\d")
_DOT_DECIMAL = re.compile(r"\d\.\d{1,2}(?!\d)|\d\.\d{4}|,\d{3}\.\d|^\D*0\.\d")
_LEADING_ZERO = re.compile(r"^\D*0\d")
_FEWEST_NUMBERS, _FIRST_VALUES = 12, 200
_MOST_WORDS, _DECLARED_WORDS, _SHOWN, _LISTED, _SAME_UNIT = 0.1, 0.5, 3, 10, 0.9
_ENDINGS = frozenset({"", "s", "n", "e", "en", "es", "a", "y", "ow"})


@dataclass(frozen=True, slots=True)
class NumberText:
    """A text column that is read as numbers: its pattern, decimal sign, unit, and what is lost.

    `spellings` are those of the unit; `words` counts the texts that become missing: those without a
    number, or with another unit.
    """

    column: str
    decimal: str
    unit: str
    spellings: frozenset[str]
    words: Mapping[str, int]

    @property
    def pattern(self) -> str:
        """Return the pattern of a cell, with the number as its first group."""
        spelled = "|".join(map(re.escape, sorted(self.spellings, key=len, reverse=True)))
        return _cell_pattern(self.decimal, rf"(?:(?:{spelled})\.?)?", rf"(?:{spelled})?\.?")

    def expression(self) -> pl.Expr:
        """Return the numbers of the column, null for words."""
        column = pl.col(column_pattern(self.column))
        number = column.str.extract(self.pattern).str.replace_all("\u2212", "-", literal=True)
        bare = number.str.replace_all(_GROUPS[self.decimal], "")
        bare = bare.str.replace_many(list(DIGITS), list(DIGITS.values()))
        return bare.str.replace(self.decimal, ".", literal=True).cast(pl.Float64).alias(self.column)

    @property
    def remark(self) -> str:
        """Return what was read as numbers, and which words are missing, with their count."""
        said = tr("text read as numbers")
        if self.unit:
            said = tr("text read as numbers with the unit {!r}", self.unit)
        if lost := sum(self.words.values()):
            texts = sorted(self.words, key=lambda one: -self.words[one])
            shown = ", ".join(repr(clean(one)) for one in texts[:_SHOWN])
            said += tr_count(
                lost,
                "; {:,} answer is no number and missing: {}",
                "; {:,} answers are no numbers and missing: {}",
                shown + (" …" if len(texts) > _SHOWN else ""),
            )
        return said


def read_number_texts(
    source: Source, sample: nw.DataFrame[Any], written: Codebook
) -> tuple[Source, nw.DataFrame[Any], dict[str, NumberText]]:
    """Return a source and its sample with texts that hold numbers as numbers, and how, by column.

    A server's columns stay as they are, and so do those that a codebook declares to be no numbers.
    """
    if not source.frame.implementation.is_polars() or source.sample is not None:
        return source, sample, {}
    declared = (*written.questions, *source.dictionary.questions)
    known = {name for one in declared for name in one.columns}
    known |= {written.respondent, *written.strata, written.cluster}
    known |= {one.column for one in (*written.excluded, *source.dictionary.excluded)}
    numeric = {one.columns[0] for one in written.questions if one.kind is Kind.NUMERIC}
    numeric -= columns_with_words(written)
    numeric |= {written.weight, *written.weights}
    found = _find_number_texts(sample.to_native(), known, numeric)
    if not found:
        return source, sample, {}
    numbers = [one.expression() for one in found]
    lazy: pl.LazyFrame = source.frame.to_native()
    read: pl.DataFrame = sample.to_native()
    return (
        replace(source, frame=nw.from_native(lazy.with_columns(numbers))),
        nw.from_native(read.with_columns(_numbers(read, one) for one in found), eager_only=True),
        {one.column: one for one in found},
    )


def _numbers(sample: pl.DataFrame, read: NumberText) -> pl.Series:
    """Return the numbers of a column of the sample; each distinct text is read once."""
    texts = sample[read.column]
    distinct = texts.unique()
    numbers = distinct.to_frame().select(read.expression()).to_series()
    return texts.replace_strict(distinct, numbers, return_dtype=pl.Float64)


def with_remarks(codebook: Codebook, read: Mapping[str, NumberText]) -> Codebook:
    """Return a codebook whose guesses say how their columns were read, and what is missing."""
    questions = (
        _with_remark(one, read[one.columns[0]]) if one.guess and one.columns[0] in read else one
        for one in codebook.questions
    )
    return replace(codebook, questions=tuple(questions))


def _with_remark(question: Question, read: NumberText) -> Question:
    common = dict(sorted(read.words.items(), key=lambda one: -one[1])[:_LISTED])
    missing = (replace(one, missing=True) for one in merge_spellings(common).values())
    guess = f"{question.guess}; {read.remark}"
    return replace(question, guess=guess, categories=(*question.categories, *missing))


def _find_number_texts(
    sample: pl.DataFrame, declared: Iterable[str], numeric: Iterable[str]
) -> list[NumberText]:
    """Return the text columns that hold numbers; not those that a codebook declares otherwise.

    `numeric` are the columns that it declares to be numbers, of which half may be words.
    """
    known, numbers = set(declared), set(numeric)
    found = []
    for column in sample.iter_columns():
        name = column.name
        if column.dtype == pl.String and (name in numbers or name not in known):
            texts = column.alias("values").drop_nulls()  # a series finds itself by its name
            if not any(map(_has_digit, texts.head(_FIRST_VALUES).to_list())):
                continue
            counts = Counter(texts.to_list())
            if one := _read_column(name, counts, is_declared=name in numbers):
                found.append(one)
    return found


def _read_column(name: str, counts: Mapping[str, int], *, is_declared: bool) -> NumberText | None:
    """Return how to read a column, `None` if it holds no numbers."""
    if not counts or not any(map(_has_digit, list(counts)[:_FEWEST_NUMBERS])):
        return None
    decimal = _decimal_sign(counts)
    cell = re.compile(_cell_pattern(decimal))
    matches = {text: one for text in counts if (one := cell.match(text))}
    unit, alike = _common_unit(matches, counts)
    words = {text: n for text, n in counts.items() if text not in alike}
    lost = sum(n for text, n in words.items() if not is_missing_word(text))
    total = sum(counts[text] for text in alike) + lost
    read = NumberText(name, decimal, unit, frozenset(map(_unit, alike.values())), words)
    if is_declared:
        return read if lost <= _DECLARED_WORDS * total else None
    are_codes = any(map(_LEADING_ZERO.match, alike))
    few = len({one[1] for one in alike.values()}) < _FEWEST_NUMBERS
    if few or are_codes or lost > _MOST_WORDS * total:
        return None
    return read


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _cell_pattern(decimal: str, before: str = _BEFORE, after: str = _AFTER) -> str:
    number = _NUMBER.replace("G", _GROUPS[decimal]).replace("D", re.escape(decimal))
    return rf"^{_BLANK}{before}{_BLANK}({number}){_BLANK}{after}{_BLANK}$"


def _decimal_sign(texts: Iterable[str]) -> str:
    """Return the decimal sign of a column: the comma where more numbers have it than the dot."""
    commas = dots = 0
    for text in texts:
        commas += bool(_COMMA_DECIMAL.search(text))
        dots += bool(_DOT_DECIMAL.search(text))
    return "," if commas > dots else "."


def _common_unit(
    matches: Mapping[str, re.Match[str]], counts: Mapping[str, int]
) -> tuple[str, dict[str, re.Match[str]]]:
    """Return the unit of nearly all numbers (empty for none), and the cells with that unit."""
    units = {text: _unit(found) for text, found in matches.items()}
    sizes: Counter[str] = Counter()
    for text, unit in units.items():
        sizes[unit] += counts[text]
    common = sizes.most_common(1)[0][0] if sizes else ""
    alike = {text: one for text, one in matches.items() if _is_same(units[text], common)}
    enough = sum(counts[text] for text in alike) >= _SAME_UNIT * sizes.total()
    return (common, alike) if enough else ("", {})


def _unit(found: re.Match[str]) -> str:
    """Return what stands beside the number of a cell, without blanks."""
    text = found[0]
    return (text[: found.start(1)] + text[found.end(1) :]).strip(" \u00a0\u202f.")


def _is_same(one: str, other: str) -> bool:
    """Return whether units are equal but for capitals and a plural."""
    short, long = sorted((fold(one), fold(other)), key=len)
    return short == long or (bool(short) and long.removeprefix(short) in _ENDINGS)
