"""Text from a survey inside HTML and SVG: nothing in it is markup, whatever it looks like."""

from __future__ import annotations

import re
from html import escape

_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What XML cannot hold, and what would turn the direction of the text around it."""


def safe(text: str) -> str:
    """Return `text` for between tags or inside a quoted attribute."""
    return escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text))


INK, FAINT, RULE, PAPER = "#1f2933", "#616e7c", "#cbd2d9", "#ffffff"
ACCENTS = ("#0b7285", "#b35c00", "#2b8a3e", "#9c36b5", "#1864ab", "#c92a2a")
"""One a banner column, as on the screen; each has a contrast of 4.5 or more on white paper."""

TINTS = ("#99d5de", "#f5c28b", "#a3d9ae", "#dfb0ea", "#a5c8ea", "#f2b3b3")
"""The same for bars."""


def accent(position: int) -> str:
    """Return the colour of a banner column; the ink's where it has none."""
    return ACCENTS[position % len(ACCENTS)] if position >= 0 else INK


def tint(position: int) -> str:
    """Return the colour of a banner column's bars."""
    return TINTS[position % len(TINTS)] if position >= 0 else RULE
