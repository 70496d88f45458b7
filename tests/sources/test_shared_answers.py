"""Real surveys, where they are at hand: what their publishers counted comes out of the guesses."""

import pytest
import python_calamine

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import TableRow
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from tests.shared import FOLDER, opened, shared

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the example surveys are not here")


def rows_of(survey: Survey, question: Question, options: str = "") -> dict[str, TableRow]:
    view = parse_view(survey, f"--question {question.id} --no-weight {options}")
    return {row.label: row for row in tabulate(survey, view).rows}


def asked(survey: Survey, words: str) -> Question:
    """The question whose wording holds these words, the shortest of several."""
    found = [one for one in survey.codebook.table_questions if words in one.label]
    return min(found, key=lambda one: len(one.label))


@pytest.mark.parametrize(
    ("name", "words", "answers", "published"),
    [
        (
            "2018-results",
            "have an open source program (either",
            ["Yes", "No, but planning one"],
            53.3,
        ),
        ("2018-results", "noncommercial or internal", ["Frequently"], 71.6),
        ("2018-results", "open source code in commercial products", ["Frequently"], 54.9),
        (
            "2018-results",
            "business-critical is your",
            ["1 \u2013 Extremely critical", "2 \u2013 Very critical"],
            59.0,
        ),
        ("2018-results", "benefit from an open source program?", ["Yes"], 69.7),
        (
            "2019-results",
            "have an open source program (either",
            ["Yes", "No, but planning one"],
            51.6,
        ),
        ("2019-results", "people work for your company", ["More than 10,000"], 20.8),
        ("2019-results", "people work for your company", ["2-50", "51-250"], 38.5),
        ("2020-results_2020", "people work for your company", ["More than 10,000"], 24.2),
        ("2020-results_2020", "people work for your company", ["2-50", "51-250"], 36.6),
        ("2020-results_2020", "defines your role", ["Developer or software engineer"], 39.9),
    ],
)
def test_the_published_shares_of_three_waves(
    name: str, words: str, answers: list[str], published: float
) -> None:
    rows = rows_of(programs(name), asked(programs(name), words))
    share = sum(round(rows[answer].cells[0].percent or 0.0, 1) for answer in answers)
    assert share == pytest.approx(published, abs=0.06)


def test_the_published_share_of_large_companies_with_a_program() -> None:
    survey = programs("2018-results")
    by = asked(survey, "people work for your company").id
    rows = rows_of(survey, asked(survey, "have an open source program (either"), f"--by {by}")
    large = rows["Yes"].cells[5]
    assert (large.base, round(large.percent or 0.0, 1)) == (160, 62.5)


def programs(name: str) -> Survey:
    """One of the three waves."""
    return opened(f"data/ospo_2018_2020/{name}.csv")


@pytest.mark.parametrize("file", ["Example Data (A).csv", "example_a-labelled.parquet"])
def test_the_published_counts_by_gender_and_by_locality(file: str) -> None:
    """Delimited codes and lists of labels, with and without an answer; 97 and 98 are answers."""
    folder = shared("data/quantipy_example_a")
    survey = opened(f"data/quantipy_example_a/{file}")
    book = python_calamine.CalamineWorkbook.from_path(str(folder / "expected-basic-counts.xlsx"))
    compared = 0
    for question_id in ("q2", "q2b", "q3", "q4", "q5.1", "q8", "q9"):
        name = "FOLDER_4" if question_id == "q5.1" else question_id
        sheet = book.get_sheet_by_name(name).to_python()[3:]
        codebook = survey.codebook
        question = codebook.find(question_id) or codebook.find(question_id.replace(".", "_"))
        assert question is not None, question_id
        rows = rows_of(survey, question, "--by gender --by locality --wave all")
        published: dict[object, list[object]] = {}
        for line in sheet:  # which repeats gender, and has the other rows of the grid below
            counts: list[object] = [0 if one == "-" else one for one in (*line[1:4], *line[6:11])]
            published.setdefault(line[0], counts)
        base = published.pop("Base")
        in_order = list(published)[: len(rows)]
        # where the file has the labels the rows are found by them: lists have no order of their own
        labels = in_order if set(rows).isdisjoint(published) else list(rows)
        for label, row in zip(labels, rows.values(), strict=True):
            assert [cell.n for cell in row.cells[:8]] == published[label], (question_id, label)
            assert [cell.base for cell in row.cells[:8]] == base, question_id
        compared += len(rows)
    assert compared == 43


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("fivethirtyeight_misc/StarWars.csv", {Kind.MULTI: 1, Kind.GRID: 2}),
        ("fivethirtyeight_misc/food-world-cup-data.csv", {Kind.GRID: 1}),
        ("jupyter_2020/all_responses.csv", {Kind.GRID: 8, Kind.MULTI: 10}),
        ("spack_waves/2020.csv", {Kind.GRID: 2, Kind.MULTI: 11}),
        ("ospo_2018_2020/2019-results.csv", {Kind.GRID: 3}),
    ],
)
def test_sets_and_grids_are_what_the_questionnaire_had(file: str, kinds: dict[Kind, int]) -> None:
    survey = opened(f"data/{file}")
    for kind, number in kinds.items():
        found = [one.id for one in survey.codebook.questions if one.kind is kind]
        assert len(found) == number, found
