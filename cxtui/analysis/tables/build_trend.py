"""Trend of a question over the waves of a survey: every wave of every role, and its lifts.

Respondents of two waves are separate samples, so a lift is a gap between two columns and is tested
like any other. Waves that did not ask alike are not compared; see `wave_differences`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.query.side_queries.wave_differences import WaveChanges, compare_waves
from cxtui.analysis.stats.cell_statistics import cell_errors, is_classical
from cxtui.analysis.stats.column_tests import Ratios, Tests, compare_columns, compare_ratios
from cxtui.analysis.stats.row_blocks import build_blocks
from cxtui.analysis.stats.significance import TOO_SMALL, adjust_family
from cxtui.analysis.tables.build_table import build_table, count_table
from cxtui.analysis.tables.error_notes import test_name
from cxtui.analysis.tables.notes import guessed
from cxtui.analysis.tables.state_line import state_of
from cxtui.analysis.tables.table import Cell, Table, TableRow
from cxtui.analysis.tables.trend import (
    NO_INTERVAL,
    Group,
    Interval,
    Lift,
    Point,
    Trend,
    TrendRow,
    Wave,
    lift_of,
    relative_mean,
    relative_ratio,
    relative_share,
)
from cxtui.analysis.tables.wave_columns import WaveColumns, pick_columns, wave_columns
from cxtui.analysis.view.view import (
    Against,
    Correction,
    Family,
    Measure,
    Sort,
    Variance,
    View,
    measure_of,
)
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.model import Survey, required
from cxtui.survey.note import NoteKind, notes_about
from cxtui.survey.question import Kind, Question

T = TypeVar("T")

_EMPTY_CELL = Cell(0.0, 0.0, 0.0, 0.0, 0.0)
_CORRECTED = {
    Correction.NONE: "not corrected for many tests",
    Correction.HOLM: "Holm over the changes of one row within one role",
    Correction.BH: "Benjamini–Hochberg over the changes of one row within one role",
}
_OF_DESIGN = (
    "Intervals: t · SE of the test; for the relative change (later / earlier − 1) t · SE on the "
    "log ratio, with the covariance of the waves."
)
_INTERVALS = {
    (False, False): "Intervals: Newcombe for points; for the relative change (later / earlier − 1) "
    "on the log ratio (Katz), both on effective bases.",
    (
        True,
        True,
    ): "Intervals: t · SE; for the relative change (later / earlier − 1) on the log ratio.",
    (True, False): "Intervals: t · SE. A score has no zero of its own, so no relative change.",
}
"""How intervals are computed, by whether means are shown, and of a number."""


def trend(survey: Survey, view: View, wave: str = "") -> Trend:
    """Return the trend of the view's question over the categories of `wave`.

    `wave` is the id of a question of any kind that can be a banner, the codebook's wave if empty.
    Filters on it are ignored. The roles are the view's first banner variable. Raises `ViewError` if
    there is no such wave or the question has no trend, `EmptyBase` if no respondents are left.
    """
    question = required(survey, view.question, "question")
    axis = _axis(survey, wave or survey.codebook.wave)
    if question.id == axis.id:
        raise ViewError("{} is the wave itself: choose another question or another wave", axis.id)
    if question.kind is Kind.DATE:
        raise ViewError("{} is a date and has no trend: choose another question", question.id)
    asked = _trend_view(view, question, axis, survey.codebook.wave)
    cube = compute_cube(survey, asked)
    if view.variance is Variance.KISH:
        cube = cube.without_design()
    columns = wave_columns(cube, axis)
    hidden = _hidden(survey, asked, cube, columns.positions)
    table = build_table(survey, asked, columns.cube, as_counted=True, hidden=hidden)
    changes = compare_waves(survey, asked, axis, columns.waves, table.measure)
    courses = _Courses(table, columns, _lift_tests(asked, columns, table.measure), changes)
    return Trend(
        view=asked,
        question=question,
        axis=axis,
        measure=table.measure,
        waves=tuple(Wave(one.code, one.label) for one in columns.waves),
        groups=tuple(courses.group(role) for role in range(len(columns.roles))),
        rows=_sorted([courses.row(one) for one in table.rows], asked.sort, view.sort),
        notes=(
            *notes_about(NoteKind.TREND, _notes(survey, view, asked, axis, columns)),
            *notes_about(NoteKind.WAVES, changes.notes),
            *table.notes,
        ),
        state=state_of(
            survey.codebook,
            replace(asked, family=Family.ROW),  # the lifts of a row are one family
            question,
            (table.measure,),
            compared=len(columns.waves) > 1,
        ),
        sort=view.sort,
        is_designed=not is_classical(cube.sample),
    )


def _hidden(survey: Survey, view: View, cube: Cube, positions: Sequence[int]) -> HiddenCells | None:
    """Return the cells to hide in some columns of a cube, `None` where the survey shows all.

    They are found among all columns: the waves of all respondents are the sums of those of roles.
    """
    if not survey.least:
        return None
    from cxtui.analysis.disclosure.find_hidden import find_hidden  # slow to load

    (hidden,) = find_hidden((count_table(survey, view, cube, as_counted=True),), survey.least)
    return hidden.at(positions)


def can_be_wave(question: Question) -> bool:
    """Return whether a respondent is in one category at most: waves are separate samples."""
    return question.is_banner and question.kind is not Kind.MULTI


def _axis(survey: Survey, wave: str) -> Question:
    if not wave:
        raise ViewError("{} has no wave variable: choose one", survey.location)
    axis = required(survey, wave, "wave variable")
    if not can_be_wave(axis):
        raise ViewError(
            "{} is {} and cannot tell waves apart: take a single choice or a date",
            axis.id,
            axis.kind,
        )
    return axis


def _trend_view(view: View, question: Question, axis: Question, wave: str) -> View:
    """Return the view with the columns of a trend: the waves of all, then those of each role."""
    roles = tuple(one for one in next(iter(view.banner), ()) if one not in {axis.id, question.id})
    mean = measure_of(question, view) is Measure.MEAN
    return replace(
        view.unhidden.with_filters(view.without_filters_on(axis.id).filters, wave),
        banner=((axis.id,), (*roles, axis.id)) if roles else ((axis.id,),),
        show=Measure.MEAN if mean else Measure.COLUMN,
        also=(),
        across=None,
        against=Against.COLUMNS,
        full=False,
        # The gap of a trend is its lift: `_sorted` orders the rows when there are lifts.
        sort=Sort.QUESTIONNAIRE if view.sort is Sort.GAP else view.sort,
    )


_LiftTests = dict[tuple[Status, str, int, int, int], tuple[Tests, Ratios | None, tuple[int, int]]]
"""Tests, ratios, and the position in their arrays, by status and code of the row, role and waves.

