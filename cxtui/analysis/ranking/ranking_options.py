"""Options of a ranking: which columns are compared, and the margin of what counts as alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cxtui.errors import UsageError
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.options import option, options_of


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
        margin = float(typed_number(text))
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


_RANKED: Mapping[str, Any] = {"group": "ranking"}


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """Options of `gaps` and `changes` besides those of the view; `window` is 0 for single waves.

    Raises `UsageError` where two options do not go together.
    """

    compare: Compare = option(
        Compare.PAIR,
        "two columns; each against the rest; all pairs; each against the total; the latest wave "
        "against the one before, in each column",
        choices=Compare,
        **_RANKED,
    )
    pair: str = option("", "these two columns, by code or label", "A,B", read=_as_pair, **_RANKED)
    group: str = option("", "only the comparisons of this column", "NAME", **_RANKED)
    since: str = option(
        PREVIOUS,
        "compare the latest wave with the previous, the first, or this one (default: {})",
        "WAVE",
        **_RANKED,
    )
    window: int = option(
        0,
        "compare windows of K waves: the latest with the last that shares no wave",
        "K",
        read=_as_window,
        **_RANKED,
    )
    overlapping: bool = option(
        False, "compare a window with the one that ends a wave earlier", **_RANKED
    )
    trend: bool = option(False, "the change a wave, over all waves", rival="did", **_RANKED)
    did: bool = option(
        False, "how far the changes of two columns differ (difference in differences)", **_RANKED
    )
    margin: float = option(
        10.0,
        "answers that differ by less are alike, in points (default: {:g})",
        "POINTS",
        read=_as_margin,
        **_RANKED,
    )

    def __post_init__(self) -> None:
        """Refuse options that do not go together."""
        if self.pair and (self.compare is not Compare.PAIR or self.trend) and not self.did:
            raise UsageError("--pair goes with --compare pair or --did")
        if self.group and (
            self.did or not (self.is_over_waves or self.compare is not Compare.PAIR)
        ):
            raise UsageError(
                "--group goes with many comparisons: --compare rest, pairs, total, waves"
            )
        if self.overlapping and (not self.window or self.since != PREVIOUS):
            raise UsageError("--overlapping goes with --window, without --since")
        if self.trend and (self.window or self.since != PREVIOUS):
            raise UsageError("--trend takes all waves: leave out --since and --window")

    @property
    def is_over_waves(self) -> bool:
        """Whether waves are compared in each column."""
        return self.compare is Compare.WAVES or self.trend or self.did


_OF_CHANGES = ("since", "window", "overlapping", "trend", "did")
GAPS_OPTIONS = tuple(one for one in options_of(RankingOptions) if one.name not in _OF_CHANGES)
"""The options of a ranking of columns."""
CHANGES_OPTIONS = tuple(one for one in options_of(RankingOptions) if one.name != "compare")
"""The options of a ranking of changes between waves."""
