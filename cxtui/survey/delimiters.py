"""Patterns that split several answers in one text, for reading and for counting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

ANSWER_MARK = "\x1f"
"""Encloses each answer of a split text; no cleaned text contains this character."""


@cache
def separator_pattern(delimiter: str) -> str:
    """Return the regular expression of a delimiter, including the blanks around it.

    A delimiter that ends in a blank (`, `) matches only before a blank: `10,000` stays whole; one
    between blanks (` / `) matches only there.
    """
    core = delimiter.strip()
    if not core:
        return r"\s*\n\s*" if "\n" in delimiter else r"\s+"
    sign = re.escape(core)
    if delimiter[0].isspace() and delimiter[-1].isspace():
        return rf"\s+{sign}\s+"
    return rf"\s*{sign}(?:\s+|$)" if delimiter[-1].isspace() else rf"\s*{sign}\s*"


def mark_answers(text: str, delimiter: str) -> str:
    """Return `text` with `ANSWER_MARK` on both sides of each answer, as the query does.

    Adjacent answers have two marks between them, so that removing one answer with its marks
    leaves the others complete.
    """
    marked = re.sub(separator_pattern(delimiter), ANSWER_MARK + ANSWER_MARK, text.strip())
    return f"{ANSWER_MARK}{marked}{ANSWER_MARK}"


def any_answer_pattern(keys: Iterable[str]) -> str:
    """Return the regular expression of any of these marked answers, the longest first."""
    longest = sorted(set(keys), key=lambda key: (-len(key), key))
    return f"{ANSWER_MARK}(?:{'|'.join(re.escape(key[1:-1]) for key in longest)}){ANSWER_MARK}"
