"""Real surveys, where they are at hand: the guesses an analyst would make."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from tests.shared import opened

_FILES = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not _FILES.is_dir(), reason="the example surveys are not here")


def counts(survey: Survey, column: str) -> Counter[str]:
    collected = survey.frame.select(column).collect().to_native()
    assert isinstance(collected, pl.DataFrame)
    return Counter(collected[column].drop_nulls().to_list())


def test_the_masculinity_survey_has_nine_sets_a_weight_and_no_role() -> None:
    codebook = opened("data/masculinity_538/masculinity-wide.parquet").codebook
    sets = [one.id for one in codebook.questions if one.kind is Kind.MULTI]
    numbers = ("04", "08", "10", "11", "12", "19", "20", "21", "25")
    assert sets == [f"q00{number}" for number in numbers]
    assert (codebook.weight, codebook.banner, codebook.role) == ("weight", "age3", "")


def test_the_member_survey_has_a_role_and_a_set_with_a_comment_box() -> None:
    file = next(_FILES.glob("cncf_marketing_2020/*.csv"))
    survey = opened(str(file.relative_to(_FILES.parent)))
    assert survey.respondents == 150
    role = survey.codebook.find(survey.codebook.role)
    assert role is not None and role.label == "What is your role in your organization?"
    assert counts(survey, role.columns[0])["Sales and Marketing"] == 61
    programs = survey.codebook.find("q6")
    assert programs is not None and len(programs.columns) == 13
    comment = survey.codebook.find("q6_14")
    assert comment is not None and comment.kind is Kind.TEXT
