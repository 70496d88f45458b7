"""Previews and unfinished interviews are counted, and one filter excludes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.sources.open_survey import open_survey
from cxtui.survey.note import sentences_of
from cxtui.survey.where_text import parse_condition


@pytest.mark.parametrize(
    ("header", "test", "real"),
    [
        ("Status", "Survey Preview", "IP Address"),
        ("Response Type", "Test", "Normal"),
        ("Interview status", "Partial", "Complete"),
        ("Finished", "False", "True"),
        ("Beendet", "Nein", "Ja"),
        ("Statut", "Incomplète", "Terminée"),
        ("Статус", "Частично", "Завершено"),
        ("ステータス", "途中", "完了"),
    ],
)
def test_they_are_said_with_the_filter_that_excludes_them(
    tmp_path: Path, header: str, test: str, real: str
) -> None:
    file = tmp_path / "made.csv"
    rows = (f"{n},{test if n < 7 else real},{'AB'[n % 2]}\n" for n in range(40))
    file.write_text(f"id,{header},role\n" + "".join(rows))
    survey = open_survey(str(file))
    note = next(one for one in sentences_of(survey.notes) if "excludes them" in one)
    assert note.startswith("7 interviews")
    condition = note.split("'")[1]
    assert count_respondents(survey, [parse_condition(survey, condition)]) == 33


def test_a_question_with_such_answers_is_no_status(tmp_path: Path) -> None:
    file = tmp_path / "made.csv"
    file.write_text("id,plan,done\n" + "1,Test,No\n2,Live,Yes\n" * 10)
    assert not sentences_of(open_survey(str(file)).notes)
