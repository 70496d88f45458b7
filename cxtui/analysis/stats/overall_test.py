"""Overall tests of a table: do answers or means differ between the columns of a banner variable?"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cxtui.analysis.query.cube import (
    MOST_CELLS,
    Column,
    Counts,
    Cube,
    Status,
    Sums,
    separate_banners,
)
from cxtui.analysis.query.sample import Numbers, Positions, Rule
from cxtui.analysis.stats.row_sums import RowBlock
from cxtui.analysis.stats.second_order import are_singular, margins_of, second_order
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


def overall_tests(cube: Cube, left_out: Container[int] = frozenset()) -> tuple[OverallTest, ...]:
    """Return the overall test of the answers by each banner variable.

    Banners at the positions `left_out` are not tested, nor those with overlapping columns.
    """
    tests = []
    for compared in _tables(cube):
        if compared.column.banner in left_out:
            continue
        if cube.sample.rule is Rule.TEXTBOOK and not compared.is_set:
            tests.append(pearson(compared.column.variable, cube.cells.n[0][compared.cells]))
        elif compared.size <= MOST_CELLS and (test := rao_scott(cube, compared)):
            tests.append(test)
    return tuple(tests)


def untested_tables(cube: Cube) -> Iterator[tuple[str, int, int]]:
    """Yield (banner variable, rows, columns) of the tables that are too large for a test."""
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


def rao_scott(cube: Cube, compared: Compared) -> OverallTest | None:
    """Return Rao and Scott's second-order corrected test as an F, `None` without a variance.

    Rao and Scott (1984), Annals of Statistics 12:46–60, as in R survey's `svychisq`: X² over the
    trace of Δ = (CᵀD⁻¹C/n)⁻¹(CᵀD⁻¹VD⁻¹C), with (tr Δ)²/tr Δ² degrees of freedom, and that times
    those of all its columns together. Of a multiple response X² is the sum over its items, and the
    first factor has a block for each: Decady and Thomas (2000), Biometrics 56:893–896; Thomas and
    Decady (2004), International Journal of Testing 4:43–59.
    """
    sample = cube.sample
    if compared.is_set and cube.joint is None and sample.needs_squares:
        return None
    respondents = float(_base(cube.whole.columns, compared).n)
    vector = _cell_shares(cube, compared)
    tables = vector.values.reshape(1, *compared.shape)
    margins = margins_of(tables)
    if not margins.all():  # nobody in a column of no weight
        return None
    base = _base(cube.counted.columns, compared)
    found = second_order(
        tables,
        np.array([respondents]),
        covariance(vector, cube.sample)[np.newaxis],
        np.array([float(degrees_of_freedom(base.n, cube.sample))]),
    )
    chi_square, statistic, df, df2, p = (float(one[0]) for one in found)
    if np.isnan(statistic):
        return None
    return OverallTest(
        *(compared.column.variable, RAO_SCOTT, chi_square, statistic, df, df2, p),
        few_expected=bool((margins * respondents < _FEW_EXPECTED).any()),
        few_clusters=_has_few_clusters(compared, cube),
    )


def _base(counts: Counts, compared: Compared) -> Sums:
    """Return the sums of the respondents in all compared cells."""
    if compared.is_set:
        return counts.bases[Base.ANSWERED].pick(..., 0, compared.columns).over(-1)
    return _cells(counts, compared).over(-1)


def _cells(counts: Counts, compared: Compared) -> Sums:
    """Return the sums of the compared cells, (…, cells): item by item, row by row.

    Each item of a multiple response has the rows "chosen" and "not chosen".
    """
    chosen = counts.cells.each(
        lambda part: part[..., 0, :, :][..., compared.rows, :][..., compared.columns]
    )
    if compared.is_set:
        base = counts.bases[Base.ANSWERED].pick(..., [0], slice(None)).pick(..., compared.columns)
        other = base - chosen
        both = zip((chosen.n, chosen.w, chosen.q), (other.n, other.w, other.q), strict=True)
        chosen = Sums(*(np.stack(each, axis=-2) for each in both))
    axes = 3 if compared.is_set else 2
    return chosen.each(lambda part: part.reshape(*part.shape[:-axes], -1))


def _cell_shares(cube: Cube, compared: Compared) -> Vector:
    """Return the shares of the compared cells in all of them, and their influence."""
    whole, units = cube.whole.columns, cube.units.columns
    cells, total = _cells(whole, compared), float(_base(whole, compared).w)
    p = cells.w / total
    own, base = _cells(units, compared), _base(units, compared)
    if cube.sample.replication and cube.others:
        each = cube.others.columns
        shares = _cells(each, compared).w / _base(each, compared).w[:, np.newaxis]
        return Vector(p, shares, shares)
    squares = before = None
    if cube.sample.needs_squares:
        q = own.q[:, :, np.newaxis] * p
        squares = _products(cube, compared, own) - q - q.transpose(0, 2, 1)
        squares += base.q[:, np.newaxis, np.newaxis] * np.outer(p, p)
        squares /= total**2
    if cube.others:
        first = cube.others.columns
        before = _cells(first, compared).w - p * _base(first, compared).w[:, np.newaxis]
    return Vector(
        p,
        w=(own.w - p * base.w[:, np.newaxis]) / total,
        q=(own.q - p * base.q[:, np.newaxis]) / total,
        qq=squares,
        d=None if before is None else before / total,
    )


def _products(cube: Cube, compared: Compared, own: Sums) -> Numbers:
    """Return Σw² of the respondents in both of two cells, (units, cells, cells)."""
    cells = own.q.shape[-1]
    products = np.zeros((len(own.q), cells, cells))
    if not compared.is_set or cube.joint is None:
        products[:, np.arange(cells), np.arange(cells)] = own.q
        return products
    items, _, columns = compared.shape
    joint = cube.joint[..., compared.columns]
    joint = joint[:, compared.rows][:, :, compared.rows]
    q = own.q.reshape(len(own.q), items, 2, columns)
    chosen, base = q[:, :, 0], q.sum(2)[:, :1, np.newaxis]
    first = np.broadcast_to(chosen[:, :, np.newaxis], joint.shape)
    second = np.broadcast_to(chosen[:, np.newaxis], joint.shape)
    parts = [[joint, first - joint], [second - joint, base - first - second + joint]]
    shaped = products.reshape(len(own.q), items, 2, columns, items, 2, columns)
    for column in range(columns):
        for a in range(2):
            for b in range(2):
                shaped[:, :, a, column, :, b, column] = parts[a][b][..., column]
    return products


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
