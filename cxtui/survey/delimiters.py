"""Several answers in one text: how a delimiter parts them, wherever they are read or counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

ANSWER_MARK = "\x1f"
"""What stands on both sides of each answer once its text has been parted: no text holds it."""


@cache
def separator_pattern(delimiter: str) -> str:
    """Return the pattern of a delimiter, with the blanks around it that are not its own.

    A delimiter that ends in a blank (`, `) is only found before one: `10,000` stays whole.
    """
    core = delimiter.strip()
    if not core:
        return r"\s*\n\s*" if "\n" in delimiter else r"\s+"
    sign = re.escape(core)
    return rf"\s*{sign}(?:\s+|$)" if delimiter[-1].isspace() else rf"\s*{sign}\s*"


def mark_answers(text: str, delimiter: str) -> str:
    """Return `text` with a mark on both sides of each answer in it, as an engine does it.

    Two answers that follow each other have two marks between them, so that taking out one answer
    with its marks leaves the others whole.
    """
    return (
        ANSWER_MARK
        + re.sub(separator_pattern(delimiter), ANSWER_MARK + ANSWER_MARK, text.strip())
        + ANSWER_MARK
    )


def any_answer_pattern(keys: Iterable[str]) -> str:
    """Return the pattern of any of these parted answers, the longest first."""
    longest = sorted(set(keys), key=lambda key: (-len(key), key))
    return f"{ANSWER_MARK}(?:{'|'.join(re.escape(key[1:-1]) for key in longest)}){ANSWER_MARK}"
