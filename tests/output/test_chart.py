"""Charts drawn with characters: bars by role, the gap on its interval, waves as lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.output.drawing.bar_chart import Chart, chart_of
from cxtui.output.drawing.cell_text import axis_text, bar_text, dot_text
from cxtui.output.drawing.rich_table import plain_lines
from cxtui.output.drawing.table_layout import lay_out
from cxtui.output.drawing.trend_chart import trend_chart
from cxtui.sources.open_survey import open_survey

_EIGHTHS = "\0▏▎▍▌▋▊▉█"


def drawn(table: Table, chart: Chart) -> list[Sequence[Text]]:
    return [chart.answer(position) for position in range(len(table.rows))]


@pytest.fixture(scope="module")
def example_survey() -> object:
    return open_survey(str(Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"))


def test_bars_are_as_long_as_their_numbers(example_survey: object) -> None:
    """To an eighth of a cell, over all answers and roles."""
    table = tabulate(example_survey, parse_view(example_survey, "--question cx_goal"))  # type: ignore[arg-type]
    chart = chart_of(table, 100)
    lengths, values = [], []
    for row, lines in zip(table.rows, drawn(table, chart), strict=True):
        for cell, line in zip(row.cells[1:], lines[1:], strict=True):
            lengths.append(sum(_EIGHTHS.index(sign) for sign in line.plain if sign in _EIGHTHS))
            values.append(cell.percent or 0.0)
    longest, largest = max(lengths), max(values)
    for length, value in zip(lengths, values, strict=True):
        assert abs(length - longest * value / largest) <= 0.5
    assert longest > 8 * 20
    assert [line.plain for line in chart.bases] == ["Base (n): Marketing A 127, Technology B 71*"]


def test_a_gap_is_a_dot_on_its_interval_left_or_right_of_zero(example_survey: object) -> None:
    """Left of the axis where the first role is lower; the interval crosses it if it holds 0."""
    table = tabulate(example_survey, parse_view(example_survey, "--question cx_goal"))  # type: ignore[arg-type]
    chart = chart_of(table, 100)
    zero = chart.axis.plain.index("0", chart.axis.plain.index("−"))
    for row, lines in zip(table.rows, drawn(table, chart), strict=True):
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
            lines = [line for lines in drawn(table, chart) for line in lines]
            assert max(cell_len(line.plain.rstrip()) for line in lines) <= width
            names = [line.plain[: chart.name].rstrip() for line in drawn(table, chart)[0][1:]]
            letters = [one.letter for one in table.columns[1:]]
            assert [name.rpartition(" ")[2] for name in names] == letters


@pytest.mark.parametrize(("width", "height"), [(78, 14), (36, 8), (4, 1)])
def test_waves_are_lines_with_a_letter_a_role(
    width: int, height: int, example_survey: object
) -> None:
    """Lines can be told apart without colours; the legend names each letter."""
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


def test_a_mean_among_shares_has_no_place_on_their_axis(example_survey: object) -> None:
    """Its gap is a number in another unit; that of a difference of two shares is in points."""
    view = parse_view(example_survey, "--question recommend --full")  # type: ignore[arg-type]
    table = tabulate(example_survey, view)  # type: ignore[arg-type]
    chart = chart_of(table, 120)
    pictured = {
        row.label: "●" in lines[1].plain
        for row, lines in zip(table.rows, drawn(table, chart), strict=True)
    }
    assert not pictured["Mean"]
    assert pictured["Net promoter score"] and pictured["Promoters (9–10)"]
    layout = lay_out(table, 160, pictured=True)
    lines = list(plain_lines(table, layout))
    assert layout.picture and max(map(cell_len, lines)) <= 160
    for row, is_pictured in pictured.items():
        assert ("●" in next(line for line in lines if line.startswith(row))) is is_pictured


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0.0, ""), (1e-9, "▏"), (0.125, "▍"), (0.25, "▊"), (0.5, "█▌"), (1.0, "███")],
)
def test_a_bar_is_drawn_to_an_eighth_of_a_cell(share: float, bar: str) -> None:
    """The smallest value above 0 is drawn, and 0 is not."""
    assert bar_text(share, 3) == bar


def test_a_dot_stays_on_its_axis() -> None:
    """Values beyond the axis are drawn at its end; a dot may have no interval."""
    assert dot_text(10, 5, 15, 11, 10) == "     │ ───●"
    assert dot_text(-10, None, None, 11, 10) == "●    │     "
    assert dot_text(0, -2, 2, 11, 10) == "    ─●─    "
    assert axis_text(11, 10) == "−10  0  +10"
    assert axis_text(15, 0.34) == "−0.3   0   +0.3"
