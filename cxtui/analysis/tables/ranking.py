"""Ranking of the gaps between two columns: every answer of every question."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Cube, Row, Status
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.sample import Sample
from cxtui.analysis.query.side_queries.offered_answers import (
    OfferedAnswers,
    Offers,
    answers_offered,
    waves_in_doubt,
)
from cxtui.analysis.stats.cell_statistics import cell_errors
from cxtui.analysis.stats.column_tests import compare_columns
from cxtui.analysis.stats.row_blocks import build_blocks, stacked
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.stats.significance import Pairs, adjust_family, column_pairs
from cxtui.analysis.tables.table import FEW_CASES, Cell, TableRow
from cxtui.analysis.tables.table_rows import as_offered, rows_of
from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Variance,
    View,
    measures_of,
)
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

POINTS_PER_SD = 50
"""A share of one half has a standard deviation of 50 points: standardized differences of means are
ranked among gaps of shares in this unit."""

_TOGETHER, _STEP = 48, 6
"""Maximum number of questions counted together, and the factor by which the number grows."""

_LEFT_OUT = frozenset({Kind.GRID, Kind.DATE, Kind.TEXT})


@dataclass(frozen=True, slots=True)
class Gap:
    """Gap of two columns in one answer, the first minus the second.

    `a` and `b` are the two cells. `gap`, `low` and `high` are in percentage points; those of a
    mean (`standardised`) are in standard deviations at 50 points each. `p_adjusted` is Benjamini–
    Hochberg's over the whole list, `None` for a pair that was not tested for the reason `why_not`.
    `left_out` is the number of respondents without a usable weight; `compared` are the two columns,
    and `places` their positions in the banner, from 0. `sample` tells how variances were computed.
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
    places: tuple[int, int] = (0, 1)
    sample: Sample | None = field(default=None, compare=False, repr=False)

    @property
    def flag(self) -> str:
        """The worst flag of the two cells."""
        flags = {self.a.flag, self.b.flag}
        return next((one for one in ("**", FEW_CASES, "*") if one in flags), "")

    def holds(self, level: float) -> bool:
        """Return whether the gap is significant at `level` percent, over the whole list."""
        return self.p_adjusted is not None and self.p_adjusted < 1 - level / 100


def compared_questions(survey: Survey, view: View) -> list[Question]:
    """Return the questions in a ranking: all but banner, wave, dates and open answers.

    The items of a grid are questions of their own.
    """
    excluded = {name for names in view.banner for name in names} | {survey.codebook.wave}
    return [
        one
        for one in survey.codebook.table_questions
        if one.kind not in _LEFT_OUT and one.id not in excluded
    ]


def each_gap(
    survey: Survey, view: View, pair: int = 0, cache: CubeCache | None = None
) -> Iterator[tuple[Question, list[Gap]]]:
    """Yield each question with the gaps of its answers, whose p are not yet adjusted.

    `pair` is the position of the compared pair of columns, modulo the number of pairs. Raises
    `ViewError` if the banner does not have two columns to compare.
    """
    cache = cache or CubeCache(survey)
    questions = compared_questions(survey, view)
    plain = replace(
        view, show=None, nets=(), full=False, against=Against.COLUMNS, family=Family.ROW
    )
    asked = [plain.with_question(question.id) for question in questions]
    place, together = 0, 1  # the first rows come early
    while place < len(asked):
        cubes = cache.cubes_of_shares(asked[place : place + together])
        views = asked[place : place + len(cubes)]
        axis = survey.codebook.find(survey.codebook.wave)
        if axis is not None:
            pairs = zip(views, cubes, strict=True)
            in_doubt = (cube for one, cube in pairs if waves_in_doubt(one, cube, axis))
            cache.foresee([View(cube.question.id, ((axis.id,),)) for cube in in_doubt])
        found = gaps_of(survey, views, cubes, pair, cache.offered)
        yield from zip(questions[place:], found, strict=False)
        place, together = place + len(cubes), min(_TOGETHER, _STEP * together)


@dataclass(frozen=True, slots=True)
class _Compared:
    """The rows of the `place`-th question in one measure, before they are tested.

    `pair` are the positions of the two columns in the banner.
    """

    place: int
    pair: tuple[int, int]
    cube: Cube
    measure: Measure
    block: RowBlock
    offered: OfferedAnswers | None

    def refused(self, pairs: Pairs) -> NDArray[np.object_]:
        if self.offered is None:
            return np.full((len(self.block.heads), len(pairs.a)), "", dtype=object)
        return self.offered.refused(self.block.heads, pairs)


