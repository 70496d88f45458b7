"""Document: one or several results, as the writers of all formats take them.

Each number is in it twice: as a person reads it, and unrounded for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxtui.messages import tr
from cxtui.output.grid import Columns, Grid, list_grid
from cxtui.output.writers.registry import Content, Shape

if TYPE_CHECKING:
    from cxtui.analysis.tables.trend import Trend
    from cxtui.output.book.book_table import Book
    from cxtui.output.brief.brief import Brief

Values = tuple[str | float | None, ...]
"""One typed row; `None` where a number does not exist."""

VIEW_COLUMN = "view"
"""The first column of the rows of saved views: which view a row is of."""


@dataclass(frozen=True, slots=True)
class Section:
    """One result of a document, or why there is none (`problem`).

    `name` is short: of a sheet in a workbook, of a link; it is `id` unless the user chose it.
    `replay` is the command that prints the result again, `view` the view it shows. The other fields
    are functions, since a format needs only some of them: `rows` returns the typed rows, `grid` the
    result as a page shows it, `picture` as a picture shows it where that differs, `chart` the
    drawing of its numbers, `text` its lines in 100 terminal cells and `record` its JSON.
    `is_noted` says whether the notes go below the text, too.
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
        """The title, after the name where the user chose it."""
        return self.title if self.name == self.id else f"{self.name}: {self.title}"

    def again(self, quoted: Callable[[str], str] = str) -> str:
        """Return the line with the command that prints the result again, empty without one."""
        return tr("This table again: {}", quoted(self.replay)) if self.replay else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One result or several, ready for the writer of any format; all have the same columns.

    `answers` is a ranking with a row an answer; the document has a row a question then. `book` is
    the book of tables that it is made of, which a workbook lays out in its own way; `brief` is
    what it says where it is a page of findings.
    """

    title: str
    content: Content
    columns: Columns
    sections: tuple[Section, ...]
    answers: Document | None = None
    book: Book | None = None
    brief: Brief | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        view = (VIEW_COLUMN,) if self.content is Content.VIEWS else ()
        return (*view, *self.columns.names)

    def rows(self) -> Iterator[Values]:
        """Yield the typed rows of all sections."""
        for one in self.sections:
            view = (one.name,) if self.content is Content.VIEWS else ()
            yield from ((*view, *row) for row in one.rows())

    def grid(self, section: Section, shape: Shape, *, is_rounded: bool) -> Grid:
        """Return a section as seen, or its typed rows (`tidy`) with rounded or exact numbers."""
        if shape is Shape.WIDE or section.problem:
            return section.grid()
        return list_grid(self.columns, section.rows(), section.notes, is_rounded=is_rounded)
