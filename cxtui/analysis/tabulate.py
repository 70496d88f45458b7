"""Cube → Table: measures, tests, marks, bases and notes come together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from cxtui.analysis import significance as tests_of
from cxtui.analysis.block import Block, blocks_of
from cxtui.analysis.compare import Statistics, Tests, few_cases, statistics_of, tests_of_blocks
from cxtui.analysis.counts import Column, Cube, Numbers, Row, Status
from cxtui.analysis.cube import compute_cube
from cxtui.analysis.notes import describe_filter, notes_of
from cxtui.analysis.offered import Offered, Offers, offered_by, offered_in, wave_of
from cxtui.analysis.pairs import Compared, RowPairs, existing
from cxtui.analysis.table import FEW_CASES, BaseLine, Cell, Table, TableRow
from cxtui.analysis.view import Against, AnyOf, Base, Measure, Sort, View, fitted, measure_of
from cxtui.analysis.whole import whole_tests
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.model import Kind, Survey

MOST_COLUMNS = 401
"""Total and columns of a banner: each is tested against each, which takes a minute and a gigabyte
for 1,600 of them, and nobody reads so many."""


def tabulate(survey: Survey, view: View) -> Table:
    """Return the table that `view` asks of `survey`.

    Raises `ViewError` where the view does not fit the survey, `EmptyBase` where nobody is left.
    """
    return build_table(survey, view, compute_cube(survey, view))


def build_table(
    survey: Survey,
    view: View,
    cube: Cube,
    *,
    tested: bool = True,
    as_counted: bool = False,
    offers: Offers | None = None,
) -> Table:
    """Return the table of a cube; with `tested` false, without intervals and tests.

    What a wave did not offer, as `offers` says where somebody remembers it, is blank, unless it is
    wanted `as_counted`: 0 %. Raises `EmptyBase` where the filters leave nobody.
    """
    _require_somebody(survey, view, cube)
    if len(cube.columns) > MOST_COLUMNS:
        raise ViewError(
            f"{len(cube.columns) - 1:,} columns are too many to compare, {MOST_COLUMNS - 1} are "
            "the most: take another banner, or filter it"
        )
    measure = measure_of(cube.question, view)
    blocks = blocks_of(cube, view, measure)
    offered = None
    if not as_counted:
        offers = offers or partial(offered_by, survey)
        offered = offered_in(view, cube, measure, wave_of(survey), offers)
    refused = offered.refused if offered is not None else None
    tests = tests_of_blocks(blocks, cube.columns, view, refused) if tested else [None] * len(blocks)
    rows = [
        row
        for block, made in zip(blocks, tests, strict=True)
        for row in rows_of(block, cube.columns, made, view, measure)
    ]
    if offered is not None:
        rows = [as_offered(row, offered) for row in rows]
    gone = [row for row in rows if any(cell.gone for cell in row.cells)]
    base_flags = _base_flags(blocks[0])
    whole = whole_tests(cube, view) if tested and measure is not Measure.MEAN else ()
    if offered is not None:
        whole = tuple(one for one in whole if _is_alike(rows, cube.columns, one.variable))
    few = any(cell.flag == FEW_CASES for row in rows for cell in row.cells)
    return Table(
        view=fitted(cube.question, view),
        question=cube.question,
        measure=measure,
        columns=cube.columns,
        rows=_sorted(rows, view.sort, measure),
        bases=_base_lines(blocks[0], weighted=view.weight is not None),
        lines=tuple(_lines(cube, view, measure, rows)),
        notes=notes_of(
            survey,
            view,
            cube,
            measure,
            base_flags,
            whole,
            frozenset(row.status for row in rows),
            few_cases=few,
            gone=tuple(row.label for row in gone),
            in_total=any(not row.cells[0].gone for row in gone),
        ),
        base_flags=base_flags,
        compared=tests_of.first_pair(cube.columns, view.against),
        whole=whole,
        respondents=float(cube.bases[Base.ALL].n[0, 0]),
        designed=cube.design.declared,
        overlaps=frozenset(cube.overlaps),
    )


def _require_somebody(survey: Survey, view: View, cube: Cube) -> None:
    if cube.bases[Base.ALL].n[0, 0] > 0:
        return
    if survey.respondents == 0:
        raise EmptyBase(f"{survey.location} has no respondents: only a header")
    if cube.left_out:
        raise EmptyBase(
            f"no respondent has a usable weight in {view.weight!r}: turn the weight off"
        )
    words = ((one, describe_filter(survey.codebook, one)) for one in view.filters)
    filters = " and ".join(f"({said})" if isinstance(one, AnyOf) else said for one, said in words)
    raise EmptyBase(f"nobody is left where {filters}; loosen a filter")


def rows_of(
    block: Block,
    columns: tuple[Column, ...],
    tests: Tests | None,
    view: View,
    measure: Measure,
) -> list[TableRow]:
    """Return the rows of a block as a table has them; without `tests`, without intervals."""
    weighted = view.weight is not None
    numbers = statistics_of(block, measure, view.level if tests else None, weighted=weighted)
    letters, min_p = _marks(tests, columns, len(block.heads), view.level)
    cells = _cells(block, numbers, letters, min_p, _flags(block, tests, columns))
    pairs = _pairs(tests, columns) if tests else None
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


def as_offered(row: TableRow, offered: Offered) -> TableRow:
    """Return a row without the values that a wave cannot have."""
    head = Row(row.code, row.label, row.status)
    gone = [offered.gone(head, column) for column in range(len(row.cells))]
    if not any(gone):
        return row
    cells = tuple(
        _blank(cell, why) if why else cell for cell, why in zip(row.cells, gone, strict=True)
    )
    pairs = tuple(
        replace(pair, gap=None, se=None, low=None, high=None, t=None, df=None)
        if pair.why_not and pair.why_not in gone
        else pair
        for pair in row.pairs
    )
    return replace(row, cells=cells, pairs=pairs)


def _blank(cell: Cell, why: str) -> Cell:
    """Return a cell with its counts alone."""
    return Cell(
        n=cell.n,
        weighted_n=cell.weighted_n,
        base=cell.base,
        weighted_base=cell.weighted_base,
        effective_base=cell.effective_base,
        gone=why,
    )


def _is_alike(rows: Sequence[TableRow], columns: Sequence[Column], variable: str) -> bool:
    """Whether all columns of a banner variable had the same answers to choose from."""
    own = [place for place, column in enumerate(columns) if column.variable == variable]
    return all(len({bool(row.cells[place].gone) for place in own}) == 1 for row in rows)


def _cells(
    block: Block,
    numbers: Statistics,
    letters: list[list[str]],
    min_p: list[list[float | None]],
    flags: list[list[str]],
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells row by row, from plain lists: that is quicker than number by number."""
    base = numbers.base
    counted = {
        "n": block.cells.n,
        "weighted_n": block.cells.w,
        "base": base.n,
        "weighted_base": base.w,
        "effective_base": numbers.effective,
    }
    if block.is_mean:
        estimated = {
            "mean": numbers.value,
            "low": numbers.low,
            "high": numbers.high,
            "sd": numbers.sd,
        }
    else:
        estimated = {
            "percent": 100 * numbers.value,
            "low": 100 * numbers.low,
            "high": 100 * numbers.high,
            "index": numbers.index,
            "weighted_n_se": numbers.count_se,
            "weighted_n_low": numbers.count_low,
            "weighted_n_high": numbers.count_high,
        }
    values = {name: array.tolist() for name, array in counted.items()}
    values |= {name: [existing(row) for row in array] for name, array in estimated.items()}
    values |= {"letters": letters, "min_p": min_p, "flag": flags}
    for row in range(len(block.heads)):
        columns = zip(*(lists[row] for lists in values.values()), strict=True)
        yield tuple(Cell(**dict(zip(values, cell, strict=True))) for cell in columns)


