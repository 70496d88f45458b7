"""Check the tables of a plan: what each is, and whether what can be added up adds up.

Tab houses check a book by hand in the same way: the Total of all tables with one filter, the bases
of a separate banner against the Total, single answers against 100.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Base, Measure
from cxtui.messages import tr
from cxtui.output.book.book_table import BookTable
from cxtui.output.drawing.number_text import rounded
from cxtui.survey.question import Kind

_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table with what is to be said of it: `wrong` are sums that do not come out."""

    table: BookTable
    empty: tuple[str, ...] = ()
    wrong: tuple[str, ...] = field(default=())

    @property
    def is_sound(self) -> bool:
        """Whether it can be made and adds up."""
        return not self.table.problem and not self.wrong


def check_tables(book: Sequence[BookTable]) -> tuple[CheckedTable, ...]:
    """Return each table with its empty columns and the sums that do not come out."""
    totals: dict[tuple[object, ...], tuple[int, float]] = {}
    return tuple(_checked(one, totals) for one in book)


def _checked(one: BookTable, totals: dict[tuple[object, ...], tuple[int, float]]) -> CheckedTable:
    if one.table is None:
        return CheckedTable(one)
    bases = one.table.base.lowest
    empty = tuple(column.label for column in one.columns if bases[column.place] == 0)
    wrong = [*_columns(one.table), *_answers(one.table), *_total(one, totals)]
    return CheckedTable(one, empty, tuple(wrong))


def _base_of(table: Table, place: int) -> float:
    return table.base.lowest[place] or 0.0


def _total(one: BookTable, totals: dict[tuple[object, ...], tuple[int, float]]) -> Iterator[str]:
    """Yield where the same respondents have another Total than in a table before."""
    table = one.table
    if table is None:
        return
    key = (table.view.filters, table.view.weight)
    number, before = totals.setdefault(key, (one.number, table.respondents))
    if not _equal(before, table.respondents):
        said = "{} respondents, and {} in table {} with the same filter"
        yield tr(said, rounded(table.respondents, 0), rounded(before, 0), number)


def _columns(table: Table) -> Iterator[str]:
    """Yield the banner questions whose columns do not add up to the Total.

    Respondents who gave no answer to the banner question, or several, are in no column or in two:
    only a sum over the Total of a banner without overlap is wrong.
    """
    total = _base_of(table, 0)
    banners: dict[int, list[int]] = {}
    for place, column in enumerate(table.columns):
        if column.banner >= 0:
            banners.setdefault(column.banner, []).append(place)
    for places in banners.values():
        overlap = any({*pair} <= {*places} for pair in table.overlaps)
        found = sum(_base_of(table, place) for place in places)
        if not overlap and found > total + _SLACK:
            name = table.columns[places[0]].variable
            said = "the columns of {} add up to {}, the Total is {}"
            yield tr(said, name, rounded(found, 0), rounded(total, 0))


def _answers(table: Table) -> Iterator[str]:
    """Yield the columns whose single answers do not add up to 100 per cent."""
    is_one_answer = table.question.kind in {Kind.SINGLE, Kind.SCALE, Kind.DATE}
    if table.measure is not Measure.COLUMN or not is_one_answer:
        return
    if table.question.counts_each_answer or table.view.base is not Base.ANSWERED:
        return
    rows = [row for row in table.rows if row.status is Status.ANSWER]
    for place, column in enumerate(table.columns):
        shares = [row.cells[place].percent for row in rows]
        known = [one for one in shares if one is not None]
        if len(known) == len(shares) and known and not _equal(math.fsum(known), 100.0):
            said = "the answers of {} add up to {} per cent"
            yield tr(said, column.label, rounded(math.fsum(known), 2))


def _equal(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=_SLACK)


def lines_of(checked: Iterable[CheckedTable]) -> Iterator[str]:
    """Yield a line a table: its number, title, n and columns; then what is wrong with it."""
    for one in checked:
        table = one.table
        if table.problem:
            yield tr("{} {}: refused: {}", table.number, table.title, table.problem)
            continue
        parts = [tr("n {}", rounded(table.n, 0)), table.base]
        parts.append(tr("{:,} columns", len(table.columns)))
        if table.untested:
            parts.append(tr("under 30: {}", ", ".join(table.untested)))
        if one.empty:
            parts.append(tr("empty: {}", ", ".join(one.empty)))
        yield f"{table.number} {table.title}: {' · '.join(parts)}"
        yield from (tr("{} does not add up: {}", table.number, wrong) for wrong in one.wrong)


def summary_of(checked: Sequence[CheckedTable]) -> str:
    """Return in one line how many tables there are, are refused, and do not add up."""
    refused = sum(bool(one.table.problem) for one in checked)
    wrong = sum(bool(one.wrong) for one in checked)
    return tr("{:,} tables: {:,} refused, {:,} do not add up", len(checked), refused, wrong)
