"""Which column of which wave goes where in the survey of all waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cxtui.survey.waves.unite_answers import unique_name


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """A column of one wave as it is; or with `codes`, its texts written anew as these codes."""

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TickColumn:
    """A column of a multiple response as 1 or 0; null for whoever was not asked.

    Where no text says "not chosen", whoever has an answer in any of the columns `beside` was asked.
    """

    column: str
    unchosen: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrefixedColumn:
    """The strata or clusters of one wave, told apart from those of the others."""

    column: str
    wave: str


WaveColumn = CopiedColumn | TickColumn | PrefixedColumn | None
"""Where the values of one wave come from; nothing where it did not ask."""


class ColumnMapping:
    """The columns of the combined survey by name, each with its place in every wave."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.places: dict[str, tuple[WaveColumn, ...]] = {}

    def add(self, wanted: str, places: tuple[WaveColumn, ...]) -> str:
        """Add a column under a name that no other has; return the name."""
        first = next(
            (label for label, one in zip(self.labels, places, strict=True) if one), "column"
        )
        name = unique_name(wanted, first, self.places)
        self.places[name] = places
        return name
