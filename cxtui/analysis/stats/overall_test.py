"""Overall tests of a table: do answers or means differ between the columns of a banner variable?"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from cxtui.analysis.query.cube import (
    MOST_CELLS,
    Column,
    Cube,
    Status,
    Sums,
    separate_banners,
)
from cxtui.analysis.query.sample import Numbers, Positions, Rule
from cxtui.analysis.stats.item_shares import base_of_items, item_shares
from cxtui.analysis.stats.row_sums import Layers, RowBlock
from cxtui.analysis.stats.second_order import SecondOrder, are_singular, second_order, test_tables
from cxtui.analysis.stats.significance import is_too_small
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.stats.variance import Vector, covariance, degrees_of_freedom, present_units
from cxtui.analysis.view.view import Base
from cxtui.survey.question import Kind

PEARSON, RAO_SCOTT, WALD = "Pearson", "Rao–Scott", "Wald"
"""Names of the tests."""

FEW_CLUSTERS = 8
"""Clusters in a column below which an overall test is approximate."""

_FEW_EXPECTED = 5
_SINGLE = frozenset({Kind.SINGLE, Kind.SCALE, Kind.DATE, Kind.NUMERIC})


@dataclass(frozen=True, slots=True)
class OverallTest:
    """A test of whether the columns of one banner variable differ.

    `statistic` is Pearson's X² with `df` degrees of freedom if `df2` is `None`, else an F with `df`
    and `df2`: Rao and Scott's, whose X² is `chi_square`, or Wald's of means. `few_expected` says
    that cells expect under five respondents, `few_clusters` that a column has under eight clusters.
    """

    variable: str
    name: str
    chi_square: float
    statistic: float
    df: float
    df2: float | None
    p: float
    few_expected: bool = False
    few_clusters: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows (answers or items) and columns of one banner variable that are compared."""

    column: Column
    rows: list[int]
    columns: list[int]
    is_set: bool = False

    @property
    def cells(self) -> tuple[Positions, ...]:
        """Index of the cells in the rows and columns of a cube."""
        return np.ix_(self.rows, self.columns)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Items, rows and columns of the test: an item of a set is chosen or not."""
        rows = len(self.rows)
        return (rows, 2, len(self.columns)) if self.is_set else (1, rows, len(self.columns))

    @property
    def size(self) -> int:
        """Number of cells of the test."""
        return math.prod(self.shape)


def overall_tests(
    asked: Sequence[tuple[Cube, Container[int]]],
) -> list[tuple[OverallTest, ...]]:
    """Return the overall tests of the answers in each cube, by each banner variable.

    Banners at the positions beside a cube are not tested, nor those with overlapping columns.
    """
    compared = [
        _Tested(place, cube, one)
        for place, (cube, left_out) in enumerate(asked)
        for one in _tables(cube)
        if one.column.banner not in left_out
    ]
    found: list[list[OverallTest]] = [[] for _ in asked]
    for one, test in zip(compared, _tests(compared), strict=True):
        if test is not None:
            found[one.place].append(test)
    return [tuple(tests) for tests in found]


class _Tested(NamedTuple):
    """What is compared in the cube at a place."""

    place: int
    cube: Cube
    compared: Compared


def _tests(tested: Sequence[_Tested]) -> list[OverallTest | None]:
    found: dict[int, OverallTest | None] = {}
    ways: dict[Callable[[Sequence[_Tested]], Iterator[OverallTest | None]], list[int]] = {}
    for number, (_, cube, compared) in enumerate(tested):
        if cube.sample.rule is Rule.TEXTBOOK and not compared.is_set:
            n = cube.cells.n[0][compared.cells]
            found[number] = pearson(compared.column.variable, n)
        elif compared.size <= MOST_CELLS:
            ways.setdefault(_test_sets if compared.is_set else _test_answers, []).append(number)
    for test, numbers in ways.items():
        found |= zip(numbers, test([tested[number] for number in numbers]), strict=True)
    return [found.get(number) for number in range(len(tested))]


def untested_tables(cube: Cube) -> Iterator[tuple[str, int, int]]:
    """Yield (banner variable, rows, columns) of the tables that are too large for a test."""
    if 2 * len(cube.rows) * len(cube.columns) <= MOST_CELLS:
        return
    for one in _tables(cube):
        if one.size > MOST_CELLS and (one.is_set or cube.sample.rule is not Rule.TEXTBOOK):
            yield one.column.variable, len(one.rows), len(one.columns)


def _tables(cube: Cube) -> Iterator[Compared]:
    """Yield the rows and columns of each testable banner variable that have respondents.

    Items of a multiple response that all or no respondents chose are left out.
    """
    is_set = cube.question.counts_each_answer
    if not is_set and cube.question.kind not in _SINGLE:
        return
    answers = [place for place, row in enumerate(cube.rows) if row.status is Status.ANSWER]
    for places in separate_banners(cube):
        base = cube.bases[Base.ANSWERED].n[0, places]
        columns = [place for place, count in zip(places, base, strict=True) if count > 0]
        given = cube.cells.n[0][np.ix_(answers, places)].sum(1)
        most = base.sum() if is_set else np.inf
        rows = [
            row for row, count in zip(answers, given, strict=True) if count > 0 and count < most
        ]
        effective = cube.bases[Base.ANSWERED].pick(0, columns).over(0).effective
        enough = len(columns) > 1 and len(rows) > (0 if is_set else 1)
        if enough and not is_too_small(effective):
            yield Compared(cube.columns[columns[0]], rows, columns, is_set)


def pearson(variable: str, n: Numbers) -> OverallTest:
    """Return Pearson's test of a (rows, columns) table of counts, without continuity correction.

    It equals R's `chisq.test(correct = FALSE)`.
    """
    expected = n.sum(1, keepdims=True) * n.sum(0, keepdims=True) / n.sum()
    chi_square = float(((n - expected) ** 2 / expected).sum())
    df = (n.shape[0] - 1) * (n.shape[1] - 1)
    p = float(special_functions().chdtrc(df, chi_square))
    return OverallTest(
        *(variable, PEARSON, chi_square, chi_square, df, None, p),
        few_expected=bool((expected < _FEW_EXPECTED).any()),
    )


def _test_answers(tested: Sequence[_Tested]) -> Iterator[OverallTest | None]:
    """Yield Rao and Scott's tests of questions with one answer a respondent, of all at once."""
    alike: dict[tuple[int, tuple[Column, ...]], list[int]] = {}
    for number, (_, cube, _) in enumerate(tested):
        alike.setdefault((id(cube.sample), cube.columns), []).append(number)
    found: dict[int, OverallTest | None] = {}
    for numbers in alike.values():
        own = [tested[number] for number in numbers]
        found |= zip(numbers, _test_alike(own), strict=True)
    return (found[number] for number in range(len(tested)))


