"""What `cxtui brief` is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cxtui.options import option


class Part(StrEnum):
    """A section of a brief, in the order of the page."""

    SHORT = "short"
    ASKED = "asked"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot-tell"
    ALIKE = "alike"
    CHANGES = "changes"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class BriefOptions:
    """Which sections a brief has, all without one; they stand in the order of the page."""

    section: tuple[Part, ...] = option(
        (), "only this section (default: all); repeatable", choices=Part
    )
