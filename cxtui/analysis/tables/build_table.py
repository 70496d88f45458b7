"""Table of a cube: rows with tests and flags, bases, and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import QUARTILES, Column, Cube, Status, separate_banners
from cxtui.analysis.query.sample import Numbers, Rule
from cxtui.analysis.query.side_queries.offered_answers import (
    OfferedAnswers,
    Offers,
    answers_offered,
    compare_offers,
)
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.cell_statistics import CellErrors, cell_errors
from cxtui.analysis.stats.column_tests import Tests, compare_blocks
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.stats.overall_test import OverallTest, overall_tests, test_means
from cxtui.analysis.stats.quartile_intervals import quartile_errors
from cxtui.analysis.stats.row_blocks import build_blocks
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.hidden_rows import without_hidden
from cxtui.analysis.tables.notes import notes_of
from cxtui.analysis.tables.state_line import joined_filters, state_of
from cxtui.analysis.tables.table import BaseKind, BaseLine, Table, TableRow
from cxtui.analysis.tables.table_rows import as_offered, flags_of, rows_of
from cxtui.analysis.view.view import (
    Base,
    Measure,
    Sort,
    Variance,
    View,
    drop_unfit_measure,
    measure_of,
)
from cxtui.errors import EmptyBase, ViewError
from cxtui.messages import tr
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

MOST_COLUMNS = 401
"""Limit of the Total and the banner columns: tests of all pairs of 1,600 columns take a minute and
a gigabyte."""


def tabulate(survey: Survey, view: View) -> Table:
    """Return the table of a view.

    Raises `ViewError` if the view does not fit the survey, `EmptyBase` if no respondents are left.
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
    """Return the table of a cube, without intervals and tests unless `tested`.

    Answers that a wave did not offer (by `offers` from a cache, else counted) are blank, or 0% if
    `as_counted`. Raises `EmptyBase` if no respondents are left.
    """
    _require_respondents(survey, view, cube)
    if len(cube.columns) > MOST_COLUMNS:
        raise ViewError(
            "{:,} columns are too many to compare, {} are "
            "the most: take another banner, or filter it",
            len(cube.columns) - 1,
            MOST_COLUMNS - 1,
        )
    if view.variance is Variance.KISH:
        cube = cube.without_design()
    measure = measure_of(cube.question, view)
    blocks = build_blocks(cube, view, measure)
    errors = [cell_errors(block) for block in blocks]
    offered = None
    if not as_counted:
        offers = offers or partial(compare_offers, survey)
        offered = answers_offered(
            view, cube, measure, survey.codebook.find(survey.codebook.wave), offers
        )
    rows = _rows(blocks, errors, cube, view, measure, offered, tested=tested)
    base_flags = _base_flags(errors[0])
    unlike = _unlike(rows, cube.columns) if offered is not None else set()
    whole = _overall_tests(cube, blocks[0], measure, unlike) if tested else ()
    compared = tests_of.first_pair(cube.columns, view.against)
    table = Table(
        view=drop_unfit_measure(cube.question, view),
        question=cube.question,
        measure=measure,
        columns=cube.columns,
        rows=_sorted(rows, view.sort, measure),
        bases=_base_lines(blocks[0], errors[0], weighted=view.weight is not None),
        lines=tuple(_lines(cube, view, measure, rows)),
        state=state_of(
            survey.codebook, view, cube.question, measure, compared=compared is not None
        ),
        notes=notes_of(survey, view, cube, measure, rows, base_flags, whole),
        base_flags=base_flags,
        compared=compared,
        whole=whole,
        respondents=float(cube.bases[Base.ALL].n[0, 0]),
        rule=cube.sample.rule,
        is_clustered=cube.sample.is_clustered,
        has_second_stage=cube.sample.second_stage is not None,
        is_calibrated=cube.sample.calibration is not None,
        overlaps=frozenset(cube.overlaps),
    )
    return without_hidden(table)


def _require_respondents(survey: Survey, view: View, cube: Cube) -> None:
    if cube.bases[Base.ALL].n[0, 0] > 0:
        return
    if survey.respondents == 0:
        raise EmptyBase("{} has no respondents: only a header", survey.location)
    if cube.left_out:
        raise EmptyBase(
            "no respondent has a usable weight in {!r}: turn the weight off", view.weight
        )
    message = "no respondents match {}; remove a filter"
    raise EmptyBase(message, joined_filters(survey.codebook, view.filters))


