"""Lexicon: the words of questionnaires in one language, as read of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

WORD = re.compile(r"(?:[^\W\d]|[\u0900-\u0963\u0970-\u0dff]){2,}")
"""A word of two letters or more, in any script; vowel signs of India are letters of it."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Words beside the numbers of a language: sides, units and multiples.

    `below` and `above` stand before a number, `below_after` and `above_after` after it.
    """

    below: tuple[str, ...]
    above: tuple[str, ...]
    below_after: tuple[str, ...]
    above_after: tuple[str, ...]
    first: tuple[str, ...]
    units: Mapping[str, float]
    multiples: Mapping[str, float]
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class OftenWords:
    """Words that say how often: times of a `time`, in `units` or `alone` with their days."""

    time: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    almost: tuple[str, ...] = ()
    times: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    alone: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BannerWords:
    """Names of a variable to compare by, and the pattern of what its label asks."""

    names: frozenset[str]
    asked: str


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words of questionnaires in one language, folded as `fold` does.

    `is_spaced` says that blanks stand between words. `grades` are ranks of answers, `patterns`
    those of answers of which a part may be any words, `degrees` those of words of degree.
    `negations` have `~` in the place of an adjective; the first group of `denied` is what it
    denies; `endings` are cut from adjectives. `apart` are the patterns
    of `Other`, `None`, not applicable, don't know, refused and no answer, in this order. `names`
    are patterns of whole words of names. All other texts are patterns of regular expressions too,
    except the sets, which hold whole texts.
    """

    code: str
    name: str
    is_spaced: bool
    grades: Mapping[str, float]
    patterns: tuple[tuple[re.Pattern[str], float], ...]
    degrees: Mapping[str, float]
    neutral: str
    opposites: tuple[tuple[str, str], ...]
    negations: tuple[str, ...]
    articles: tuple[str, ...]
    endings: str
    denied: str
    apart: tuple[str, ...]
    chosen: frozenset[str]
    unchosen: frozenset[str]
    unasked: frozenset[str]
    numbers: NumberWords
    often: OftenWords
    questions: Mapping[str, str]
    role_names: frozenset[str]
    names: Mapping[str, str]
    banners: Mapping[str, BannerWords]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]


@cache
def vocabulary(lexicon: Lexicon) -> frozenset[str]:
    """Return the words by which texts of the language are recognized."""
    numbers = lexicon.numbers
    sides = (*numbers.below, *numbers.above, *numbers.below_after, *numbers.above_after)
    phrases = {
        *(*lexicon.grades, *lexicon.degrees, *lexicon.chosen, *lexicon.unchosen),
        *lexicon.role_names,
        *(*sides, *numbers.first, *numbers.units, *numbers.multiples),
        *(*lexicon.often.times, *lexicon.often.units, *lexicon.often.alone),
        *(word for pair in lexicon.opposites for word in pair if "~" not in word),
        *(WORD.findall(f"{lexicon.neutral} {' '.join(lexicon.apart)}")),
        *(WORD.findall(" ".join(lexicon.questions.values()))),
    }
    if not lexicon.is_spaced:
        return frozenset(phrases)
    return frozenset(word for phrase in phrases for word in WORD.findall(phrase))
