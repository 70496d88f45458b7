"""Comparison of question wordings: folding for equality, and similarity.

Wordings are equal if they differ only in blanks, capitals, quotes and dashes, or in the name of the
wave ("in 2019"). Different numbers make different wordings: Python 2 is not Python 3.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from cxtui.text import clean

_TYPOGRAPHY = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "‑": "-"}
)
_STOPS = " .:;!?"
_COPIED = re.compile(
    r"(: (open-ended )?response)?(?<=[a-z)'\"?])\d{1,3}$|: (open-ended )?response$"
)
_NUMBER = re.compile(r"\d+")
_STEM = re.compile(r"^(.+?: )(?=\S)")


def fold_wording(text: str, wave: str = "") -> str:
    """Return `text` in the form used for comparison; the label `wave` is replaced by `#`."""
    plain = unicodedata.normalize("NFKC", clean(text)).translate(_TYPOGRAPHY).casefold()
    plain = re.sub(r"\s*([-/])\s*", r"\1", " ".join(plain.split())).strip(_STOPS)
    return re.sub(rf"\b{re.escape(wave.casefold())}\b", "#", plain) if wave else plain


def strip_copy_numbers(text: str) -> str:
    """Return a folded wording without the numbers that programs add to repeated headers.

    Examples are `Other (please specify)30` and `Response5`.
    """
    return _COPIED.sub("", text).rstrip(_STOPS)


def similarity(one: str, other: str) -> float:
    """Return the similarity of two folded wordings, from 0 to 1 (equal).

    A stem that both repeat before their own words is ignored; different numbers give 0.
    """
    if one == other:
        return 1.0
    if sorted(_NUMBER.findall(one)) != sorted(_NUMBER.findall(other)):
        return 0.0
    stems = [found[1] if (found := _STEM.match(text)) else "" for text in (one, other)]
    if stems[0] == stems[1]:
        one, other = (text.removeprefix(stems[0]) for text in (one, other))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
