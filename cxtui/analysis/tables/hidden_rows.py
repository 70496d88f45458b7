"""A table without the rows and columns that its view hides; its numbers and tests stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cxtui.analysis.query.cube import Column, Status
from cxtui.analysis.stats.significance import column_pairs, first_pair
from cxtui.analysis.tables.notes import gap_note, gap_unit
from cxtui.analysis.tables.table import BaseLine, ColumnNumbers, Pair, Table, TableRow
from cxtui.analysis.view.hidden_parts import Hidden
from cxtui.messages import quoted, tr, tr_count
from cxtui.survey.note import Note, NoteKind
from cxtui.survey.question import Question


def without_hidden(table: Table) -> Table:
    """Return the table without what its view hides, with a note on what that is."""
    if table.view == table.view.unhidden:
        return table
    columns = list(_columns(table))
    rows = _rows(table, columns)
    found = _with_columns(replace(table, rows=rows), columns)
    return replace(found, notes=(*found.notes, *_notes(table, found)), unhidden=table)


def path_of(column: Column) -> Hidden:
    """Return a column as `--hidden` names it."""
    return Hidden(tuple((step.variable, step.code) for step in column.path))


def path_of_row(question: Question, row: TableRow) -> Hidden:
    """Return a row of the table of `question` as `--hidden` names it."""
    return Hidden(((question.id, row.code),))


def _columns(table: Table) -> Iterator[int]:
    """Yield the positions of the columns that are shown: the Total always."""
    view, bases = table.view, table.base.highest
    for place, column in enumerate(table.columns):
        is_empty = view.hide_empty and bases[place] == 0
        if column.banner < 0 or not (is_empty or path_of(column) in view.hidden):
            yield place


def _rows(table: Table, columns: Sequence[int]) -> tuple[TableRow, ...]:
    view, left = table.view, table.view.most_rows or len(table.rows)
    shown = []
    for row in table.rows:
        is_empty = view.hide_empty and all(row.cells[place].n == 0 for place in columns)
        is_answer = row.status is Status.ANSWER
        if is_empty or path_of_row(table.question, row) in view.hidden or (is_answer and not left):
            continue
        left -= is_answer
        shown.append(row)
    return tuple(shown)


def _with_columns(table: Table, kept: Sequence[int]) -> Table:
    """Return a table with some of its columns; pairs are those between them."""
    if len(kept) == len(table.columns):
        return table
    columns = tuple(table.columns[place] for place in kept)
    against = table.view.against
    pairs = column_pairs(table.columns, against)
    ends = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    moved = {before: now for now, before in enumerate(kept)}
    places = [at for at, (a, b) in enumerate(ends) if a in moved and b in moved]
    compared = first_pair(columns, against)
    notes = (note for note in table.notes if note.kind is not NoteKind.GAP)
    about_gap = (gap_note(compared, gap_unit(table.measure)),) if compared else ()
    return replace(
        table,
        columns=columns,
        rows=tuple(_row(row, kept, places) for row in table.rows),
        bases=tuple(_line(one, kept) for one in table.bases),
        lines=tuple(_line(one, kept) for one in table.lines),
        base_flags=tuple(table.base_flags[place] for place in kept),
        compared=compared,
        overlaps=frozenset(
            (moved[a], moved[b]) for a, b in table.overlaps if a in moved and b in moved
        ),
        notes=(*notes, *about_gap),
    )


def _row(row: TableRow, kept: Sequence[int], places: Sequence[int]) -> TableRow:
    pairs: Sequence[Pair] = tuple(row.pairs[place] for place in places) if row.pairs else ()
    return replace(row, cells=tuple(row.cells[place] for place in kept), pairs=pairs)


def _line(line: BaseLine, kept: Sequence[int]) -> BaseLine:
    def left(values: ColumnNumbers) -> ColumnNumbers:
        return tuple(values[place] for place in kept) if values else ()

    hidden = tuple(line.hidden[place] for place in kept) if line.hidden else ()
    return replace(line.each(left), hidden=hidden)


def _notes(before: Table, after: Table) -> Iterator[Note]:
    """Yield what is not shown, and what is named but not in the table."""
    rows = [
        one.label for one in before.rows if _identity(one) not in set(map(_identity, after.rows))
    ]
    columns = [one.label for one in before.columns if one not in after.columns]
    counts = [
        tr_count(len(rows), "{:,} row", "{:,} rows") if rows else "",
        tr_count(len(columns), "{:,} column", "{:,} columns") if columns else "",
    ]
    if rows or columns:
        text = tr("Not shown, but counted and tested: {}.", quoted([*rows, *columns]))
        yield Note(NoteKind.HIDDEN, text, tr("{} hidden", ", ".join(filter(None, counts))))
    named = {path_of_row(before.question, one) for one in before.rows} | set(
        map(path_of, before.columns)
    )
    if unknown := [str(one) for one in before.view.hidden if one not in named]:
        text = tr("Not in this table, so not hidden: {}.", quoted(unknown))
        yield Note(NoteKind.HIDDEN, text)


def _identity(row: TableRow) -> tuple[Status, str]:
    return row.status, row.code
