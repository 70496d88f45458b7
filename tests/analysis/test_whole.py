"""A whole table without weights is tested as by R's `chisq.test` and `prop.test`, R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest

from cxtui.analysis.whole import pearson

SMOKERS = [[83, 90, 129, 70], [3, 3, 7, 12]]
"""Smokers and others among the patients of four studies (Fleiss, 1981): R's `prop.test`."""
ADMITTED = [[601, 370, 322, 269, 147, 46], [332, 215, 596, 523, 437, 668]]
"""Admitted and rejected at Berkeley by department: R's `UCBAdmissions`."""


@pytest.mark.parametrize(
    ("counts", "chi_square", "df", "p"),
    [
        (SMOKERS, 12.6004112971276, 3, 0.00558547666162702),
        (ADMITTED, 778.906531507535, 5, 4.22974495394658e-166),
    ],
)
def test_counts_are_tested_as_by_r(
    counts: list[list[int]], chi_square: float, df: int, p: float
) -> None:
    """Without a continuity correction."""
    test = pearson("by", np.array(counts, dtype=np.float64))
    assert (test.name, test.df, test.df2) == ("Pearson", df, None)
    assert (test.statistic, test.p) == pytest.approx((chi_square, p), rel=1e-9)
