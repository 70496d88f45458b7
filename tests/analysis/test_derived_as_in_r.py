"""Derived questions do what R's `cut`, `ifelse` and `rowMeans` are documented to do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

import cxtui

STUDY = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
AGREED = ("agree_language", "agree_budget", "agree_customer")


def values(rows: dict[str, list[float | None]], line: str) -> list[object]:
    """What the question of a line holds for each respondent, of numeric questions."""
    text = "".join(f'[[question]]\nid = "{one}"\nkind = "numeric"\n' for one in rows)
    survey = cxtui.from_frame(pl.DataFrame(rows), text).derive(f'id = "new", {line}')
    return survey.frame.select("new").collect()["new"].to_list()


def test_bands_are_cut_with_right_false() -> None:
    """Of 1 to 100 by tens, 9, 10 … and with `include.lowest` 11 in the last of the ten classes.

    R-help, "Trying to understand cut", J. Lemon, 17 April 2016:
    `table(cut(1:100, breaks = seq(0, 100, by = 10), right = FALSE, include.lowest = TRUE))`.
    """
    found = values(
        {"x": [*map(float, range(1, 101)), None]},
        f'from = "x", bands = {[*range(10, 100, 10)]}',
    )
    counts = [found.count(str(band)) for band in range(1, 11)]
    assert counts == [9, 10, 10, 10, 10, 10, 10, 10, 10, 11]
    assert found[-1] is None  # cut(NA) is NA
    assert [found[at - 1] for at in (9, 10, 20, 90, 99, 100)] == ["1", "2", "3", "10", "10", "10"]


def test_a_case_and_the_others_are_ifelse() -> None:
    """`x <- c(6:-4); ifelse(x >= 0, x, NA)` of the help of `ifelse`: the test, not the value.

    `ifelse(NA >= 0, …)` is NA: whoever did not answer is not among the others.
    """
    line = 'cases = [{ label = "Not negative", when = "x>=0" }], rest = "Negative"'
    found = values({"x": [*map(float, range(6, -5, -1)), None]}, line)
    assert found == ["1"] * 7 + ["2"] * 4 + [None]
    assert values({"x": [1.0, -1.0]}, line.partition(", rest")[0]) == ["1", None]


ROWS: dict[str, list[float | None]] = {
    "x1": [3.0, 3.0, None, None],
    "x2": [4.0, None, 1.0, None],
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('mean = ["x1", "x2"]', [3.5, None, None, None]),  # rowMeans(x)
        ('mean = ["x1", "x2"], least = 1', [3.5, 3.0, 1.0, None]),  # na.rm = TRUE
        ('sum = ["x1", "x2"]', [7.0, None, None, None]),  # rowSums(x)
        ('sum = ["x1", "x2"], least = 1', [7.0, 3.0, 1.0, None]),  # R: 0 for the last, of nothing
    ],
)
def test_means_are_row_means(line: str, expected: list[float | None]) -> None:
    """The mean of x1 = 3 and of x2 as in the help of `rowMeans`, with and without answers.

    Nothing is summed where nobody answered: R's NaN, and 0 of `rowSums`, are no answer.
    """
    assert values(ROWS, line) == expected


def test_means_of_the_help_of_row_means() -> None:
    """`x <- cbind(x1 = 3, x2 = c(4:1, 2:5)); rowMeans(x)`."""
    rows: dict[str, list[float | None]] = {
        "x1": [3.0] * 8,
        "x2": [4.0, 3.0, 2.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    }
    assert values(rows, 'mean = ["x1", "x2"]') == [3.5, 3, 2.5, 2, 2.5, 3, 3.5, 4]
    assert values(rows, 'sum = ["x1", "x2"]') == [7, 6, 5, 4, 5, 6, 7, 8]


def by_role(*lines: str) -> Counter[tuple[object, object]]:
    """How many respondents of the study have each value of the last derived question, by role."""
    frame = cxtui.open(STUDY).derive(*lines).frame.select("new", "role").collect()
    return Counter(frame.rows())


def test_the_bands_of_the_study_are_those_of_r() -> None:
    """R 4.2.2, "Don't know" as NA: `table(cut(b, c(-Inf, 20, 35, Inf), right = FALSE), role)`."""
    found = by_role('id = "new", from = "budget_share", bands = [20, 35]')
    marketing = {"1": 52, "2": 105, "3": 59, None: 6, "998": 20}  # 26 NA in R
    technology = {"1": 39, "2": 52, "3": 31, None: 2, "998": 12}  # 14 NA in R
    of_r = {(code, 1): n for code, n in marketing.items()}
    assert found == of_r | {(code, 2): n for code, n in technology.items()}


def test_a_case_of_the_study_is_that_of_r() -> None:
    """R 4.2.2: `table(ifelse(b >= 35, "High", "Other"), role, useNA = "ifany")`."""
    cases = 'cases = [{ label = "High", when = "budget_share>=35" }], rest = "Other"'
    found = by_role(f'id = "new", {cases}')
    of_r = {("1", 1): 59, ("2", 1): 157, (None, 1): 26, ("1", 2): 31, ("2", 2): 91, (None, 2): 14}
    assert found == of_r


@pytest.mark.parametrize(
    ("least", "n", "mean"), [(3, 349, 2.96848137535817), (2, 375, 2.99333333333333)]
)
def test_the_means_of_the_study_are_those_of_r(least: int, n: int, mean: float) -> None:
    """R 4.2.2: `rowMeans(s)`, and with `na.rm = TRUE` where two of three items are answered."""
    line = f'id = "new", mean = {list(AGREED)}, least = {least}'
    frame = cxtui.open(STUDY).derive(line).frame.select("new").collect()
    means = frame["new"].drop_nulls()
    assert len(means) == n
    assert means.mean() == pytest.approx(mean, rel=1e-13)


def test_an_index_into_groups_is_that_of_r() -> None:
    """R 4.2.2: `ifelse(m >= 3.5 & cx_map >= 3, "Ahead", ifelse(m < 2.5, "Stuck", "Between"))`.

    Of those with a mean m; R has NA for the three others, who are between here: they have said
    how far mapping has got.
    """
    index = f'id = "m", mean = {list(AGREED)}, least = 2'
    cases = (
        '{ label = "Ahead", when = ["m>=3.5", "cx_map=3,4"] }, { label = "Stuck", when = "m<2.5" }'
    )
    found = by_role(index, f'id = "new", cases = [{cases}], rest = "Between"')
    of_r = {("1", 1): 50, ("2", 1): 60, ("3", 1): 129, ("1", 2): 29, ("2", 2): 31, ("3", 2): 76}
    assert found == of_r | {("3", 1): 129 + 3}
