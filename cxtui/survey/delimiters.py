"""Several answers in one text: how a delimiter parts them, wherever they are read or counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

MARK = "\x1f"
"""What stands on both sides of each answer once its text has been parted: no text holds it."""


@cache
def separator(delimiter: str) -> str:
    """Return the pattern of a delimiter, with the blanks around it that are not its own.

    A delimiter that ends in a blank (`, `) is only found before one: `10,000` stays whole.
    """
    core = delimiter.strip()
    if not core:
        return r"\s*\n\s*" if "\n" in delimiter else r"\s+"
    sign = re.escape(core)
    return rf"\s*{sign}(?:\s+|$)" if delimiter[-1].isspace() else rf"\s*{sign}\s*"


def parted(text: str, delimiter: str) -> str:
    """Return `text` with a mark on both sides of each answer in it, as an engine does it.

    Two answers that follow each other have two marks between them, so that taking out one answer
    with its marks leaves the others whole.
    """
    return MARK + re.sub(separator(delimiter), MARK + MARK, text.strip()) + MARK


def any_of(keys: Iterable[str]) -> str:
    """Return the pattern of any of these parted answers, the longest first."""
    longest = sorted(set(keys), key=lambda key: (-len(key), key))
    return f"{MARK}(?:{'|'.join(re.escape(key[1:-1]) for key in longest)}){MARK}"
