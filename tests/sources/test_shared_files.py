"""Real surveys, where they are at hand: the guesses an analyst would make."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from cxtui.errors import CodebookError, SourceError
from cxtui.sources.opening import open_survey
from cxtui.survey.model import Kind, Survey

_FILES = Path(__file__).resolve().parents[3] / "shared" / "data"
_EDGES = sorted(_FILES.glob("edge_files/*.[cp]*")) if _FILES.is_dir() else []

pytestmark = pytest.mark.skipif(not _FILES.is_dir(), reason="the example surveys are not here")


def counts(survey: Survey, column: str) -> Counter[str]:
    collected = survey.frame.select(column).collect().to_native()
    assert isinstance(collected, pl.DataFrame)
    return Counter(collected[column].drop_nulls().to_list())


def test_the_masculinity_survey_has_nine_sets_a_weight_and_no_role() -> None:
    codebook = open_survey(str(_FILES / "masculinity_538/masculinity-wide.parquet")).codebook
    sets = [one.id for one in codebook.questions if one.kind is Kind.MULTI]
    numbers = ("04", "08", "10", "11", "12", "19", "20", "21", "25")
    assert sets == [f"q00{number}" for number in numbers]
    assert (codebook.weight, codebook.banner, codebook.role) == ("weight", "age3", "")


def test_the_member_survey_has_a_role_and_a_set_with_a_comment_box() -> None:
    file = next(_FILES.glob("cncf_marketing_2020/*.csv"))
    survey = open_survey(str(file))
    assert survey.respondents == 150
    role = survey.codebook.find(survey.codebook.role)
    assert role is not None and role.label == "What is your role in your organization?"
    assert counts(survey, role.columns[0])["Sales and Marketing"] == 61
    programs = survey.codebook.find("q6")
    assert programs is not None and len(programs.columns) == 13
    comment = survey.codebook.find("q6_14")
    assert comment is not None and comment.kind is Kind.TEXT


@pytest.mark.parametrize(
    ("name", "respondents", "side", "dropped"),
    [
        ("ospo_2018_2020/2020-results_2020.csv", 1_026, "Which category most closely", 378),
        ("spack_waves/2025.csv", 245, "What kind of user are you?", 100),
        ("spack_waves/2025.xlsx", 245, "What kind of user are you?", 0),
        ("jupyter_2020/all_responses.csv", 1_135, "Question 4", 0),
        ("fivethirtyeight_misc/food-world-cup-data.csv", 1_373, "Age", 0),
    ],
)
def test_respondents_role_and_what_was_left_out(
    name: str, respondents: int, side: str, dropped: int
) -> None:
    survey = open_survey(str(_FILES / name))
    assert survey.respondents == respondents
    compared = survey.codebook.find(survey.codebook.side)
    assert compared is not None and compared.label.startswith(side)
    assert any("without any answer" in note for note in survey.notes) == bool(dropped)
    assert not dropped or f"left out {dropped} rows" in " ".join(survey.notes)


@pytest.mark.parametrize("file", _EDGES, ids=lambda file: file.name)
def test_an_edge_file_opens_or_says_why_not(file: Path) -> None:
    try:
        survey = open_survey(str(file))
    except (SourceError, CodebookError) as error:
        said = str(error)
    else:
        said = " ".join(question.id for question in survey.codebook.questions)
    assert said
    assert "\n" not in said
