"""The ranking of gaps says where two groups differ, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from rich.style import Style

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.tables.build_table import build_table, tabulate
from cxtui.analysis.tables.ranking import POINTS_PER_SD, Gap, each_gap, ranked
from cxtui.analysis.view.view import Against, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.output import Format
from cxtui.output.drawing.fit import shortened
from cxtui.output.drawing.ranking_lines import accents_of, painted_line, rest_of
from cxtui.output.drawing.rich_table import accent
from cxtui.output.ranking_document import COLUMNS, notes_on
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Item, Kind, Question
from tests.making import made
from tests.rendering import list_gaps

ROWS = [
    {"role": 1 + n % 2, "goal": 1 + (n % 2) * (n % 3), "tools_1": int(n % 5 < 2), "budget": n / 3}
    for n in range(120)
]


def example_gaps(example: Path, options: str = "") -> list[Gap]:
    survey = open_survey(str(example))
    view = parse_view(survey, options)
    return ranked(chain.from_iterable(found for _, found in each_gap(survey, view)), view.level)


def gaps_in(survey: Survey, view: View) -> list[Gap]:
    """The gaps of the view's own question."""
    return next(found for question, found in each_gap(survey, view) if question.id == view.question)


def gaps_of(view: View) -> list[Gap]:
    return gaps_in(made(ROWS), view)


def notes_of(example: Path, gaps: list[Gap], options: str = "") -> list[str]:
    survey = open_survey(str(example))
    return notes_on(gaps, survey, parse_view(survey, options))


def test_the_headline_of_the_study_comes_out_on_top(example: Path) -> None:
    """Business outcomes, 56 against 13, before all other answers."""
    gaps = example_gaps(example)
    assert (gaps[0].question.id, gaps[0].label) == ("cx_goal", "Improve business outcomes")
    assert [gap.holds(95) for gap in gaps] == sorted((gap.holds(95) for gap in gaps), reverse=True)
    for held in (True, False):
        widths = [abs(gap.gap) for gap in gaps if gap.holds(95) is held]
        assert widths == sorted(widths, reverse=True)


def test_a_gap_is_the_gap_of_its_table(example: Path) -> None:
    """Gap, interval, p and cells come from the same place as the table's."""
    survey = open_survey(str(example))
    for gap in example_gaps(example):
        if gap.standardised:
            continue
        table = tabulate(survey, parse_view(survey, f"--question {gap.question.id}"))
        row = next(row for row in table.rows if row.code == gap.code)
        pair = row.pairs[0]
        assert (gap.gap, gap.low, gap.high) == (pair.gap, pair.low, pair.high)
        assert gap.p == pytest.approx(pair.p_used, rel=1e-12)
        for cell, other in zip((gap.a, gap.b), row.cells[1:], strict=True):
            assert replace(cell, min_p=None) == replace(other, min_p=None)
            assert cell.min_p == pytest.approx(other.min_p, rel=1e-12)


def test_p_is_corrected_over_the_whole_list(example: Path) -> None:
    """Benjamini and Hochberg, step by step from the largest p."""
    gaps = example_gaps(example)
    tested = sorted((gap for gap in gaps if gap.p is not None), key=lambda gap: -(gap.p or 0))
    smallest = 1.0
    for place, gap in enumerate(tested):
        assert gap.p is not None
        smallest = min(smallest, gap.p * len(tested) / (len(tested) - place))
        assert gap.p_adjusted == pytest.approx(smallest, rel=1e-12)


def test_every_question_is_ranked_but_those_of_the_banner(example: Path) -> None:
    """Also the rows of a grid; dates and open texts are no answers to compare."""
    questions = {gap.question.id for gap in example_gaps(example)}
    assert {"cx_goal", "channels.mobile", "obstacles", "budget_share"} <= questions
    assert not {"role", "wave", "channels", "interviewed", "first_change"} & questions


def test_means_are_ranked_by_standardized_difference() -> None:
    """Fifty points for one pooled standard deviation."""
    gap = next(one for one in gaps_of(View("budget", (("role",),))))
    assert gap.standardised
    assert gap.label == "Mean (standardised)"
    a, b = gap.a, gap.b
    assert None not in {a.mean, b.mean, a.sd, b.sd}
    variance = (59 * a.sd**2 + 59 * b.sd**2) / 118  # type: ignore[operator]
    difference = (a.mean - b.mean) / variance**0.5  # type: ignore[operator]
    assert gap.gap == pytest.approx(POINTS_PER_SD * difference)


def test_without_two_columns_there_is_no_gap() -> None:
    """And the message says what to do."""
    with pytest.raises(ViewError, match="choose another banner"):
        gaps_of(View("goal"))


def test_the_export_has_its_columns_and_numbers(example: Path) -> None:
    """Unrounded, one row a question and category."""
    gaps = example_gaps(example)
    lines = list_gaps(gaps, notes_of(example, gaps), 95, Format.CSV).decode().splitlines()
    assert lines[0] == ",".join(COLUMNS)
    first = dict(zip(COLUMNS, lines[1].split(","), strict=True))
    assert first["percent_a"] == repr(100 * 71 / 127)
    assert (first["base_a"], first["base_b"], first["flag"]) == ("127", "71", "*")
    assert len(lines) == len(gaps) + 1


