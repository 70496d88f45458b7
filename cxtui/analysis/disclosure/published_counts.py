"""Published counts: every unweighted number of tables, by the respondents that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from cxtui.analysis.disclosure.merged_answers import merges_of, of_source
from cxtui.analysis.disclosure.respondent_groups import YES, Group, Variable, all_but, only
from cxtui.analysis.disclosure.row_groups import EVERYBODY, RowGroups, Sum
from cxtui.analysis.query.cube import Column, Status
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Measure
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition
from cxtui.survey.question import Question


class Part(Enum):
    """Where in a table a count is published."""

    CELL = "cell"
    BASE = "base"
    ROW_BASE = "base of a row"
    LINE = "line"


class Place(NamedTuple):
    """One place of one table; `row` is that of a line for a line, 0 for a base."""

    table: int
    part: Part
    row: int
    column: int

    @property
    def bases_of_cell(self) -> tuple[Place, ...]:
        """Where the base of a cell is published: for its column, in a grid for itself."""
        if self.part is not Part.CELL:
            return ()
        return self._replace(part=Part.BASE, row=0), self._replace(part=Part.ROW_BASE)


@dataclass(slots=True)
class Count:
    """A number of respondents and all places where it is published.

    `uses` are pairs of who is in the row and who is in the column and passes the filters; without a
    place the number is in the heading and cannot be hidden.
    """

    n: float
    places: list[Place] = field(default_factory=list)
    uses: list[tuple[Sum, Group]] = field(default_factory=list)

    @property
    def groups(self) -> Sum:
        """The counted groups of respondents."""
        rows, context = self.uses[0]
        return tuple(row | context for row in rows)


class Surroundings:
    """What tables have in common: which questions take several answers, which weights differ.

    With `loosely` each filter is a condition of its own, not related to any other.
    """

    def __init__(self, tables: Sequence[Table], *, loosely: bool) -> None:
        self._loosely = loosely
        self.several = frozenset(_several(tables))
        sizes: dict[Group, set[float]] = {}
        self._weights_differ = False
        for table in tables:
            sizes.setdefault(self._filtered(table), set()).add(table.respondents)
        self._weights_differ = any(len(found) > 1 for found in sizes.values())

    def of_filters(self, table: Table) -> Group:
        """Return who passes the filters of a table and has a usable weight."""
        group = self._filtered(table)
        if self._weights_differ and table.view.weight:
            group |= _holds(f"weight {table.view.weight}")
        return group

    def of_column(self, column: Column) -> Group:
        """Return who is in a column."""
        group = EVERYBODY
        for step in column.path:
            group |= self._chose(step.variable, (step.code,))
        return group

    def _filtered(self, table: Table) -> Group:
        return frozenset().union(*map(self._of_condition, table.view.filters))

    def _of_condition(self, one: Condition) -> Group:
        if self._loosely or isinstance(one, AnyOf) or one.operator not in {"=", "!="}:
            return _holds(str(one))
        is_several = one.question in self.several
        if is_several and NO_ANSWER in one.values:
            return _holds(str(one))
        if one.operator == "=":
            return self._chose(one.question, one.values)
        if is_several:
            return all_but(Variable(one.question, frozenset(one.values)), YES)
        return all_but(Variable(one.question), *one.values)

    def _chose(self, question: str, codes: Iterable[str]) -> Group:
        if question in self.several:
            return only(Variable(question, frozenset(codes)), YES)
        return only(Variable(question), *codes)


def _holds(condition: str) -> Group:
    return only(Variable("", condition=condition), YES)


def _several(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the questions of which a respondent can be in several rows or columns."""
    for table in tables:
        if table.question.counts_each_answer:
            yield table.question.id
        for a, b in table.overlaps:
            one, other = table.columns[a], table.columns[b]
            if one.banner == other.banner and len(one.path) == len(other.path):
                steps = zip(one.path, other.path, strict=True)
                yield from (first.variable for first, second in steps if first != second)


class PublishedCounts:
    """All counts of some tables, each once.

    `at` is the count at each place, `contexts` are who is in each column of each table. `none` are
    groups without respondents, which everybody knows. `agree` says that no count has
    two numbers.
    """

    def __init__(self, tables: Sequence[Table], surroundings: Surroundings) -> None:
        self.counts: list[Count] = []
        self.at: dict[Place, int] = {}
        self.contexts: list[list[Group]] = []
        self.none: dict[Group, None] = {}  # in their order, which a set changes by the process
        self.agree = True
        self._known: dict[frozenset[Group], int] = {}
        for number, table in enumerate(tables):
            self._add_table(number, table, surroundings)

    def _add_table(self, number: int, table: Table, surroundings: Surroundings) -> None:
        filters, rows = surroundings.of_filters(table), RowGroups(table)
        self._add((EVERYBODY,), filters, table.respondents)
        contexts = [surroundings.of_column(one) | filters for one in table.columns]
        self.contexts.append(contexts)
        for place, context in enumerate(contexts):
            self.none |= dict.fromkeys(one | context for one in rows.unlisted(table))
            self._add_column(number, table, rows, place, context)

    def _add_column(
        self, number: int, table: Table, rows: RowGroups, column: int, context: Group
    ) -> None:
        if not table.question.items:
            base = table.base.highest[column] or 0
            self._add(rows.base_of(0), context, base, Place(number, Part.BASE, 0, column))
        if Measure.RESPONSES in table.measures:
            answers = (row for row in table.rows if row.status is Status.ANSWER)
            given = sum(row.cells[column].n or 0 for row in answers)
            of_responses = Place(number, Part.BASE, 1, column)
            self._add(rows.of_responses(table), context, given, of_responses)
        for place, row in enumerate(table.rows):
            self._add_cell(rows, row, context, Place(number, Part.CELL, place, column))
        for place, line in enumerate(table.lines):
            if groups := rows.of_line(line):
                missing = line.highest[column] or 0
                self._add(groups, context, missing, Place(number, Part.LINE, place, column))

    def _add_cell(self, rows: RowGroups, row: TableRow, context: Group, place: Place) -> None:
        cell = row.cells[place.column]
        if cell.gone:
            return
        self._add(rows.of_row(place.row, row), context, cell.n or 0, place)
        if rows.are_items:
            at = place._replace(part=Part.ROW_BASE)
            self._add(rows.base_of(place.row), context, cell.base or 0, at)

    def _add(self, rows: Sum, context: Group, n: float, place: Place | None = None) -> None:
        groups = frozenset(row | context for row in rows)
        if groups not in self._known:
            self._known[groups] = len(self.counts)
            self.counts.append(Count(n))
        count = self.counts[self._known[groups]]
        self.agree &= count.n == n
        if place is not None:
            self.at[place] = self._known[groups]
            count.places.append(place)
        if (rows, context) not in count.uses:
            count.uses.append((rows, context))

    def same(self, questions: Iterable[Question]) -> list[tuple[Group, Group]]:
        """Return the groups of merged answers with their source's, where a table counts both."""
        groups = dict.fromkeys(group for count in self.counts for group in count.groups)
        asked = {variable.question for group in groups for variable, _ in group}
        merges = {
            name: one for name, one in merges_of(questions).items() if {name, one.source} <= asked
        }
        pairs = ((one, of_source(one, merges)) for one in groups) if merges else ()
        return [(one, source) for one, source in pairs if source is not None]
