"""Numbers in the wording of answers: `under 18`, `2 to 4 hours`, `de 1.000 à 2.000 €`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cxtui.text import fold

if TYPE_CHECKING:
    from cxtui.survey.languages.lexicon import Lexicon

CURRENCY_SIGNS = "$€£¥₹₩₽₺฿₪₫₦₱₴"
CURRENCY_CODES = (
    "aed|ars|aud|bdt|brl|cad|chf|clp|cny|cop|czk|dkk|egp|eur|gbp|hkd|huf|idr|ils|inr|jpy|kes|krw"
    "|kr|mxn|myr|ngn|nok|nzd|php|pkr|pln|rmb|ron|rs|rub|sar|sek|sgd|thb|try|twd|uah|usd|vnd|zar"
)
_CURRENCY = rf"(?:[a-z]{{0,2}}[{CURRENCY_SIGNS}]|(?:{CURRENCY_CODES})\.?(?![^\W\d_]))?"
_DIGITS = r"\d++(?:[.,' ]\d{3}(?!\d))*+(?:[.,]\d++)?+"
_GROUPING = re.compile(r"[.,' ](?=\d{3}(?!\d))")
_SOON = re.compile(
    r"^(?:(?:in|within|over|during) )?(?:the )?(?:next|coming) (?=\d|day|week|month|year)"
)
_UP_TO_ONE = re.compile(r"^up to (?=[a-z])")
_TIMES_SAID = frozenset({"once", "twice"})
_BETWEEN = 12
_SHORT_WORD = r"(?:[^\W\d]{1,3} )?"


@dataclass(frozen=True, slots=True)
class WordedNumber:
    """A number in an answer: its size, the side that is meant (-1 below, 1 above), and its unit.

    `upper` is the end of a range, else the same number; `unit` is 0 where there is none.
    """

    number: float
    side: int
    upper: float
    unit: float

    def sort_key(self, *, in_units: bool) -> tuple[float, ...]:
        """Return the key by which answers are sorted, in the size of their units if they differ."""
        size = (self.unit or 1.0) if in_units else 1.0
        return self.number * size, self.side, self.upper * size


def number_keys(texts: Iterable[str], lexicon: Lexicon) -> dict[str, tuple[float, ...]]:
    """Return the sort keys of the texts that begin with a number or its words in a language."""
    found = {text: one for text in texts if (one := read_number(text, lexicon))}
    # `under 18` beside `18 to 24 years` has the same unit
    differ = len({one.unit for one in found.values() if one.unit}) > 1
    return {text: one.sort_key(in_units=differ) for text, one in found.items()}


def read_number(text: str, lexicon: Lexicon) -> WordedNumber | None:
    """Return the number that a text begins with, in the words of a language, else `None`."""
    lower = _UP_TO_ONE.sub("up to 1 ", _SOON.sub("up to ", fold(text)))
    found = _first_pattern(lexicon).match(lower) if _may_be_number(lower, lexicon) else None
    if not found:
        return None
    patterns = _patterns(lexicon)
    rest = lower[found.end() :]
    unit_found = patterns.unit.search(rest)
    if found["word"] and not unit_found and found["word"] not in _TIMES_SAID:
        return None
    first = lexicon.numbers.words[found["word"]] if found["word"] else _size(found["number"])
    unit = lexicon.numbers.units[unit_found[1]] if unit_found else 0.0
    times = _multiple(found["multiple"], lexicon)
    second = patterns.second.search(rest)
    if second is None or second.start() > _BETWEEN or _joins_words(found, second, rest):
        side = -1 if found["below"] else 1 if found["above"] else patterns.side_after(rest)
        return WordedNumber(first * times, side, first * times, unit)
    upper = _size(second["number"])
    upper_times = _multiple(second["multiple"], lexicon)
    if not found["multiple"]:  # `10 to 20K`
        times = upper_times
    return WordedNumber(first * times, 0, upper * (upper_times or times), unit)


def _may_be_number(lower: str, lexicon: Lexicon) -> bool:
    """Return whether a text has a digit or a word for a number; patterns take long to compile."""
    has_digit = any(map(str.isdecimal, lower))
    return has_digit or any(word in lower for word in lexicon.numbers.words)


def _joins_words(found: re.Match[str], second: re.Match[str], rest: str) -> bool:
    """Return whether the second number is not the end of the range: `under 3 (of 10)`."""
    return bool(found["below"] or found["above"]) or "(" in rest[: second.start()]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns of what stands behind the first number of an answer."""

    second: re.Pattern[str]
    unit: re.Pattern[str]
    below_after: re.Pattern[str]
    above_after: re.Pattern[str]

    def side_after(self, rest: str) -> int:
        """Return the side that the words after a number mean."""
        return -1 if self.below_after.search(rest) else 1 if self.above_after.search(rest) else 0


@cache
def _first_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of the number, or the word for one, that an answer begins with."""
    words, edge = lexicon.numbers, _edge(lexicon)
    article = _SHORT_WORD if lexicon.is_spaced else ""
    units = _any_of(words.units)
    sides = (
        rf"(?:(?P<below>(?:{_any_of(words.below)}){edge}|<=?|≤) *{article})?"
        rf"(?:(?P<above>(?:{_any_of(words.above)}){edge}|>=?|≥) *{article})?"
    )
    ends = rf"(?:(?![^\W\d_])|(?= ?(?:{units}){edge}))" if lexicon.is_spaced else ""
    first = (
        rf"^[(\[]? *(?:(?:{_any_of(words.first)}){edge} *)?{sides}"
        rf"(?:{_CURRENCY} *(?P<number>{_DIGITS})"
        rf"|(?P<word>(?:{_any_of(words.words)})(?! few){edge})){_multiples(lexicon)}{ends}"
    )
    return re.compile(first)


def _edge(lexicon: Lexicon) -> str:
    return r"(?![^\W\d_])" if lexicon.is_spaced else ""


def _multiples(lexicon: Lexicon) -> str:
    return rf"(?: ?(?P<multiple>(?:{_any_of(lexicon.numbers.multiples)})+{_edge(lexicon)}))?"


@cache
def _patterns(lexicon: Lexicon) -> _Patterns:
    words, edge = lexicon.numbers, _edge(lexicon)
    start = r"(?<![^\W\d_])" if lexicon.is_spaced else ""
    units = _any_of(words.units)
    return _Patterns(
        re.compile(rf"{_CURRENCY} ?(?P<number>{_DIGITS}){_multiples(lexicon)}"),
        re.compile(rf"{start}({units}){edge}"),
        re.compile(rf"^[^\d(]*?(?:{_any_of(words.below_after)}){edge}"),
        re.compile(rf"^(?: ?\+|[^\d(]*?(?:{_any_of(words.above_after)}){edge})"),
    )


def _any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; of none, one that never fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _multiple(text: str | None, lexicon: Lexicon) -> float:
    """Return the multiple that words mean: 1,000 for `k`, 10 million for `千万`."""
    sizes = lexicon.numbers.multiples
    parts = re.findall(_any_of(sizes), text) if text else ()
    return math.prod(sizes[part] for part in parts)


def _size(text: str) -> float:
    """Return the number of `10,000`, `1 000` or `1.5`; a sign before three digits groups them."""
    bare = text if text.startswith("0") else _GROUPING.sub("", text)
    return float(bare.replace(",", "."))
