"""Who answered a question of mentions: a mention that the codebook does not list is an answer."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Base, View
from cxtui.survey.conditions import NO_ANSWER, Filter
from cxtui.survey.question import Net
from tests.analysis.test_derived import RESPONDENTS, mentions_of, surveyed
from tests.making import Respondent


@given(RESPONDENTS.filter(bool))
def test_an_unlisted_mention_beside_a_missing_one_is_an_answer(
    respondents: list[Respondent],
) -> None:
    """In the list of questions, in filters, in bases, and in nets with a missing member."""
    survey = surveyed(respondents)
    given = [set(mentions_of(one)) for one in respondents]
    answered = sum(bool(one - {"none"}) for one in given)
    assert count_answered(survey)["aided"] == answered
    assert count_respondents(survey, (Filter("aided", "!=", (NO_ANSWER,)),)) == answered
    table = tabulate(survey, View("aided", nets=(Net("x+", "X or none", ("x", "none")),)))
    assert table.rows[0].cells[0].base == answered
    net = next(row for row in table.rows if row.code == "x+")
    assert net.cells[0].n == sum(
        bool(one & {"x", "none"}) and bool(one - {"none"}) for one in given
    )
    asked = tabulate(survey, replace(table.view, base=Base.ASKED))
    assert asked.rows[0].cells[0].base == sum(map(bool, given))