def gaps_of(
    survey: Survey, views: Sequence[View], cubes: Sequence[Cube], pair: int, offers: Offers
) -> list[list[Gap]]:
    """Return the gaps in each of several questions, whose views differ in the question only.

    The rows of all questions are tested together, since a hundred arrays of ten numbers take a
    hundred times as long as one of a thousand.
    """
    found: list[list[Gap]] = [[] for _ in cubes]
    alike: dict[Hashable, list[_Compared]] = {}
    axis = survey.codebook.find(survey.codebook.wave)
    for place, (view, cube) in enumerate(zip(views, cubes, strict=True)):
        first, second = _places(cube, pair)
        two = cube.at([0, first, second])
        if view.variance is Variance.KISH:
            two = two.without_design()
        if not two.bases[Base.ALL].n[0, 0] > 0:
            continue  # no respondents are left
        number = two.question.kind is Kind.NUMERIC
        possible = {Measure.MEAN} if number else {Measure.COLUMN, Measure.MEAN}
        for measure in sorted(possible.intersection(measures_of(two.question))):
            offered = answers_offered(view, two, measure, axis, offers)
            block = build_blocks(two, replace(view, show=measure), measure)[0]
            key = measure, two.columns, tuple(two.overlaps)
            alike.setdefault(key, []).append(
                _Compared(place, (first - 1, second - 1), two, measure, block, offered)
            )
    for together in alike.values():
        for one, rows in _tested(together, views[0]):
            found[one.place] += (gap for row in rows if (gap := _gap(one, row)))
    return found


def _places(cube: Cube, pair: int) -> tuple[int, int]:
    pairs = column_pairs(cube.columns)
    if not pairs.a.size:
        raise ViewError(
            "the gaps need two columns to compare: choose another banner (--by), "
            "or keep two groups of this one"
        )
    place = pair % pairs.a.size
    return int(pairs.a[place]), int(pairs.b[place])


def _tested(
    together: Sequence[_Compared], view: View
) -> Iterator[tuple[_Compared, list[TableRow]]]:
    """Yield the rows of each question as in its table: tested, blank if not offered."""
    first = together[0]
    block = stacked([one.block for one in together])

    def refused(_: Sequence[Row], pairs: Pairs) -> NDArray[np.object_]:
        return np.concatenate([one.refused(pairs) for one in together])

    doubtful = any(one.offered is not None for one in together)
    errors, columns = cell_errors(block), first.cube.columns
    tests = compare_columns(block, errors, columns, view, refused if doubtful else None)
    rows = iter(rows_of(block, errors, columns, tests, view, first.measure))
    for one in together:
        own = list(islice(rows, len(one.block.heads)))
        if one.offered is not None:
            own = [as_offered(row, one.offered) for row in own]
        # Nets would only repeat their answers.
        is_mean = one.measure is Measure.MEAN
        yield one, [row for row in own if is_mean or row.status is not Status.NET]


def _gap(compared: _Compared, row: TableRow) -> Gap | None:
    (_, a, b), (pair,) = row.cells, row.pairs
    standardised = compared.measure is Measure.MEAN
    scale = _points_per_unit(a, b) if standardised else 1.0
    if pair.gap is None or scale is None:
        return None
    cube = compared.cube
    return Gap(
        question=cube.question,
        code=row.code,
        label=tr("{} (standardised)", row.label) if standardised else row.label,
        column_a=cube.columns[1].label,
        column_b=cube.columns[2].label,
        a=a,
        b=b,
        gap=pair.gap * scale,
        low=None if pair.low is None else pair.low * scale,
        high=None if pair.high is None else pair.high * scale,
        p=pair.p_used,
        p_adjusted=None,
        standardised=standardised,
        why_not=pair.why_not,
        left_out=cube.left_out,
        compared=(cube.columns[1], cube.columns[2]),
        places=compared.pair,
        sample=cube.sample,
    )


def _points_per_unit(a: Cell, b: Cell) -> float | None:
    """Return one unit of a mean in points, by the pooled standard deviation of two columns.

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

    It keeps only respondents in the two columns, which a filter can do for the categories of one
    exclusive question that is not a number; `None` for all other banners.
    """
    if not gaps or gaps[0].compared is None:
        return None
    first, second = gaps[0].compared
    question = survey.codebook.find(first.variable)
    if question is None or not question.is_exclusive or question.kind is Kind.NUMERIC:
        return None
    if first.variables not in view.banner:
        return None
    kept = Filter(question.id, "=", (first.code, second.code))
    return replace(view, banner=(first.variables,), filters=(*view.filters, kept))


def ranked(gaps: Iterable[Gap], level: float) -> list[Gap]:
    """Return the gaps with adjusted p: significant ones first, untested ones last, by size."""
    listed = list(gaps)
    adjusted = adjust_family([gap.p for gap in listed], Correction.BH)
    whole = [replace(gap, p_adjusted=p) for gap, p in zip(listed, adjusted, strict=True)]
    return sorted(whole, key=lambda gap: (not gap.holds(level), gap.p is None, -abs(gap.gap)))
