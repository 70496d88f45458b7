"""Words of tick columns: chosen, not chosen, not asked, and reasons, in any language."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from cxtui.survey.languages.language_choice import all_languages, english
from cxtui.survey.languages.word_search import matcher
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
    return any(plain in one.unchosen for one in all_languages(plain))


@lru_cache(maxsize=4096)
def is_chosen(text: str) -> bool:
    """Return whether a text only means "chosen"."""
    plain = fold(text.strip())
    return any(plain in one.chosen for one in all_languages(plain))


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
    return any(plain in one.unasked for one in all_languages(plain))


@lru_cache(maxsize=4096)
def meaning_beside_ticks(text: str) -> Beside | None:
    """Return what a text means beside ticks, `None` if it is no known reason; codes are reasons."""
    plain = fold(text.strip())
    if _CODE.fullmatch(plain):
        return Beside.REASON
    if is_unasked(text):
        return Beside.UNASKED
    languages = list(all_languages(plain))

    def is_one_of(*places: int) -> bool:
        return any(
            bool(one.apart[place]) and bool(matcher(one.apart[place]).match(plain))
            for one in languages
            for place in places
        )

    if is_one_of(_NOT_APPLICABLE):
        return Beside.UNASKED
    if is_one_of(*_REASONS):
        return Beside.REASON
    return Beside.DONT_KNOW if is_one_of(_DONT_KNOW) else None
