"""Rows of a table from a block: cells with intervals, letters and flags, pairs with tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cxtui.analysis.query.cube import Column, Row
from cxtui.analysis.query.side_queries.offered_answers import OfferedAnswers
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.column_tests import Statistics, Tests, cell_statistics, few_cases
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.row_pairs import LabelledTests, RowPairs
from cxtui.analysis.tables.table import FEW_CASES, Cell, TableRow
from cxtui.analysis.view.view import Against, Measure, View


def rows_of(
    block: RowBlock,
    columns: tuple[Column, ...],
    tests: Tests | None,
    view: View,
    measure: Measure,
) -> list[TableRow]:
    """Return the rows of a block; they have no intervals without `tests`."""
    weighted = view.weight is not None
    numbers = cell_statistics(block, measure, view.level if tests else None, weighted=weighted)
    letters, min_p = _marks(tests, columns, len(block.heads), view.level)
    cells = _cells(block, numbers, letters, min_p, _flags(block, tests, columns))
    pairs = _labelled(tests, columns) if tests else None
    return [
        TableRow(
            code=head.code,
            label=head.label,
            status=head.status,
            cells=own,
            pairs=RowPairs(row, pairs) if pairs else (),
            in_points=block.in_points,
        )
        for row, (head, own) in enumerate(zip(block.heads, cells, strict=True))
    ]


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
        replace(pair, gap=None, se=None, low=None, high=None, t=None, df=None)
        if pair.why_not and pair.why_not in gone
        else pair
        for pair in row.pairs
    )
    return replace(row, cells=cells, pairs=pairs)


def _cells(
    block: RowBlock,
    numbers: Statistics,
    letters: list[list[str]],
    min_p: list[list[float | None]],
    flags: list[list[str]],
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells row by row, from plain lists, which is faster than number by number."""
    base = numbers.base
    counted = {
        "n": block.cells.n,
        "weighted_n": block.cells.w,
        "base": base.n,
        "weighted_base": base.w,
        "effective_base": numbers.effective,
    }
    scale = 1 if block.is_mean else 100
    estimated = {
        "mean" if block.is_mean else "percent": scale * numbers.value,
        "low": scale * numbers.low,
        "high": scale * numbers.high,
        "sd": numbers.sd,
        "index": numbers.index,
        "weighted_n_se": numbers.count_se,
        "weighted_n_low": numbers.count_low,
        "weighted_n_high": numbers.count_high,
    }
    values = {name: array.tolist() for name, array in counted.items()}
    values |= {name: [none_for_nan(row) for row in array] for name, array in estimated.items()}
    values |= {"letters": letters, "min_p": min_p, "flag": flags}
    for row in range(len(block.heads)):
        columns = zip(*(lists[row] for lists in values.values()), strict=True)
        yield tuple(Cell(**dict(zip(values, cell, strict=True))) for cell in columns)


def _marks(
    tests: Tests | None, columns: tuple[Column, ...], rows: int, level: float
) -> tuple[list[list[str]], list[list[float | None]]]:
    """Return the letters of each cell, and its smallest adjusted p."""
    letters = [[""] * len(columns) for _ in range(rows)]
    smallest = np.full((rows, len(columns)), np.nan)
    if tests is None:
        return letters, [none_for_nan(row) for row in smallest]
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
    return letters, [none_for_nan(row) for row in smallest]


def _flags(block: RowBlock, tests: Tests | None, columns: tuple[Column, ...]) -> list[list[str]]:
    """Return the flags of small bases (`**`, `*`); between them come cells with few cases."""
    effective = block.base.effective
    few = np.zeros(effective.shape, dtype=bool)
    if tests is not None:
        few = few_cases(tests, len(columns))
    flags = np.select(
        [effective <= 0, tests_of.is_too_small(effective), few, tests_of.is_small(effective)],
        ["", "**", FEW_CASES, "*"],
        default="",
    )
    return [[str(flag) for flag in row] for row in flags]


def _labelled(tests: Tests, columns: tuple[Column, ...]) -> LabelledTests:
    pairs = tests.pairs
    seconds = (tests_of.second_column(columns, pairs, pair) for pair in range(len(pairs.a)))
    firsts = tuple(columns[a].label for a in pairs.a.tolist())
    return LabelledTests(firsts, tuple(second.label for second in seconds), tests)
