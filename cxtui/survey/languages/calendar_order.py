"""Order of answers that are weekdays, months or quarters, in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from cxtui.survey.languages.language_choice import all_languages
from cxtui.text import fold

_FEWEST, _MOST, _LONGEST, _FEWEST_LETTERS = 2, 60, 30, 2
_WITH_YEAR = re.compile(
    r"(?:(?P<before>\d{4})[\s.,/-]*)?(?P<word>[^\d\s].*?)\.?(?:(?: de)?[\s.,/-]+(?P<after>\d{4}))?"
)
_QUARTER = re.compile(r"q([1-4])[\s/-]?(\d{4})?|(\d{4})[\s/-]?q([1-4])")


@lru_cache(maxsize=256)
def calendar_keys(texts: tuple[str, ...]) -> Mapping[str, tuple[float, ...]]:
    """Return the sort keys of weekdays, of months or of quarters, from Monday and from January.

    Months and quarters may have years. Names may be short: `Mon`, `Okt.`; nothing is returned
    unless all texts are names in one language, at least three of them or two with years.
    """
    if not _FEWEST <= len(texts) <= _MOST or any(len(one) > _LONGEST for one in texts):
        return {}
    folded = {text: fold(text).strip() for text in texts}
    if quarters := _quarter_keys(folded):
        return quarters
    for lexicon in all_languages(" ".join(folded.values())):
        for names in (lexicon.weekdays, lexicon.months):
            keys = {text: _key(one, names) for text, one in folded.items()}
            found = {text: key for text, key in keys.items() if key}
            has_years = all(key[0] for key in found.values())
            enough = len(set(found.values())) >= (_FEWEST if has_years else _FEWEST + 1)
            if enough and len(found) == len(texts) and (names is lexicon.months or not has_years):
                return found
    return {}


def _quarter_keys(folded: Mapping[str, str]) -> dict[str, tuple[float, ...]]:
    found = {text: _QUARTER.fullmatch(one) for text, one in folded.items()}
    return {
        text: (float(one[2] or one[3] or 0), float(one[1] or one[4]))
        for text, one in found.items()
        if one and all(found.values())
    }


def _key(text: str, names: Mapping[str, int]) -> tuple[float, float] | None:
    """Return the year (0 without one) and the number of a name, which may be shortened."""
    found = _WITH_YEAR.fullmatch(text)
    if not found or (found["before"] and found["after"]):
        return None
    word = found["word"]
    numbers = {names[word]} if word in names else _numbers_of_short(word, names)
    year = float(found["before"] or found["after"] or 0)
    return (year, float(next(iter(numbers)))) if len(numbers) == 1 else None


def _numbers_of_short(word: str, names: Mapping[str, int]) -> set[int]:
    if word.isascii() and len(word) < _FEWEST_LETTERS:
        return set()
    return {number for name, number in names.items() if name.startswith(word)}
