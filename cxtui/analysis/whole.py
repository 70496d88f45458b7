"""The test of a whole table: do the columns of a banner variable answer alike?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.counts import Counts, Cube, Numbers, Status
from cxtui.analysis.significance import is_too_small
from cxtui.analysis.view import View
from cxtui.survey.model import Kind

Cells = tuple[NDArray[np.intp], ...]
"""The rows and columns of a cube that are tested, as NumPy picks them."""

_SINGLE = frozenset({Kind.SINGLE, Kind.SCALE, Kind.DATE, Kind.NUMERIC})


@dataclass(frozen=True, slots=True)
class WholeTest:
    """A test of independence between the rows and one banner variable.

    `statistic` is Pearson's X² with `df` degrees of freedom where `df2` is `None`, else Rao and
    Scott's F with `df` and `df2`. `chi_square` is X² in both cases.
    """

    variable: str
    name: str
    chi_square: float
    statistic: float
    df: float
    df2: float | None
    p: float


def whole_tests(cube: Cube, view: View) -> tuple[WholeTest, ...]:
    """Return a test for each banner variable; none where respondents stand in several cells."""
    if cube.question.kind not in _SINGLE:
        return ()
    rows = [place for place, row in enumerate(cube.rows) if row.status is Status.ANSWER]
    weighted = view.weight is not None or cube.design.declared
    tests = []
    for banner in dict.fromkeys(one.banner for one in cube.columns if one.banner >= 0):
        columns = [place for place, one in enumerate(cube.columns) if one.banner == banner]
        overlapping = any(a in columns for a, _ in cube.overlaps)
        test = None if overlapping else _tested(cube, rows, columns, weighted=weighted)
        if test is not None:
            tests.append(test)
    return tuple(tests)


def _tested(cube: Cube, rows: list[int], columns: list[int], *, weighted: bool) -> WholeTest | None:
    """Return the test of those rows and columns that somebody is in."""
    n = cube.cells.n[0][np.ix_(rows, columns)]
    rows = [row for row, kept in zip(rows, n.sum(1) > 0, strict=True) if kept]
    columns = [column for column, kept in zip(columns, n.sum(0) > 0, strict=True) if kept]
    if len(rows) < 2 or len(columns) < 2:  # noqa: PLR2004 -- nothing to compare
        return None
    index = np.ix_(rows, columns)
    whole = cube.cells.pick(0, *index).over(0).over(0)
    if is_too_small(whole.effective):
        return None
    variable = cube.columns[columns[0]].variable
    if weighted:
        return rao_scott(variable, cube, index)
    return pearson(variable, cube.cells.n[0][index])


def pearson(variable: str, n: Numbers) -> WholeTest:
    """Return Pearson's test of a (rows, columns) table of counts, without a continuity correction.

    As R's `chisq.test(correct = FALSE)`.
    """
    from scipy.special import chdtrc

    expected = n.sum(1, keepdims=True) * n.sum(0, keepdims=True) / n.sum()
    chi_square = float(((n - expected) ** 2 / expected).sum())
    df = (n.shape[0] - 1) * (n.shape[1] - 1)
    return WholeTest(
        variable, "Pearson", chi_square, chi_square, df, None, float(chdtrc(df, chi_square))
    )


def rao_scott(variable: str, cube: Cube, index: Cells) -> WholeTest | None:
    """Return Rao and Scott's second-order corrected test, as an F.

    Rao and Scott (1984), Annals of Statistics 12:46–60; as R survey's `svychisq`: X² over the
    trace of Δ = (CᵀD⁻¹C/n)⁻¹(CᵀD⁻¹VD⁻¹C) on (tr Δ)²/tr Δ² and that times the design's degrees of
    freedom. `None` where the variance cannot be estimated.
    """
    from scipy.special import fdtrc

    weights = cube.cells.w[0][index]
    respondents = float(cube.cells.n[0][index].sum())
    p = weights / weights.sum()
    margins = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    chi_square = respondents * float(((p - margins) ** 2 / margins).sum())
    contrasts = _interactions(*p.shape)
    inverse = np.diag([1 / cell if cell > 0 else 0.0 for cell in p.ravel()])
    simple = contrasts.T @ inverse @ contrasts / respondents
    drawn = contrasts.T @ inverse @ _covariance(cube, index, p.ravel()) @ inverse @ contrasts
    if np.linalg.matrix_rank(simple) < len(simple):
        return None
    delta = np.linalg.solve(simple, drawn)
    trace, square = float(np.trace(delta)), float(np.trace(delta @ delta))
    if trace <= 0 or square <= 0:
        return None
    df = trace**2 / square
    df2 = df * cube.design.freedom
    statistic = chi_square / trace
    return WholeTest(
        variable, "Rao–Scott", chi_square, statistic, df, df2, float(fdtrc(df, df2, statistic))
    )


def _interactions(rows: int, columns: int) -> Numbers:
    """Return the interaction contrasts of a table, orthogonal to both main effects."""
    return np.asarray(np.kron(_contrasts(rows), _contrasts(columns)), dtype=np.float64)


def _contrasts(levels: int) -> Numbers:
    """Return contrasts that sum to nothing: each level but the last against the last."""
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])


def _covariance(cube: Cube, index: Cells, p: Numbers) -> Numbers:
    """Return the linearised covariance of the cell proportions `p`."""
    design, whole = cube.design, float(cube.cells.w[0][index].sum())
    count = len(p)
    linear = np.zeros((len(design.sizes), count))
    squares = np.zeros((len(design.sizes), count, count))
    for unit in design.units:
        w, q = _cells(unit.columns, index)
        total = (w - p * w.sum()) / whole
        linear[unit.stratum] += total
        if design.clustered:
            squares[unit.stratum] += np.outer(total, total)
        else:
            own = np.diag(q) - np.outer(q, p) - np.outer(p, q) + q.sum() * np.outer(p, p)
            squares[unit.stratum] += own / whole**2
    covariance = np.zeros((count, count))
    for stratum, (size, fraction) in enumerate(zip(design.sizes, design.fractions, strict=True)):
        if size > 1:
            spread = squares[stratum] - np.outer(linear[stratum], linear[stratum]) / size
            covariance += (1 - fraction) * size / (size - 1) * spread
    return covariance


def _cells(counts: Counts, index: Cells) -> tuple[Numbers, Numbers]:
    return counts.cells.w[0][index].ravel(), counts.cells.q[0][index].ravel()
