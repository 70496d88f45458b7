"""How long a server may take to answer."""

from __future__ import annotations

from cxtui.messages import tr
from cxtui.number_signs import typed_number

DEFAULT_TIMEOUT = 120.0
"""Default time in seconds that a server may take to answer."""
_LONGEST = 86_400


def timeout_of(text: str) -> float:
    """Return a time in seconds; raises `ValueError` if the text is not a number up to a day."""
    try:
        seconds = float(typed_number(text))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise ValueError(tr("takes seconds up to {:,}, not {!r}", _LONGEST, text))
    return seconds
