"""A grid as items by answers: a row an item, its answers as columns, for one banner column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxtui.analysis.query.cube import TOTAL, Column, Cube, Status, Step
from cxtui.analysis.stats.cell_statistics import cell_errors
from cxtui.analysis.stats.column_tests import compare_blocks
from cxtui.analysis.stats.row_blocks import build_blocks, item_blocks
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.hidden_rows import path_of, without_hidden
from cxtui.analysis.tables.notes import notes_of
from cxtui.analysis.tables.state_line import state_of
from cxtui.analysis.tables.table import BaseKind, BaseLine, Cell, Table, TableRow
from cxtui.analysis.tables.table_rows import rows_of
from cxtui.analysis.view.view import Base, Measure, Sort, View
from cxtui.messages import tr
from cxtui.survey.model import Survey
from cxtui.survey.note import Note, NoteKind


@dataclass(frozen=True, slots=True)
class _Part:
    """A column of the table: its head, and the row of cells that it takes from each item."""

    head: Column
    block: RowBlock


def build_items_by_answers(survey: Survey, view: View, cube: Cube) -> Table:
    """Return the items of a grid by its answers, in per cent of each item's base.

    The first column has the bases, the last the means where the answers have scores. The numbers
    are those of the banner column `view.across`, of the Total where the banner does not have it.
    Nothing is tested: all columns are answers of the same respondents.
    """
    place = next((at for at, one in enumerate(cube.columns) if path_of(one) == view.across), 0)
    own = cube.at([place])
    of = cube.columns[place]
    parts = list(_parts(own, view))
    rows = _sorted(list(_rows(own, view, parts)), view.sort)
    columns = (replace(TOTAL, name="Base (n)"), *(part.head for part in parts))
    codebook, question = survey.codebook, cube.question
    shown = replace(view, show=None, also=())
    notes = notes_of(survey, shown, own, (Measure.ROW,), rows, ("",), ())
    return without_hidden(
        Table(
            view=view,
            question=question,
            measure=Measure.ROW,
            columns=columns,
            rows=rows,
            bases=(_base_line(rows, len(columns)),),
            lines=(),
            state=state_of(codebook, view, question, (Measure.ROW,), compared=False, of=_named(of)),
            notes=(*_about_column(view, of), *notes),
            base_flags=("",) * len(columns),
            compared=None,
            whole=(),
            respondents=float(own.bases[Base.ALL].n[0, 0]),
            rule=own.sample.rule,
            is_clustered=own.sample.is_clustered,
            has_second_stage=own.sample.second_stage is not None,
            is_calibrated=own.sample.calibration is not None,
            across=of,
        )
    )


def _named(of: Column) -> str:
    """Return a banner column in words, as a filter on it is told."""
    steps = (f"{step.variable} = {step.label}" for step in of.path)
    return " > ".join(steps) or tr("Total")


def _about_column(view: View, of: Column) -> Iterator[Note]:
    if view.across is not None and view.across.path and not of.path:
        text = tr("{} is no column of the banner: shown are all respondents.", view.across)
        yield Note(NoteKind.MEASURE, text, tr("no such column: all respondents"))


def _parts(cube: Cube, view: View) -> Iterator[_Part]:
    """Yield the answers in questionnaire order, with `full` the best together, and the means.

    Only columns of one banner variable are compared: each answer has a place of its own.
    """
    place = -1
    for place, (row, block) in enumerate(item_blocks(cube, view)):
        yield _Part(Column((Step(cube.question.id, row.code, row.label),), banner=place), block)
    if cube.question.scores:
        (means,) = build_blocks(cube, view, Measure.MEAN)
        yield _Part(Column((), banner=place + 1, name="Mean"), means)


def _rows(cube: Cube, view: View, parts: Sequence[_Part]) -> Iterator[TableRow]:
    """Yield a row an item: its base, then a cell of each part."""
    columns = [_cells(cube, view, part) for part in parts]
    bases = cube.bases[view.base]
    for at, item in enumerate(cube.items):
        n, w, effective = (float(values[at, 0]) for values in (bases.n, bases.w, bases.effective))
        base = Cell(n, w, n, w, effective, percent=100.0 if n else None, is_base=True)
        cells = (base, *(column[at] for column in columns))
        yield TableRow(item.code, item.label, Status.ANSWER, cells)


def _cells(cube: Cube, view: View, part: _Part) -> list[Cell]:
    """Return the cell of each item, without marks."""
    errors = [cell_errors(part.block)]
    tests = compare_blocks([part.block], errors, cube.columns, view, [None])
    measure = Measure.MEAN if part.block.is_mean else Measure.COLUMN
    rows = rows_of(part.block, errors[0], cube.columns, tests[0], view, measure)
    return [replace(row.cells[0], letters="", min_p=None, flag="", index=None) for row in rows]


def _base_line(rows: Sequence[TableRow], columns: int) -> BaseLine:
    bases = np.array([row.cells[0].base for row in rows])
    ends = float(bases.min(initial=np.inf)), float(bases.max(initial=0.0))
    lowest, highest = ((end,) * columns for end in ends)
    return BaseLine(BaseKind.BASE, tr("Base (n)"), lowest, highest)


def _sorted(rows: Sequence[TableRow], sort: Sort) -> tuple[TableRow, ...]:
    """Return the items in order; by percent that is their means, or the first answer."""

    def size(row: TableRow) -> float:
        last, first = row.cells[-1], row.cells[1]
        return -((first.percent if last.mean is None else last.mean) or 0.0)

    match sort:
        case Sort.PERCENT:
            return tuple(sorted(rows, key=size))
        case Sort.LABEL:
            return tuple(sorted(rows, key=lambda row: row.label.casefold()))
        case _:
            return tuple(rows)
