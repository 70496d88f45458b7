"""A book as a document: for pages, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cxtui.messages import tr
from cxtui.output.book.book_table import Book, BookColumn, BookLine, BookRow, BookTable
from cxtui.output.document import Document, Section
from cxtui.output.drawing import cell_text
from cxtui.output.grid import Entry, Grid, Head, Line
from cxtui.output.table_document import TIDY
from cxtui.output.writers.registry import Content
from cxtui.survey.note import sentences_of


def document_of_book(book: Book) -> Document:
    """Return the tables of a book as one document; a table that is refused has the reason."""
    return Document(book.title, Content.BOOK, TIDY, tuple(map(_section, book.tables)), book=book)


def _section(one: BookTable) -> Section:
    return Section(
        id=one.question,
        title=tr("Table {}: {}", one.number, one.title),
        name=one.question,
        notes=sentences_of(one.notes),
        view=str(one.table.view) if one.table else "",
        replay="; ".join(one.replays),
        problem=one.problem,
        grid=partial(grid_of_book, one),
        record=one.record,
    )


def grid_of_book(one: BookTable) -> Grid:
    """Return a table of a book as it is seen, its bases below the heads' rule at the end."""
    several = sum(column.begins for column in one.columns) > 1
    lines = [line for row in one.rows for line in _lines(one, row)]
    lines += _bases(one)
    about = f"{one.question}: {one.wording}" if one.title != one.wording else one.question
    subtitle = tr("{} · Base: {}", about, one.base)
    heads = (Head("", is_text=True), *_heads(one, several))
    return Grid(heads, tuple(lines), sentences_of(one.notes), subtitle)


def _heads(one: BookTable, several: bool) -> Iterator[Head]:
    heading = ""
    for column in one.columns:
        heading = column.heading or heading
        yield Head(
            column.label,
            column.letter,
            accent=column.accent,
            variable=heading if several and column.accent >= 0 else "",
            is_marked=column.accent >= 0,
        )


def _lines(one: BookTable, row: BookRow) -> Iterator[Line]:
    for place, line in enumerate(row.lines):
        label = "" if place else "\N{NO-BREAK SPACE}" * 3 * row.depth + row.label
        marks = row.marks if not place else [""] * len(one.columns)
        entries = map(partial(_entry, line), range(len(line.numbers)), one.columns, marks)
        yield Line((Entry(label), *entries), is_quiet=bool(place) or row.status is None)


def _entry(line: BookLine, at: int, column: BookColumn, marks: str) -> Entry:
    return Entry(line.text(at), line.numbers[at], letters=marks, faint=column.is_low)


def _bases(one: BookTable) -> Iterator[Line]:
    for base in one.bases:
        texts = cell_text.base_texts(base)
        hidden = base.hidden or [""] * len(texts)
        entries = [
            Entry(
                texts[column.place],
                base.lowest[column.place],
                flag="" if hidden[column.place] else column.flag,
            )
            for column in one.columns
        ]
        yield Line((Entry(base.label), *entries), is_base=True, is_quiet=True)
