"""Mapping from the columns of each wave to the columns of the combined survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cxtui.survey.waves.unite_answers import unique_name


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """A column of one wave, unchanged or with its texts replaced by `codes`."""

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TickColumn:
    """A column of a multiple response as 1 or 0, null for respondents who were not asked.

    Where no text means "not chosen", respondents with an answer in any column of `beside` were
    asked.
    """

    column: str
    unchosen: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrefixedColumn:
    """Strata or clusters of one wave, prefixed with its name to differ from the other waves'."""

    column: str
    wave: str


WaveColumn = CopiedColumn | TickColumn | PrefixedColumn | None
"""The source of one wave's values; `None` where the wave did not ask."""


class ColumnMapping:
    """The columns of the combined survey by name, each with its source in every wave."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = labels
        self.places: dict[str, tuple[WaveColumn, ...]] = {}

    def add(self, wanted: str, places: tuple[WaveColumn, ...]) -> str:
        """Add a column under a unique name; return the name."""
        first = next(
            (label for label, one in zip(self.labels, places, strict=True) if one), "column"
        )
        name = unique_name(wanted, first, self.places)
        self.places[name] = places
        return name
