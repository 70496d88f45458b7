"""A table of a book: columns with letters that run on, rows of several lines, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Pair, Table
from cxtui.analysis.view.view import Measure
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, rounded, signed
from cxtui.survey.note import Note


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column, at `place` in its table; `heading` is its banner question's wording.

    `letter` is unique in the whole table. `begins` says that its banner question begins here,
    `is_low` that its base is too small, `is_hidden` that it is hidden for the protection of
    respondents, `flag` how its base is marked.
    """

    place: int
    label: str
    heading: str = ""
    letter: str = ""
    accent: int = -1
    begins: bool = False
    is_low: bool = False
    flag: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class BookLine:
    """One statistic of a row: a number a column, percentages on 0–100, or why there is none.

    `hidden` are the places of numbers that are hidden for the protection of respondents.
    """

    measure: Measure | None
    numbers: tuple[float | None, ...]
    digits: int = 1
    in_points: bool = False
    hidden: frozenset[int] = frozenset()

    @property
    def is_percent(self) -> bool:
        """Whether the numbers are percentages."""
        return self.measure in _PERCENTAGES

    def text(self, at: int) -> str:
        """Return the number at a place as a page shows it."""
        number = self.numbers[at]
        if number is None:
            return HIDDEN if at in self.hidden else EMPTY
        return signed(number, self.digits) if self.in_points else rounded(number, self.digits)


_PERCENTAGES = frozenset({Measure.COLUMN, Measure.ROW, Measure.TOTAL, Measure.RESPONSES})


@dataclass(frozen=True, slots=True)
class BookRow:
    """One answer, net or score with its statistics, the first with `marks`, one text a column.

    `depth` is 1 below the net that has the answer; `pairs` compare its columns. A row without a
    `status` is a line of the table such as a quartile.
    """

    label: str
    status: Status | None
    lines: tuple[BookLine, ...]
    marks: tuple[str, ...]
    depth: int = 0
    pairs: Sequence[Pair] = ()

    @property
    def is_strong(self) -> bool:
        """Whether the row stands out: a net or a score."""
        return self.status in {Status.NET, Status.SCORE}


@dataclass(frozen=True, slots=True)
class BookTable:
    """A table of a book, or why there is none (`problem`).

    `base` says in words who is counted. `replays` are the commands that print its numbers again.
    `record` returns what JSON has of it. `view` is the shortest text of its view for this survey:
    the latest wave is not named, and stays the latest. `is_trend` says that the columns are the
    waves of the survey, `is_charted` that the plan asks for a chart.
    """

    number: int
    title: str
    question: str
    wording: str
    banner: str = ""
    base: str = ""
    columns: tuple[BookColumn, ...] = ()
    bases: tuple[BaseLine, ...] = ()
    rows: tuple[BookRow, ...] = ()
    notes: tuple[Note, ...] = ()
    replays: tuple[str, ...] = ()
    problem: str = ""
    table: Table | None = None
    record: Callable[[], Mapping[str, object]] = dict
    view: str = ""
    is_trend: bool = False
    is_charted: bool = False

    @property
    def n(self) -> float | None:
        """The base of the first column, unweighted; the smallest of the items of a grid."""
        return self.bases[0].lowest[self.columns[0].place] if self.bases else None

    @property
    def marked(self) -> int:
        """How many cells have letters or arrows."""
        return sum(bool(mark) for row in self.rows for mark in row.marks)

    @property
    def untested(self) -> tuple[str, ...]:
        """The labels of the columns whose base is too small to be tested."""
        return tuple(one.label for one in self.columns if one.flag == "**")


@dataclass(frozen=True, slots=True)
class Book:
    """The tables of a book in their order.

    `about` are the lines below the title of the sheet of contents, which is there with `contents`;
    `stacked` puts the tables of a banner on one sheet.
    """

    title: str
    tables: tuple[BookTable, ...]
    about: tuple[str, ...] = ()
    contents: bool = True
    stacked: bool = False
