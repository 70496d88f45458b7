"""A slide: what its chart or table shows, and every text around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zlib import crc32

from cxtui.text import clean

_NAME = re.compile(
    r"cxtui(?: (\d+))?(?: (about|gaps|below|notes)(?: ([0-9a-f]{8}))?)?: (.*)", re.DOTALL
)


class Chart(StrEnum):
    """How the numbers of a slide are shown."""

    BARS = "bar chart"
    STACKED = "stacked bar chart"
    LINES = "line chart"
    TABLE = "table"


class Part(StrEnum):
    """A part of a slide that is written anew with its numbers; the chart itself has no word."""

    CHART = ""
    ABOUT = "about"
    GAPS = "gaps"
    BELOW = "below"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class ShapeName:
    """The name of a shape of ours: the view it shows, which is found again by it.

    `number` is above 1 where further tables of the plan have the same view. `mark` is that of the
    text which the shape was given, so that one which somebody edited is known.
    """

    view: str
    number: int = 1
    part: Part = Part.CHART
    mark: str = field(default="", compare=False)

    def __str__(self) -> str:
        number = f" {self.number}" if self.number > 1 else ""
        part = "".join(f" {one}" for one in (self.part, self.mark) if one)
        return f"cxtui{number}{part}: {self.view}"

    def of_part(self, part: Part) -> ShapeName:
        """Return the name of another part of the slide."""
        return replace(self, part=part, mark="")

    def marked(self, text: str) -> ShapeName:
        """Return the name of a shape that was given this text."""
        return replace(self, mark=_mark_of(text))

    def is_edited(self, text: str) -> bool:
        """Return whether this is another text than the shape was given."""
        return bool(self.mark) and self.mark != _mark_of(text)


def _mark_of(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def name_of_view(view: str, number: int = 1) -> ShapeName:
    """Return the name of the chart of a view; what XML cannot hold is shown as signs."""
    return ShapeName(clean(view), number)


def read_name(text: str) -> ShapeName | None:
    """Return the name of a shape of ours, `None` of any other shape."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    return ShapeName(found[4], int(found[1] or 1), Part(found[2] or ""), found[3] or "")


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of a chart, one a category, `None` for a gap; percentages on 0–100."""

    name: str
    numbers: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class TextCell:
    """A text of a small table."""

    text: str = ""
    is_strong: bool = False
    is_faint: bool = False


Texts = tuple[tuple[TextCell, ...], ...]
"""The cells of a small table, line by line."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps right of a chart: `lines` stand beside its categories unless `are_named`."""

    title: str
    unit: str
    lines: Texts
    are_named: bool = False


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide of a deck.

    `categories` and `series` are the data of the chart, shown with `digits` decimals. `gaps` stand
    right of it, `below` under it. The `table` of a slide without a chart has its heads in the first
    line. `notes` is the footnote, `replay` the line for the speaker notes, `alt` the numbers in
    words.
    """

    name: ShapeName
    chart: Chart
    title: str
    about: str
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    digits: int = 0
    gaps: Gaps | None = None
    below: Texts = ()
    table: Texts = ()
    notes: str = ""
    replay: str = ""
    alt: str = ""
