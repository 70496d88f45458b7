"""Table of a cube: rows with tests and flags, bases, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cxtui.analysis.disclosure.filter_remainder import require_many_kept
from cxtui.analysis.disclosure.suppressed_cells import (
    SuppressedCells,
    hide_lines,
    hide_row,
    note_on_hidden,
    require_single_counts,
    suppressed_cells,
)
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Column, Cube, Status, separate_banners
from cxtui.analysis.query.side_queries.offered_answers import (
    Offers,
    answers_offered,
    compare_offers,
)
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.overall_test import OverallTest, overall_tests, test_means
from cxtui.analysis.stats.row_blocks import build_blocks
from cxtui.analysis.tables.counted_tables import CountedTable, TablesTogether, group_tables
from cxtui.analysis.tables.hidden_rows import without_hidden
from cxtui.analysis.tables.layouts.further_measures import blocks_with_means, in_cells
from cxtui.analysis.tables.layouts.items_by_answers import build_items_by_answers
from cxtui.analysis.tables.notes import notes_of
from cxtui.analysis.tables.state_line import joined_filters, state_of
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.tables.table_rows import (
    base_flags_of,
    base_lines,
    lines_under,
)
from cxtui.analysis.view.view import (
    Base,
    Measure,
    Sort,
    Variance,
    View,
    drop_unfit_measure,
    is_across,
    shown_of,
)
from cxtui.errors import CxtuiError, EmptyBase, ViewError

if TYPE_CHECKING:
    from cxtui.analysis.disclosure.hidden_cells import HiddenCells
    from cxtui.analysis.stats.cell_statistics import CellErrors
    from cxtui.survey.model import Survey

MOST_COLUMNS = 401
"""Limit of the Total and the banner columns: tests of all pairs of 1,600 columns take a minute and
a gigabyte."""


_Whole = tuple[OverallTest, ...]
"""The overall tests of a table."""


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
    hidden: HiddenCells | None = None,
) -> Table:
    """Return the table of a cube, without intervals and tests unless `tested`.

    Answers that a wave did not offer (by `offers` from a cache, else counted) are blank, or 0% if
    `as_counted`. Where the survey hides small counts, `hidden` are the cells to hide, by default
    those that protect this table alone. Raises `EmptyBase` if no respondents are left, `ViewError`
    where the table cannot be protected.
    """
    if is_across(cube.question, view):
        return _items_by_answers(survey, view, cube)
    counted = _counted(survey, view, cube, as_counted=as_counted, offers=offers)
    if not survey.least:
        (table,) = _tables(survey, [counted], tested=tested)
        return table
    (bare,) = _tables(survey, [_bare(counted)], tested=False)
    if hidden is None:
        from cxtui.analysis.disclosure.find_hidden import find_hidden  # slow to load

        (hidden,) = find_hidden((bare,), survey.least)
    suppressed = suppressed_cells(bare, hidden, survey.least)
    if suppressed is not None:
        require_single_counts(suppressed, counted.measures)
    (table,) = _tables(survey, [counted], tested=tested, hidden=suppressed)
    return table


def build_tables(
    survey: Survey,
    asked: Sequence[tuple[View, Cube, HiddenCells | None]],
    offers: Offers,
) -> list[Table | CxtuiError]:
    """Return the tables of several cubes, or why there is none, as `build_table` makes each.

    What they have alike is measured and tested at once.
    """
    found: dict[int, Table | CxtuiError] = {}
    counted: dict[int, CountedTable] = {}
    for place, (view, cube, hidden) in enumerate(asked):
        try:
            if survey.least or is_across(cube.question, view):
                found[place] = build_table(survey, view, cube, offers=offers, hidden=hidden)
            else:
                counted[place] = _counted(survey, view, cube, as_counted=False, offers=offers)
        except CxtuiError as error:
            found[place] = error
    tables = _tables(survey, list(counted.values()), tested=True)
    found |= dict(zip(counted, tables, strict=True))
    return [found[place] for place in range(len(asked))]


def count_table(
    survey: Survey,
    view: View,
    cube: Cube,
    *,
    as_counted: bool = False,
    offers: Offers | None = None,
) -> Table:
    """Return the table of a cube without tests, and with all counts: for `find_hidden` alone.

    Its rows are in the order of the codebook, none is hidden. Raises as `build_table`.
    """
    counted = _counted(survey, view, cube, as_counted=as_counted, offers=offers)
    (table,) = _tables(survey, [_bare(counted)], tested=False)
    return table


def _items_by_answers(survey: Survey, view: View, cube: Cube) -> Table:
    _require_table(survey, view, cube)
    if survey.least:
        message = "small counts of items by answers cannot be hidden: take one item, {}, by itself"
        raise ViewError(message, cube.question.items[0].code)
    cube = cube.without_design() if view.variance is Variance.KISH else cube
    return build_items_by_answers(survey, view, cube)


def _bare(counted: CountedTable) -> CountedTable:
    """Return a table with all its rows in the order of the codebook."""
    view = replace(counted.view.unhidden, sort=Sort.QUESTIONNAIRE)
    return replace(counted, view=view)


def _counted(
    survey: Survey, view: View, cube: Cube, *, as_counted: bool, offers: Offers | None
) -> CountedTable:
    _require_table(survey, view, cube)
    if view.variance is Variance.KISH:
        cube = cube.without_design()
    measure, *others = shown_of(cube.question, view)
    blocks = blocks_with_means(cube, view, others, build_blocks(cube, view, measure))
    offered = None
    if not as_counted:
        offers = offers or partial(compare_offers, survey)
        offered = answers_offered(
            view, cube, measure, survey.codebook.find(survey.codebook.wave), offers
        )
    further = in_cells(cube, others)
    return CountedTable(view, cube, (measure, *others), further, blocks, offered)


def _require_table(survey: Survey, view: View, cube: Cube) -> None:
    """Raise `ViewError` where a cube has no respondents, too few left out, too many columns."""
    _require_respondents(survey, view, cube)
    require_many_kept(survey, view.filters)
    if len(cube.columns) > MOST_COLUMNS:
        raise ViewError(
            "{:,} columns are too many to compare, {} are "
            "the most: take another banner, or filter it",
            len(cube.columns) - 1,
            MOST_COLUMNS - 1,
        )


def _tables(
    survey: Survey,
    counted: Sequence[CountedTable],
    *,
    tested: bool,
    hidden: SuppressedCells | None = None,
) -> list[Table]:
    """Return the tables of counted ones; `hidden` are the cells to hide in a single one."""
    found: dict[int, Table] = {}
    for places in group_tables(counted):
        together = TablesTogether([counted[place] for place in places])
        refused = [one.refused for one in together.tables]
        if hidden is not None:
            refused = [hidden.untested(one) for one in refused]
        rows = together.rows(refused, tested=tested)
        whole: Sequence[_Whole] = [()] * len(places)
        if tested and hidden is None:  # an overall test is a function of all cells
            whole = _overall_tests(together.tables, rows)
        each = zip(places, rows, together.base_errors, whole, strict=True)
        for place, own, errors, tests in each:
            found[place] = _table(survey, counted[place], own, errors, tests, hidden)
    return [found[place] for place in range(len(counted))]


def _table(
    survey: Survey,
    counted: CountedTable,
    rows: Sequence[TableRow],
    errors: CellErrors,
    whole: _Whole,
    hidden: SuppressedCells | None,
) -> Table:
    """Return the table of rows without what its view hides, and `hidden` cells."""
    view, cube, measure, block = counted.view, counted.cube, counted.measure, counted.blocks[0]
    if hidden is not None:
        pairs = tests_of.column_pairs(cube.columns, view.against)
        ends = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
        rows = [hide_row(row, hidden, ends, measure) for row in rows]
    base_flags = base_flags_of(errors)
    compared = tests_of.first_pair(cube.columns, view.against)
    asked, weighted = cube.bases[view.base], view.weight is not None
    bases = base_lines(block, errors, asked, weighted=weighted)
    bases, lines = (
        hide_lines(bases, hidden),
        hide_lines(lines_under(cube, view, measure, rows), hidden),
    )
    if bases[0].hidden:
        flagged = zip(base_flags, bases[0].hidden, strict=True)
        base_flags = tuple("" if why else flag for flag, why in flagged)
    notes = notes_of(survey, view, cube, counted.measures, rows, base_flags, whole)
    if hidden is not None:
        notes = (notes[0], note_on_hidden(rows, (*bases, *lines), hidden), *notes[1:])
    table = Table(
        view=drop_unfit_measure(cube.question, view),
        question=cube.question,
        measure=measure,
        columns=cube.columns,
        rows=_sorted(rows, view.sort, measure),
        bases=bases,
        lines=lines,
        state=state_of(
            survey.codebook,
            view,
            cube.question,
            counted.measures,
            compared=compared is not None,
        ),
        notes=notes,
        base_flags=base_flags,
        compared=compared,
        whole=whole,
        respondents=float(cube.bases[Base.ALL].n[0, 0]),
        rule=cube.sample.rule,
        is_clustered=cube.sample.is_clustered,
        has_second_stage=cube.sample.second_stage is not None,
        is_calibrated=cube.sample.calibration is not None,
        overlaps=frozenset(cube.overlaps),
        suppressed=hidden.least if hidden else 0,
        further=counted.further,
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


def _unlike(rows: Sequence[TableRow], columns: Sequence[Column]) -> set[int]:
    """Return the banners whose columns were not all offered the same answers."""
    offered: dict[int, set[tuple[bool, ...]]] = {}
    for place, column in enumerate(columns):
        gone = tuple(bool(row.cells[place].gone) for row in rows)
        offered.setdefault(column.banner, set()).add(gone)
    return {banner for banner, patterns in offered.items() if len(patterns) > 1}


def _overall_tests(
    tables: Sequence[CountedTable], rows: Sequence[Sequence[TableRow]]
) -> list[_Whole]:
    """Return the overall tests of each table, of its answers or of the means of the only row."""
    unlike = [
        _unlike(own, one.cube.columns) if one.offered is not None else set()
        for one, own in zip(tables, rows, strict=True)
    ]
    listed = list(zip(tables, unlike, strict=True))
    of_answers = [(one.cube, own) for one, own in listed if one.measure is not Measure.MEAN]
    answers = iter(overall_tests(of_answers))
    return [
        _tests_of_means(one, own) if one.measure is Measure.MEAN else next(answers)
        for one, own in listed
    ]


def _tests_of_means(table: CountedTable, unlike: set[int]) -> _Whole:
    cube, block = table.cube, table.blocks[0]
    if len(block.heads) != 1:
        return ()
    found = (
        test_means(cube, block, places)
        for places in separate_banners(cube)
        if cube.columns[places[0]].banner not in unlike
    )
    return tuple(test for test in found if test is not None)


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
