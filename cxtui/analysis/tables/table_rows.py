"""Rows of a table, cells with letters and pairs with tests; and the lines of bases under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import QUARTILES, Column, Cube, Row, Status, Sums
from cxtui.analysis.query.sample import Numbers, Rule
from cxtui.analysis.query.side_queries.offered_answers import OfferedAnswers
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.cell_statistics import (
    CellErrors,
    cell_statistics,
    errors_shown,
    reasons_without_error,
)
from cxtui.analysis.stats.column_tests import Tests, few_cases
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.stats.quartile_intervals import quartile_errors
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.table import FEW_CASES, BaseKind, BaseLine, Cell, Pair, TableRow
from cxtui.analysis.view.view import Against, Base, Measure, View
from cxtui.messages import tr
from cxtui.survey.question import Kind


@dataclass(frozen=True, slots=True, eq=False)
class _LabelledTests:
    """The tests of all rows, and the labels of the two columns of each pair."""

    column_a: tuple[str, ...]
    column_b: tuple[str, ...]
    tests: Tests


class RowPairs(Sequence[Pair]):
    """The pairs of one row, equal to any other sequence of the same pairs."""

    __slots__ = ("_labelled", "_row")

    def __init__(self, row: int, labelled: _LabelledTests) -> None:
        self._row = row
        self._labelled = labelled

    def __len__(self) -> int:
        return len(self._labelled.column_a)

    @overload
    def __getitem__(self, place: int) -> Pair: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Pair, ...]: ...

    def __getitem__(self, place: int | slice) -> Pair | tuple[Pair, ...]:
        if isinstance(place, slice):
            return tuple(self._made(place))
        (pair,) = self._made(slice(range(len(self))[place], range(len(self))[place] + 1))
        return pair

    def __iter__(self) -> Iterator[Pair]:
        return self._made(slice(None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _made(self, places: slice) -> Iterator[Pair]:
        """Yield some pairs, from plain lists, which is faster than number by number."""
        row, tests = self._row, self._labelled.tests
        gaps, values = (tests.gap, tests.se, tests.low, tests.high), (tests.t, tests.df)
        last = (tests.p_fisher, tests.p_used, tests.se_linearized)
        arrays = (*gaps, *values, tests.p, tests.p_adjusted, *last)
        numbers = none_for_nan(np.array([one[row, places] for one in arrays]))
        texts = tests.why_not[row, places].tolist(), tests.guarded[row, places].tolist()
        labels = self._labelled.column_a[places], self._labelled.column_b[places]
        for a, b, why_not, guarded, *tested in zip(*labels, *texts, *numbers, strict=True):
            yield Pair(*(a, b, *tested[:8], not why_not, why_not, *tested[8:], guarded))


def rows_of(
    block: RowBlock,
    errors: CellErrors,
    columns: tuple[Column, ...],
    tests: Tests | None,
    view: View,
    measure: Measure,
) -> list[TableRow]:
    """Return the rows of a block; they have no intervals without `tests`."""
    weighted = view.weight is not None
    level = view.level if tests else None
    own = errors_shown(block, measure, errors)
    numbers = cell_statistics(block, measure, level, own, weighted=weighted)
    # Plain lists are faster than arrays number by number.
    values: dict[str, list[list[Any]]] = {name: none_for_nan(one) for name, one in numbers.items()}
    values["letters"], values["min_p"] = _marks(tests, columns, len(block.heads), view.level)
    base = errors.smallest_base
    few = few_cases(tests, len(columns)) if tests else np.zeros(base.shape, dtype=bool)
    values["flag"] = flags_of(base, few)
    values["why_no_error"] = reasons_without_error(block, own).tolist()
    pairs = _labelled(tests, columns) if tests else None
    rows = []
    for row, head in enumerate(block.heads):
        cells = zip(*(lists[row] for lists in values.values()), strict=True)
        rows.append(
            TableRow(
                code=head.code,
                label=head.label,
                status=head.status,
                cells=tuple(Cell(**dict(zip(values, cell, strict=True))) for cell in cells),
                pairs=RowPairs(row, pairs) if pairs else (),
                in_points=block.in_points,
            )
        )
    return rows


def as_offered(row: TableRow, offered: OfferedAnswers) -> TableRow:
    """Return a row without values in the columns whose waves did not offer it."""
    head = Row(row.code, row.label, row.status)
    gone = [offered.gone(head, column) for column in range(len(row.cells))]
    if not any(gone):
        return row
    cells = tuple(
        Cell(cell.n, cell.weighted_n, cell.base, cell.weighted_base, cell.effective_base, gone=why)
        if why
        else cell
        for cell, why in zip(row.cells, gone, strict=True)
    )
    pairs = tuple(
        replace(pair, gap=None, se=None, low=None, high=None, t=None, df=None, p=None)
        if pair.why_not and pair.why_not in gone
        else pair
        for pair in row.pairs
    )
    return replace(row, cells=cells, pairs=pairs)


def _marks(
    tests: Tests | None, columns: tuple[Column, ...], rows: int, level: float
) -> tuple[list[list[str]], list[list[float | None]]]:
    letters = [[""] * len(columns) for _ in range(rows)]
    smallest = np.full((rows, len(columns)), np.nan)
    if tests is None:
        return letters, none_for_nan(smallest)
    pairs, has_letters = tests.pairs, tests.pairs.against is Against.COLUMNS
    for compared in (pairs.a, pairs.b) if has_letters else (pairs.a,):
        np.fmin.at(smallest.T, compared, tests.p_adjusted.T)
    with np.errstate(invalid="ignore"):
        significant = tests.p_adjusted < 1 - level / 100
    for row, pair in zip(*np.nonzero(significant), strict=True):
        a, b = int(pairs.a[pair]), int(pairs.b[pair])
        is_higher = tests.gap[row, pair] > 0
        if has_letters:
            letters[row][a if is_higher else b] += columns[b if is_higher else a].letter
        else:
            letters[row][a] = tests_of.HIGHER if is_higher else tests_of.LOWER
    return letters, none_for_nan(smallest)


def flags_of(effective: Numbers, few: NDArray[np.bool_]) -> list[Any]:
    """Return the flags of small bases (`**`, `*`) and, between them, of cells with few cases."""
    flags = np.select(
        [effective <= 0, tests_of.is_too_small(effective), few, tests_of.is_small(effective)],
        ["", "**", FEW_CASES, "*"],
        default="",
    )
    return list(flags.tolist())


def _labelled(tests: Tests, columns: tuple[Column, ...]) -> _LabelledTests:
    pairs = tests.pairs
    seconds = (tests_of.second_column(columns, pairs, pair) for pair in range(len(pairs.a)))
    firsts = tuple(columns[a].label for a in pairs.a.tolist())
    return _LabelledTests(firsts, tuple(second.label for second in seconds), tests)


def base_flags_of(errors: CellErrors) -> tuple[str, ...]:
    """Return the flag of each column, by the smallest base of its rows."""
    base = errors.smallest_base
    smallest = np.where(base > 0, base, np.inf).min(axis=0, initial=np.inf)
    return tuple(flags_of(smallest, np.zeros(smallest.shape, dtype=bool)))


def base_lines(
    block: RowBlock, errors: CellErrors, asked: Sums, *, weighted: bool
) -> tuple[BaseLine, ...]:
    """Return n, weighted base, effective base and design effect of the columns.

    Those of a block without a row, as of a question with missing answers alone, are of the base
    that was `asked` for, and none is effective.
    """
    base, n = block.base, errors.n
    effective = np.where(n > 0, errors.question_base, 0.0)
    if not len(n):
        base, n, effective = asked, asked.n, np.full(asked.n.shape, np.nan)
    lines: list[tuple[BaseKind, str, Numbers, int | None]] = [
        (BaseKind.BASE, tr("Base (n)"), base.n, None)
    ]
    if weighted:
        lines.append((BaseKind.WEIGHTED, tr("Weighted base"), base.w, None))
    if weighted or block.sample.rule is not Rule.TEXTBOOK:
        lines.append((BaseKind.EFFECTIVE, tr("Effective base"), effective, None))
    if block.sample.rule is not Rule.TEXTBOOK:
        with np.errstate(invalid="ignore", divide="ignore"):
            deff = np.where(effective > 0, n / effective, np.nan)
        lines.append((BaseKind.DEFF, tr("Design effect"), deff, 2))
    return tuple(
        BaseLine(kind, label, *_ranges(values), digits=digits)
        for kind, label, values, digits in lines
    )


def _ranges(values: Numbers) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """Return the lowest and the highest value of each column, `None` where none exists."""
    lowest, highest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return tuple(none_for_nan(lowest)), tuple(none_for_nan(highest))


def lines_under(
    cube: Cube, view: View, measure: Measure, rows: Sequence[TableRow]
) -> Iterator[BaseLine]:
    """Yield the deviation and the quartiles of a number, and the missing respondents by reason."""
    if measure is Measure.MEAN and len(rows) == 1:
        deviations = tuple(cell.sd for cell in rows[0].cells)
        label = tr("Standard deviation")
        yield BaseLine(BaseKind.DEVIATION, label, deviations, deviations, digits=2)
        yield from _quartile_lines(cube, view.level)
    if view.full:
        yield from _missing_lines(cube, view)


def _quartile_lines(cube: Cube, level: float) -> Iterator[BaseLine]:
    if cube.quartiles is None:
        return
    errors = quartile_errors(cube, level)
    columns = zip(*cube.quartiles.values, strict=True)
    for row, (label, values) in enumerate(zip(QUARTILES, columns, strict=True)):
        line = BaseLine(BaseKind.QUANTILE, tr(label), values, values, digits=2)
        if errors:
            ends = (errors.low, errors.high, errors.se, errors.df)
            low, high, se, df = (tuple(none_for_nan(part[row])) for part in ends)
            line = replace(line, low=low, high=high, se=se, df=df)
        yield line


def _missing_lines(cube: Cube, view: View) -> Iterator[BaseLine]:
    for position, row in enumerate(cube.rows):
        if row.status not in {Status.MISSING, Status.NULL} or cube.question.kind is Kind.TEXT:
            continue
        n = cube.cells.n[:, position, :]
        not_asked = row.status is Status.NULL
        if (not_asked or n.any()) and view.base is not Base.ALL:
            kind = BaseKind.NO_ANSWER if not_asked else BaseKind.MISSING
            label = tr("Not asked, no answer") if not_asked else tr("{} (missing)", row.label)
            yield BaseLine(kind, label, *_ranges(n), digits=0)
