"""Cube → Table: measures, tests, marks, bases and notes come together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Column, Cube, Numbers, Status
from cxtui.analysis.query.side_queries.offered_answers import (
    OfferedAnswers,
    Offers,
    answers_offered,
    compare_offers,
    wave_question,
)
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.column_tests import compare_blocks
from cxtui.analysis.stats.overall_test import overall_tests
from cxtui.analysis.stats.row_sums import RowBlock, build_blocks
from cxtui.analysis.tables.notes import describe_filter, notes_of
from cxtui.analysis.tables.table import FEW_CASES, BaseKind, BaseLine, Cell, Table, TableRow
from cxtui.analysis.tables.table_rows import as_offered, rows_of
from cxtui.analysis.view.view import Base, Measure, Sort, View, fitted, measure_of
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.conditions import AnyOf
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

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
    _require_readable(cube)
    measure = measure_of(cube.question, view)
    blocks = build_blocks(cube, view, measure)
    offered = None
    if not as_counted:
        offers = offers or partial(compare_offers, survey)
        offered = answers_offered(view, cube, measure, wave_question(survey), offers)
    rows = _rows(blocks, cube, view, measure, offered, tested=tested)
    gone = [row for row in rows if any(cell.gone for cell in row.cells)]
    base_flags = _base_flags(blocks[0])
    unlike = _unlike(rows, cube.columns) if offered is not None else set()
    whole = overall_tests(cube, view, unlike) if tested and measure is not Measure.MEAN else ()
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
        has_design=cube.design.declared,
        overlaps=frozenset(cube.overlaps),
    )


def _rows(
    blocks: Sequence[RowBlock],
    cube: Cube,
    view: View,
    measure: Measure,
    offered: OfferedAnswers | None,
    *,
    tested: bool,
) -> list[TableRow]:
    """Return the rows of all blocks; what a wave did not offer is blank in them, and not tested."""
    refused = offered.refused if offered is not None else None
    tests = compare_blocks(blocks, cube.columns, view, refused) if tested else [None] * len(blocks)
    rows = [
        row
        for block, made in zip(blocks, tests, strict=True)
        for row in rows_of(block, cube.columns, made, view, measure)
    ]
    return rows if offered is None else [as_offered(row, offered) for row in rows]


def _require_readable(cube: Cube) -> None:
    if len(cube.columns) > MOST_COLUMNS:
        raise ViewError(
            f"{len(cube.columns) - 1:,} columns are too many to compare, {MOST_COLUMNS - 1} are "
            "the most: take another banner, or filter it"
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


def _unlike(rows: Sequence[TableRow], columns: Sequence[Column]) -> set[int]:
    """Return the banners whose columns had different answers to choose from."""
    offered: dict[int, set[tuple[bool, ...]]] = {}
    for place, column in enumerate(columns):
        gone = tuple(bool(row.cells[place].gone) for row in rows)
        offered.setdefault(column.banner, set()).add(gone)
    return {banner for banner, patterns in offered.items() if len(patterns) > 1}


def _base_flags(block: RowBlock) -> tuple[str, ...]:
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


def _base_lines(block: RowBlock, *, weighted: bool) -> tuple[BaseLine, ...]:
    base = block.base
    lines: list[tuple[BaseKind, str, Numbers]] = [(BaseKind.BASE, "Base (n)", base.n)]
    if weighted:
        lines.append((BaseKind.WEIGHTED, "Weighted base", base.w))
        lines.append((BaseKind.EFFECTIVE, "Effective base", base.effective))
    return tuple(
        BaseLine(kind, label, tuple(map(float, values.min(0))), tuple(map(float, values.max(0))))
        for kind, label, values in lines
        if len(values)
    )


def _lines(
    cube: Cube, view: View, measure: Measure, rows: Sequence[TableRow]
) -> Iterator[BaseLine]:
    """Yield deviation and quartiles of a number, and who is missing."""
    if measure is Measure.MEAN and len(rows) == 1:
        deviations = tuple(cell.sd for cell in rows[0].cells)
        yield BaseLine(BaseKind.DEVIATION, "Standard deviation", deviations, deviations, digits=2)
        for label, values in cube.quantiles.items():
            yield BaseLine(BaseKind.QUANTILE, label, values, values, digits=2)
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
            kind = BaseKind.NO_ANSWER if not_asked else BaseKind.MISSING
            label = "Not asked, no answer" if not_asked else f"{row.label} (missing)"
            lowest, highest = (tuple(map(float, ends)) for ends in (n.min(0), n.max(0)))
            yield BaseLine(kind, label, lowest, highest, digits=0)


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
