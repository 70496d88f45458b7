"""Derived questions do what R's `cut`, `ifelse` and `rowMeans` are documented to do."""

from __future__ import annotations

import polars as pl
import pytest

import cxtui


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