def _rows(
    blocks: Sequence[RowBlock],
    errors: Sequence[CellErrors],
    cube: Cube,
    view: View,
    measure: Measure,
    offered: OfferedAnswers | None,
    *,
    tested: bool,
) -> list[TableRow]:
    """Return the rows of all blocks; answers that a wave did not offer are blank, not tested."""
    refused = offered.refused if offered is not None else None
    tests: Sequence[Tests | None] = [None] * len(blocks)
    if tested:
        tests = compare_blocks(blocks, errors, cube.columns, view, refused)
    rows = [
        row
        for block, own, of_block in zip(blocks, errors, tests, strict=True)
        for row in rows_of(block, own, cube.columns, of_block, view, measure)
    ]
    return rows if offered is None else [as_offered(row, offered) for row in rows]


def _unlike(rows: Sequence[TableRow], columns: Sequence[Column]) -> set[int]:
    """Return the banners whose columns were not all offered the same answers."""
    offered: dict[int, set[tuple[bool, ...]]] = {}
    for place, column in enumerate(columns):
        gone = tuple(bool(row.cells[place].gone) for row in rows)
        offered.setdefault(column.banner, set()).add(gone)
    return {banner for banner, patterns in offered.items() if len(patterns) > 1}


def _overall_tests(
    cube: Cube, block: RowBlock, measure: Measure, unlike: set[int]
) -> tuple[OverallTest, ...]:
    """Return the overall tests of the answers, or of the means of the only row."""
    if measure is not Measure.MEAN:
        return overall_tests(cube, unlike)
    if len(block.heads) != 1:
        return ()
    found = (
        test_means(cube, block, places)
        for places in separate_banners(cube)
        if cube.columns[places[0]].banner not in unlike
    )
    return tuple(test for test in found if test is not None)


def _base_flags(errors: CellErrors) -> tuple[str, ...]:
    """Return the flag of each column, by the smallest base of its rows."""
    base = errors.smallest_base
    smallest = np.where(base > 0, base, np.inf).min(axis=0, initial=np.inf)
    return tuple(flags_of(smallest, np.zeros(smallest.shape, dtype=bool)))


def _base_lines(block: RowBlock, errors: CellErrors, *, weighted: bool) -> tuple[BaseLine, ...]:
    """Return n, weighted base, effective base and design effect of the columns."""
    base, effective = block.base, np.where(errors.n > 0, errors.question_base, 0.0)
    lines: list[tuple[BaseKind, str, Numbers, int | None]] = [
        (BaseKind.BASE, tr("Base (n)"), base.n, None)
    ]
    if weighted:
        lines.append((BaseKind.WEIGHTED, tr("Weighted base"), base.w, None))
    if weighted or block.sample.rule is not Rule.TEXTBOOK:
        lines.append((BaseKind.EFFECTIVE, tr("Effective base"), effective, None))
    if block.sample.rule is not Rule.TEXTBOOK:
        with np.errstate(invalid="ignore", divide="ignore"):
            deff = np.where(effective > 0, errors.n / effective, np.nan)
        lines.append((BaseKind.DEFF, tr("Design effect"), deff, 2))
    return tuple(
        BaseLine(kind, label, *_ranges(values), digits=digits)
        for kind, label, values, digits in lines
        if len(values)
    )


def _ranges(values: Numbers) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """Return the lowest and the highest value of each column, `None` where none exists."""
    lowest, highest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return tuple(none_for_nan(lowest)), tuple(none_for_nan(highest))


def _lines(
    cube: Cube, view: View, measure: Measure, rows: Sequence[TableRow]
) -> Iterator[BaseLine]:
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


def _sorted(rows: Sequence[TableRow], sort: Sort, measure: Measure) -> tuple[TableRow, ...]:
    """Return the answers in order; then nets, scores, and user-missing and no answer last."""
    statuses = list(Status)

    def key(row: TableRow) -> tuple[int, float, str]:
        group, total = statuses.index(row.status), row.cells[0]
        match sort:
            case Sort.PERCENT if measure is Measure.MEAN:
                return group, -(total.mean or 0.0), ""
            case Sort.PERCENT:  # a row % of the Total is always 100
                size = total.weighted_n if measure is Measure.ROW else total.percent
                return group, -(size or 0.0), ""
            case Sort.GAP:
                gap = row.pairs[0].gap if row.pairs else None
                return group, -abs(gap or 0.0), ""
            case Sort.LABEL:
                return group, 0.0, row.label.casefold()
            case _:
                return group, 0.0, ""

    return tuple(sorted(rows, key=key))
