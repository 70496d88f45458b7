"""Fisher's exact test, for pairs of columns with few expected cases."""

from __future__ import annotations

import numpy as np

from cxtui.analysis.query.cube import Numbers

_AS_LIKELY = 1 + 1e-7
"""R's relative tolerance for tables that are as likely as the observed one."""

_AT_ONCE = 2**20
"""Number of probabilities in memory at a time."""


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
    extreme = np.where(likely <= limit, likely, 0.0).sum(axis=1)
    return np.asarray(extreme / likely.sum(axis=1), dtype=np.float64)
