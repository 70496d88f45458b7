"""What real surveys hold and a plain reader takes for something else, in files of a few rows."""

from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from cxtui.analysis.options import default_view, parse_view
from cxtui.analysis.tabulate import tabulate
from cxtui.sources.opening import open_survey
from cxtui.survey.model import Kind, Question, Survey

Made = Callable[..., Survey]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The survey of a header and some rows, given over and over."""

    def opened(header: str, *lines: str, times: int = 24, encoding: str = "utf-8") -> Survey:
        file = tmp_path / "made.csv"
        text = "\n".join((header, *islice(cycle(lines), times)))
        file.write_text(text, encoding=encoding, newline="")
        return open_survey(str(file))

    return opened


def the(survey: Survey, question_id: str) -> Question:
    found = survey.codebook.find(question_id)
    assert found is not None, [one.id for one in survey.codebook.questions]
    return found


def counts(survey: Survey, question_id: str) -> dict[str, tuple[float, float]]:
    rows = tabulate(survey, parse_view(survey, f"--question {question_id} --wave all")).rows
    return {row.label: (row.cells[0].n, row.cells[0].base) for row in rows}


def test_na_was_not_asked_and_n_a_is_an_answer(made: Made) -> None:
    """The base of a filtered question is its askers; `N/A` means unfamiliar and stays in it."""
    survey = made("dish,paid", "5,Yes", "N/A,NA", "3,No", "1,NA", "2,Yes", "4,")
    assert counts(survey, "dish")["N/A"] == (4, 24)
    assert counts(survey, "paid") == {"Yes": (8, 12), "No": (4, 12)}


def test_a_question_number_stands_before_each_option_and_the_wording_nowhere(made: Made) -> None:
    """Cells and headers differ in blanks, one point of a scale in its kind of blank."""
    survey = made(
        "4. Analyst.,4. Tutor,4. Student.,10a. Lost work.,10b. Slow,10c. Ugly",
        "Analyst.,,,(1)\u00a0Trivial.,(0) None.,(2) Minor.",
        '," Tutor.",Student.,(0) None.,(1) Trivial.,(3) Major.',
        'Analyst.,"Tutor.\n",,(2) Minor.,(3) Major.,(1)\u00a0Trivial.',
        ",,Student.,(3) Major.,(2) Minor.,(0) None.",
    )
    roles, grid = the(survey, "q4"), the(survey, "q10")
    assert (roles.kind, [one.label for one in roles.categories]) == (
        Kind.MULTI,
        ["Analyst.", "Tutor.", "Student."],
    )
    assert counts(survey, "q4")["Tutor."] == (12, 24)
    assert [one.score for one in grid.categories] == [0, 1, 2, 3]
    assert "'(1) Trivial.'" in grid.guess


def test_a_question_is_repeated_before_each_option_and_other_has_a_text_beside_it(
    made: Made,
) -> None:
    stem = "Which pies? Select all. -"
    survey = made(
        f"RespondentID,{stem} Apple,{stem} Plum,{stem} Other (specify),{stem} Other (specify)",
        "4337954960,Apple,,,",
        "4337951949,Apple,Plum,Other (specify),rhubarb tart",
        "4337935621,,Plum,Other (specify),a cake of nuts",
        times=3,
    )
    pies = next(one for one in survey.codebook.questions if one.kind is Kind.MULTI)
    assert [one.label for one in pies.categories] == ["Apple", "Plum", "Other (specify)"]
    assert [one.kind for one in survey.codebook.questions] == [Kind.MULTI, Kind.TEXT]
    assert survey.codebook.respondent == "RespondentID"


def test_codes_are_one_whether_written_with_a_point_or_not(made: Made) -> None:
    """A delimited set ends in its delimiter; of the weights one is declared and empty."""
    survey = made(
        "q2,q5_1,q5_2,weight,weight_a,gender",
        "1;2;98;,1.0,2,,0.5,1.0",
        "2;,2.0,1,,1.5,2.0",
        "1;3;,3.0,4,,1.25,1.0",
        "3;,4.0,5,,0.75,2.0",
        ",5.0,3,,1,1.0",
    )
    tools, grid = the(survey, "q2"), the(survey, "q5")
    assert [one.code for one in tools.categories] == ["1", "2", "3", "98"]
    assert counts(survey, "q2")["98"][1] == 20
    assert [one.code for one in grid.categories] == ["1", "2", "3", "4", "5"]
    assert (survey.codebook.weight, the(survey, "gender").kind) == ("weight_a", Kind.SINGLE)


def test_tens_up_to_fifty_are_no_rating_and_heights_stand_from_small_to_tall(made: Made) -> None:
    survey = made(
        "How many people?,How tall?", '0,"5\'10"""', '10,"6\'2"""', '20,"5\'2"""', "50,Under 5 ft."
    )
    people, tall = survey.codebook.questions
    assert (people.kind, people.scores) == (Kind.SINGLE, False)
    assert [one.label for one in tall.categories] == ["Under 5 ft.", "5'2\"", "5'10\"", "6'2\""]


def test_a_first_question_with_one_answer_is_not_what_a_survey_opens_on(made: Made) -> None:
    survey = made("Status,Happy?,Age", "complete,Yes,18-29", "complete,No,30-44")
    assert default_view(survey).question == "Happy?"
