"""Tests between columns, corrections for many of them, and the rules for small bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Numbers
from cxtui.analysis.stats.row_sums import RowSums
from cxtui.analysis.view.view import Against, Correction

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
NO_ERROR = "no spread to tell an error from"
NO_BASE = "nobody in the base"


HIGHER, LOWER = "▲", "▼"
"""Stand in place of letters where a column is compared with the Total or the rest."""

REST = "Rest"
"""The label of everyone but the column that is compared."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which columns are compared: `a` with `b`, by position.

    Against the rest, `b` is the Total less `a`. `banners` is the banner variable of each pair.
    """

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    banners: NDArray[np.intp]
    against: Against


def column_pairs(columns: tuple[Column, ...], against: Against = Against.COLUMNS) -> Pairs:
    """Return every two columns of one banner variable, or each column with the Total or rest."""
    places = [place for place, column in enumerate(columns) if column.banner >= 0]
    if against is Against.COLUMNS:
        pairs = [
            (a, b) for a, b in combinations(places, 2) if columns[a].banner == columns[b].banner
        ]
    else:
        pairs = [(place, 0) for place in places]
    together = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    banners = np.array([columns[a].banner for a, _ in pairs], dtype=np.intp)
    return Pairs(together[:, 0], together[:, 1], banners, against)


def second_column(columns: tuple[Column, ...], pairs: Pairs, pair: int) -> Column:
    """Return the column that a pair's first is compared with."""
    if pairs.against is Against.REST:
        return Column((), name=REST)
    return columns[int(pairs.b[pair])]


def first_pair(
    columns: tuple[Column, ...], against: Against = Against.COLUMNS
) -> tuple[Column, Column] | None:
    """Return the two columns that the gap compares: the first of the first banner with two."""
    pairs = column_pairs(columns, against)
    return (columns[pairs.a[0]], second_column(columns, pairs, 0)) if pairs.a.size else None


def pooled_t(first: RowSums, second: RowSums, shared: RowSums) -> tuple[Numbers, Numbers]:
    """Return t and df of the pooled test of two weighted shares, of the shape (rows, pairs).

    SE² = P(1−P)(Q₁/W₁² + Q₂/W₂² − 2Q₁₂/(W₁W₂)) with P = (c₁+c₂)/(W₁+W₂), and df = e₁ + e₂ − e₁₂ −
    2, where ₁₂ are the respondents in both columns: the textbook pooled z where weights are equal
    and columns separate, read off a t (Altman, Practical Statistics, 1991, §10.6; Kish, Survey
    Sampling, 1965, §11.7 for e = W²/Q; the covariance of overlapping samples ibid. §12.4).
    """
    w1, w2 = first.base.w, second.base.w
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (first.cells.w + second.cells.w) / (w1 + w2)
        spread = first.base.q / w1**2 + second.base.q / w2**2 - 2 * shared.base.q / (w1 * w2)
        se = np.sqrt(pooled * (1 - pooled) * np.maximum(spread, 0.0))
        t = (first.mean - second.mean) / se
    df = first.base.effective + second.base.effective - shared.base.effective - 2
    return t, df


def have_same_respondents(first: RowSums, second: RowSums, shared: RowSums) -> NDArray[np.bool_]:
    """Whether two columns have the same respondents: they differ by nothing, not by rounding."""
    n = shared.base.n
    return np.asarray((n > 0) & (n == first.base.n) & (n == second.base.n))


def all_or_none(first: RowSums, second: RowSums) -> NDArray[np.bool_]:
    """Whether both shares are 0, or both 1: there is no difference to test."""
    gave = first.cells.w + second.cells.w
    base = first.base.w + second.base.w
    return np.asarray((gave <= 0) | (gave >= base * (1 - _SLACK)))


def two_sided_p(t: Numbers, df: Numbers) -> Numbers:
    """Return the two-sided p of Student's t; NaN where t is."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(df, -np.abs(t)), dtype=np.float64)


def t_quantile(level: float, df: Numbers | float) -> Numbers:
    """Return the t quantile of a two-sided interval at `level` per cent."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, 0.5 + level / 200), dtype=np.float64)


def adjust_p(p: Numbers, correction: Correction) -> Numbers:
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


def adjust_by_banner(p: Numbers, pairs: Pairs, correction: Correction) -> Numbers:
    """Return p of the shape (rows, pairs), corrected within each row of each banner variable.

    The family is the pairs of one row within one variable, so that another variable beside it
    changes no letter.
    """
    result = np.empty_like(p)
    for banner in np.unique(pairs.banners):
        own = pairs.banners == banner
        result[:, own] = adjust_p(p[:, own], correction)
    return result


def adjust_over_table(
    rows: Sequence[Numbers], pairs: Pairs, correction: Correction
) -> list[Numbers]:
    """Return arrays of p of the shape (rows, pairs), corrected over all of them together.

    The family is the whole table of each banner variable.
    """
    together = np.concatenate(list(rows))
    result = np.empty_like(together)
    for banner in np.unique(pairs.banners):
        own = pairs.banners == banner
        flat = together[:, own].reshape(1, -1)
        result[:, own] = adjust_p(flat, correction).reshape(len(together), -1)
    ends = np.cumsum([len(one) for one in rows])[:-1]
    return list(np.split(result, ends))


def is_too_small(e: Numbers) -> NDArray[np.bool_]:
    """Whether an effective base (never above n) is too small for a test."""
    return np.asarray(e < TOO_SMALL - _SLACK)


def is_small(e: Numbers) -> NDArray[np.bool_]:
    """Whether an effective base is small enough for a mark."""
    return np.asarray(e < SMALL - _SLACK)


def expect_few_cases(
    first: RowSums, second: RowSums
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the first and the second cell of a pair expect few cases."""
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (first.cells.w + second.cells.w) / (first.base.w + second.base.w)
    return expects_few(pooled, first.base.effective), expects_few(pooled, second.base.effective)


def expects_few(pooled: Numbers, e: Numbers) -> NDArray[np.bool_]:
    """Whether a share (0–1) of both columns means under five of `e` cases, or all but five."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.minimum(pooled, 1 - pooled) * e < FEW_CASES - _SLACK)
