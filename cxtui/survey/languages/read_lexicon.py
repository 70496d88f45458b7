"""A lexicon read of the file of its language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cxtui.survey.languages.lexicon import BannerWords, Lexicon, NumberWords, OftenWords
from cxtui.survey.languages.read_exports import phrases_of

_UNITS = {
    **{"time": 1.0, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0},
    **{"month": 30.4, "year": 365.0, "million": 1e6, "billion": 1e9},
}
"""Sizes of units, of times in days."""
_APART = ("other", "none", "not_applicable", "dont_know", "refused", "no_answer")


@cache
def read_lexicon(file: Path) -> Lexicon:
    """Return the words of a language; `latin/en.toml` says what its file holds."""
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    is_spaced = read.get("spaced", True)
    ranked, degrees = (_ranked(read[name]) for name in ("grades", "degrees"))
    grades = {phrase: rank for phrase, rank in ranked.items() if "~" not in phrase}
    scale, questions, dates = read["scale"], read["questions"], read.get("dates", {})
    opposites = [one.partition("/")[::2] for one in phrases_of(scale["opposites"])]
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
        negations=phrases_of(scale["negations"]),
        articles=phrases_of(scale.get("articles", "")),
        endings=_pattern(scale.get("endings", "")),
        denied=_pattern(scale.get("denied", "")),
        apart=tuple(_pattern(read["apart"][one]) for one in _APART),
        chosen=frozenset(phrases_of(read["ticks"]["chosen"])),
        unchosen=frozenset(phrases_of(read["ticks"]["unchosen"])),
        unasked=frozenset(phrases_of(read["ticks"].get("unasked", ""))),
        numbers=_number_words(read["numbers"]),
        often=_often_words(read.get("often", {})),
        questions={
            name: _pattern(text) for name, text in questions.items() if name != "role_names"
        },
        role_names=frozenset(phrases_of(questions["role_names"])),
        names={name: _name_pattern(text, is_spaced) for name, text in read["names"].items()},
        banners={name: _banner(text) for name, text in read["banners"].items()},
        months=_numbered(dates.get("months", "")),
        weekdays=_numbered(dates.get("weekdays", "")),
    )


def _pattern(text: str | list[str]) -> str:
    """Return the pattern that matches any of the patterns between bars, empty for none."""
    phrases = phrases_of(text)
    return f"(?:{'|'.join(phrases)})" if phrases else ""


def _name_pattern(text: str | list[str], is_spaced: bool) -> str:
    """Return the pattern of names, which stand inside others where no blanks are written."""
    phrases = phrases_of(text)
    if not is_spaced:
        phrases = tuple(f"~{one}~" if len(one) > 1 else one for one in phrases)
    return "|".join(phrases).replace("~", r"\w*")


def _ranked(table: Mapping[str, Any]) -> dict[str, float]:
    """Return the number of each phrase in a table of phrases by number."""
    return {phrase: float(number) for number, text in table.items() for phrase in phrases_of(text)}


def _number_words(table: Mapping[str, Any]) -> NumberWords:
    units = table.get("units", {})
    return NumberWords(
        below=phrases_of(table.get("below", "")),
        above=phrases_of(table.get("above", "")),
        below_after=phrases_of(table.get("below_after", "")),
        above_after=phrases_of(table.get("above_after", "")),
        first=phrases_of(table.get("first", "")),
        units={word: _UNITS[unit] for unit, text in units.items() for word in phrases_of(text)},
        multiples={"k": 1000.0} | _ranked(table.get("multiples", {})),
        words=_ranked(table.get("words", {})),
    )


def _often_words(table: Mapping[str, Any]) -> OftenWords:
    units, alone = (
        {
            word: _UNITS[unit]
            for unit, text in table.get(one, {}).items()
            for word in phrases_of(text)
        }
        for one in ("units", "alone")
    )
    return OftenWords(
        time=phrases_of(table.get("time", "")),
        every=phrases_of(table.get("every", "")),
        second=phrases_of(table.get("second", "")),
        less=phrases_of(table.get("less", "")),
        more=phrases_of(table.get("more", "")),
        almost=phrases_of(table.get("almost", "")),
        times=_ranked(table.get("times", {})),
        units=units,
        alone=alone,
    )


def _banner(text: str | list[str]) -> BannerWords:
    joined = text if isinstance(text, str) else " | ".join(text)
    names, _, asked = joined.partition("||")
    return BannerWords(frozenset(phrases_of(names)), _pattern(asked))


def _numbered(text: str | list[str]) -> dict[str, int]:
    return {
        name: number
        for number, names in enumerate(phrases_of(text), start=1)
        for name in names.split("/")
    }
