"""Words of questionnaires in a language, read from its file when a text is in its script."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from cxtui.text import fold

_FOLDER = Path(__file__).parent
_ENGLISH = _FOLDER / "latin" / "en.toml"
_LATIN = "latin"
_SCRIPTS = (
    (_LATIN, re.compile(r"[a-z\u00c0-\u024f]", re.I)),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("cjk", re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")),
    ("hangul", re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("devanagari", re.compile(r"[\u0900-\u097f]")),
)
_KANA = re.compile(r"[\u3040-\u30ff]")
_JAPANESE = "ja"
_WORD = re.compile(r"(?:[^\W\d]|[\u0900-\u0963\u0970-\u0dff]){2,}")
_MOST_TEXTS = 300
_EXPORTS = "\n[exports]\n"
_UNITS = {
    **{"time": 1.0, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0},
    **{"month": 30.4, "year": 365.0, "million": 1e6, "billion": 1e9},
}
"""Sizes of units, of times in days."""


Exports = Mapping[str, frozenset[str]]
"""Words of the files that survey platforms export, by what they say."""


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


def english() -> Lexicon:
    """Return the words of English."""
    return _read(_ENGLISH)


def languages_of(texts: Iterable[str]) -> tuple[Lexicon, ...]:
    """Return the languages but English whose words occur in texts, the most frequent first."""
    return _languages_of(tuple(islice(texts, _MOST_TEXTS)))


@lru_cache(maxsize=256)
def _languages_of(texts: tuple[str, ...]) -> tuple[Lexicon, ...]:
    folded = list(map(fold, texts))
    joined = "\n".join(folded)
    found: list[tuple[int, Lexicon]] = []
    for script, letters in _SCRIPTS:
        if letters.search(joined):
            for lexicon in _of_script(script):
                votes = _votes(lexicon, folded)
                if lexicon.code == _JAPANESE and _KANA.search(joined):
                    votes += len(folded)
                if votes:
                    found.append((votes, lexicon))
    return tuple(lexicon for _, lexicon in sorted(found, key=lambda one: -one[0]))


def all_languages(text: str) -> Iterator[Lexicon]:
    """Yield English, then all languages of the scripts in a text, whatever its words are."""
    yield from map(_read, _files_for(text))


def exports_of(text: str) -> Iterator[Exports]:
    """Yield what `all_languages` of a text call parts of exports; the rest is not read for it."""
    yield from map(_read_exports, _files_for(text))


def _files_for(text: str) -> Iterator[Path]:
    yield _ENGLISH
    for script in _scripts_of(text):
        yield from _files_of(script)


def _scripts_of(text: str) -> tuple[str, ...]:
    possible = _SCRIPTS[:1] if text.isascii() else _SCRIPTS
    return tuple(script for script, letters in possible if letters.search(text))


@lru_cache(maxsize=4096)
def find_words(what: str, text: str) -> str:
    """Return the part of a text that is one of the `questions` of a language, empty if none is."""
    folded = fold(text)
    if not _questions_of(_scripts_of(folded), what).search(folded):
        return ""
    for lexicon in all_languages(folded):
        pattern = lexicon.questions.get(what)
        if pattern and (found := matcher(pattern).search(folded)):
            return found[0]
    return ""


@cache
def _questions_of(scripts: tuple[str, ...], what: str) -> re.Pattern[str]:
    """Return the `questions` of all languages of scripts, and of English, as one pattern."""
    languages = (english(), *(one for script in scripts for one in _of_script(script)))
    return re.compile(
        "|".join(filter(None, (one.questions.get(what) for one in languages))) or "(?!)"
    )


@lru_cache(maxsize=4096)
def is_called(what: str, words: frozenset[str]) -> bool:
    """Return whether a word of a name is among the `names` of a language of its script."""
    scripts = _scripts_of(" ".join(words))
    patterns = [_names_of("", what), *(_names_of(script, what) for script in scripts)]
    return any(pattern.fullmatch(word) for word in words for pattern in patterns)


@cache
def _names_of(script: str, what: str) -> re.Pattern[str]:
    """Return the `names` of all languages of a script as one pattern; without one, of English."""
    languages = _of_script(script) if script else (english(),)
    names = (one.names.get(what) for one in languages)
    return re.compile("|".join(f"(?:{one})" for one in names if one))


def uses_name(what: str, words: Iterable[str], lexicon: Lexicon) -> bool:
    """Return whether one of the words is among the `names` of a language."""
    pattern = matcher(lexicon.names.get(what, ""))
    return any(pattern.fullmatch(word) for word in words)


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern."""
    return re.compile(pattern)


@cache
def _files_of(script: str) -> tuple[Path, ...]:
    files = sorted((_FOLDER / script).glob("*.toml"))
    return tuple(file for file in files if file != _ENGLISH)


@cache
def _of_script(script: str) -> tuple[Lexicon, ...]:
    return tuple(map(_read, _files_of(script)))


@cache
def _read_exports(file: Path) -> Exports:
    table = file.read_text(encoding="utf-8").partition(_EXPORTS)[2].partition("\n[")[0]
    return {name: frozenset(_phrases(text)) for name, text in tomllib.loads(table).items()}


