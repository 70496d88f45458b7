"""Text and colours in HTML and SVG; no text of a survey can be markup."""

from __future__ import annotations

import re
from html import escape

from cxtui.text import HIDDEN

_NO_CHARACTER = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{HIDDEN}\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold, or that nobody sees."""


def safe(text: str) -> str:
    """Return `text` escaped for the inside of an element or a quoted attribute."""
    return escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text))


INK, FAINT, RULE, PAPER = "#1f2933", "#616e7c", "#cbd2d9", "#ffffff"
ACCENTS = ("#0b7285", "#b35c00", "#2b8a3e", "#9c36b5", "#1864ab", "#c92a2a")
"""The colours of banner columns, as on the screen; their contrast on white is 4.5 or more."""

TINTS = ("#99d5de", "#f5c28b", "#a3d9ae", "#dfb0ea", "#a5c8ea", "#f2b3b3")
"""The colours of their bars."""


def accent(position: int) -> str:
    """Return the colour of a banner column, that of ink for −1."""
    return ACCENTS[position % len(ACCENTS)] if position >= 0 else INK


def tint(position: int) -> str:
    """Return the colour of the bars of a banner column."""
    return TINTS[position % len(TINTS)] if position >= 0 else RULE
