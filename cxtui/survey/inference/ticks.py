"""Words of tick columns: chosen, not chosen, not asked, and reasons, in any language."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache, lru_cache

from cxtui.survey.languages.language_choice import (
    all_languages,
    english,
    of_scripts,
    scripts_of,
)
from cxtui.text import fold

_SIGNS = frozenset({"1", "true", "y"})
_NOT_APPLICABLE, _DONT_KNOW, _REASONS = 2, 3, (4, 5)
"""Places of these wordings in `Lexicon.apart`."""

_CODE = re.compile(r"-\d{1,4}|[789]|9[789]|([6789])\1{1,3}|99[789]|999[789]")


class Beside(StrEnum):
    """What a text in a tick column means that is neither "chosen" nor "not chosen"."""

    UNASKED = "not asked"
    REASON = "no answer"
    DONT_KNOW = "don't know"


@lru_cache(maxsize=4096)
def is_unchosen(text: str) -> bool:
    """Return whether a text means "not chosen"."""
    plain = fold(text.strip())
    return plain in _words_of(scripts_of(plain), "unchosen")


@lru_cache(maxsize=4096)
def is_chosen(text: str) -> bool:
    """Return whether a text only means "chosen"."""
    plain = fold(text.strip())
    return plain in _words_of(scripts_of(plain), "chosen")


@lru_cache(maxsize=4096)
def is_plain_yes(text: str) -> bool:
    """Return whether a text answers any yes-or-no question, too: `1`, `yes`, `ja`."""
    plain = fold(text.strip())
    yes = english().grades["yes"]
    return plain in _SIGNS or any(one.grades.get(plain) == yes for one in all_languages(plain))


@lru_cache(maxsize=4096)
def is_unasked(text: str) -> bool:
    """Return whether a text says that a question was not asked."""
    plain = fold(text.strip())
    return plain in _words_of(scripts_of(plain), "unasked")


@cache
def _words_of(scripts: tuple[str, ...], what: str) -> frozenset[str]:
    """Return the words of ticks in all languages of scripts, and in English."""
    return frozenset[str]().union(*(getattr(one, what) for one in of_scripts(scripts)))


@cache
def _apart_of(scripts: tuple[str, ...], places: tuple[int, ...]) -> re.Pattern[str]:
    """Return wordings of all languages of scripts, and of English, as one pattern."""
    patterns = (one.apart[place] for one in of_scripts(scripts) for place in places)
    return re.compile("|".join(f"(?:{one})" for one in patterns if one))


@lru_cache(maxsize=4096)
def meaning_beside_ticks(text: str) -> Beside | None:
    """Return what a text means beside ticks, `None` if it is no known reason; codes are reasons."""
    plain = fold(text.strip())
    if _CODE.fullmatch(plain):
        return Beside.REASON
    if is_unasked(text):
        return Beside.UNASKED
    scripts = scripts_of(plain)

    def is_one_of(*places: int) -> bool:
        return _apart_of(scripts, places).match(plain) is not None

    if is_one_of(_NOT_APPLICABLE):
        return Beside.UNASKED
    if is_one_of(*_REASONS):
        return Beside.REASON
    return Beside.DONT_KNOW if is_one_of(_DONT_KNOW) else None
