"""Tests between columns, corrections for many of them, and the rules for small bases."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.counts import Column, Numbers
from cxtui.analysis.view import Correction

TOO_SMALL = 30
"""A column with a base under this is not tested."""

SMALL = 100
"""A column with a base under this is marked."""

FEW_CASES = 5
"""A tested cell with an expected count under this is flagged."""

_SLACK = 1e-9
"""So that an effective base of 30 equal weights is not 29.999…"""

SMALL_BASE = f"base under {TOO_SMALL}"
NO_SPREAD = "all or none in both columns"
NOBODY = "nobody in the base"


@dataclass(frozen=True, slots=True)
class Tests:
    """Every pair of columns in every row; arrays of the shape (rows, pairs).

    `a` and `b` are the positions of each pair's columns. `gap` and its interval are in percentage
    points, or in the unit of the mean. p is NaN where `why_not` says why a pair was not tested.
    """

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    gap: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    t: Numbers
    df: Numbers
    p: Numbers
    p_adjusted: Numbers
    why_not: NDArray[np.str_]


def pairs_of(columns: tuple[Column, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of every two columns of one banner variable, first and second."""
    pairs = [
        (a, b)
        for a, b in combinations(range(len(columns)), 2)
        if columns[a].banner == columns[b].banner >= 0
    ]
    together = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    return together[:, 0], together[:, 1]


def first_pair(columns: tuple[Column, ...]) -> tuple[Column, Column] | None:
    """Return the two columns that the gap compares: the first of the first banner with two."""
    a, b = pairs_of(columns)
    return (columns[a[0]], columns[b[0]]) if a.size else None


def pooled_t(
    c1: Numbers, w1: Numbers, q1: Numbers, c2: Numbers, w2: Numbers, q2: Numbers
) -> tuple[Numbers, Numbers]:
    """Return t and df of the pooled test of two weighted shares c/w without overlap.

    SE² = P(1−P)(Q1/W1² + Q2/W2²) with P = (c1+c2)/(W1+W2) and df = e1 + e2 − 2: the textbook
    pooled z where weights are equal, read off a t (Altman, Practical Statistics, 1991, §10.6; Kish,
    Survey Sampling, 1965, §11.7 for e = W²/Q). t is NaN where both shares are 0 or both are 1.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (c1 + c2) / (w1 + w2)
        variance = pooled * (1 - pooled) * (q1 / w1**2 + q2 / w2**2)
        t = (c1 / w1 - c2 / w2) / np.sqrt(variance)
        df = w1**2 / q1 + w2**2 / q2 - 2
        extreme = (c1 + c2 <= 0) | (c1 + c2 >= (w1 + w2) * (1 - _SLACK))
    return np.where(extreme, np.nan, t), df


def two_sided(t: Numbers, df: Numbers) -> Numbers:
    """Return the two-sided p of Student's t; NaN where t is."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(df, -np.abs(t)), dtype=np.float64)


def t_quantile(level: float, df: float) -> float:
    """Return the t quantile of a two-sided interval at `level` per cent."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 200))


def linearised_share_se(
    c1: Numbers, w1: Numbers, cq1: Numbers, q1: Numbers,
    c2: Numbers, w2: Numbers, cq2: Numbers, q2: Numbers,
    rows: int,
) -> Numbers:  # fmt: skip
    """Return the linearised standard error (0–1) of c1/w1 − c2/w2 between separate columns.

    `cq` is Σw² within the cell, `q` over the base, `rows` all rows of the file: Taylor
    linearisation of a difference of ratios (Lumley, Complex Surveys, 2010, §2.2).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = c1 / w1, c2 / w2
        first = (cq1 * (1 - 2 * p1) + p1**2 * q1) / w1**2
        second = (cq2 * (1 - 2 * p2) + p2**2 * q2) / w2**2
        return np.sqrt(np.maximum(first + second, 0.0) * rows / max(rows - 1, 1))


def adjusted(p: Numbers, correction: Correction) -> Numbers:
    """Return p corrected within each row of a (rows, tests) array; NaN is no test.

    Holm (1979), Scandinavian Journal of Statistics 6:65–70; Benjamini and Hochberg (1995), JRSS B
    57:289–300. As R's `p.adjust` over the tests that were made.
    """
    if correction is Correction.NONE or not p.size:
        return p
    order = np.argsort(p, axis=1)  # NaN goes last
    ranked = np.take_along_axis(p, order, axis=1)
    made = (~np.isnan(p)).sum(axis=1, keepdims=True)
    rank = np.arange(p.shape[1])[np.newaxis, :]
    if correction is Correction.HOLM:
        stepped = np.fmax.accumulate(ranked * (made - rank), axis=1)
    else:
        scaled = ranked * made / (rank + 1)
        stepped = np.fmin.accumulate(scaled[:, ::-1], axis=1)[:, ::-1]
    stepped = np.where(np.isnan(ranked), np.nan, np.minimum(stepped, 1.0))
    result = np.empty_like(p)
    np.put_along_axis(result, order, stepped, axis=1)
    return result


def adjusted_by_banner(
    p: Numbers, columns: tuple[Column, ...], a: NDArray[np.intp], correction: Correction
) -> Numbers:
    """Return p of the shape (rows, pairs), corrected within each row of each banner variable.

    The family is the pairs of one row within one variable, so that another variable beside it
    changes no letter. `a` are the positions of the pairs' first columns.
    """
    banners = np.array([columns[position].banner for position in a])
    result = np.empty_like(p)
    for banner in np.unique(banners):
        result[:, banners == banner] = adjusted(p[:, banners == banner], correction)
    return result


def is_too_small(e: Numbers) -> NDArray[np.bool_]:
    """Whether an effective base (never above n) is too small for a test."""
    return np.asarray(e < TOO_SMALL - _SLACK)


def is_small(e: Numbers) -> NDArray[np.bool_]:
    """Whether an effective base is small enough for a mark."""
    return np.asarray(e < SMALL - _SLACK)


def expected_is_few(
    c1: Numbers, w1: Numbers, e1: Numbers, c2: Numbers, w2: Numbers, e2: Numbers
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the first and the second cell of a pair expect under five cases, or all but five."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (c1 + c2) / (w1 + w2)
    rarer = np.minimum(pooled, 1 - pooled)
    return rarer * e1 < FEW_CASES - _SLACK, rarer * e2 < FEW_CASES - _SLACK