def _test_alike(tested: Sequence[_Tested]) -> list[OverallTest | None]:
    """Return the tests of cubes with the same columns and sample."""
    cells = [_cells_of(cube) for _, cube, _ in tested]
    starts = accumulate((one.whole.n.shape[0] for one in cells), initial=0)
    shapes: dict[tuple[int, ...], list[int]] = {}
    rows = []
    for number, ((_, _, one), start) in enumerate(zip(tested, starts, strict=False)):
        rows.append([start + row for row in one.rows])
        shapes.setdefault((len(one.rows), *one.columns), []).append(number)
    together, sample = _joined(cells), tested[0].cube.sample
    found: dict[int, OverallTest | None] = {}
    for (_, *columns), numbers in shapes.items():
        index = np.array([rows[number] for number in numbers], dtype=np.intp)
        tests = test_tables(together, sample, index, columns)
        found |= zip(numbers, _named(tests, [tested[one] for one in numbers]), strict=True)
    return [found[number] for number in range(len(tested))]


def _cells_of(cube: Cube) -> Layers[Sums]:
    """Return the cells of the only item, (…, rows, columns)."""
    layers = Layers(cube.whole, cube.units, cube.others, cube.present)
    return layers.each(lambda one: one.columns.cells.each(lambda part: part[..., 0, :, :]))


def _joined(cells: Sequence[Layers[Sums]]) -> Layers[Sums]:
    """Return the cells of several cubes, with their rows one below the other."""

    def together(parts: Sequence[Sums]) -> Sums:
        return Sums(*(np.concatenate(each, axis=-2) for each in zip(*parts, strict=True)))

    if len(cells) == 1:
        return cells[0]
    others = [one.others for one in cells if one.others]
    present = [one.present for one in cells if one.present]
    return Layers(
        together([one.whole for one in cells]),
        together([one.units for one in cells]),
        together(others) if others else None,
        together(present) if present else None,
    )


