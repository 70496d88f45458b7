"""The rows of a book's table: nets above their answers, statistics below each other, letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.query.cube import Status
from cxtui.analysis.stats.significance import HIGHER, LOWER, column_pairs
from cxtui.analysis.tables.table import Cell, Table, TableRow
from cxtui.analysis.view.view import Against, Measure
from cxtui.output.book.book_look import Look, Low
from cxtui.output.book.book_table import BookColumn, BookLine, BookRow
from cxtui.output.drawing.cell_text import few_cases_text

_DIGITS = {Measure.COUNT: 0, Measure.INDEX: 0, Measure.MEAN: 2}
_WEAKER = {HIGHER: "△", LOWER: "▽"}
_FROM_CELL = frozenset({Measure.COUNT, Measure.INDEX})
"""Statistics that the cells of any measure have."""


def ordered_rows(table: Table) -> Iterator[tuple[TableRow, int]]:
    """Yield the rows with their depth: each net above those of its answers that no net has yet.

    Nets without such an answer come behind the other answers, the boxes and scores of a scale last.
    """
    declared = {one.code: one for one in (*table.question.nets, *table.view.nets)}
    nets = [row for row in table.rows if row.status is Status.NET and row.code in declared]
    answers = [row for row in table.rows if row.status is Status.ANSWER]
    taken: set[str] = set()
    loose: list[TableRow] = []
    for net in nets:
        codes = set(table.question.category_codes(declared[net.code].members))
        own = [row for row in answers if row.code in codes - taken]
        if not own:
            loose.append(net)
            continue
        taken.update(row.code for row in own)
        yield net, 0
        yield from ((row, 1) for row in own)
    yield from ((row, 0) for row in answers if row.code not in taken)
    yield from ((row, 0) for row in loose)
    last = [row for row in table.rows if row.status is not Status.ANSWER and row not in nets]
    yield from ((row, 0) for row in sorted(last, key=lambda row: row.status is Status.SCORE))


def rows_of_book(
    tables: Mapping[Measure, Table],
    rows: Sequence[tuple[TableRow, int]],
    columns: Sequence[BookColumn],
    levels: Sequence[float],
    look: Look,
) -> Iterator[BookRow]:
    """Yield the rows with a line a statistic; `tables` are those of each, the first with tests."""
    first, *others = tables
    table = tables[first]
    by_code = {
        measure: {row.code: row for row in own.rows}
        for measure, own in tables.items()
        if measure not in _FROM_CELL
    }
    for row, depth in rows:
        lines = [_line(table, first, row, columns, look)]
        if row.status is not Status.SCORE and first is not Measure.MEAN:
            for measure in others:
                source = row if measure in _FROM_CELL else by_code[measure].get(row.code)
                if source is not None:
                    lines.append(_line(tables[measure], measure, source, columns, look))
        marks = tuple(marks_of(table, row, columns, levels, look))
        yield BookRow(row.label, row.status, tuple(lines), marks, depth, row.pairs)
    if Measure.MEAN in others and not table.question.items:  # an item has its own in its cells
        for row in tables[Measure.MEAN].rows:
            line = _line(tables[Measure.MEAN], Measure.MEAN, row, columns, look)
            yield BookRow(row.label, Status.SCORE, (line,), ("",) * len(columns))
    for under in table.lines:
        numbers = tuple(_shown(one, look, under.lowest[one.place]) for one in columns)
        digits = 2 if under.digits is None else under.digits
        hidden = frozenset(
            at for at, one in enumerate(columns) if under.hidden and under.hidden[one.place]
        )
        line = BookLine(None, numbers, digits, hidden=hidden)
        yield BookRow(under.label, None, (line,), ("",) * len(columns))


def _line(
    table: Table, measure: Measure, row: TableRow, columns: Sequence[BookColumn], look: Look
) -> BookLine:
    is_mean = row.status is Status.SCORE or measure is Measure.MEAN
    numbers = tuple(
        _shown(one, look, _number(table, measure, row.cells[one.place])) for one in columns
    )
    hidden = frozenset(
        at
        for at, (one, number) in enumerate(zip(columns, numbers, strict=True))
        if number is None and row.cells[one.place].hidden
    )
    if is_mean:
        digits = 1 if row.in_points else _DIGITS[Measure.MEAN]
        return BookLine(Measure.MEAN, numbers, digits, row.in_points, hidden)
    return BookLine(measure, numbers, _digits(table, measure), hidden=hidden)


def _digits(table: Table, measure: Measure) -> int:
    if measure is Measure.COUNT and table.view.weight:
        return 1
    return _DIGITS.get(measure, 1)


def _number(table: Table, measure: Measure, cell: Cell) -> float | None:
    """Return the number of a cell in a measure, `None` where its base is empty."""
    if cell.base is not None and cell.base <= 0:
        return None
    if cell.mean is not None:
        return cell.mean
    match measure:
        case Measure.COUNT:
            return cell.weighted_n if table.view.weight else cell.n
        case Measure.INDEX:
            return cell.index
        case Measure.MEAN:
            return None
    return cell.percent


def _shown(column: BookColumn, look: Look, number: float | None) -> float | None:
    return None if column.is_low and look.low is Low.BLANK else number


def marks_of(
    table: Table,
    row: TableRow,
    columns: Sequence[BookColumn],
    levels: Sequence[float],
    look: Look,
) -> Iterator[str]:
    """Yield the letters of each column: capitals at the first level, small ones at the second.

    Letters of columns that are not shown are left out.
    """
    weaker = _weaker(table, row, levels)
    banners = [one.banner for one in table.columns]
    letters = {
        (banners[one.place], table.columns[one.place].letter): one.letter
        for one in columns
        if not (one.is_low and look.low is Low.BLANK)
    }
    for column in columns:
        cell, banner = row.cells[column.place], banners[column.place]
        if column.is_low and look.low is Low.BLANK:
            yield ""
            continue
        if table.view.against is not Against.COLUMNS:
            found = [cell.letters or weaker.get(column.place, "")]
        else:
            strong = [letters.get((banner, one)) for one in split_letters(cell.letters)]
            weak = split_letters(weaker.get(column.place, ""))
            small = [(letters.get((banner, one)) or "").lower() for one in weak]
            found = [*filter(None, strong), *filter(None, small)]
        yield " ".join(filter(None, (*found, few_cases_text(cell) if any(found) else "")))


def _weaker(table: Table, row: TableRow, levels: Sequence[float]) -> dict[int, str]:
    """Return the letters that a column has at the second level alone, as the first ones are made.

    An adjusted p does not depend on the level.
    """
    if len(levels) < 2 or not row.pairs:  # noqa: PLR2004 -- the second
        return {}
    pairs, found = column_pairs(table.columns, table.view.against), dict[int, str]()
    strict, lax = (1 - level / 100 for level in levels[:2])
    for a, b, pair in zip(pairs.a.tolist(), pairs.b.tolist(), row.pairs, strict=True):
        if pair.p_adjusted is None or pair.gap is None or not strict <= pair.p_adjusted < lax:
            continue
        if pairs.against is Against.COLUMNS:
            higher, lower = (a, b) if pair.gap > 0 else (b, a)
            found[higher] = found.get(higher, "") + table.columns[lower].letter
        else:
            found[a] = _WEAKER[HIGHER if pair.gap > 0 else LOWER]
    return found
