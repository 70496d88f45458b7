"""Cube → Table: what a person sees, every cell with all the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxtui.analysis import significance as tests_of
from cxtui.analysis.block import (
    Block,
    Statistics,
    block_of,
    few_cases,
    statistics_of,
    tests_between,
)
from cxtui.analysis.counts import Column, Cube, Numbers, Status
from cxtui.analysis.cube import compute_cube
from cxtui.analysis.exact import fisher_where_few
from cxtui.analysis.notes import describe_filter, notes_of
from cxtui.analysis.significance import Tests
from cxtui.analysis.view import Base, Measure, Sort, View, measure_of
from cxtui.errors import EmptyBase
from cxtui.survey.model import Question, Survey


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `None` where a number does not exist.

    `percent`, `low` and `high` are on 0–100 (the interval of a mean in its own unit); `letters`
    are those of the columns this cell is significantly higher than; `min_p` is the smallest
    corrected p among its pairs.
    """

    n: float
    weighted_n: float
    base: float
    weighted_base: float
    effective_base: float
    percent: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    index: float | None = None
    letters: str = ""
    min_p: float | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of one row compared; `gap` is the first minus the second.

    `p_fisher` is there where the test expects few cases; it is of respondents, unweighted.
    """

    column_a: str
    column_b: str
    gap: float | None
    se: float | None
    low: float | None
    high: float | None
    t: float | None
    df: float | None
    p: float | None
    p_adjusted: float | None
    tested: bool
    why_not: str
    p_fisher: float | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a category, an item of a grid, or the mean."""

    code: str
    label: str
    status: Status
    cells: tuple[Cell, ...]
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseLine:
    """One of the three bases, a value a column; a range where the items of a grid differ."""

    label: str
    lowest: tuple[float, ...]
    highest: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison table, as it is painted and exported.

    `compared` are the columns of the gap, which is the first of each row's `pairs`; `None` where
    there are no two columns to compare. `base_flags` mark the small bases, a flag a column.
    """

    view: View
    question: Question
    measure: Measure
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    bases: tuple[BaseLine, ...]
    notes: tuple[str, ...]
    base_flags: tuple[str, ...]
    compared: tuple[Column, Column] | None
    respondents: float

    @property
    def gap_title(self) -> str:
        """What stands over the gap column: the letters of the two columns compared."""
        return "\u2212".join(column.letter for column in self.compared or ())


FEW_CASES = "few cases"
"""The flag of a tested cell with an expected count under five."""


def tabulate(survey: Survey, view: View) -> Table:
    """Return the table that `view` asks of `survey`.

    Raises `ViewError` where the view does not fit the survey, `EmptyBase` where nobody is left.
    """
    return build_table(survey, view, compute_cube(survey, view))


def build_table(survey: Survey, view: View, cube: Cube, *, tested: bool = True) -> Table:
    """Return the table of a cube; with `tested` false, without intervals and tests.

    Raises `EmptyBase` where the filters leave nobody.
    """
    _require_somebody(survey, view, cube)
    measure = measure_of(cube.question, view)
    block = block_of(cube, view, measure)
    numbers = statistics_of(block, measure, survey.respondents, view.level if tested else None)
    tests = tests_between(block, cube.columns, survey.respondents, view) if tested else None
    rows = _rows(block, cube.columns, numbers, tests, view.level)
    base_flags = _base_flags(block)
    return Table(
        view=view,
        question=cube.question,
        measure=measure,
        columns=cube.columns,
        rows=_sorted(rows, view.sort, measure),
        bases=_base_lines(block, weighted=view.weight is not None),
        notes=notes_of(
            survey,
            view,
            cube,
            measure,
            tuple(one for one, flag in zip(cube.columns, base_flags, strict=True) if flag == "**"),
            few_cases=any(cell.flag == FEW_CASES for row in rows for cell in row.cells),
        ),
        base_flags=base_flags,
        compared=tests_of.first_pair(cube.columns),
        respondents=float(cube.bases[Base.ALL].n[0, 0]),
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
    filters = " and ".join(describe_filter(survey.codebook, one) for one in view.filters)
    raise EmptyBase(f"nobody is left where {filters}; loosen a filter")


def _rows(
    block: Block,
    columns: tuple[Column, ...],
    numbers: Statistics,
    tests: Tests | None,
    level: float,
) -> list[TableRow]:
    letters, min_p = _marks(tests, columns, len(block.heads), level)
    flags = _flags(block, tests, columns)
    fisher = fisher_where_few(block, tests) if tests else None
    return [
        TableRow(
            code=head.code,
            label=head.label,
            status=head.status,
            cells=tuple(
                replace(
                    _cell(block, numbers, row, column),
                    letters=letters[row][column],
                    min_p=min_p[row][column],
                    flag=flags[row][column],
                )
                for column in range(len(columns))
            ),
            pairs=()
            if tests is None or fisher is None
            else tuple(_pairs(tests, fisher, columns, row)),
        )
        for row, head in enumerate(block.heads)
    ]


def _cell(block: Block, numbers: Statistics, row: int, column: int) -> Cell:
    place = (row, column)
    base = numbers.base
    value, low, high = (_number(part[place]) for part in (numbers.value, numbers.low, numbers.high))
    cell = Cell(
        n=float(block.cells.n[place]),
        weighted_n=float(block.cells.w[place]),
        base=float(base.n[place]),
        weighted_base=float(base.w[place]),
        effective_base=float(numbers.effective[place]),
    )
    if block.moments is not None:
        return replace(cell, mean=value, low=low, high=high, sd=_number(numbers.sd[place]))
    return replace(
        cell,
        percent=_percent(value),
        low=_percent(low),
        high=_percent(high),
        index=_number(numbers.index[place]),
    )


def _percent(share_: float | None) -> float | None:
    return None if share_ is None else 100 * share_


def _number(value: np.float64 | float) -> float | None:
    return None if np.isnan(value) else float(value)


def _marks(
    tests: Tests | None, columns: tuple[Column, ...], rows: int, level: float
) -> tuple[list[list[str]], list[list[float | None]]]:
    """Return the letters of each cell, and its smallest corrected p."""
    letters = [[""] * len(columns) for _ in range(rows)]
    min_p: list[list[float | None]] = [[None] * len(columns) for _ in range(rows)]
    if tests is None:
        return letters, min_p
    alpha = 1 - level / 100
    for row, pair in zip(*np.nonzero(~np.isnan(tests.p_adjusted)), strict=True):
        p, a, b = float(tests.p_adjusted[row, pair]), int(tests.a[pair]), int(tests.b[pair])
        for column in (a, b):
            known = min_p[row][column]
            min_p[row][column] = p if known is None else min(known, p)
        if p < alpha:
            higher, lower = (a, b) if tests.gap[row, pair] > 0 else (b, a)
            letters[row][higher] += columns[lower].letter
    return letters, min_p


def _flags(block: Block, tests: Tests | None, columns: tuple[Column, ...]) -> list[list[str]]:
    """Mark small bases (`**`, `*`); between them come tested cells that expect few cases."""
    effective = block.base.effective
    few = np.zeros(effective.shape, dtype=bool)
    if tests is not None and block.moments is None:
        few = few_cases(block, tests, len(columns))
    flags = np.select(
        [effective <= 0, tests_of.is_too_small(effective), few, tests_of.is_small(effective)],
        ["", "**", FEW_CASES, "*"],
        default="",
    )
    return [[str(flag) for flag in row] for row in flags]


def _pairs(tests: Tests, fisher: Numbers, columns: tuple[Column, ...], row: int) -> Iterator[Pair]:
    for pair, (a, b) in enumerate(zip(tests.a, tests.b, strict=True)):
        why_not = str(tests.why_not[row, pair])
        numbers = {
            name: _number(getattr(tests, name)[row, pair])
            for name in ("gap", "se", "low", "high", "t", "df", "p", "p_adjusted")
        }
        yield Pair(
            columns[a].label,
            columns[b].label,
            **numbers,
            tested=not why_not,
            why_not=why_not,
            p_fisher=_number(fisher[row, pair]),
        )


def _base_flags(block: Block) -> tuple[str, ...]:
    """Return `**`, `*` or nothing for each column, by the smallest base among its rows."""
    if not block.heads:
        return ("",) * int(block.base.n.shape[1])
    smallest = block.base.effective.min(axis=0)
    flags = np.select(
        [smallest <= 0, tests_of.is_too_small(smallest), tests_of.is_small(smallest)],
        ["", "**", "*"],
        default="",
    )
    return tuple(str(flag) for flag in flags)


def _base_lines(block: Block, *, weighted: bool) -> tuple[BaseLine, ...]:
    base = block.base
    lines = {"Base (n)": base.n}
    if weighted:
        lines |= {"Weighted base": base.w, "Effective base": base.effective}
    return tuple(
        BaseLine(label, tuple(map(float, values.min(0))), tuple(map(float, values.max(0))))
        for label, values in lines.items()
        if len(values)
    )


def value_of(cell: Cell, measure: Measure, *, weighted: bool) -> float | None:
    """Return the number that stands in a cell: a percentage, a count, a mean or an index."""
    match measure:
        case Measure.MEAN:
            return cell.mean
        case Measure.COUNT:
            return cell.weighted_n if weighted else cell.n
        case Measure.INDEX:
            return cell.index
        case _:
            return cell.percent


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
    """Order the answers; user-missing and no answer stay last."""

    def key(row: TableRow) -> tuple[bool, float, str]:
        last = row.status is not Status.ANSWER
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
