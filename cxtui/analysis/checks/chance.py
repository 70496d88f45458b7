"""Whether chance alone makes as many respondents alike as were found."""

from __future__ import annotations

from cxtui.analysis.stats.special_functions import special_functions
from cxtui.messages import tr

_ALPHA = 0.001
_FEW = 0.05


def is_chance(found: int, expected: float) -> bool:
    """Return whether that many or more have a probability over .1%, by Poisson's distribution."""
    if not expected:
        return False
    return float(special_functions().gammainc(found, expected)) > _ALPHA


def few(expected: float) -> str:
    """Return an expected number of respondents with one decimal."""
    return tr("under 0.1") if expected < _FEW else f"{expected:,.1f}"
