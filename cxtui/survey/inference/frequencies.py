"""Answers that say how often: `several times a week`, `seltener als einmal im Monat`, `月に1回`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from cxtui.survey.languages.lexicon import Lexicon

_RANKS = ((1.0, 26.0), (12.0, 29.0), (52.0, 31.0), (365.0, 33.0), (365.0 * 24, 34.5))
"""Ranks of times a year among the grades of how often, which are in between on a log scale."""

_LOWEST, _YEAR = 25.2, 365.0
_LESS, _MORE, _ALMOST = 0.7, 1.3, 0.9
_OTHER_LETTERS = 15


@lru_cache(maxsize=8192)
def frequency_rank(folded: str, lexicon: Lexicon) -> float | None:
    """Return the rank of an answer that says nothing but how often, `None` for any other."""
    times = _times_a_year(folded, lexicon)
    if times is None:
        return None
    low, high = next(
        ((low, high) for low, high in pairwise(_RANKS) if times < high[0]),
        _RANKS[-2:],
    )
    share = math.log(times / low[0]) / math.log(high[0] / low[0])
    return max(_LOWEST, low[1] + share * (high[1] - low[1]))


def _times_a_year(text: str, lexicon: Lexicon) -> float | None:
    """Return how many times a year an answer says, in the words of a language."""
    words = _patterns(lexicon)
    if alone := words.alone.fullmatch(words.sides.sub("", text).strip()):
        times = _count(alone, lexicon) if alone["word"] or alone["low"] else 1.0
        return _beside(times * _YEAR / lexicon.often.alone[alone["alone"]], text, "", lexicon)
    units = list(words.unit.finditer(text))
    if not units:
        return None
    if len(units) == 2 and words.count.search(text, units[0].end()):  # noqa: PLR2004
        ends = (text[: units[0].end()], text[units[0].end() :])  # between once a week and a day
        low, high = (_counted(one, unit[1], lexicon) for one, unit in zip(ends, units, strict=True))
        return math.sqrt(low * high) if low and high else None
    return _counted(text, units[-1][1], lexicon)


def _counted(text: str, unit: str, lexicon: Lexicon) -> float | None:
    """Return how many times a year a number of times in a unit is, or every so many units."""
    words, days = _patterns(lexicon), lexicon.often.units[unit]
    before, _, after = text.rpartition(unit)
    rest = f"{before} {after}"
    if found := words.count.search(rest):
        times = _count(found, lexicon) * _YEAR / days
        return _beside(times, text, rest[: found.start()] + rest[found.end() :], lexicon)
    if found := words.every.search(text):
        times = _YEAR / days / (float(found["number"] or 0) or (2.0 if found["second"] else 1.0))
        return _beside(times, text, text.replace(found[0], ""), lexicon)
    return None


def _beside(times: float, text: str, rest: str, lexicon: Lexicon) -> float | None:
    """Return the times with what stands beside them; `None` where the rest says something else."""
    words = _patterns(lexicon)
    for pattern, factor in ((words.less, _LESS), (words.more, _MORE), (words.almost, _ALMOST)):
        if pattern.search(text):
            times, rest = times * factor, pattern.sub("", rest)
    return times if sum(map(str.isalnum, rest)) <= _OTHER_LETTERS else None


def _count(found: re.Match[str], lexicon: Lexicon) -> float:
    if found["word"]:
        return lexicon.often.times[found["word"]]
    low = float(found["low"])
    return max((low + float(found["high"] or low)) / 2, 0.1)


@dataclass(frozen=True, slots=True)
class _Patterns:
    unit: re.Pattern[str]
    alone: re.Pattern[str]
    every: re.Pattern[str]
    count: re.Pattern[str]
    sides: re.Pattern[str]
    less: re.Pattern[str]
    more: re.Pattern[str]
    almost: re.Pattern[str]


@cache
def _patterns(lexicon: Lexicon) -> _Patterns:
    often = lexicon.often
    start, end = (r"(?<!\w)", r"(?!\w)") if lexicon.is_spaced else ("", "")

    def words(phrases: Iterable[str]) -> re.Pattern[str]:
        return re.compile(f"{start}(?:{_any_of(phrases)}){end}")

    number = r"(?P<low>\d{1,2})(?:\D{1,6}(?P<high>\d{1,2}))?\+?"
    count = rf"(?P<word>{_any_of(often.times)}){end}|{number} ?(?:{_any_of(often.time)}){end}"
    every = rf"(?:{_any_of(often.every)}){end} ?"
    second = rf"(?:(?P<number>\d{{1,2}}) ?|(?P<second>{_any_of(often.second)}){end} ?)?"
    unit = rf"(?:{_any_of(often.units)}){end}"
    return _Patterns(
        re.compile(rf"{start}({_any_of(often.units)}){end}"),
        re.compile(rf"(?:(?:{count})\s*)?(?P<alone>{_any_of(often.alone)})"),
        re.compile(f"{start}{every}{second}{unit}"),
        re.compile(f"{start}(?:{count})"),
        words((*often.less, *often.more, *often.almost)),
        words(often.less),
        words(often.more),
        words(often.almost),
    )


def _any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of the words, the longest first; of none, one that never fits."""
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)) or "(?!)"
