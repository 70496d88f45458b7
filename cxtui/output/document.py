"""What a report shows of a table or a list, before it is HTML, a spreadsheet or a picture.

Every number stands here twice: as a person reads it, and unrounded for whoever calculates on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseLine, Cell, Table, TableRow, value_of
from cxtui.analysis.view.view import Measure
from cxtui.output.drawing.cell_text import (
    base_texts,
    gap_text,
    has_several_banners,
    marks_text,
    value_text,
)
from cxtui.output.drawing.number_text import EMPTY, exact, rounded, signed
from cxtui.survey.note import sentences_of

Ends = tuple[float | None, float | None]
"""The two ends of an interval, unrounded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell: `text` as it is read, `number` unrounded where it is one.

    `bar` is a length from 0 to 1 beside the number. `ends` are an interval's, which `text` gives in
    words. `dot` is a place on an axis from −1 to 1 with an interval around it: low, value, high.
    `accent` is the position of its colour where that is not its column's.
    """

    text: str = ""
    number: float | None = None
    marks: str = ""
    strong: bool = False
    faint: bool = False
    bar: float | None = None
    ends: Ends | None = None
    dot: tuple[float, float, float] | None = None
    accent: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column.

    `accent` is the position of its colour, −1 for none; `variable` the banner question that the
    column is a part of. `is_text` columns stand at the left; `is_marked` ones have letters or other
    marks; an `is_interval` has two ends. `is_picture` has dots alone; `is_wide` long bars.
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


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its entries, one a column; `is_base` where it stands under the rule.

    `begins` says that it is the first of several that belong together.
    """

    entries: tuple[Entry, ...]
    is_base: bool = False
    is_quiet: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report, with its honest footer and the command that prints it again.

    The first column names the lines. `name` is short: of a sheet in a workbook, of a link.
    `problem` says why there is no table, empty where there is one. An `is_list` has named
    columns alone.
    """

    name: str
    title: str
    subtitle: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    replay: str = ""
    problem: str = ""
    is_list: bool = False

    @property
    def has_variables(self) -> bool:
        """Whether banner questions have to be named over their columns."""
        return len({one.variable for one in self.heads if one.variable}) > 1


def refused(name: str, title: str, problem: str, replay: str = "") -> Sheet:
    """Return the sheet of a table that there is not, and why."""
    return Sheet(name, title, "", (), (), replay=replay, problem=problem)


def sheet_of(table: Table, *, name: str = "", replay: str = "") -> Sheet:
    """Return a table as it is seen."""
    longest = _longest(table)
    parts = [*([name] if name else []), table.question.id, table.question.kind]
    body = [_row(table, row, longest) for row in table.rows]
    under = [_under(table, line, [""] * len(table.columns)) for line in table.lines]
    under += [_under(table, line, table.base_flags) for line in table.bases]
    return Sheet(
        name=name or table.question.id,
        title=table.question.label,
        subtitle=" · ".join(dict.fromkeys(parts)),
        heads=tuple(_heads(table)),
        lines=(*body, *under),
        notes=sentences_of(table.notes),
        replay=replay,
    )


def _heads(table: Table) -> Iterator[Head]:
    yield Head("", is_text=True)
    several = has_several_banners(table)
    for position, column in enumerate(table.columns):
        yield Head(
            column.label,
            column.letter,
            accent=position - 1,
            variable=column.variable if several else "",
            is_marked=bool(position),
        )
    if table.compared:
        yield Head(table.gap_title)
        yield Head(f"{table.gap_title}, {table.view.level:g} %", is_interval=True)


def _row(table: Table, row: TableRow, longest: float) -> Line:
    entries = [Entry(row.label)]
    for position, cell in enumerate(row.cells):
        value = _value(table, cell)
        bar = None
        if position and longest > 0 and is_barred(table, row):
            bar = max(value or 0.0, 0.0) / longest
        entries.append(
            Entry(
                value_text(table, row, cell),
                value if cell.base > 0 else None,
                marks=marks_text(cell) if position else "",
                faint=cell.flag == "**",
                bar=bar,
            )
        )
    if table.compared:
        entries += _gap(table, row)
    return Line(tuple(entries), is_quiet=row.status is not Status.ANSWER)


def _gap(table: Table, row: TableRow) -> tuple[Entry, Entry]:
    if not row.pairs:
        return Entry(), Entry()
    pair = row.pairs[0]
    held = pair.p_adjusted is not None and pair.p_adjusted < 1 - table.view.level / 100
    is_mean = row.status is Status.SCORE or table.measure is Measure.MEAN
    digits = 2 if is_mean and not row.in_points else 1
    words = interval_text((pair.low, pair.high), digits)
    return (
        Entry(gap_text(table, row), pair.gap, strong=held),
        Entry(words, ends=(pair.low, pair.high)),
    )


def interval_text(ends: Ends, digits: int = 1) -> str:
    """Return an interval in words, empty where it does not exist."""
    if None in ends:
        return ""
    return f"{signed(ends[0], digits)} to {signed(ends[1], digits)}"


def _under(table: Table, base: BaseLine, flags: Sequence[str]) -> Line:
    entries = [Entry(base.label)]
    ends = zip(base_texts(base), base.lowest, base.highest, flags, strict=True)
    for text, low, high, flag in ends:
        entries.append(Entry(text, low if low == high else None, marks=flag))
    if table.compared:
        entries += [Entry(), Entry()]
    return Line(tuple(entries), is_base=True, is_quiet=True)


def _value(table: Table, cell: Cell) -> float | None:
    return value_of(cell, table.measure, weighted=table.view.weight is not None)


def is_barred(table: Table, row: TableRow) -> bool:
    """Whether a row has bars: a score among shares is on another scale."""
    return table.measure is Measure.MEAN or row.status is not Status.SCORE


def _longest(table: Table) -> float:
    """Return the value that the longest bar stands for."""
    return max(
        (
            _value(table, cell) or 0.0
            for row in table.rows
            if is_barred(table, row)
            for cell in row.cells[1:]
        ),
        default=0.0,
    )


def listed(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | float | None]],
    texts: frozenset[str],
    *,
    digits: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    replay: str = "",
) -> Sheet:
    """Return a list of named columns, those in `texts` being no numbers.

    Numbers are read unrounded, or with the `digits` of their column.
    """
    heads = tuple(Head(column, is_text=column in texts) for column in columns)
    lines = tuple(
        Line(
            tuple(
                Entry(value) if isinstance(value, str) else _listed(value, digits, column)
                for value, column in zip(row, columns, strict=True)
            )
        )
        for row in rows
    )
    return Sheet(name, title, "", heads, lines, tuple(notes), replay, is_list=True)


def _listed(value: float | None, digits: Mapping[str, int] | None, column: str) -> Entry:
    if value is None:
        return Entry()
    return Entry(exact(value) if digits is None else rounded(value, digits.get(column, 1)), value)


def is_blank(entry: Entry) -> bool:
    """Whether nothing can be read in a cell but that there is no number."""
    return entry.text in {"", EMPTY} and entry.number is None
