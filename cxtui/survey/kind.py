"""The kinds of questions."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Kind of a question, which determines how it is counted."""

    SINGLE = "single"
    MULTI = "multi"
    SCALE = "scale"
    GRID = "grid"
    NUMERIC = "numeric"
    DATE = "date"
    TEXT = "text"