def _votes(lexicon: Lexicon, folded: Iterable[str]) -> int:
    """Return the number of texts with a word of the language."""
    words = vocabulary(lexicon)
    if not lexicon.is_spaced:
        return sum(any(word in text for word in words) for text in folded)
    return sum(not words.isdisjoint(_WORD.findall(text)) for text in folded)


@cache
def _read(file: Path) -> Lexicon:
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    is_spaced = read.get("spaced", True)
    ranked, degrees = (_ranked(read[name]) for name in ("grades", "degrees"))
    grades = {phrase: rank for phrase, rank in ranked.items() if "~" not in phrase}
    scale, questions, dates = read["scale"], read["questions"], read.get("dates", {})
    opposites = [one.partition("/")[::2] for one in _phrases(scale["opposites"])]
    return Lexicon(
        code=file.stem,
        name=read["name"],
        is_spaced=is_spaced,
        grades=grades,
        patterns=tuple(
            (re.compile(re.escape(one).replace("\\~", ".{1,12}")), rank)
            for one, rank in ranked.items()
            if one not in grades
        ),
        degrees=degrees,
        neutral=_pattern(scale["neutral"]),
        opposites=tuple(opposites),
        negations=_phrases(scale["negations"]),
        articles=_phrases(scale.get("articles", "")),
        endings=_pattern(scale.get("endings", "")),
        denied=_pattern(scale.get("denied", "")),
        apart=tuple(_pattern(read["apart"][one]) for one in _APART),
        chosen=frozenset(_phrases(read["ticks"]["chosen"])),
        unchosen=frozenset(_phrases(read["ticks"]["unchosen"])),
        unasked=frozenset(_phrases(read["ticks"].get("unasked", ""))),
        numbers=_number_words(read["numbers"]),
        often=_often_words(read.get("often", {})),
        questions={
            name: _pattern(text) for name, text in questions.items() if name != "role_names"
        },
        role_names=frozenset(_phrases(questions["role_names"])),
        names={name: _name_pattern(text, is_spaced) for name, text in read["names"].items()},
        banners={name: _banner(text) for name, text in read["banners"].items()},
        months=_numbered(dates.get("months", "")),
        weekdays=_numbered(dates.get("weekdays", "")),
    )


_APART = ("other", "none", "not_applicable", "dont_know", "refused", "no_answer")


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
        *(_WORD.findall(f"{lexicon.neutral} {' '.join(lexicon.apart)}")),
        *(_WORD.findall(" ".join(lexicon.questions.values()))),
    }
    if not lexicon.is_spaced:
        return frozenset(phrases)
    return frozenset(word for phrase in phrases for word in _WORD.findall(phrase))


def _phrases(text: str | list[str]) -> tuple[str, ...]:
    """Return the folded phrases between bars."""
    joined = text if isinstance(text, str) else " | ".join(text)
    return tuple(fold(one.strip()) for one in joined.split(" | ") if one.strip())


def _pattern(text: str | list[str]) -> str:
    """Return the pattern that matches any of the patterns between bars, empty for none."""
    phrases = _phrases(text)
    return f"(?:{'|'.join(phrases)})" if phrases else ""


def _name_pattern(text: str | list[str], is_spaced: bool) -> str:
    """Return the pattern of names, which stand inside others where no blanks are written."""
    phrases = _phrases(text)
    if not is_spaced:
        phrases = tuple(f"~{one}~" if len(one) > 1 else one for one in phrases)
    return "|".join(phrases).replace("~", r"\w*")


def _ranked(table: Mapping[str, Any]) -> dict[str, float]:
    """Return the number of each phrase in a table of phrases by number."""
    return {phrase: float(number) for number, text in table.items() for phrase in _phrases(text)}


def _number_words(table: Mapping[str, Any]) -> NumberWords:
    units = table.get("units", {})
    return NumberWords(
        below=_phrases(table.get("below", "")),
        above=_phrases(table.get("above", "")),
        below_after=_phrases(table.get("below_after", "")),
        above_after=_phrases(table.get("above_after", "")),
        first=_phrases(table.get("first", "")),
        units={word: _UNITS[unit] for unit, text in units.items() for word in _phrases(text)},
        multiples={"k": 1000.0} | _ranked(table.get("multiples", {})),
        words=_ranked(table.get("words", {})),
    )


def _often_words(table: Mapping[str, Any]) -> OftenWords:
    units, alone = (
        {word: _UNITS[unit] for unit, text in table.get(one, {}).items() for word in _phrases(text)}
        for one in ("units", "alone")
    )
    return OftenWords(
        time=_phrases(table.get("time", "")),
        every=_phrases(table.get("every", "")),
        second=_phrases(table.get("second", "")),
        less=_phrases(table.get("less", "")),
        more=_phrases(table.get("more", "")),
        almost=_phrases(table.get("almost", "")),
        times=_ranked(table.get("times", {})),
        units=units,
        alone=alone,
    )


def _banner(text: str | list[str]) -> BannerWords:
    joined = text if isinstance(text, str) else " | ".join(text)
    names, _, asked = joined.partition("||")
    return BannerWords(frozenset(_phrases(names)), _pattern(asked))


def _numbered(text: str | list[str]) -> dict[str, int]:
    return {
        name: number
        for number, names in enumerate(_phrases(text), start=1)
        for name in names.split("/")
    }