Without a design the ratios are `None`: their intervals come from the cells.
"""


def _lift_tests(view: View, columns: WaveColumns, measure: Measure) -> _LiftTests:
    """Return the tests of all lifts, which are fewer than all pairs of columns.

    Each lift is a banner of its own with two columns, the later wave and the earlier.
    """
    at = columns.at
    lifts = [
        (role, earlier, later)
        for role in range(len(columns.roles))
        for earlier, later in columns.steps
        if at[role, earlier] and at[role, later]
    ]
    pairs = [(at[role, later], at[role, earlier]) for role, earlier, later in lifts]
    banners = [-1, *(pair for pair in range(len(lifts)) for _ in range(2))]
    compared = pick_columns(columns.cube, [0, *chain(*pairs)], banners)
    # Each pair is corrected later, with its family.
    raw = replace(view, correction=Correction.NONE)
    found: _LiftTests = {}
    for block in build_blocks(compared, raw, measure):
        errors = cell_errors(block)
        tests = compare_columns(block, errors, compared.columns, raw, None)
        ratios = compare_ratios(block, errors, compared.columns, raw)
        for row, head in enumerate(block.heads):
            for pair, lift in enumerate(lifts):
                found[head.status, head.code, *lift] = tests, ratios, (row, pair)
    return found


@dataclass(frozen=True, slots=True)
class _Courses:
    """Builder of the roles and rows of a trend: cells, lifts, and differences between waves."""

    table: Table
    columns: WaveColumns
    tests: _LiftTests
    changes: WaveChanges

    def group(self, role: int) -> Group:
        """Return a role with its bases."""
        places = [self.columns.at[role, wave] for wave in range(len(self.columns.waves))]

        def of_role(values: Sequence[T], empty: T) -> tuple[T, ...]:
            return tuple(values[place] if place else empty for place in places)

        bases = (
            replace(
                base,
                lowest=of_role(base.lowest, 0.0),
                highest=of_role(base.highest, 0.0),
                hidden=of_role(base.hidden, "") if base.hidden else (),
            )
            for base in self.table.bases
        )
        label, flags = self.columns.roles[role], of_role(self.table.base_flags, "")
        return Group(label, tuple(bases), flags)

    def row(self, row: TableRow) -> TrendRow:
        """Return a row of the table with its courses."""
        courses = tuple(self._course(row, role) for role in range(len(self.columns.roles)))
        return TrendRow(row.code, row.label, row.status, courses, row.in_points)

    def _course(self, row: TableRow, role: int) -> tuple[Point, ...]:
        """Return the points of a role, with p corrected over all its lifts in this row."""
        steps = self.columns.steps
        lifts = [self._lift(row, role, *step) for step in steps]
        corrected = adjust_family([one.p_used for one in lifts], self.table.view.correction)
        by_step = {
            step: replace(lift, p_adjusted=p)
            for step, lift, p in zip(steps, lifts, corrected, strict=True)
        }
        return tuple(
            Point(
                cell=self._cell(row, role, wave),
                gone=self._gone(row, role, wave),
                previous=by_step.get((wave - 1, wave)),
                first=by_step.get((0, wave)) if wave > 1 else None,
            )
            for wave in range(len(self.columns.waves))
        )

    def _cell(self, row: TableRow, role: int, wave: int) -> Cell:
        place = self.columns.at[role, wave]
        return row.cells[place] if place else _EMPTY_CELL

    def _gone(self, row: TableRow, role: int, wave: int) -> str:
        reason = self.changes.cell_reason(row.status, row.code, wave)
        cell = self._cell(row, role, wave)
        if cell.hidden:
            return cell.hidden
        if not reason and not cell.base:
            return tr("nobody in the base in {}", self.columns.waves[wave].label)
        return reason

    def _lift(self, row: TableRow, role: int, earlier: int, later: int) -> Lift:
        if reason := self.changes.change_reason(row.status, row.code, earlier, later):
            return Lift(earlier, later, why_not=reason, changed=True)
        for wave in (earlier, later):
            if reason := self._gone(row, role, wave):
                return Lift(earlier, later, why_not=reason)
        tests, ratios, place = self.tests[row.status, row.code, role, earlier, later]
        relative = self._relative(row, role, (earlier, later), ratios, place)
        return lift_of((earlier, later), tests, place, relative)

    def _relative(
        self,
        row: TableRow,
        role: int,
        waves: tuple[int, int],
        ratios: Ratios | None,
        place: tuple[int, int],
    ) -> Interval:
        """Return the relative change with its interval: of shares, and of means with a zero."""
        is_mean = self.table.measure is Measure.MEAN
        if is_mean and self.table.question.kind is not Kind.NUMERIC:
            return NO_INTERVAL
        if ratios is not None:
            return relative_ratio(ratios, place)
        before, after = (self._cell(row, role, wave) for wave in waves)
        if is_mean:
            return relative_mean(before, after)
        return relative_share(before, after, self.table.view.level)


def _sorted(rows: list[TrendRow], done: Sort, wanted: Sort) -> tuple[TrendRow, ...]:
    """Order the rows by the latest lift of all respondents, where that is asked for."""
    if done is wanted:
        return tuple(rows)

    def key(row: TrendRow) -> tuple[bool, float]:
        lift = row.courses[0][-1].previous
        points = lift.points if lift else None
        return row.status is not Status.ANSWER, -abs(points or 0.0)

    return tuple(sorted(rows, key=key))


def _notes(
    survey: Survey, view: View, asked: View, axis: Question, columns: WaveColumns
) -> Iterator[str]:
    """Yield what a lift is: its test, its correction and family, its intervals."""
    mean = asked.show is Measure.MEAN
    guess = survey.codebook.wave_guess if axis.id == survey.codebook.wave else ""
    yield tr("Wave variable: {}.", guessed(axis.id, guess))
    if len(columns.waves) < 2:  # noqa: PLR2004 -- a lift takes two
        yield tr("Only one wave has respondents: there is nothing to compare.")
    else:
        sample = columns.cube.sample
        test = test_name(sample.rule)
        if mean and is_classical(sample):
            test = tr("linearized t-test")
        yield tr(
            "Change: later minus earlier, {}. ▲▼ {}, {:g}%, {}; not tested with a base under {}.",
            tr("in the unit of the mean") if mean else tr("in points"),
            test,
            asked.level,
            tr(_CORRECTED[asked.correction]),
            TOO_SMALL,
        )
        is_number = required(survey, asked.question, "question").kind is Kind.NUMERIC
        has_relative = is_number or not mean
        designed = has_relative and not is_classical(sample)
        yield tr(_OF_DESIGN if designed else _INTERVALS[mean, mean and is_number])
    if columns.empty:
        yield tr("No respondents in {}.", ", ".join(columns.empty))
    others = [one for one in (view.show, *view.also) if one not in {None, asked.show}]
    if others:
        yield tr("A trend shows column % or means, not {}.", ", ".join(map(str, others)))
