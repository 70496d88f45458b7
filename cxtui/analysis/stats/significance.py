"""Tests between columns, corrections for multiple testing, and rules for small bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.stats.intervals import none_for_nan, share
from cxtui.analysis.stats.row_sums import RowSums
from cxtui.analysis.stats.special_functions import special_functions
from cxtui.analysis.view.view import Against, Correction, Family

TOO_SMALL = 30
"""Minimum effective base of a tested column."""

SMALL = 100
"""Effective base below which a column is marked as small."""

FEW_CASES = 5
"""Expected count below which a tested cell is flagged."""

_SLACK = 1e-9
"""Tolerance for rounding: an effective base of 30 equal weights may be 29.999…"""

NO_BASE = "nobody in the base"
"""The reason why a column or wave is not tested."""

_AS_LIKELY = 1 + 1e-7
"""R's relative tolerance for tables that are as likely as the observed one."""

_AT_ONCE = 2**20
"""Number of probabilities in memory at a time."""

HIGHER, LOWER = "▲", "▼"
"""Marks instead of letters in comparisons with the Total or the rest."""

REST = "Rest"
"""Label of all respondents outside the compared column."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Compared pairs of columns `a` and `b`, by position.

    In comparisons with the rest, `b` is the Total minus `a`. `banners` is the position of each
    pair's banner variable.
    """

    a: NDArray[np.intp]
    b: NDArray[np.intp]
    banners: NDArray[np.intp]
    against: Against


def column_pairs(columns: tuple[Column, ...], against: Against = Against.COLUMNS) -> Pairs:
    """Return all pairs of columns of one banner variable, or each column with the Total or rest."""
    places = [place for place, column in enumerate(columns) if column.banner >= 0]
    if against is Against.COLUMNS:
        by_banner: dict[int, list[int]] = {}
        for place in places:
            by_banner.setdefault(columns[place].banner, []).append(place)
        pairs = [pair for own in by_banner.values() for pair in combinations(own, 2)]
    else:
        pairs = [(place, 0) for place in places]
    together = np.array(pairs, dtype=np.intp).reshape(len(pairs), 2)
    banners = np.array([columns[a].banner for a, _ in pairs], dtype=np.intp)
    return Pairs(together[:, 0], together[:, 1], banners, against)


def second_column(columns: tuple[Column, ...], pairs: Pairs, pair: int) -> Column:
    """Return the second column of a pair."""
    if pairs.against is Against.REST:
        return Column((), name=REST)
    return columns[int(pairs.b[pair])]


def first_pair(
    columns: tuple[Column, ...], against: Against = Against.COLUMNS
) -> tuple[Column, Column] | None:
    """Return the two columns of the gap: the first pair, `None` if there is none."""
    pairs = column_pairs(columns, against)
    return (columns[pairs.a[0]], second_column(columns, pairs, 0)) if pairs.a.size else None


def pooled_t(first: RowSums, second: RowSums, shared: RowSums) -> tuple[Numbers, Numbers, Numbers]:
    """Return SE, t and df of the pooled test of two weighted shares; (rows, pairs).

    SE² = P(1−P)(Q₁/W₁² + Q₂/W₂² − 2Q₁₂/(W₁W₂)) with P = (c₁+c₂)/(W₁+W₂), and df = e₁ + e₂ − e₁₂ −
    2, where ₁₂ are the respondents in both columns. For equal weights and separate columns it is
    the textbook pooled z, referred to a t distribution (Altman, Practical Statistics, 1991, §10.6;
    Kish, Survey Sampling, 1965, §11.7 for e = W²/Q; §12.4 for the covariance of overlapping
    samples).
    """
    w1, w2 = first.base.w, second.base.w
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (first.cells.w + second.cells.w) / (w1 + w2)
        spread = first.base.q / w1**2 + second.base.q / w2**2 - 2 * shared.base.q / (w1 * w2)
        se = np.sqrt(pooled * (1 - pooled) * np.maximum(spread, 0.0))
        t = (first.mean - second.mean) / se
    df = first.base.effective + second.base.effective - shared.base.effective - 2
    return se, t, df


def have_same_respondents(first: RowSums, second: RowSums, shared: RowSums) -> NDArray[np.bool_]:
    """Return whether two columns have the same respondents, so that their gap is exactly 0."""
    n = shared.base.n
    return np.asarray((n > 0) & (n == first.base.n) & (n == second.base.n))


def all_or_none(first: RowSums, second: RowSums) -> NDArray[np.bool_]:
    """Return whether both shares are 0 or both are 1, which cannot be tested."""
    gave, base = first.cells.w + second.cells.w, first.base.w + second.base.w
    return np.asarray((gave <= 0) | (gave >= base * (1 - _SLACK)))


