"""Where two groups differ: every answer of every question, ranked by its gap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxtui.analysis.counts import Column, Cube, Status
from cxtui.analysis.recall import Recall
from cxtui.analysis.significance import adjusted, pairs_of
from cxtui.analysis.table import Cell, Table, TableRow
from cxtui.analysis.tabulate import build_table
from cxtui.analysis.view import Against, Correction, Filter, Measure, View, measures_of
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.model import Kind, Question, Survey

POINTS_PER_SD = 50
"""A share of one half has a standard deviation of 50 points: so a mean's standardised difference
stands among the gaps of shares."""

_TOGETHER = 48
"""Questions whose columns are read at once: a query for each would cost a millisecond more."""

_LEFT_OUT = frozenset({Kind.GRID, Kind.DATE, Kind.TEXT})


@dataclass(frozen=True, slots=True)
class Gap:
    """One answer and how far the two compared columns differ in it; the first minus the second.

    `a` and `b` are the two cells. `gap`, `low` and `high` are in percentage points; those of a
    mean (`standardised`) are in standard deviations at 50 points each. `p_adjusted` is Benjamini–
    Hochberg's over the whole list, `None` where the pair was not tested, as `why_not` says.
    `left_out` counts the respondents without a usable weight; `compared` are
    the two columns.
    """

    question: Question
    code: str
    label: str
    column_a: str
    column_b: str
    a: Cell
    b: Cell
    gap: float
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    standardised: bool
    why_not: str
    left_out: int = 0
    compared: tuple[Column, Column] | None = None

    @property
    def flag(self) -> str:
        """The worst flag of the two cells."""
        flags = {self.a.flag, self.b.flag}
        return next((one for one in ("**", "few cases", "*") if one in flags), "")

    def holds(self, level: float) -> bool:
        """Whether the gap is larger than chance at `level` per cent, over the whole list."""
        return self.p_adjusted is not None and self.p_adjusted < 1 - level / 100


def compared_questions(survey: Survey, view: View) -> list[Question]:
    """Return the questions that are ranked: all but the banner's own, dates and open texts.

    The rows of a grid are questions of their own.
    """
    told = {name for names in view.banner for name in names} | {survey.codebook.wave}
    return [
        one for one in survey.codebook.tabulated if one.kind not in _LEFT_OUT and one.id not in told
    ]


def each_gap(survey: Survey, view: View, pair: int = 0) -> Iterator[tuple[Question, list[Gap]]]:
    """Yield question after question with the gaps of its answers, not yet corrected.

    `pair` says which two columns are compared: 0 the first two, counted on round all pairs.
    Raises `ViewError` where the banner has no two columns to compare.
    """
    recall = Recall(survey)
    plain = replace(view, show=None, nets=(), full=False, against=Against.COLUMNS)
    questions = compared_questions(survey, view)
    asked = [plain.with_question(question.id) for question in questions]
    ready = 0
    for place, (question, one) in enumerate(zip(questions, asked, strict=True)):
        if place >= ready:
            together = _TOGETHER if place else 1  # the first rows come early
            ready = place + max(recall.foresee(asked[place : place + together]), 1)
        yield question, gaps_in(survey, one, recall.cube_of_shares(one), pair)


def gaps_in(survey: Survey, view: View, cube: Cube, pair: int = 0) -> list[Gap]:
    """Return the gaps in one question, shares and, where it has one, the mean."""
    question = survey.codebook.find(view.question)
    measures = measures_of(question) if question else ()
    wanted = [one for one in (Measure.COLUMN, Measure.MEAN) if one in measures]
    if question is not None and question.kind is Kind.NUMERIC:
        wanted = [Measure.MEAN]
    found: list[Gap] = []
    pairs = pairs_of(cube.columns)
    if not pairs.a.size:
        raise ViewError(
            "the gaps need two columns to compare: choose another banner (--by), "
            "or keep two groups of this one"
        )
    place = pair % pairs.a.size
    two = cube.between(int(pairs.a[place]), int(pairs.b[place]))
    for measure in wanted:
        try:
            table = build_table(survey, replace(view, show=measure), two)
        except EmptyBase:
            return []
        found += (gap for row in _ranked_rows(table) if (gap := _gap(table, row, cube.left_out)))
    return found


def _ranked_rows(table: Table) -> list[TableRow]:
    """Return the answers, or the mean: nets would only repeat them."""
    return [
        row
        for row in table.rows
        if table.measure is Measure.MEAN or row.status not in {Status.NET, Status.SCORE}
    ]


def _gap(table: Table, row: TableRow, left_out: int) -> Gap | None:
    """Return the gap in one row of two columns, `None` where one of them is empty."""
    (_, a, b), (pair,) = row.cells, row.pairs
    standardised = table.measure is Measure.MEAN
    scale = _points_per_unit(a, b) if standardised else 1.0
    if pair.gap is None or scale is None:
        return None
    return Gap(
        question=table.question,
        code=row.code,
        label=f"{row.label} (standardised)" if standardised else row.label,
        column_a=table.columns[1].label,
        column_b=table.columns[2].label,
        a=a,
        b=b,
        gap=pair.gap * scale,
        low=None if pair.low is None else pair.low * scale,
        high=None if pair.high is None else pair.high * scale,
        p=pair.p,
        p_adjusted=None,
        standardised=standardised,
        why_not=pair.why_not,
        left_out=left_out,
        compared=table.compared,
    )


def _points_per_unit(a: Cell, b: Cell) -> float | None:
    """Return what one unit of a mean is in points, by the two columns' pooled deviation.

    Cohen, Statistical Power Analysis, 1988, §2.2: d = (m₁ − m₂)/s.
    """
    if a.sd is None or b.sd is None:
        return None
    freedom = a.base + b.base - 2
    squares = (a.base - 1) * a.sd**2 + (b.base - 1) * b.sd**2
    pooled = math.sqrt(squares / freedom) if freedom > 0 else 0.0
    return POINTS_PER_SD / pooled if pooled > 0 else None


def asks_for_pair(survey: Survey, view: View, gaps: Sequence[Gap]) -> View | None:
    """Return the view whose first two columns are those that `gaps` compare.

    It keeps their two groups by a filter, which parts the respondents of a single question alone;
    of any other banner there is `None`.
    """
    if not gaps or gaps[0].compared is None:
        return None
    first, second = gaps[0].compared
    names = [names for names in view.banner if names == (first.variable,)]
    question = survey.codebook.find(first.variable)
    if not names or question is None or not question.parts_respondents:
        return None
    if question.kind is Kind.NUMERIC:
        return None
    kept = Filter(question.id, "=", (first.code, second.code))
    return replace(view, banner=(names[0],), filters=(*view.filters, kept))


def ranked(gaps: Iterable[Gap], level: float) -> list[Gap]:
    """Return the gaps with their corrected p, those that hold up first, the widest first.

    Those that were not tested come last.
    """
    listed = list(gaps)
    p = np.array([[np.nan if gap.p is None else gap.p for gap in listed]])
    corrected = adjusted(p, Correction.BH)[0] if listed else []
    whole = [
        replace(gap, p_adjusted=None if np.isnan(q) else float(q))
        for gap, q in zip(listed, corrected, strict=True)
    ]
    return sorted(whole, key=lambda gap: (not gap.holds(level), gap.p is None, -abs(gap.gap)))
