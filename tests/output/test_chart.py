"""Charts drawn with characters: bars by role, the gap on its interval, waves as lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from cxtui.analysis.options import parse_view
from cxtui.analysis.tabulate import tabulate
from cxtui.analysis.trend import trend
from cxtui.output.chart import chart_of
from cxtui.output.trend_chart import trend_chart
from cxtui.sources.opening import open_survey


@pytest.fixture(scope="module")
def example_survey() -> object:
    return open_survey(str(Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"))


def test_bars_are_as_long_as_their_numbers(example_survey: object) -> None:
    """To half a cell, over all answers and roles."""
    table = tabulate(example_survey, parse_view(example_survey, "--question cx_goal"))  # type: ignore[arg-type]
    chart = chart_of(table, 100)
    lengths, values = [], []
    for row, lines in zip(table.rows, chart.rows, strict=True):
        for cell, line in zip(row.cells[1:], lines[1:], strict=True):
            lengths.append(line.plain.count("▇"))
            values.append(cell.percent or 0.0)
    longest, largest = max(lengths), max(values)
    for length, value in zip(lengths, values, strict=True):
        assert abs(length - longest * value / largest) <= 0.5
    assert [line.plain for line in chart.bases] == ["Base (n): Marketing A 127, Technology B 71*"]


def test_a_gap_is_a_dot_on_its_interval_on_its_side_of_nothing(example_survey: object) -> None:
    """Left of the axis where the first role is lower; the interval crosses it if it holds 0."""
    table = tabulate(example_survey, parse_view(example_survey, "--question cx_goal"))  # type: ignore[arg-type]
    chart = chart_of(table, 100)
    zero = chart.axis.plain.index("0", chart.axis.plain.index("−"))
    for row, lines in zip(table.rows, chart.rows, strict=True):
        pair = row.pairs[0]
        assert pair.gap is not None and pair.low is not None and pair.high is not None
        picture = lines[1].plain
        assert (picture.index("●") > zero) is (pair.gap > 0)
        assert ("┼" in picture) is (pair.low < 0 < pair.high)


@pytest.mark.parametrize("width", [1, 7, 36, 50, 80, 198])
def test_a_chart_fits_into_any_width(width: int, example_survey: object) -> None:
    """Where there is little room the gap is a number behind the answer."""
    text = "--question channels --by role --by industry"
    for view in (text, "--question budget_share", "--question first_change"):
        table = tabulate(example_survey, parse_view(example_survey, view))  # type: ignore[arg-type]
        chart = chart_of(table, width)
        if width >= 36:
            lines = [line for lines in chart.rows for line in lines]
            assert max(cell_len(line.plain.rstrip()) for line in lines) <= width


@pytest.mark.parametrize(("width", "height"), [(78, 14), (36, 8), (4, 1)])
def test_waves_are_lines_with_a_letter_a_role(
    width: int, height: int, example_survey: object
) -> None:
    """So that they can be told without colours; the legend says which is which."""
    survey = example_survey
    found = trend(survey, parse_view(survey, "--question cx_goal"), "wave")  # type: ignore[arg-type]
    lines = [line.plain for line in trend_chart(found, found.rows[0], width, height)]
    if width > 4:
        assert max(map(cell_len, lines)) <= width
        plot = "\n".join(line for line in lines if "┤" in line or "│" in line)
        assert [plot.count(letter) for letter in "TAB"] == [2, 2, 2]
        legend = " ".join(lines)
        assert "T Total" in legend and "A Marketing" in legend and "B Technology" in legend
        tops = [next(y for y, line in enumerate(lines) if f"{one}" in line) for one in "AB"]
        assert tops[0] < tops[1]  # Marketing stands higher
