"""Overall test of a table: are the rows independent of a banner variable?"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Cube, Numbers, Status
from cxtui.analysis.stats.significance import is_too_small
from cxtui.analysis.view.view import View
from cxtui.survey.question import Kind

Cells = tuple[NDArray[np.intp], ...]
"""Index arrays of the tested rows and columns of a cube."""

MOST_CELLS = 1_000
"""Maximum number of cells of a Rao–Scott test, whose cost grows with their third power."""

_SINGLE = frozenset({Kind.SINGLE, Kind.SCALE, Kind.DATE, Kind.NUMERIC})


@dataclass(frozen=True, slots=True)
class OverallTest:
    """A test of independence between the rows and one banner variable.

    `statistic` is Pearson's X² with `df` degrees of freedom if `df2` is `None`, else Rao and
    Scott's F with `df` and `df2`. `chi_square` is X² in both cases.
    """

    variable: str
    name: str
    chi_square: float
    statistic: float
    df: float
    df2: float | None
    p: float


def overall_tests(
    cube: Cube, view: View, left_out: Container[int] = frozenset()
) -> tuple[OverallTest, ...]:
    """Return the overall test of each banner variable, except for the positions `left_out`.

    There is no test if respondents can be in several cells.
    """
    weighted = view.weight is not None or cube.design.declared
    tests = []
    for column, index in _tables(cube):
        n = cube.cells.n[0][index]
        if column.banner in left_out:
            continue
        if not weighted:
            tests.append(pearson(column.variable, n))
        elif n.size <= MOST_CELLS and (test := rao_scott(column.variable, cube, index)):
            tests.append(test)
    return tuple(tests)


def untested_tables(cube: Cube, view: View) -> Iterator[tuple[str, int, int]]:
    """Yield (banner variable, rows, columns) of the tables that are too large for a test."""
    weighted = view.weight is not None or cube.design.declared
    for column, index in _tables(cube) if weighted else ():
        rows, columns = cube.cells.n[0][index].shape
        if rows * columns > MOST_CELLS:
            yield column.variable, rows, columns


def _tables(cube: Cube) -> Iterator[tuple[Column, Cells]]:
    """Yield a column of each testable banner variable, and the indices of its non-empty cells."""
    if cube.question.kind not in _SINGLE:
        return
    answers = [place for place, row in enumerate(cube.rows) if row.status is Status.ANSWER]
    for banner in dict.fromkeys(one.banner for one in cube.columns if one.banner >= 0):
        places = [place for place, one in enumerate(cube.columns) if one.banner == banner]
        if any(a in places for a, _ in cube.overlaps):
            continue
        n = cube.cells.n[0][np.ix_(answers, places)]
        rows = [row for row, kept in zip(answers, n.sum(1) > 0, strict=True) if kept]
        columns = [column for column, kept in zip(places, n.sum(0) > 0, strict=True) if kept]
        index = np.ix_(rows, columns)
        comparable = len(rows) >= 2 and len(columns) >= 2  # noqa: PLR2004 -- else nothing to compare
        if comparable and not is_too_small(cube.cells.pick(0, *index).over(0).over(0).effective):
            yield cube.columns[columns[0]], index


def pearson(variable: str, n: Numbers) -> OverallTest:
    """Return Pearson's test of a (rows, columns) table of counts, without continuity correction.

    It equals R's `chisq.test(correct = FALSE)`.
    """
    from scipy.special import chdtrc

    expected = n.sum(1, keepdims=True) * n.sum(0, keepdims=True) / n.sum()
    chi_square = float(((n - expected) ** 2 / expected).sum())
    df = (n.shape[0] - 1) * (n.shape[1] - 1)
    p = float(chdtrc(df, chi_square))
    return OverallTest(variable, "Pearson", chi_square, chi_square, df, None, p)


def rao_scott(variable: str, cube: Cube, index: Cells) -> OverallTest | None:
    """Return Rao and Scott's second-order corrected test as an F, `None` without a variance.

    Rao and Scott (1984), Annals of Statistics 12:46–60, as in R survey's `svychisq`: X² over the
    trace of Δ = (CᵀD⁻¹C/n)⁻¹(CᵀD⁻¹VD⁻¹C), with (tr Δ)²/tr Δ² degrees of freedom, and that times
    the design's.
    """
    from scipy.special import fdtrc

    weights = cube.cells.w[0][index]
    respondents = float(cube.cells.n[0][index].sum())
    p = weights / weights.sum()
    margins = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    chi_square = respondents * float(((p - margins) ** 2 / margins).sum())
    contrasts = np.kron(*map(_contrasts, p.shape))  # orthogonal to both main effects
    inverse = np.diag([1 / cell if cell > 0 else 0.0 for cell in p.ravel()])
    simple = contrasts.T @ inverse @ contrasts / respondents
    drawn = contrasts.T @ inverse @ _covariance(cube, index, p.ravel()) @ inverse @ contrasts
    if _is_singular(simple):
        return None
    delta = np.linalg.solve(simple, drawn)
    trace, square = float(np.trace(delta)), float((delta * delta.T).sum())
    if trace <= 0 or square <= 0:
        return None
    df = trace**2 / square
    df2 = df * cube.design.degrees_of_freedom
    statistic = chi_square / trace
    p_value = float(fdtrc(df, df2, statistic))
    return OverallTest(variable, "Rao–Scott", chi_square, statistic, df, df2, p_value)


def _is_singular(covariance: Numbers) -> bool:
    """Return whether a covariance has less than full rank, by the pivots of its Cholesky factor."""
    try:
        pivots = np.diag(np.linalg.cholesky(covariance)) ** 2
    except np.linalg.LinAlgError:
        return True
    return bool(pivots.min() <= len(covariance) * np.finfo(np.float64).eps * pivots.max())


def _contrasts(levels: int) -> Numbers:
    """Return contrasts that sum to 0: each level but the last against the last."""
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])


def _covariance(cube: Cube, index: Cells, p: Numbers) -> Numbers:
    design, whole = cube.design, float(cube.cells.w[0][index].sum())
    count = len(p)
    linear = np.zeros((len(design.sizes), count))
    squares = np.zeros((len(design.sizes), count, count))
    for unit in design.units:
        w, q = (part[0][index].ravel() for part in unit.columns.cells[1:])
        total = (w - p * w.sum()) / whole
        linear[unit.stratum] += total
        if design.clustered:
            squares[unit.stratum] += np.outer(total, total)
        else:
            own = np.diag(q) - np.outer(q, p) - np.outer(p, q) + q.sum() * np.outer(p, p)
            squares[unit.stratum] += own / whole**2
    covariance = np.zeros((count, count))
    for stratum, size, factor in design.factors:
        spread = squares[stratum] - np.outer(linear[stratum], linear[stratum]) / size
        covariance += factor * spread
    return covariance
