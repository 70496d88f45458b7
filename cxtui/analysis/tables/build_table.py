"""Table of a cube: rows with tests and flags, bases, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from cxtui.analysis.disclosure.filter_remainder import require_many_kept
from cxtui.analysis.disclosure.hidden_cells import HiddenCells
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
    OfferedAnswers,
    Offers,
    answers_offered,
    compare_offers,
)
from cxtui.analysis.stats import significance as tests_of
from cxtui.analysis.stats.cell_statistics import CellErrors, cell_errors
from cxtui.analysis.stats.column_tests import ReasonsNotTested, Tests, compare_blocks
from cxtui.analysis.stats.overall_test import OverallTest, overall_tests, test_means
from cxtui.analysis.stats.row_blocks import build_blocks
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.tables.hidden_rows import without_hidden
from cxtui.analysis.tables.layouts.further_measures import blocks_with_means, in_cells, with_further
from cxtui.analysis.tables.layouts.items_by_answers import build_items_by_answers
from cxtui.analysis.tables.notes import notes_of
from cxtui.analysis.tables.state_line import joined_filters, state_of
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.tables.table_rows import (
    as_offered,
    base_flags_of,
    base_lines,
    lines_under,
    rows_of,
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
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.model import Survey

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
        rows = _rows(counted, view, None, tested=tested)
        return _table(survey, view, counted, rows, None, tested=tested)
    bare = _bare_table(survey, view, counted)
    if hidden is None:
        from cxtui.analysis.disclosure.find_hidden import find_hidden  # slow to load

        (hidden,) = find_hidden((bare,), survey.least)
    suppressed = suppressed_cells(bare, hidden, survey.least)
    rows = _rows(counted, view, suppressed, tested=tested)
    if suppressed is not None:
        require_single_counts(suppressed, counted.measures)
        pairs = tests_of.column_pairs(cube.columns, view.against)
        ends = list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
        rows = [hide_row(row, suppressed, ends, counted.measure) for row in rows]
    return _table(survey, view, counted, rows, suppressed, tested=tested)


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
    return _bare_table(survey, view, counted)


def _items_by_answers(survey: Survey, view: View, cube: Cube) -> Table:
    _require_table(survey, view, cube)
    if survey.least:
        message = "small counts of items by answers cannot be hidden: take one item, {}, by itself"
        raise ViewError(message, cube.question.items[0].code)
    cube = cube.without_design() if view.variance is Variance.KISH else cube
    return build_items_by_answers(survey, view, cube)


def _bare_table(survey: Survey, view: View, counted: _Counted) -> Table:
    view = replace(view.unhidden, sort=Sort.QUESTIONNAIRE)
    return _table(survey, view, counted, _rows(counted, view, None, tested=False), None)


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """The sums behind the rows of a table, by block; and the answers that waves offered.

    `measures` are what the view shows, of which `further` are numbers in each cell.
    """

    cube: Cube
    measures: tuple[Measure, ...]
    further: tuple[Measure, ...]
    blocks: Sequence[RowBlock]
    errors: Sequence[CellErrors]
    offered: OfferedAnswers | None

    @property
    def measure(self) -> Measure:
        """The measure that is tested."""
        return self.measures[0]


def _counted(
    survey: Survey, view: View, cube: Cube, *, as_counted: bool, offers: Offers | None
) -> _Counted:
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
    errors = [cell_errors(block) for block in blocks]
    further = in_cells(cube, others)
    return _Counted(cube, (measure, *others), further, blocks, errors, offered)


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


def _table(
    survey: Survey,
    view: View,
    counted: _Counted,
    rows: Sequence[TableRow],
    hidden: SuppressedCells | None,
    *,
    tested: bool = False,
) -> Table:
    """Return the table of rows without what its view hides, and `hidden` cells."""
    cube, measure, block = counted.cube, counted.measure, counted.blocks[0]
    base_flags = base_flags_of(counted.errors[0])
    unlike = _unlike(rows, cube.columns) if counted.offered is not None else set()
    has_whole = tested and hidden is None  # an overall test is a function of all cells
    whole = _overall_tests(cube, block, measure, unlike) if has_whole else ()
    compared = tests_of.first_pair(cube.columns, view.against)
    asked, weighted = cube.bases[view.base], view.weight is not None
    bases = base_lines(block, counted.errors[0], asked, weighted=weighted)
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


def _rows(
    counted: _Counted, view: View, hidden: SuppressedCells | None, *, tested: bool
) -> list[TableRow]:
    """Return the rows of all blocks; answers that a wave did not offer are blank, not tested.

    Pairs with `hidden` cells are not tested, so that no other test is corrected for them.
    """
    blocks, errors, offered = counted.blocks, counted.errors, counted.offered
    columns = counted.cube.columns
    refused: ReasonsNotTested | None = offered.refused if offered is not None else None
    if hidden is not None:
        refused = hidden.untested(refused)
    tests: Sequence[Tests | None] = [None] * len(blocks)
    if tested:
        tests = compare_blocks(blocks, errors, columns, view, refused)
    rows = [
        row
        for block, own, of_block in zip(blocks, errors, tests, strict=True)
        for row in with_further(
            rows_of(block, own, columns, of_block, view, counted.measure),
            counted.cube,
            view,
            () if block.is_mean and counted.measure is not Measure.MEAN else counted.further,
            block,
        )
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