def _marks(
    tests: Tests | None, columns: tuple[Column, ...], rows: int, level: float
) -> tuple[list[list[str]], list[list[float | None]]]:
    """Return the letters of each cell, and its smallest corrected p."""
    letters = [[""] * len(columns) for _ in range(rows)]
    min_p: list[list[float | None]] = [[None] * len(columns) for _ in range(rows)]
    if tests is None:
        return letters, min_p
    pairs, side = tests.pairs, tests.pairs.against is Against.COLUMNS
    smallest = np.full((rows, len(columns)), np.nan)
    for compared in (pairs.a, pairs.b) if side else (pairs.a,):
        np.fmin.at(smallest.T, compared, tests.p_adjusted.T)
    min_p = [existing(row) for row in smallest]
    with np.errstate(invalid="ignore"):
        held = tests.p_adjusted < 1 - level / 100
    for row, pair in zip(*np.nonzero(held), strict=True):
        a, b = int(pairs.a[pair]), int(pairs.b[pair])
        is_higher = tests.gap[row, pair] > 0
        if side:
            letters[row][a if is_higher else b] += columns[b if is_higher else a].letter
        else:
            letters[row][a] = tests_of.HIGHER if is_higher else tests_of.LOWER
    return letters, min_p


def _flags(block: Block, tests: Tests | None, columns: tuple[Column, ...]) -> list[list[str]]:
    """Mark small bases (`**`, `*`); between them come tested cells that expect few cases."""
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


