"""Shape the tables of one view, one a statistic, into a table of a book."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from cxtui.analysis.query.banner import letter_at
from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.state_line import describe_filter
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Against, Base, Measure
from cxtui.messages import tr, tr_count
from cxtui.output.book.book_look import Look, Low
from cxtui.output.book.book_rows import ordered_rows, rows_of_book
from cxtui.output.book.book_table import BookColumn, BookTable
from cxtui.output.table_document import record_of_table
from cxtui.survey.model import Codebook
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.text import SEPARATOR

_BASES = {
    Base.ANSWERED: "all who answered",
    Base.ASKED: "all who were asked",
    Base.ALL: "all respondents",
}
_NUMBERS = frozenset({Status.ANSWER, Status.NET})


def shape_table(
    codebook: Codebook,
    tables: Mapping[Measure, Table],
    number: int,
    title: str,
    look: Look,
    levels: Sequence[float],
    banner: str = "",
    replays: Sequence[str] = (),
) -> BookTable:
    """Return the table number `number` of a book.

    `tables` are those of one view by statistic, the first with its tests; `levels` one or two
    levels in per cent.
    """
    table = next(iter(tables.values()))
    columns = tuple(_columns(codebook, table, look))
    left = list(ordered_rows(table))
    shown, notes = _kept(table, left, columns, look)
    rows = tuple(rows_of_book(tables, shown, columns, levels, look))
    book = BookTable(
        number=number,
        title=title,
        question=table.question.id,
        wording=table.question.label,
        banner=banner,
        base=base_in_words(codebook, table),
        columns=columns,
        bases=table.bases,
        rows=rows,
        notes=(*_notes(table, columns, levels, look), *notes_about(NoteKind.ROWS, notes)),
        replays=tuple(replays),
        table=table,
    )
    return _with_record(book, tables, levels)


def _with_record(
    book: BookTable, tables: Mapping[Measure, Table], levels: Sequence[float]
) -> BookTable:
    from dataclasses import replace

    table = next(iter(tables.values()))
    head = {"number": book.number, "title": book.title, "banner": book.banner, "base": book.base}
    head |= {"show": list(tables), "levels": list(levels)}
    return replace(book, record=partial(_record, head, table))


def _record(head: Mapping[str, object], table: Table) -> Mapping[str, object]:
    return {**head, **record_of_table(table)}


def base_in_words(codebook: Codebook, table: Table) -> str:
    """Return who is counted: the base of the percentages, the filters and the weight."""
    view = table.view
    base = Base.ANSWERED if table.measure is Measure.MEAN else view.base
    weight = [tr("weighted by {}", view.weight)] if view.weight else []
    filters = (describe_filter(codebook, one) for one in view.filters)
    return SEPARATOR.join([tr(_BASES[base]), *filters, *weight])


def _columns(codebook: Codebook, table: Table, look: Look) -> Iterator[BookColumn]:
    """Yield the columns that are shown; their letters run on through all banner questions."""
    before, lettered, accent = None, 0, -1
    for place, (column, base, flag) in enumerate(
        zip(table.columns, table.base.lowest, table.base_flags, strict=True)
    ):
        is_total, is_hidden = column.banner < 0, base is None and bool(table.suppressed)
        is_low = (base or 0.0) < look.hide_under and not is_hidden
        drops = (is_low and look.low is Low.DROP) or (look.drop_empty and base == 0)
        if drops and not is_total:
            continue
        begins = not is_total and column.banner != before
        accent += begins
        letter = letter_at(lettered) if column.letter else ""
        lettered += bool(letter)
        heading = _heading(codebook, column.variables) if begins else ""
        own = -1 if is_total else accent
        yield BookColumn(place, column.label, heading, letter, own, begins, is_low, flag, is_hidden)
        before = column.banner


def _heading(codebook: Codebook, names: Sequence[str]) -> str:
    found = ((name, codebook.find(name)) for name in names)
    return " > ".join(one.label if one else name for name, one in found)


def _kept(
    table: Table, rows: Sequence[tuple[TableRow, int]], columns: Sequence[BookColumn], look: Look
) -> tuple[list[tuple[TableRow, int]], list[str]]:
    """Return the rows that are shown, and what is said about the others."""
    notes: list[str] = []
    hidden = [row for row, _ in rows if row.code in look.hide or row.label in look.hide]
    kept = [one for one in rows if one[0] not in hidden]
    if hidden:
        notes.append(tr("Not shown: {}.", ", ".join(row.label for row in hidden)))
    if look.drop_empty:
        empty = [one for one in kept if one[0].status in _NUMBERS and _is_empty(one[0], columns)]
        kept = [one for one in kept if one not in empty]
        if empty:
            said = "Not shown: {:,} answer without respondents."
            notes.append(tr_count(len(empty), said, "Not shown: {:,} answers without respondents."))
    answers = sorted(
        (row for row, _ in kept if row.status is Status.ANSWER),
        key=lambda row: -_size(table, row),
    )
    if look.top and (cut := answers[look.top :]):
        kept = [one for one in kept if one[0] not in cut]
        most = math.ceil(max(_size(table, row) for row in cut) * 10) / 10
        said, more = "{:,} more answer, of {:g}% at most.", "{:,} more answers, each {:g}% at most."
        if table.measure is Measure.MEAN:
            said, more = "{:,} more row.", "{:,} more rows."
        notes.append(tr_count(len(cut), said, more, most))
    return kept, notes


def _is_empty(row: TableRow, columns: Sequence[BookColumn]) -> bool:
    return all(row.cells[one.place].n == 0 for one in columns)


def _size(table: Table, row: TableRow) -> float:
    total = row.cells[0]
    if table.measure is Measure.MEAN:
        return total.mean or 0.0
    if not total.weighted_base or total.weighted_n is None:
        return 0.0
    return 100 * total.weighted_n / total.weighted_base


def _notes(
    table: Table, columns: Sequence[BookColumn], levels: Sequence[float], look: Look
) -> Iterator[Note]:
    """Yield the notes of the table, without that on a gap, which a book does not show."""
    said = notes_about(NoteKind.TESTS, _on_letters(table, columns, levels))
    for note in table.notes:
        if note.kind is not NoteKind.GAP:
            yield note
        if note.kind is NoteKind.TESTS:
            yield from said
            said = ()
    low = [column for column in columns if column.is_low]
    dropped = len(table.columns) - len(columns)
    if low or (dropped and look.hide_under):
        looks = {Low.GREY: "in grey", Low.BLANK: "left blank", Low.DROP: "not shown"}
        said_low = tr(
            "Columns under {:g} respondents are {}.", look.hide_under, tr(looks[look.low])
        )
        yield Note(NoteKind.BASES, said_low)


def _on_letters(
    table: Table, columns: Sequence[BookColumn], levels: Sequence[float]
) -> Iterator[str]:
    """Yield what the second level's marks are, and that letters run on."""
    has_letters = table.view.against is Against.COLUMNS
    if len(levels) > 1:
        said = "Small letters: the same at {:g}%." if has_letters else "△▽ the same at {:g}%."
        yield tr(said, levels[1])
    if has_letters and sum(one.begins for one in columns) > 1:
        yield tr("Letters run on; a column is compared within its own banner question.")
