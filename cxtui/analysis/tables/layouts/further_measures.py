"""The further measures of a table: numbers below the first one in each cell, or a row of means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.stats.cell_statistics import values_by
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.stats.row_blocks import build_blocks
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.table import TableRow
from cxtui.analysis.view.view import Measure, View
from cxtui.survey.question import Kind


def in_cells(cube: Cube, measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return those of the further measures that each cell of an answer has.

    A mean is a row below the answers, except of the items of a grid.
    """
    is_grid = cube.question.kind is Kind.GRID
    return tuple(one for one in measures if is_grid or one is not Measure.MEAN)


def blocks_with_means(
    cube: Cube, view: View, measures: Sequence[Measure], blocks: Sequence[RowBlock]
) -> list[RowBlock]:
    """Return the blocks of a table, and behind them the mean if it is among further measures."""
    is_row = Measure.MEAN in measures and Measure.MEAN not in in_cells(cube, measures)
    if not is_row:
        return list(blocks)
    means = build_blocks(cube, view, Measure.MEAN)
    known = {head.code for one in blocks if one.is_mean for head in one.heads}
    return [*blocks, *(one for one in means if not known & {head.code for head in one.heads})]


def with_further(
    rows: Sequence[TableRow],
    cube: Cube,
    view: View,
    measures: Sequence[Measure],
    block: RowBlock,
) -> list[TableRow]:
    """Return the rows of a block with the numbers of further measures in their cells.

    A cell without respondents in its base has none; a net is no share of the responses.
    """
    if not measures:
        return list(rows)
    numbers = [_numbers(rows, cube, view, one, block) for one in measures]
    return [
        replace(
            row,
            cells=tuple(
                replace(cell, further=tuple(of[at][place] for of in numbers)) if cell.base else cell
                for place, cell in enumerate(row.cells)
            ),
        )
        for at, row in enumerate(rows)
    ]


def _numbers(
    rows: Sequence[TableRow], cube: Cube, view: View, measure: Measure, block: RowBlock
) -> list[Any]:
    """Return the number of each row and column in a measure, `None` where there is none."""
    if cube.question.kind is Kind.GRID:
        block = build_blocks(cube, view, measure)[0]
    values = np.array(values_by(block, measure, weighted=view.weight is not None))
    if measure is Measure.RESPONSES:
        values[[row.status is Status.NET for row in rows]] = np.nan
    return none_for_nan(values)
