"""One question over the waves of a survey: every wave within every role, and each wave's lift.

Respondents of two waves are separate samples, so a lift is a gap between two columns and is tested
like one. What the waves did not ask alike is not compared; see `wave_differences`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Cube, Status
from cxtui.analysis.query.side_queries.wave_differences import WaveChanges, compare_waves
from cxtui.analysis.stats.column_tests import Tests, compare_columns
from cxtui.analysis.stats.row_sums import build_blocks
from cxtui.analysis.stats.significance import NO_BASE, TOO_SMALL, adjust_p
from cxtui.analysis.tables.build_table import build_table
from cxtui.analysis.tables.table import Cell, Table, TableRow
from cxtui.analysis.tables.trend import Group, Point, Trend, TrendRow, Wave
from cxtui.analysis.tables.wave_change import (
    NOTHING,
    Interval,
    Lift,
    lift_of,
    relative_mean,
    relative_share,
)
from cxtui.analysis.tables.wave_columns import Places, picked, placed
from cxtui.analysis.view.view import Against, Correction, Measure, Sort, View, measure_of
from cxtui.errors import ViewError
from cxtui.survey.model import Survey, required
from cxtui.survey.note import NoteKind, notes_about
from cxtui.survey.question import Kind, Question

_NOBODY = Cell(0.0, 0.0, 0.0, 0.0, 0.0)
_CORRECTED = {
    Correction.NONE: "not corrected for many tests",
    Correction.HOLM: "Holm over the lifts of one row within one role",
    Correction.BH: "Benjamini–Hochberg over the lifts of one row within one role",
}


def trend(survey: Survey, view: View, wave: str = "") -> Trend:
    """Return the course of the view's question over the categories of `wave`.

    `wave` is the id of a question of any kind that can be a banner, the codebook's wave where
    empty. Filters on it fall away, all others stay. The roles are the view's first banner
    variable. Raises `ViewError` where there is no such wave or the question has no trend,
    `EmptyBase` where nobody is left.
    """
    question = required(survey, view.question, "question")
    axis = _axis(survey, wave or survey.codebook.wave)
    if question.id == axis.id:
        raise ViewError(f"{axis.id} is the wave itself: choose another question or another wave")
    if question.kind is Kind.DATE:
        raise ViewError(f"{question.id} is a date and has no trend: choose another question")
    asked = _asked(view, question, axis, survey.codebook.wave)
    cube = compute_cube(survey, asked)
    places = placed(cube, axis)
    positions = [0, *(one for one in places.at.values() if one)]
    chosen = picked(cube, positions, range(-1, len(positions) - 1))
    table = build_table(survey, asked, chosen, as_counted=True)
    changes = compare_waves(survey, asked, axis, places.waves, table.measure)
    lifts = _lifted(asked, cube, places, table.measure)
    rows = _Rows(table, places, {one: place for place, one in enumerate(positions)}, lifts, changes)
    return Trend(
        view=asked,
        question=question,
        axis=axis,
        measure=table.measure,
        waves=tuple(Wave(one.code, one.label) for one in places.waves),
        groups=tuple(rows.group(group) for group in range(len(places.groups))),
        rows=_sorted([rows.row(one) for one in table.rows], asked.sort, view.sort),
        notes=(
            *notes_about(
                NoteKind.TREND,
                _notes(survey, view, asked, axis, places, declared=cube.design.declared),
            ),
            *notes_about(NoteKind.WAVES, changes.notes),
            *table.notes,
        ),
        sort=view.sort,
    )


def can_be_wave(question: Question) -> bool:
    """Whether every respondent stands in one category at most: separate samples."""
    return question.is_banner and question.kind is not Kind.MULTI


def _axis(survey: Survey, wave: str) -> Question:
    if not wave:
        raise ViewError(f"{survey.location} has no wave variable: choose one")
    axis = required(survey, wave, "wave variable")
    if not can_be_wave(axis):
        raise ViewError(
            f"{axis.id} is {axis.kind} and cannot tell waves apart: take a single choice or a date"
        )
    return axis


def _asked(view: View, question: Question, axis: Question, wave: str) -> View:
    """Return the view whose cube holds a trend: the waves of all, then those of each role."""
    roles = tuple(one for one in next(iter(view.banner), ()) if one not in {axis.id, question.id})
    banner = ((axis.id,), (*roles, axis.id)) if roles else ((axis.id,),)
    mean = measure_of(question, view) is Measure.MEAN
    return replace(
        view.with_filters(view.without_filters_on(axis.id).filters, wave),
        banner=banner,
        show=Measure.MEAN if mean else Measure.COLUMN,
        against=Against.COLUMNS,
        full=False,
        # The gap of a trend is its lift: sorted here, when there are lifts.
        sort=Sort.QUESTIONNAIRE if view.sort is Sort.GAP else view.sort,
    )


@dataclass(frozen=True, slots=True)
class _Lifted:
    """The tests of all lifts: of each row, and the pair of a role and two waves."""

    rows: dict[tuple[Status, str], tuple[Tests, int]]
    pair_of: dict[tuple[int, int, int], int]


def _lifted(view: View, cube: Cube, places: Places, measure: Measure) -> _Lifted:
    """Compare the waves of each role: as many pairs as lifts, not all pairs of all columns.

    Each lift is a banner of its own with two columns, the later wave and the earlier.
    """
    keys = [
        (group, earlier, later)
        for group in range(len(places.groups))
        for earlier, later in places.steps
        if places.both(group, earlier, later)
    ]
    columns = [(places.at[group, later], places.at[group, before]) for group, before, later in keys]
    positions = [0, *chain.from_iterable(columns)]
    banners = [-1, *(pair for pair in range(len(keys)) for _ in range(2))]
    compared = picked(cube, positions, banners)
    # Each pair is corrected later, with its family.
    raw = replace(view, correction=Correction.NONE)
    rows: dict[tuple[Status, str], tuple[Tests, int]] = {}
    for block in build_blocks(compared, raw, measure):
        tests = compare_columns(block, compared.columns, raw, None)
        rows |= {(head.status, head.code): (tests, row) for row, head in enumerate(block.heads)}
    return _Lifted(rows, {key: pair for pair, key in enumerate(keys)})


@dataclass(frozen=True, slots=True)
class _Rows:
    """Puts the rows of a trend together: cells, lifts, and what changed between the waves.

    `place_of` says where a column of the whole cube stands in `table`.
    """

    table: Table
    places: Places
    place_of: dict[int, int]
    lifts: _Lifted
    changes: WaveChanges

    def group(self, group: int) -> Group:
        """Return a role with its bases."""
        positions = [self.places.at[group, wave] for wave in range(len(self.places.waves))]
        return Group(
            label=self.places.groups[group],
            bases=tuple(
                replace(
                    base,
                    lowest=self._values(base.lowest, positions),
                    highest=self._values(base.highest, positions),
                )
                for base in self.table.bases
            ),
            flags=tuple(
                self.table.base_flags[self.place_of[one]] if one else "" for one in positions
            ),
        )

    def _values(
        self, values: Sequence[float | None], positions: Sequence[int]
    ) -> tuple[float | None, ...]:
        return tuple(values[self.place_of[one]] if one else 0.0 for one in positions)

    def row(self, row: TableRow) -> TrendRow:
        """Return a row of the table with its courses."""
        courses = tuple(self._course(row, group) for group in range(len(self.places.groups)))
        return TrendRow(row.code, row.label, row.status, courses, row.in_points)

    def _course(self, row: TableRow, group: int) -> tuple[Point, ...]:
        steps = self.places.steps
        lifts = self._corrected([self._lift(row, group, *step) for step in steps])
        by_step = dict(zip(steps, lifts, strict=True))
        return tuple(
            Point(
                cell=self._cell(row, group, wave),
                gone=self._gone(row, group, wave),
                previous=by_step.get((wave - 1, wave)),
                first=by_step.get((0, wave)) if wave > 1 else None,
            )
            for wave in range(len(self.places.waves))
        )

    def _cell(self, row: TableRow, group: int, wave: int) -> Cell:
        position = self.places.at[group, wave]
        return row.cells[self.place_of[position]] if position else _NOBODY

    def _gone(self, row: TableRow, group: int, wave: int) -> str:
        reason = self.changes.cell_reason(row.status, row.code, wave)
        if not reason and self._cell(row, group, wave).base <= 0:
            return f"{NO_BASE} in {self.places.waves[wave].label}"
        return reason

    def _lift(self, row: TableRow, group: int, earlier: int, later: int) -> Lift:
        if reason := self.changes.change_reason(row.status, row.code, earlier, later):
            return Lift(earlier, later, why_not=reason, changed=True)
        for wave in (earlier, later):
            if reason := self._gone(row, group, wave):
                return Lift(earlier, later, why_not=reason)
        tests, place = self.lifts.rows[row.status, row.code]
        pair = self.lifts.pair_of[group, earlier, later]
        before, after = (self._cell(row, group, wave) for wave in (earlier, later))
        return lift_of((earlier, later), tests, (place, pair), self._relative(before, after))

    def _relative(self, earlier: Cell, later: Cell) -> Interval:
        if self.table.measure is not Measure.MEAN:
            return relative_share(earlier, later, self.table.view.level)
        if self.table.question.kind is Kind.NUMERIC:
            return relative_mean(earlier, later)
        return NOTHING

    def _corrected(self, lifts: Sequence[Lift]) -> list[Lift]:
        p = np.array([[np.nan if lift.p is None else lift.p for lift in lifts]])
        corrected = adjust_p(p, self.table.view.correction)[0]
        return [
            replace(lift, p_adjusted=None if np.isnan(q) else float(q))
            for lift, q in zip(lifts, corrected, strict=True)
        ]


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
    survey: Survey, view: View, asked: View, axis: Question, places: Places, *, declared: bool
) -> list[str]:
    """Return what a lift is: its test, its correction and family, its intervals."""
    mean = asked.show is Measure.MEAN
    guess = survey.codebook.wave_guess if axis.id == survey.codebook.wave else ""
    lines = [f"Waves told apart by {axis.id}{f' (a guess: {guess})' if guess else ''}."]
    if len(places.waves) < 2:  # noqa: PLR2004 -- a lift takes two
        lines.append("Only one wave has respondents: there is nothing to compare.")
    else:
        test = "linearised t-test" if mean or declared else "pooled t-test"
        lines.append(
            f"Lift: later minus earlier, {'in the unit of the mean' if mean else 'in points'}. "
            f"▲▼ {test}, {asked.level:g} %, {_CORRECTED[asked.correction]}; "
            f"not tested with a base under {TOO_SMALL}."
        )
        lines.append(_about_intervals(required(survey, asked.question, "question"), mean=mean))
    if places.empty:
        lines.append(f"No respondents in {', '.join(places.empty)}.")
    if view.show not in {None, asked.show}:
        lines.append(f"A trend shows column % or means, not {view.show}.")
    return lines


def _about_intervals(question: Question, *, mean: bool) -> str:
    if not mean:
        return (
            "Intervals: Newcombe for points; for the relative lift (later / earlier − 1) on the log"
            " ratio (Katz), both on effective bases."
        )
    if question.kind is Kind.NUMERIC:
        return "Intervals: t · SE; for the relative lift (later / earlier − 1) on the log ratio."
    return "Intervals: t · SE. A score has no zero of its own, so no relative lift."
