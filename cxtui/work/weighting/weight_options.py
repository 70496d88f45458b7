"""What `cxtui weight` is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cxtui.options import as_file, option


class Missing(StrEnum):
    """What happens to respondents without an answer to a question of a margin."""

    REFUSE = "refuse"
    DROP = "drop"
    """They get no weight; neither do those without a usable base weight."""
    CATEGORY = "category"
    """They are a category of their own, whose target is their share."""


def _as_name(text: str) -> str:
    if not text:
        raise ValueError("takes the name of a column, not ''")
    return text


@dataclass(frozen=True, slots=True)
class WeightOptions:
    """The targets of a weight, its name, and whether it is only computed."""

    targets: str = option("", "the targets to meet, as TOML", "TOML", read=as_file)
    name: str = option("w", "the column of the weight (default: w)", "COLUMN", read=_as_name)
    missing: Missing = option(
        Missing.REFUSE,
        "respondents without an answer: refuse (the default), drop (no weight), or category (a "
        "target of their own: their share)",
        choices=Missing,
    )
    check: bool = option(False, "compute and report, but write nothing")
