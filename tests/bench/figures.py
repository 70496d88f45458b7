"""What a measurement gives: a figure of ours beside a peer's, or a point of a curve."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_TRIED = Path(__file__).with_name("tried.toml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ours, a peer's, and the most that their ratio should be, where one is set."""

    what: str
    survey: str
    ours: float
    peer: str
    theirs: float
    unit: str = "ms"
    bound: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer's figure ours is."""
        return self.ours / self.theirs if self.theirs else float("inf")

    @property
    def holds(self) -> bool | None:
        """Whether the ratio is within its bound, `None` where none is set."""
        return None if self.bound is None else self.ratio <= self.bound


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve: milliseconds of a key, of our query, and of the same in raw Polars.

    `axis` is what grows to `size`; `megabytes` are those of the columns concerned, decoded, of the
    respondents that the view keeps.
    """

    axis: str
    size: int
    survey: str
    key: float
    query: float
    raw: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be measured, and why."""

    what: str
    survey: str
    why: str


Found = Figure | Point | Gap


def tried(figure: Figure) -> str:
    """Return what has been tried to bring a figure within its bound, empty if nothing is noted."""
    noted = tomllib.loads(_TRIED.read_text("utf-8")).get("figure", [])
    for one in noted:
        if one["what"] == figure.what and one.get("survey", figure.survey) == figure.survey:
            return " ".join(str(one["tried"]).split())
    return ""
