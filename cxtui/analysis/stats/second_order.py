"""Rao and Scott's second-order tests of many tables with as many rows and columns each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Sums
from cxtui.analysis.query.sample import Numbers, Positions, Sample
from cxtui.analysis.stats.row_sums import Layers
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.stats.variance import Vector, covariance, degrees_of_freedom

_MOST_PRODUCTS = 2**20
"""Limit of the products of two cells, by unit, that are held at a time."""


class SecondOrder(NamedTuple):
    """X², F, its degrees of freedom and p of each table; NaN without a variance.

    `expected` is the smallest number of respondents that is expected in a cell.
    """

    chi_square: Numbers
    statistic: Numbers
    df: Numbers
    df2: Numbers
    p: Numbers
    expected: Numbers

    @staticmethod
    def none(tables: int) -> SecondOrder:
        """Return tables without tests, to be filled in."""
        return SecondOrder(*(np.full(tables, np.nan) for _ in range(6)))


def test_tables(
    cells: Layers[Sums], sample: Sample, rows: Positions, columns: Sequence[int]
) -> SecondOrder:
    """Return the tests of some answers, (tables, answers), in columns that share no respondents.

    `cells` are those of rows and columns, (…, rows, columns), among which `rows` are positions.
    """
    each = (len(columns) * rows.shape[1]) ** 2 * len(cells.units.n)
    size = max(_MOST_PRODUCTS // each, 1)
    found = SecondOrder.none(len(rows))
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        for own, values in zip(found, _test(cells, sample, rows[part], columns), strict=True):
            own[part] = values
    return found


test_tables.__test__ = False  # type: ignore[attr-defined]


def _test(
    cells: Layers[Sums], sample: Sample, rows: Positions, columns: Sequence[int]
) -> SecondOrder:
    own = cells.each(lambda one: _cells(one, rows, columns))
    base = own.whole.over(-1)
    shares = own.whole.w / base.w[:, np.newaxis]
    covariances = np.array([covariance(one, sample) for one in _vectors(own, sample)])
    freedom = degrees_of_freedom(own.counted.over(-1).n.T, sample)
    return second_order(
        shares.reshape(len(rows), 1, -1, len(columns)), base.n, covariances, freedom
    )


def _cells(sums: Sums, rows: Positions, columns: Sequence[int]) -> Sums:
    """Return the cells of each table, (tables, …, cells): row by row."""

    def of_tables(part: Numbers) -> Numbers:
        own = part[..., rows, :][..., list(columns)]
        flat = own.reshape(*own.shape[:-2], -1)
        return np.ascontiguousarray(np.moveaxis(flat, -2, 0))

    return sums.each(of_tables)


def _vectors(cells: Layers[Sums], sample: Sample) -> Iterator[Vector]:
    """Yield the shares of the cells of each table in all of them, and their influence."""
    whole, others = cells.whole, cells.others
    total = whole.over(-1).w[:, np.newaxis]
    shares = whole.w / total
    if sample.replication and others:
        replicates = others.w / others.over(-1).w[..., np.newaxis]
        yield from (Vector(p, each, each) for p, each in zip(shares, replicates, strict=True))
        return
    own, p = cells.units, shares[:, np.newaxis]
    base, scale = own.over(-1, keep=True), total[..., np.newaxis]
    w, q = (own.w - p * base.w) / scale, (own.q - p * base.q) / scale
    before = (others.w - p * others.over(-1, keep=True).w) / scale if others else None
    squares = _squares(own, p, scale[..., np.newaxis]) if sample.needs_squares else None
    for table, values in enumerate(shares):
        yield Vector(
            *(values, w[table], q[table]),
            qq=None if squares is None else squares[table],
            d=None if before is None else before[table],
        )


def _squares(own: Sums, p: Numbers, total: Numbers) -> Numbers:
    """Return Σw² u uᵀ of the influence u of the cells, (tables, units, cells, cells).

    A respondent is in one cell: Σw² of two of them together is 0.
    """
    cells = np.arange(own.q.shape[-1])
    q = own.q[..., np.newaxis] * p[..., np.newaxis, :]
    squares = np.zeros(q.shape)
    squares[..., cells, cells] = own.q
    squares = squares - q - q.swapaxes(-1, -2)
    base = own.over(-1, keep=True).q[..., np.newaxis]
    squares += base * (p[..., np.newaxis] * p[..., np.newaxis, :])
    return np.asarray(squares / total**2)


def second_order(
    tables: Numbers, respondents: Numbers, covariances: Numbers, freedom: Numbers
) -> SecondOrder:
    """Return the tests of tables of shares in all cells, (tables, items, rows, columns).

    `covariances` are those of the cells, `freedom` the degrees of freedom of all columns together.
    Rao and Scott (1984), Annals of Statistics 12:46–60, as in R survey's `svychisq`: X² over the
    trace of Δ = (CᵀD⁻¹C/n)⁻¹(CᵀD⁻¹VD⁻¹C), with (tr Δ)²/tr Δ² degrees of freedom, and that times
    those of all its columns together. Of a multiple response X² is the sum over its items, and the
    first factor has a block for each: Decady and Thomas (2000), Biometrics 56:893–896; Thomas and
    Decady (2004), International Journal of Testing 4:43–59.
    """
    found = SecondOrder.none(len(tables))
    margins = _margins_of(tables)
    used = np.flatnonzero(margins.reshape(len(tables), -1).all(axis=1))
    if not used.size:  # without respondents in a column, or with a column of no weight
        return found
    tables, respondents, covariances = tables[used], respondents[used], covariances[used]
    simple, drawn = _contrasted(tables, respondents, covariances)
    is_known = np.isfinite(drawn).all(axis=(1, 2)) & ~are_singular(simple) & (freedom[used] > 0)
    if not is_known.any():
        return found
    used, tables, respondents = used[is_known], tables[is_known], respondents[is_known]
    margins = _margins_of(tables)
    expected = (margins.reshape(len(used), -1) * respondents[:, np.newaxis]).min(axis=1)
    distances = (tables - margins) ** 2 / margins
    chi_square = respondents * distances.reshape(len(used), -1).sum(axis=1)
    delta = np.linalg.solve(simple[is_known], drawn[is_known])
    trace = np.trace(delta, axis1=1, axis2=2)
    squares = np.ascontiguousarray(delta * delta.transpose(0, 2, 1))
    square = squares.reshape(len(used), -1).sum(axis=1)
    exists = (trace > 0) & (square > 0)
    trace, square, used = trace[exists], square[exists], used[exists]
    # Python's power of a number, as in `test_contrast`: NumPy's may differ in the last bit.
    df = np.array([one**2 for one in trace.tolist()]) / square
    df2, statistic = df * freedom[used], chi_square[exists] / trace
    p = special_functions().fdtrc(df, df2, statistic)
    values_of = chi_square[exists], statistic, df, df2, p, expected[exists]
    for own, values in zip(found, values_of, strict=True):
        own[used] = values
    return found


def _margins_of(tables: Numbers) -> Numbers:
    """Return the products of the margins of tables, (…, rows, columns)."""
    return np.asarray(tables.sum(-1, keepdims=True) * tables.sum(-2, keepdims=True))


def _contrasted(
    tables: Numbers, respondents: Numbers, covariances: Numbers
) -> tuple[Numbers, Numbers]:
    """Return CᵀD⁻¹C/n and CᵀD⁻¹VD⁻¹C of each table."""
    count, items, rows, columns = tables.shape
    one = np.kron(_contrasts(rows), _contrasts(columns))
    inverse = _inverse(tables.reshape(count, -1))
    size, rank = rows * columns, one.shape[1]
    simple = np.zeros((count, items * rank, items * rank))
    for item in range(items):
        own, at = (slice(item * step, (item + 1) * step) for step in (size, rank))
        products = one.T @ (inverse[:, own, np.newaxis] * one)
        simple[:, at, at] = products / respondents[:, np.newaxis, np.newaxis]
    scaled = inverse[..., np.newaxis] * np.kron(np.eye(items), one)
    return simple, scaled.transpose(0, 2, 1) @ covariances @ scaled


def are_singular(matrices: Numbers) -> NDArray[np.bool_]:
    """Return which covariances lack full rank, by the pivots of their Cholesky factors."""
    try:
        factors = np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.ones(1, dtype=bool)
        return np.concatenate([are_singular(one[np.newaxis]) for one in matrices])
    pivots = np.diagonal(factors, axis1=1, axis2=2) ** 2
    least = matrices.shape[-1] * np.finfo(np.float64).eps
    return np.asarray(pivots.min(axis=1) <= least * pivots.max(axis=1))


def _inverse(p: Numbers) -> Numbers:
    """Return 1/p, 0 where p is."""
    return np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)


def _contrasts(levels: int) -> Numbers:
    """Return contrasts that sum to 0: each level but the last against the last."""
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])
