"""Words of tick columns: chosen, and not chosen, in any language."""

from __future__ import annotations

from functools import lru_cache

from cxtui.survey.languages.lexicon import all_languages, english
from cxtui.text import fold

_SIGNS = frozenset({"1", "true", "y"})


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
