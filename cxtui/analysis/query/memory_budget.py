"""How much memory a survey's columns and counts may take: the one budget of all that is kept."""

from __future__ import annotations

import argparse

MEGABYTE = 1024 * 1024

MEMORY = 96
"""Megabytes, unless somebody says otherwise: at a million respondents about 20 columns."""

LEAST, MOST = 8, 1_000_000
"""Megabytes that can be asked for."""


def as_memory(text: str) -> int:
    """Return a number of megabytes; raises `ArgumentTypeError` where it is none."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of megabytes")
    if not LEAST <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text} is not between {LEAST} and {MOST:,} megabytes")
    return int(text)
