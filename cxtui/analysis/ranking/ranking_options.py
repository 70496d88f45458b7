"""Options of a ranking: which columns are compared, and the margin of what counts as alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cxtui.messages import tr
from cxtui.options import option


class Compare(StrEnum):
    """What is compared with what."""

    PAIR = "pair"
    REST = "rest"
    PAIRS = "pairs"
    TOTAL = "total"
    WAVES = "waves"


PREVIOUS, FIRST = "previous", "first"
"""Waves that the latest is compared with, besides a named one."""


def _as_margin(text: str) -> float:
    try:
        margin = float(text)
    except ValueError:
        margin = 0.0
    if not 0 < margin < 100:  # noqa: PLR2004 -- points
        raise ValueError(tr("takes points over 0 and under 100, not {!r}", text))
    return margin


def _as_window(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(tr("takes a number of waves, not {!r}", text))
    return int(text)


def _as_pair(text: str) -> str:
    if not text.strip():
        raise ValueError(tr("takes two columns, as A,B"))
    return text


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """Options of `gaps` and `changes` besides those of the view.

    `window` is 0 for single waves.
    """

    compare: Compare = option(
        Compare.PAIR,
        "two columns; each against the rest; all pairs; each against all; the latest wave against "
        "the previous in each column",
        choices=Compare,
    )
    pair: str = option("", "these two columns, by code or label", "A,B", read=_as_pair)
    group: str = option("", "only the comparisons of this column", "NAME")
    since: str = option(
        PREVIOUS, "compare the latest wave with the previous, the first, or this one", "WAVE"
    )
    window: int = option(
        0,
        "compare windows of so many waves, the latest with the last that shares none",
        "K",
        read=_as_window,
    )
    overlapping: bool = option(False, "compare a window with the one a wave before it")
    trend: bool = option(False, "the change a wave, over all waves", rival="did")
    did: bool = option(False, "how far the changes of two columns differ")
    margin: float = option(10.0, "points up to which answers are alike", "10", read=_as_margin)

    @property
    def is_over_waves(self) -> bool:
        """Whether waves are compared in each column."""
        return self.compare is Compare.WAVES or self.trend or self.did