def _pairs(tests: Tests, columns: tuple[Column, ...]) -> Compared:
    """Return the pairs of all rows: there can be many thousands, each made when looked at."""
    seconds = (tests_of.second_of(columns, tests.pairs, pair) for pair in range(len(tests.pairs.a)))
    firsts = tuple(columns[a].label for a in tests.pairs.a.tolist())
    return Compared(firsts, tuple(second.label for second in seconds), tests)


def _base_flags(block: Block) -> tuple[str, ...]:
    """Return `**`, `*` or nothing for each column, by the smallest base among its rows."""
    if not block.heads:
        return ("",) * int(block.base.n.shape[1])
    effective = block.base.effective
    smallest = np.where(effective > 0, effective, np.inf).min(axis=0)
    flags = np.select(
        [np.isinf(smallest), tests_of.is_too_small(smallest), tests_of.is_small(smallest)],
        ["", "**", "*"],
        default="",
    )
    return tuple(str(flag) for flag in flags)


def _base_lines(block: Block, *, weighted: bool) -> tuple[BaseLine, ...]:
    base = block.base
    lines: dict[str, Numbers] = {"Base (n)": base.n}
    if weighted:
        lines |= {"Weighted base": base.w, "Effective base": base.effective}
    return tuple(
        BaseLine(label, tuple(map(float, values.min(0))), tuple(map(float, values.max(0))))
        for label, values in lines.items()
        if len(values)
    )


def _lines(
    cube: Cube, view: View, measure: Measure, rows: Sequence[TableRow]
) -> Iterator[BaseLine]:
    """Yield deviation and quartiles of a number, and who is missing."""
    if measure is Measure.MEAN and len(rows) == 1:
        deviations = tuple(cell.sd for cell in rows[0].cells)
        yield BaseLine("Standard deviation", deviations, deviations, digits=2)
        for label, values in cube.quantiles.items():
            yield BaseLine(label, values, values, digits=2)
    if view.full:
        yield from _missing_lines(cube, view)


def _missing_lines(cube: Cube, view: View) -> Iterator[BaseLine]:
    """Yield who is not in the base, each reason with its respondents."""
    for position, row in enumerate(cube.rows):
        if row.status not in {Status.MISSING, Status.NULL} or cube.question.kind is Kind.TEXT:
            continue
        n = cube.cells.n[:, position, :]
        not_asked = row.status is Status.NULL
        if (not_asked or n.any()) and view.base is not Base.ALL:
            label = "Not asked, no answer" if not_asked else f"{row.label} (missing)"
            lowest, highest = (tuple(map(float, ends)) for ends in (n.min(0), n.max(0)))
            yield BaseLine(label, lowest, highest, digits=0)


def _size(total: Cell, measure: Measure) -> float | None:
    """Return what the rows are sorted by; a row % of the Total is always 100."""
    match measure:
        case Measure.MEAN:
            return total.mean
        case Measure.ROW:
            return total.weighted_n
        case _:
            return total.percent


def _sorted(rows: Sequence[TableRow], sort: Sort, measure: Measure) -> tuple[TableRow, ...]:
    """Order the answers; then nets, scores, and user-missing and no answer last."""
    statuses = list(Status)

    def key(row: TableRow) -> tuple[int, float, str]:
        last = statuses.index(row.status)
        total = row.cells[0]
        match sort:
            case Sort.PERCENT:
                value = _size(total, measure)
                return last, -(value or 0.0), ""
            case Sort.GAP:
                gap = row.pairs[0].gap if row.pairs else None
                return last, -abs(gap or 0.0), ""
            case Sort.LABEL:
                return last, 0.0, row.label.casefold()
            case _:
                return last, 0.0, ""

    return tuple(sorted(rows, key=key))