def two_sided_p(t: Numbers, df: Numbers) -> Numbers:
    """Return the two-sided p of Student's t, NaN if t is."""
    return np.asarray(2 * special_functions().stdtr(df, -np.abs(t)), dtype=np.float64)


def t_quantile(level: float, df: Numbers | float) -> Numbers:
    """Return the t quantile of a two-sided interval at `level` percent."""
    return np.asarray(special_functions().stdtrit(df, 0.5 + level / 200), dtype=np.float64)


def adjust_p(p: Numbers, correction: Correction) -> Numbers:
    """Return p adjusted within each row of a (rows, tests) array; NaN means not tested.

    Holm (1979), Scandinavian Journal of Statistics 6:65–70; Benjamini and Hochberg (1995), JRSS B
    57:289–300; as in R's `p.adjust` over the tests that were made.
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


def adjust_family(p: Sequence[float | None], correction: Correction) -> list[float | None]:
    """Return p of one family adjusted as by `adjust_p`; `None` means not tested."""
    return none_for_nan(adjust_p(np.array([p], dtype=np.float64), correction)[0])


def adjust_by_banner(
    p: Numbers, pairs: Pairs, correction: Correction, family: Family = Family.ROW
) -> Numbers:
    """Return p adjusted within each banner variable, by row or over all rows; (rows, pairs).

    A family never has pairs of two banner variables, so that adding a variable changes no letter.
    """
    result = np.empty_like(p)
    for banner in np.unique(pairs.banners):
        own = pairs.banners == banner
        tests = p[:, own] if family is Family.ROW else p[:, own].reshape(1, -1)
        result[:, own] = adjust_p(tests, correction).reshape(len(p), own.sum())
    return result


def is_too_small(e: Numbers) -> NDArray[np.bool_]:
    """Return whether an effective base is too small for a test."""
    return np.asarray(e < TOO_SMALL - _SLACK)


def is_small(e: Numbers) -> NDArray[np.bool_]:
    """Return whether an effective base is marked as small."""
    return np.asarray(e < SMALL - _SLACK)


def expect_few_cases(
    first: RowSums, second: RowSums
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether the first and the second cell of a pair have few expected cases."""
    pooled = share(first.cells.w + second.cells.w, first.base.w + second.base.w)
    return expects_few(pooled, first.base.effective), expects_few(pooled, second.base.effective)


def expects_few(pooled: Numbers, e: Numbers) -> NDArray[np.bool_]:
    """Return whether a pooled share (0–1) gives under five expected cases, or non-cases, of `e`."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.minimum(pooled, 1 - pooled) * e < FEW_CASES - _SLACK)


def fisher_p(x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers) -> Numbers:
    """Return Fisher's exact two-sided p of x1 of n1 against x2 of n2 respondents.

    Takes one-dimensional arrays of unweighted whole numbers. p is the sum of the probabilities,
    given both margins, of all tables not more likely than the observed one, as in R's
    `fisher.test` (Agresti, Categorical Data Analysis, 2002, §3.5.1).
    """
    lowest = np.maximum(x1 + x2 - n2, 0)
    width = int((np.minimum(x1 + x2, n1) - lowest).max(initial=0)) + 1
    p = np.ones(len(x1))
    step = max(_AT_ONCE // width, 1)
    for start in range(0, len(x1), step):
        part = slice(start, start + step)
        p[part] = _fisher_p(x1[part], n1[part], x2[part], n2[part], lowest[part], width)
    return p


def _fisher_p(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, lowest: Numbers, width: int
) -> Numbers:
    """Return p of tables whose first cell has up to `width` values from `lowest` on."""
    together = (x1 + x2)[:, np.newaxis]
    base1, others2 = n1[:, np.newaxis], n2[:, np.newaxis] - together
    value = lowest[:, np.newaxis] + np.arange(width - 1)
    # Use ratios of successive tables: factorials of large bases would lose digits.
    up, down = (base1 - value) * (together - value), (value + 1) * (others2 + value + 1)
    possible = np.minimum(base1, together) > value
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(possible, np.log(up / down), -np.inf)
    logs = np.concatenate([np.zeros((len(x1), 1)), np.cumsum(steps, axis=1)], axis=1)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    observed = (x1 - lowest).astype(np.intp)[:, np.newaxis]
    limit = np.take_along_axis(likely, observed, axis=1) * _AS_LIKELY
    # One after the other: `sum` groups them by the width, so that other tables would change p.
    extreme = np.cumsum(np.where(likely <= limit, likely, 0.0), axis=1)[:, -1]
    return np.asarray(extreme / np.cumsum(likely, axis=1)[:, -1], dtype=np.float64)
