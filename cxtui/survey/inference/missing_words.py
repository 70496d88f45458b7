"""Words for no answer among the answers of a column: `NA`, `N/A`, `null`, `-`, `.` …

Each is a decision by the other answers: `NA` among codes of regions is North America, `-` among
signs is a sign. What is missing stays in the data, and can be an answer again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from cxtui.messages import tr_count, tr_some
from cxtui.survey.inference.column_values import Column, merge_spellings
from cxtui.survey.inference.ticks import is_unasked
from cxtui.survey.question import Category, Kind, Question, is_number
from cxtui.text import clean

MISSING_WORD = (
    r"(?i)^\s*(?:na|n/a|#n/a(?: n/a)?|n\.a\.?|<na>|#na|null|#null!?|\(null\)|\\n|nan|nil"
    r"|-|--|---|\u2013|\u2014|\.|\.\.|\u2026|\?|\(blank\)|\(empty\)|#value!|#ref!|#div/0!)\s*$"
)
"""Pattern of a word that programs or people write where there is no answer."""

LONGEST_WORD = 16
"""Bytes of the longest such word, with blanks around it."""

NOT_APPLICABLE = r"(?i)^\s*(?:na|n/a|n\.a\.?)\s*$"
"""Pattern of those that may also be an answer that was offered."""

_WORD, _OFFERED = re.compile(MISSING_WORD), re.compile(NOT_APPLICABLE)
_FIRST_SIGNS = frozenset("nN#<\\-\u2013\u2014.\u2026?(").union(
    one for one in map(chr, range(0x3001)) if one.isspace()
)
_PRINTABLE = bytes(range(0x20, 0x7F))
_NONE = re.compile(r"(?i)none")
_CODE = re.compile(r"[A-Z]{2,4}\d?")
_CODED, _MOST_SIGNS = 0.6, 24
_FEW_ANSWERS, _SHORT_ANSWER = 30, 30
_FEWEST_FILLED, _FILLED, _PER_BLANK = 3, 0.2, 10


def is_missing_word(text: str) -> bool:
    """Return whether a text may stand for no answer."""
    return bool(_WORD.match(text))


def _words_among(texts: Iterable[str]) -> list[str]:
    """Return the texts that may stand for no answer, among many; hardly one begins as they do."""
    return [one for one in texts if one[:1] in _FIRST_SIGNS and _WORD.match(one)]


def are_filled(columns: Collection[Column]) -> bool:
    """Return whether a file fills cells without an answer with words: in many of its columns.

    There are hardly any blank cells in these columns then.
    """
    texts = [one for one in columns if one.is_text]
    words = {one.name: sum(map(one.counts.__getitem__, _words_among(one.counts))) for one in texts}
    filled = [one for one in texts if words[one.name]]
    blank = sum(one.rows - one.answered for one in filled)
    return len(filled) >= max(_FEWEST_FILLED, _FILLED * len(columns)) and (
        sum(words.values()) >= _PER_BLANK * blank
    )


def valid_words(question: Question) -> list[str]:
    """Return the codes of valid answers that are words for no answer, or no numbers among numbers.

    A column of numbers or dates cannot hold them.
    """

    def is_word(text: str) -> bool:
        if question.kind is Kind.NUMERIC:
            return not is_number(text)
        is_date = question.kind is Kind.DATE
        return is_missing_word(text) or (is_date and not any(map(str.isdigit, text)))

    return [
        one.code for one in question.categories if not one.missing and any(map(is_word, one.texts))
    ]


def missing_among(texts: Iterable[str], *, has_blanks: bool) -> frozenset[str]:
    """Return the texts that mean no answer among these answers of a column.

    Beside blank cells, `N/A` is an answer, unless other words for no answer are there, too. Texts
    that say that the question was not asked are none.
    """
    everyone = list(texts)
    return _missing_among(everyone, _words_among(everyone), has_blanks=has_blanks)


def _missing_among(
    everyone: Sequence[str], listed: Collection[str], *, has_blanks: bool
) -> frozenset[str]:
    words, unasked = {*listed}, _unasked_among(everyone)
    if not words and not unasked:
        return frozenset()
    silent = words | unasked
    others = [text for text in everyone if text not in silent]
    if not others or not words or (has_blanks and all(map(_OFFERED.match, words))):
        return unasked if others else frozenset()
    regions = {text for text in words if clean(text).upper() == "NA"}
    if regions and _are_codes(others):
        words -= regions
    if not any(any(map(str.isalnum, clean(text))) for text in others):
        words = {text for text in words if any(map(str.isalnum, text))}
    if {clean(text).casefold() for text in words} & {"null", "nan", "<na>"}:
        # a program writes `None` beside `null`, a person answers so
        words |= {text for text in everyone if _NONE.fullmatch(text.strip())}
    return unasked | words


def _unasked_among(texts: Sequence[str]) -> frozenset[str]:
    few = texts if len(texts) <= _FEW_ANSWERS else ()
    return frozenset(text for text in few if len(text) <= _SHORT_ANSWER and is_unasked(text))


def _are_codes(texts: Sequence[str]) -> bool:
    """Return whether answers are short codes in capitals, as of regions, countries and states."""
    least = max(1, _CODED * len(texts))
    short = [text for text in texts if len(text) <= _MOST_SIGNS]
    return len(short) >= least and sum(bool(_CODE.fullmatch(clean(one))) for one in short) >= least


def split_missing_words(
    counts: Mapping[str, int], *, has_blanks: bool
) -> tuple[tuple[Category, ...], str]:
    """Return the words for no answer among texts as missing categories, and a phrase on them.

    `counts` are the respondents by text; `has_blanks` says that other cells are empty.
    """
    likely, texts = counts, list(counts)
    if _are_plain(texts):  # then only words are spellings of words, and thousands of texts wait
        listed = _words_among(texts)
        words = _missing_among(texts, listed, has_blanks=has_blanks)
        if not words.issubset(listed):
            spellings = words.union(listed)
            listed = [one for one in texts if one in spellings]
        likely = {one: counts[one] for one in listed}
        spelled = merge_spellings(likely).values()
    else:
        spelled = merge_spellings(counts).values()
        valid = (text for one in spelled for text in one.texts)
        words = missing_among(valid, has_blanks=has_blanks)
    found = [one for one in spelled if words.issuperset(_used(one, counts))]
    if len(found) == len(spelled) and len(likely) == len(counts):
        return (), ""
    missing = tuple(replace(one, missing=True) for one in found)
    return missing, missing_phrase(found, counts)


def _are_plain(texts: Iterable[str]) -> bool:
    """Return whether cleaning changes none of the texts."""
    joined = " ".join(texts)  # blanks at the ends of a text become double ones
    if joined.isascii():
        is_printable = not joined.encode().translate(None, _PRINTABLE)
        return is_printable and "  " not in joined and joined.strip() == joined
    return clean(joined) == joined


def _used(category: Category, counts: Mapping[str, int]) -> set[str]:
    """Return the texts of a category that occur."""
    return {text for text in category.texts if text in counts} or {category.code}


def missing_words_of(counts: Mapping[str, int]) -> tuple[tuple[Category, ...], str]:
    """Return the words for no answer among open answers as missing categories, and a phrase."""
    words = _words_among(counts)
    categories = [*merge_spellings({text: counts[text] for text in words}).values()]
    if len(words) == len(counts):
        return (), ""
    return tuple(replace(one, missing=True) for one in categories), missing_phrase(
        categories, counts
    )


def missing_phrase(found: Sequence[Category], counts: Mapping[str, int]) -> str:
    """Return how many answers count as missing, and the categories that they are."""
    lost = sum(counts.get(text, 0) for one in found for text in one.texts)
    return (
        tr_count(
            lost,
            "; {:,} answer counts as missing: {}",
            "; {:,} answers count as missing: {}",
            tr_some([repr(one.label) for one in found]),
        )
        if found
        else ""
    )
