"""Variables of a statistics file that were asked together, though the file declares no set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind
from tests.shared import shared

OFTEN = {1.0: "Often", 2.0: "Sometimes", 3.0: "Never", 9.0: "No answer"}
MARKS = {0.0: "Not selected", 1.0: "Selected"}


def opened(folder: Path, columns: Mapping[str, Any], **facts: Any) -> Survey:
    """The survey of an SPSS file with these columns."""
    file = folder / "made.sav"
    pyreadstat.write_sav(pl.DataFrame(columns), file, **facts)
    return open_survey(str(file))


def kinds(survey: Survey) -> dict[str, Kind]:
    return {one.id: one.kind for one in survey.codebook.questions}


def test_neighbours_with_the_same_steps_are_a_grid_worded_by_what_their_labels_share(
    tmp_path: Path,
) -> None:
    survey = opened(
        tmp_path,
        {f"q7_{place}": [1.0, 2.0, 3.0, 9.0] for place in (1, 2, 3)},
        column_labels={f"q7_{place}": f"How often - Do {place}" for place in (1, 2, 3)},
        variable_value_labels={f"q7_{place}": OFTEN for place in (1, 2, 3)},
        missing_ranges={f"q7_{place}": [9.0] for place in (1, 2, 3)},
    )
    (grid,) = survey.codebook.questions
    assert (grid.id, grid.kind, grid.label) == ("q7", Kind.GRID, "How often")
    assert [one.label for one in grid.items] == ["Do 1", "Do 2", "Do 3"]
    assert [one.score for one in grid.categories] == [1.0, 2.0, 3.0, None]
    assert [one.missing for one in grid.categories] == [False, False, False, True]
    assert grid.guess.startswith("grid: 3 variables in a row")
    rows = tabulate(survey, parse_view(survey, "--question q7.2")).rows
    assert [row.cells[0].base for row in rows] == [3, 3, 3]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["q7_1", "q7_2"], [OFTEN, OFTEN]),
        (["q7_1", "q8_1", "q9_1"], [OFTEN] * 3),
        (["q7_1", "q7_2", "q7_3"], [OFTEN, OFTEN, {**OFTEN, 2.0: "Rarely"}]),
        (["q1", "q2", "q3"], [{1.0: "Yes", 2.0: "No", 3.0: "Maybe", 9.0: "Refused"}] * 3),
    ],
    ids=["two", "other names", "other steps", "all questions of a survey"],
)
def test_an_uncertain_battery_stays_questions(
    tmp_path: Path, names: list[str], labels: list[dict[float, str]]
) -> None:
    survey = opened(
        tmp_path,
        {name: [1.0, 2.0, 3.0, 9.0] for name in names},
        variable_value_labels=dict(zip(names, labels, strict=True)),
    )
    assert list(kinds(survey)) == names
    assert not {Kind.GRID, Kind.MULTI} & set(kinds(survey).values())


def test_neighbours_with_the_same_answers_are_a_grid_though_they_are_no_scale(
    tmp_path: Path,
) -> None:
    """Its table shows the share of the first answer; brands never named twice are no items."""
    names = ["q7_1", "q7_2", "q7_3"]
    labels = {name: {1.0: "Yes", 2.0: "No", 3.0: "Maybe"} for name in names}
    columns = {name: [1.0, 2.0, 3.0, 1.0] for name in names}
    survey = opened(tmp_path, columns, variable_value_labels=labels)
    (grid,) = survey.codebook.questions
    assert (grid.kind, grid.scores, len(grid.items)) == (Kind.GRID, False, 3)
    assert "no known scale: shows the share of 'Yes'" in grid.guess
    table = tabulate(survey, parse_view(survey, "--question q7"))
    assert [row.cells[0].percent for row in table.rows] == [50.0, 50.0, 50.0]
    assert any("“Yes”" in note for note in sentences_of(table.notes))
    item = survey.codebook.find("q7.2")
    assert item is not None and item.kind is Kind.SINGLE
    mentions = {"q7_1": [1.0, 2.0, 3.0], "q7_2": [2.0, 3.0, 1.0], "q7_3": [3.0, 1.0, 2.0]}
    assert list(kinds(opened(tmp_path, mentions, variable_value_labels=labels))) == names
    labels = {name: {1.0: "Yes", 2.0: "No"} for name in names}
    two_answers = {name: [1.0, 2.0, 1.0] for name in names}
    assert list(kinds(opened(tmp_path, two_answers, variable_value_labels=labels))) == names


@pytest.mark.parametrize("labels", [MARKS, {0.0: "No", 1.0: "Yes"}, {1.0: "Checked", 2.0: "No"}])
def test_marks_and_their_absence_are_a_multiple_response(
    tmp_path: Path, labels: dict[float, str]
) -> None:
    chosen = next(code for code, text in labels.items() if text not in {"No", "Not selected"})
    other = next(code for code in labels if code != chosen)
    survey = opened(
        tmp_path,
        {f"use{place}": [chosen, other, None, other] for place in (1, 2, 3)},
        column_labels={f"use{place}": f"Which do you use?: Tool {place}" for place in (1, 2, 3)},
        variable_value_labels={f"use{place}": labels for place in (1, 2, 3)},
    )
    (tools,) = survey.codebook.questions
    assert (tools.id, tools.kind, tools.label) == ("use", Kind.MULTI, "Which do you use?")
    cells = [row.cells[0] for row in tabulate(survey, parse_view(survey, "--question use")).rows]
    assert [(cell.n, cell.base) for cell in cells] == [(1, 3)] * 3
    assert tools.guess.startswith("multiple response: 3 variables in a row")


def test_options_that_are_their_own_only_value_are_a_multiple_response(tmp_path: Path) -> None:
    """As the largest survey platform writes SPSS files: `1` is the option, nothing is not."""
    brands = ("Ajax", "Vim", "Dreft")
    survey = opened(
        tmp_path,
        {f"Q5_{place}": [1.0 if row >= place else None for row in range(4)] for place in (1, 2, 3)},
        column_labels={f"Q5_{place}": f"Which? - {brands[place - 1]}" for place in (1, 2, 3)},
        variable_value_labels={f"Q5_{place}": {1.0: brands[place - 1]} for place in (1, 2, 3)},
    )
    (asked,) = survey.codebook.questions
    assert (asked.kind, asked.label) == (Kind.MULTI, "Which?")
    assert [one.label for one in asked.categories] == list(brands)
    cells = [row.cells[0] for row in tabulate(survey, parse_view(survey, "--question Q5")).rows]
    assert [(cell.n, cell.base) for cell in cells] == [(3, 3), (2, 3), (1, 3)]


@pytest.mark.parametrize(
    "labels", [{1.0: "Yes", 2.0: "No"}, {1.0: "Man", 2.0: "Woman"}, {0.0: "Bad", 1.0: "Good"}]
)
def test_two_answers_that_are_no_mark_stay_questions(
    tmp_path: Path, labels: dict[float, str]
) -> None:
    names = ["has_1", "has_2", "has_3"]
    survey = opened(
        tmp_path,
        {name: [*labels, None] for name in names},
        variable_value_labels=dict.fromkeys(names, labels),
    )
    assert kinds(survey) == dict.fromkeys(names, Kind.SINGLE)


def test_codes_in_another_order_than_their_labels_make_no_scale(tmp_path: Path) -> None:
    """A mean of codes that follow the alphabet would mean nothing."""
    labels = {1.0: "Never", 2.0: "Often", 3.0: "Rarely"}
    survey = opened(
        tmp_path,
        {"how": [1.0, 2.0, 3.0], "level": [3.0, 2.0, 1.0]},
        variable_value_labels={"how": labels, "level": {1.0: "Often", 2.0: "Rarely", 3.0: "Never"}},
        variable_measure={"how": "ordinal", "level": "nominal"},
    )
    assert kinds(survey) == {"how": Kind.SINGLE, "level": Kind.SCALE}
    assert "'Often' (1) to 'Never' (3)" in survey.codebook.questions[1].guess


def test_four_files_of_one_survey_give_the_same_tables() -> None:
    """Text, two Parquet files and SPSS, question by question, weighted, with a banner.

    What the SPSS file declares stays: `No answer` is missing there, and counts in the base of those
    who were asked; its scales are scored by its codes. Orders that no file declares may differ, and
    apostrophes that the text has lost.
    """
    folder = shared("data/masculinity_538")
    names = (
        "masculinity-wide.parquet",
        "raw-responses.csv",
        "masculinity-lists.parquet",
        "masculinity.sav",
    )
    surveys = [open_survey(str(folder / name)) for name in names]
    first = surveys[0]
    own = [{one.id: one.kind for one in survey.codebook.table_questions} for survey in surveys]
    assert own[0] == own[1] == own[2] == own[3]
    assert [survey.codebook.weight for survey in surveys] == ["weight"] * 4
    for one in first.codebook.table_questions:
        options = f"--question {one.id} --by age3 --weight weight"
        expected = _cells(first, options)
        for survey in surveys[1:]:
            asked = " --base asked" if survey is surveys[3] else ""
            found = _cells(survey, options + asked)
            assert found.keys() == expected.keys(), (one.id, survey.location)
            for label, cells in expected.items():
                assert found[label] == pytest.approx(cells), (one.id, label, survey.location)


def _cells(survey: Survey, options: str) -> dict[str, list[float | None]]:
    """Counts, percentages and bases of each row, by its wording, of an item by its code."""
    view = parse_view(survey, options)
    asked = survey.codebook.find(view.question)
    assert asked is not None
    is_grid = asked.kind is Kind.GRID
    return {
        row.code if is_grid else row.label.replace("?", "'"): [
            number
            for cell in row.cells
            for number in (cell.n, cell.percent, cell.base, cell.weighted_base)
        ]
        for row in tabulate(survey, view).rows
    }


def test_names_may_end_in_their_wave_and_labels_begin_with_their_name(tmp_path: Path) -> None:
    names = [f"SOC1_{letter}_W9" for letter in "abc"]
    survey = opened(
        tmp_path,
        {name: [1.0, 2.0, 99.0, 1.0] for name in names},
        column_labels={name: f"{name[:6]}. Do you use - {name[5]}" for name in names},
        variable_value_labels={name: {1.0: "Yes", 2.0: "No", 99.0: "Refused"} for name in names},
    )
    (grid,) = survey.codebook.questions
    assert (grid.id, grid.kind, grid.label) == ("SOC1", Kind.GRID, "Do you use")
    assert [one.label for one in grid.items] == ["a", "b", "c"]
