"""Every result as one Document: what the writers of all formats take.

Each number is in it twice: as a person reads it, and unrounded for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxtui.output.drawing.number_text import EMPTY, exact, rounded, signed
from cxtui.output.writers.registry import Content, Shape

if TYPE_CHECKING:
    from cxtui.analysis.tables.trend import Trend

Values = tuple[str | float | None, ...]
"""One typed row; `None` where a number does not exist."""

Ends = tuple[float | None, float | None]
"""The two ends of an interval, unrounded."""

VIEW_COLUMN = "view"
"""Comes before the columns where the tables are of saved views, to tell them apart."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The named columns of typed rows, those in `texts` being no numbers.

    `marks` are the texts that belong to a number, such as its letters. `digits` are the decimals
    of a number where it is shown rounded, else one.
    """

    names: tuple[str, ...]
    texts: frozenset[str]
    digits: Mapping[str, int] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()

    def records(self, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """Return each row by the names of its columns."""
        return [dict(zip(self.names, row, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: `text` as a person reads it, `number` unrounded where it is one.

    `letters` and `flag` come behind the number. `ends` are those of a range, or of an interval:
    `text` gives it in words, with `digits` decimals. `bar` is a length from 0 to 1 beside the
    number. `dot` is a place on an axis from −1 to 1 with an interval around it: low, value, high.
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
    dot: tuple[float, float, float] | None = None
    accent: int | None = None

    @property
    def marks(self) -> str:
        """All that comes behind the number."""
        return self.letters + self.flag

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be read but that there is no number."""
        return self.text in {"", EMPTY}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    `accent` is the position of its colour, −1 for none; `variable` the banner question that the
    column is a part of. `is_text` columns are aligned left; `is_marked` ones have letters or other
    marks; an `is_interval` has two ends, and follows the column of its value. `is_picture` has
    dots alone; `is_wide` long bars.
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
        """The text with its letter."""
        return f"{self.text} {self.letter}".strip()

    @property
    def full_title(self) -> str:
        """The title, after the banner question that it is a part of."""
        return f"{self.variable}: {self.title}" if self.variable else self.title


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its entries, one a column; `is_base` where it comes under the rule.

    `begins` says that it is the first of several that belong together.
    """

    entries: tuple[Entry, ...]
    is_base: bool = False
    is_quiet: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A result as a person reads it: heads over lines, and the notes below.

    The first column names the lines. An `is_list` has named columns alone.
    """

    heads: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    subtitle: str = ""
    is_list: bool = False

    @property
    def has_variables(self) -> bool:
        """Whether banner questions have to be named over their columns."""
        return len({one.variable for one in self.heads if one.variable}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One result of a document, or why there is none (`problem`).

    `name` is short: of a sheet in a workbook, of a link; it is `id` unless the user chose it.
    `replay` is the command that prints the result again, `view` what it asks. The other fields are
    functions, since a format needs only some of them: `rows` returns the typed rows, `grid` and
    `picture` what a person reads on a page and in a picture, `chart` the drawing of its numbers,
    `text` its lines in 100 terminal cells and `record` what JSON has of it. `is_noted` says
    whether the notes go below the text, too.
    """

    id: str
    title: str
    name: str
    notes: tuple[str, ...] = ()
    view: str = ""
    replay: str = ""
    problem: str = ""
    rows: Callable[[], Iterable[Values]] = tuple
    grid: Callable[[], Grid] = Grid
    picture: Callable[[], Grid] | None = None
    chart: Callable[[], Grid | Trend] | None = None
    text: Callable[[], Iterable[str]] = tuple
    record: Callable[[], Mapping[str, Any]] = dict
    is_noted: bool = True

    @property
    def heading(self) -> str:
        """Its title, after its name where that is the user's."""
        return self.title if self.name == self.id else f"{self.name}: {self.title}"


@dataclass(frozen=True, slots=True)
class Document:
    """One result or several, ready for the writer of any format; all have the same columns."""

    title: str
    content: Content
    columns: Columns
    sections: tuple[Section, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        is_named = self.content is Content.VIEWS
        return (VIEW_COLUMN, *self.columns.names) if is_named else self.columns.names

    def rows(self) -> Iterator[Values]:
        """Yield the typed rows of all sections."""
        for one in self.sections:
            name = (one.name,) if self.content is Content.VIEWS else ()
            yield from ((*name, *row) for row in one.rows())

    def grid(self, section: Section, shape: Shape, *, is_rounded: bool) -> Grid:
        """Return a section as seen, or its typed rows (`tidy`), their numbers rounded or not."""
        if shape is Shape.WIDE or section.problem:
            return section.grid()
        return list_grid(self.columns, section.rows(), section.notes, is_rounded=is_rounded)


def list_grid(
    columns: Columns,
    rows: Iterable[Sequence[str | float | None]],
    notes: tuple[str, ...] = (),
    *,
    is_rounded: bool = True,
) -> Grid:
    """Return typed rows as a grid, their numbers rounded or not."""
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


def interval_entry(ends: Ends, digits: int = 1) -> Entry:
    """Return the cell of an interval, blank where it does not exist."""
    text = "" if None in ends else f"{signed(ends[0], digits)} to {signed(ends[1], digits)}"
    return Entry(text, digits=digits, ends=ends)
