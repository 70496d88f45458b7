"""Finds a word in a text that has it with one typing error."""

from __future__ import annotations

import re
from functools import lru_cache

_SHORTEST = 4
"""Letters of a word below which an error makes it another word."""


@lru_cache(maxsize=64)
def almost(word: str) -> re.Pattern[str]:
    """Return the pattern of `word` with one letter wrong, missing, too many or exchanged.

    A word of fewer than four letters has no error.
    """
    if len(word) < _SHORTEST:
        return re.compile(re.escape(word))
    variants: dict[str, None] = {}
    for place in range(len(word)):
        before, here, after = word[:place], word[place], word[place + 1 :]
        variants[f"{re.escape(before)}.{re.escape(after)}"] = None
        variants[re.escape(before + after)] = None
        variants[f"{re.escape(before + here)}.{re.escape(after)}"] = None
        variants[re.escape(before + after[:1] + here + after[1:])] = None
    return re.compile("|".join(variants))
