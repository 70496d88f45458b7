"""Shares, standard deviations and confidence intervals; arrays keep their shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from cxtui.analysis.query.cube import Moments, Sums
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.stats.special_functions import special_functions

_ROUNDING = 1e-12
"""Relative difference below which two sums of squares are equal."""


def normal_quantile(level: float) -> float:
    """Return the normal quantile of a two-sided interval at `level` percent."""
    return float(special_functions().ndtri(0.5 + level / 200))


def share(part: Numbers, whole: Numbers) -> Numbers:
    """Return part/whole (0–1), NaN if the base is empty."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def none_for_nan(values: Numbers) -> list[Any]:
    """Return numbers as lists of the shape of the array, with `None` for NaN."""
    listed = values.astype(object)
    listed[np.isnan(values)] = None
    return list(listed.tolist())


def wilson(p: Numbers, e: Numbers, quantile: Numbers | float) -> tuple[Numbers, Numbers]:
    """Return Wilson's interval (0–1) of the shares `p` on effective bases `e`.

    Wilson (1927), JASA 22:209–212, with an effective base in place of n, and the normal quantile or
    that of t. Within 0–1, and never of zero width; NaN if the base is empty.
    """
    z2 = np.square(quantile)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (p + z2 / (2 * e)) / (1 + z2 / e)
        half = np.sqrt(z2 * (p * (1 - p) / e + z2 / (4 * e**2))) / (1 + z2 / e)
    # Rounding would put the upper end of 30 in 30 at 0.9999999999999999, below the share itself.
    return np.clip(np.minimum(middle - half, p), 0, 1), np.clip(np.maximum(middle + half, p), 0, 1)


def newcombe(
    p1: Numbers, e1: Numbers, p2: Numbers, e2: Numbers, quantile: float
) -> tuple[Numbers, Numbers]:
    """Return Newcombe's hybrid score interval (−1 … 1) of p1 − p2.

    Newcombe (1998), Statistics in Medicine 17:873–890, method 10, which combines the two Wilson
    intervals.
    """
    low1, high1 = wilson(p1, e1, quantile)
    low2, high2 = wilson(p2, e2, quantile)
    gap = p1 - p2
    low = gap - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    high = gap + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return low, high


def standard_deviation(base: Sums, moments: Moments) -> Numbers:
    """Return the standard deviation, which does not depend on the scale of the weights.

    Its square is Σw(x − m)²/Σw · n/(n − 1): the textbook estimate for equal weights, and R
    survey's `svyvar` for independent sampling. NaN for fewer than two respondents.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = moments.wxx / base.w
        spread = exact_difference(squares - (moments.wx / base.w) ** 2, squares)
        return np.where(base.n > 1, np.sqrt(spread * base.n / (base.n - 1)), np.nan)


def exact_difference(difference: Numbers, of: Numbers) -> Numbers:
    """Return a difference of two sums of squares, 0 if it is within their rounding error.

    Otherwise rounding would give a tiny variance to answers that are all the same. NaN stays NaN.
    """
    return np.where(difference <= _ROUNDING * of, 0.0, difference)