def _named(tests: SecondOrder, tested: Sequence[_Tested]) -> Iterator[OverallTest | None]:
    """Yield tests of tables, `None` without a variance."""
    for (_, cube, compared), numbers in zip(tested, np.array(tests).T.tolist(), strict=True):
        chi_square, statistic, df, df2, p, expected = numbers
        if math.isnan(statistic):
            yield None
            continue
        yield OverallTest(
            *(compared.column.variable, RAO_SCOTT, chi_square, statistic, df, df2, p),
            few_expected=expected < _FEW_EXPECTED,
            few_clusters=_has_few_clusters(compared, cube),
        )


def _test_sets(tested: Sequence[_Tested]) -> Iterator[OverallTest | None]:
    """Yield Rao and Scott's tests of multiple responses, over their items."""
    for one in tested:
        _, cube, compared = one
        sample = cube.sample
        if cube.joint is None and sample.needs_squares:
            yield None
            continue
        vector = item_shares(cube, compared.rows, compared.columns)
        base, counted = (
            base_of_items(part.columns, compared.columns) for part in (cube.whole, cube.counted)
        )
        found = second_order(
            vector.values.reshape(1, *compared.shape),
            np.array([float(base.n)]),
            covariance(vector, sample)[np.newaxis],
            np.array([float(degrees_of_freedom(counted.n, sample))]),
        )
        yield from _named(found, [one])


def test_means(cube: Cube, block: RowBlock, banner: Sequence[int]) -> OverallTest | None:
    """Return Wald's test of equal means in the columns `banner`, `None` without a variance.

    F = θᵀV⁻¹θ/(C − 1) of θ = m_c − m₁ on C − 1 and df − (C − 1) degrees of freedom: R's
    `regTermTest(svyglm(y ~ group), ~group)`. The columns share no respondents.
    """
    used = [place for place in banner if block.base.n[0, place] > 0]
    rest = len(used) - 1
    freedom = float(
        degrees_of_freedom(block.columns.counted.base.n[..., 0, used].sum(-1), block.sample)
    )
    if rest < 1 or freedom - rest < 1:
        return None
    differences = np.hstack([-np.ones((rest, 1)), np.eye(rest)])
    vector = _means(block, used)
    matrix = differences @ covariance(vector, block.sample) @ differences.T
    theta = differences @ vector.values
    if not np.isfinite(matrix).all() or are_singular(matrix[np.newaxis])[0]:
        return None
    statistic = float(theta @ np.linalg.solve(matrix, theta)) / rest
    df2 = freedom - rest
    compared = Compared(cube.columns[used[0]], [], used)
    return OverallTest(
        *(cube.columns[used[0]].variable, WALD, statistic * rest, statistic, rest, df2),
        p=float(special_functions().fdtrc(rest, df2, statistic)),
        few_clusters=_has_few_clusters(compared, cube),
    )


def _means(block: RowBlock, places: Sequence[int]) -> Vector:
    """Return the means of the first row in some separate columns, and their influence."""
    sums = block.columns.each(lambda part: part.each(lambda one: one[..., 0, list(places)]))
    m, total = sums.whole.mean, sums.whole.base.w
    if block.sample.replication and sums.others:
        return Vector(m, sums.others.mean, sums.others.base.w)
    moments, base, others = sums.units.moments, sums.units.base, sums.others
    squares = moments.qxx - 2 * m * moments.qx + m * m * base.q
    return Vector(
        m,
        w=(moments.wx - m * base.w) / total,
        q=(moments.qx - m * base.q) / total,
        qq=(squares / total**2)[:, :, np.newaxis] * np.eye(len(places)),
        d=None if others is None else (others.moments.wx - m * others.base.w) / total,
    )


def _has_few_clusters(compared: Compared, cube: Cube) -> bool:
    """Return whether a column has respondents in under eight clusters."""
    if not cube.sample.is_clustered:
        return False
    n = cube.counted.columns.bases[Base.ANSWERED].n[:, 0, compared.columns]
    return bool((present_units(n, cube.sample).sum(axis=0) < FEW_CLUSTERS).any())
