"""Grid: a result as a person reads it, in heads and lines of cells; and typed rows as a Grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cxtui.output.drawing.number_text import EMPTY, HIDDEN, exact, interval_text, rounded

Ends = tuple[float | None, float | None]
"""The two ends of an interval, unrounded."""

Dot = tuple[float, float, float]
"""The low end, value and high end of a gap on an axis from −1 to 1."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of typed rows; all are numbers but those in `texts`.

    `marks` are the texts that belong to a number, such as its letters. `digits` are the decimals
    of a rounded number, one where they are not given.
    """

    names: tuple[str, ...]
    texts: frozenset[str]
    digits: Mapping[str, int] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()

    def records(self, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """Return each row as a dict by column name."""
        return [dict(zip(self.names, row, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: `text` as a person reads it, `number` unrounded where there is one.

    `letters` and `flag` follow the number. `ends` are those of a range or an interval, which `text`
    gives in words, with `digits` decimals. `bar` is a length from 0 to 1 beside the number.
    `accent` is the position of its colour where that is not its column's.
    """

    text: str = ""
    number: float | None = None
    letters: str = ""
    flag: str = ""
    strong: bool = False
    faint: bool = False
    bar: float | None = None
    ends: Ends | None = None
    digits: int = 1
    dot: Dot | None = None
    accent: int | None = None

    @property
    def marks(self) -> str:
        """The letters and the flag that follow the number."""
        return self.letters + self.flag

    @property
    def is_blank(self) -> bool:
        """Whether the cell shows no number and no words."""
        return self.text in {"", EMPTY}

    @property
    def is_hidden(self) -> bool:
        """Whether the cell is hidden for the protection of respondents."""
        return self.text == HIDDEN


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    `accent` is the position of its colour, −1 for none; `variable` is the banner question of the
    column. An `is_text` column is aligned left; an `is_marked` column has letters or other marks;
    an `is_interval` column has two ends and follows the column of its value. An `is_picture` column
    has dots only; an `is_wide` column has long bars.
    """

    text: str
    letter: str = ""
    accent: int = -1
    variable: str = ""
    is_text: bool = False
    is_marked: bool = False
    is_interval: bool = False
    is_picture: bool = False
    is_wide: bool = False

    @property
    def title(self) -> str:
        """The text and the letter."""
        return f"{self.text} {self.letter}".strip()

    @property
    def full_title(self) -> str:
        """The title, after its banner question."""
        return f"{self.variable}: {self.title}" if self.variable else self.title


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an entry for each column; `is_base` where it comes under the rule.

    `begins` says that it is the first of several lines about one answer.
    """

    entries: tuple[Entry, ...]
    is_base: bool = False
    is_quiet: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A result as a person reads it: heads over lines, and the notes below.

    The first column names the lines. `is_list` says that these are typed rows, not a table.
    """

    heads: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    subtitle: str = ""
    is_list: bool = False

    @property
    def has_variables(self) -> bool:
        """Whether there are several banner questions, to be named over their columns."""
        return len({one.variable for one in self.heads if one.variable}) > 1


def list_grid(
    columns: Columns,
    rows: Iterable[Sequence[str | float | None]],
    notes: tuple[str, ...] = (),
    *,
    is_rounded: bool = True,
) -> Grid:
    """Return typed rows as a grid, with rounded or exact numbers."""
    heads = tuple(Head(name, is_text=name in columns.texts) for name in columns.names)
    digits = [columns.digits.get(name, 1) if is_rounded else None for name in columns.names]
    lines = (
        Line(tuple(_listed(value, one) for value, one in zip(row, digits, strict=True)))
        for row in rows
    )
    return Grid(heads, tuple(lines), notes, is_list=True)


def _listed(value: str | float | None, digits: int | None) -> Entry:
    if value is None or isinstance(value, str):
        return Entry(value or "")
    return Entry(exact(value) if digits is None else rounded(value, digits), value)


def interval_entry(low: float | None, high: float | None, digits: int = 1) -> Entry:
    """Return the cell of an interval, blank where it does not exist."""
    text = "" if low is None or high is None else interval_text(low, high, digits)
    return Entry(text, digits=digits, ends=(low, high))


def dot_of(gap: float | None, low: float | None, high: float | None, reach: float) -> Dot | None:
    """Return a gap on an axis that ends at `reach` points, `None` where it has no interval."""
    if gap is None or low is None or high is None:
        return None
    return low / reach, gap / reach, high / reach