def test_the_text_parts_what_holds_up_from_what_does_not(example: Path) -> None:
    """With the size of the family in the notes."""
    gaps = example_gaps(example)
    held = sum(gap.holds(95) for gap in gaps)
    lines = list_gaps(gaps, notes_of(example, gaps), 95, Format.TEXT).decode().splitlines()
    assert lines[held].startswith("Not distinguishable from no difference at this sample size")
    assert f"{held} hold up" in " ".join(lines)
    assert all(len(line) <= 100 for line in lines)


def test_an_empty_ranking_has_a_reason(example: Path) -> None:
    """A filter that leaves one column without respondents leaves no gap."""
    gaps = example_gaps(example, "--where seniority=1 --where cx_goal=98 --where industry=3")
    assert all(gap.p is None for gap in gaps)


def test_any_two_columns_can_be_ranked(example: Path) -> None:
    """The pairs of the banner, one after the other, and round again."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--by company_size")
    seen = []
    for pair in range(4):
        _, gaps = next(iter(each_gap(survey, view, pair)))
        seen.append((gaps[0].column_a, gaps[0].column_b))
    assert len(set(seen[:3])) == 3
    table = tabulate(survey, view)
    assert seen[0] == (table.columns[1].label, table.columns[2].label)
    assert seen[1] == (table.columns[1].label, table.columns[3].label)


def test_two_columns_of_a_cube_give_the_gap_of_the_whole_table() -> None:
    """Overlapping columns included: what they share goes with them."""
    rows = [{**one, "tools_2": int(n % 3 == 0)} for n, one in enumerate(ROWS)]
    view = View("goal", (("tools",),), against=Against.COLUMNS)
    cube = compute_cube(made(rows), view)
    whole, two = (build_table(made(rows), view, one) for one in (cube, cube.at([0, 1, 2])))
    for full, narrow in zip(whole.rows, two.rows, strict=True):
        kept = [replace(pair, p_adjusted=None) for pair in (full.pairs[0], narrow.pairs[0])]
        assert kept[0] == kept[1]
        numbers = [
            [(cell.n, cell.percent, cell.low) for cell in row] for row in (full.cells, narrow.cells)
        ]
        assert numbers[0][:3] == numbers[1]


def test_the_notes_say_whose_percentages_they_are(example: Path) -> None:
    """The base, the weight and the filters of the view; with a design, another test."""
    options = "--base asked --where role=1,2"
    said = " ".join(notes_of(example, example_gaps(example, options), options))
    assert "in points of all who were asked, user-missing answers included." in said
    assert "Unweighted. Only role is Marketing or Technology. Only wave is 2016" in said
    survey = made(ROWS)
    drawn = replace(survey, codebook=replace(survey.codebook, cluster="tools_1"))
    view = View("goal", (("role",),), weight="w")
    asked = replace(view, weight=None)
    gaps = gaps_in(drawn, asked)
    lines = notes_on(gaps, drawn, view)
    assert "hold up: linearized t-test, 95 %" in lines[1]
    assert lines[-1] == "Weighted by w. Variance: linearized (clusters tools_1)."
    unusable = made([{**one, "w": 0.0 if n < 7 else 2.0} for n, one in enumerate(ROWS)])
    gaps = gaps_in(unusable, view)
    assert "7 left out: their weight is missing, zero" in notes_on(gaps, unusable, view)[-1]


def test_a_row_of_a_grid_keeps_its_own_words_in_a_narrow_column() -> None:
    """The wording of the grid is cut first, then the row's; there is always some of both."""

    def item(wording: str, label: str) -> Question:
        (item,) = items = (Item("1", label),)
        return Question("g", wording, Kind.GRID, ("c",), items=items).item_question(item, "g.1")

    code = item("How often does your company do this?", "Contribute code upstream")
    assert shortened(code, 60) == "How often does your company do thi… Contribute code upstream"
    assert shortened(code, 24) == "How oft… Contribute cod…"
    assert shortened(code, 8) == "How oft…"
    assert shortened(item("Strength of each channel", "Web"), 18) == "Strength of e… Web"
    assert shortened(item("Strength of each channel", "Web: now"), 18) == "Strength… Web: now"


def test_untested_questions_are_counted_in_a_line_of_eighty_columns() -> None:
    """Beside those that were, or alone."""
    tested = [gap for gap in gaps_of(View("goal", (("role",),))) if gap.p is not None]
    untested = [replace(gap, p=None) for gap in tested]
    assert rest_of(untested) == f"not tested: {len(untested)} answers"
    line = rest_of([*tested, *untested[:1]])
    assert line.endswith(f"{len(tested)} answers; not tested: 1")
    assert len(line) < 74


def test_a_line_of_the_ranking_has_the_colours_of_its_columns(example: Path) -> None:
    """The interval that of the higher one; where there is no difference has none."""
    gap = example_gaps(example)[1]
    line = painted_line(2, gap, 110, 60)
    colours = {
        line.plain[span.start : span.end].strip(): span.style.color.name
        for span in line.spans
        if isinstance(span.style, Style) and span.style.color
    }
    drawn = next(text for text in colours if "●" in text)
    assert colours["3.9"] == "cyan" and colours["33.8"] == colours[drawn] == "yellow"
    assert "│" in line.plain and not any("│" in text for text in colours)


def test_of_banners_side_by_side_each_column_has_its_own_colours(example: Path) -> None:
    """Letters restart with the second; its columns are the third and the fourth of the table."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--by role --by wave --wave all")
    gap = next(gaps[0] for _, gaps in each_gap(survey, view, pair=1) if gaps)
    assert (gap.column_a, gap.column_b) == ("2015", "2016")
    assert accents_of(gap) == (accent(2), accent(3)) != (accent(0), accent(1))
