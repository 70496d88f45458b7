"""How much memory a survey's columns and counts may take: the one budget of all that is kept."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MEMORY = 96
"""Megabytes, unless somebody says otherwise: at a million respondents about 20 columns."""

LEAST, MOST = 8, 1_000_000
"""Megabytes that can be asked for."""


def parse_memory(text: str) -> int:
    """Return a number of megabytes; raises `ValueError` where the text is none."""
    if not (text.isascii() and text.isdigit() and LEAST <= int(text[:9]) <= MOST):
        raise ValueError(f"takes megabytes from {LEAST} to {MOST:,}, not {text!r}")
    return int(text)
