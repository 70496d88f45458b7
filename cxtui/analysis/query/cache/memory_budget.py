"""Memory budget of the cached columns and counts of a survey."""

from __future__ import annotations

from cxtui.messages import tr

MEGABYTE = 1024 * 1024

MEMORY = 96
"""Default in megabytes: about 20 columns of a million respondents."""

LEAST, MOST = 8, 1_000_000
"""Allowed range in megabytes."""


def parse_memory(text: str) -> int:
    """Return a number of megabytes; raises `ValueError` if the text is not one in the range."""
    if not (text.isascii() and text.isdigit() and LEAST <= int(text[:9]) <= MOST):
        raise ValueError(tr("takes megabytes from {} to {:,}, not {!r}", LEAST, MOST, text))
    return int(text)
