"""The text of a filter: what it has always meant, and back from every text that is printed."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.typed_nets import parse_net
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.survey import where_text
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Net, Question
from cxtui.survey.where_text import parse_condition
from tests.making import QUESTIONS, ROLE, SCHEMA, categories, made, survey_of

PLAIN = made([])


def asked(*labels: str) -> Survey:
    """The plain survey and a question `q` with these answers."""
    question = Question(
        "q",
        "Q",
        Kind.SINGLE,
        ("goal",),
        categories(*labels),
        nets=(Net("e", "Either", ("1", "2")),),
    )
    return survey_of([], (question, *QUESTIONS), SCHEMA)


def test_a_label_means_every_code_that_has_it() -> None:
    survey = asked("Yes", "No", "yes")
    twice = survey_of([{"goal": 1}, {"goal": 3}, {"goal": 2}], survey.codebook.questions, SCHEMA)
    condition = parse_condition(twice, "q=Yes")
    assert condition == Filter("q", "=", ("1", "3"))
    assert count_respondents(twice, [condition]) == 2
    assert parse_net(survey.codebook.questions[0], "x=yes").members == ("1", "3")


def test_answers_of_one_label_are_told_apart_and_the_filter_says_both() -> None:
    rows = [{"goal": code, "role": 1} for code in (1, 1, 2, 3)]
    survey = survey_of(rows, asked("Yes", "No", "Yes").codebook.questions, SCHEMA)
    table = tabulate(survey, parse_view(survey, "--question q --where q=Yes"))
    assert [row.label for row in table.rows][:3] == ["Yes (1)", "No", "Yes (3)"]
    assert any("Yes (1) or Yes (3)" in str(note) for note in table.notes)
    banner = tabulate(survey, parse_view(survey, "--question role --by q"))
    assert [column.label for column in banner.columns] == ["Total", "Yes (1)", "No", "Yes (3)"]


def test_each_of_thousands_of_values_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    folded = where_text._folded

    def counted(text: str) -> str:
        looked_up.append(text)
        return folded(text)

    monkeypatch.setattr(where_text, "_folded", counted)
    codes = ["yes", "No, never"] * 1_000
    found = parse_condition(asked("Yes", "No, never"), f"q={','.join(codes)}")
    assert found == Filter("q", "=", ("1", "2"))
    assert len(looked_up) < 5_000


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("role=1", Filter("role", "=", ("1",))),
        ("role=marketing,2", Filter("role", "=", ("1", "2"))),
        ("role != Technology", Filter("role", "!=", ("2",))),
        ("budget>=30", Filter("budget", ">=", ("30",))),
        ("budget=5, 7.5", Filter("budget", "=", ("5", "7.5"))),
        ("budget=don't know", Filter("budget", "=", ("998",))),
        ("channels.mobile=Weak", Filter("channels.mobile", "=", ("1",))),
        ("goal=missing", Filter("goal", "=", ("4", NO_ANSWER))),
        ("goal!=Missing", Filter("goal", "!=", ("4", NO_ANSWER))),
        ("role=no answer", Filter("role", "=", (NO_ANSWER,))),
        ('goal=Low,""', Filter("goal", "=", ("1", NO_ANSWER))),
        ('goal="Low"', Filter("goal", "=", ("1",))),
        ('"goal" = 1', Filter("goal", "=", ("1",))),
        (
            "role=Marketing or budget>=30",
            AnyOf((Filter("role", "=", ("1",)), Filter("budget", ">=", ("30",)))),
        ),
        (
            "role=1 OR goal=missing or tools!=2",
            AnyOf(
                (
                    Filter("role", "=", ("1",)),
                    Filter("goal", "=", ("4", NO_ANSWER)),
                    Filter("tools", "!=", ("2",)),
                )
            ),
        ),
    ],
)
def test_meaning(text: str, condition: Condition) -> None:
    """Codes and labels in any case, numbers, missing and alternatives."""
    assert parse_condition(PLAIN, text) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("q=Yes or no", Filter("q", "=", ("1",))),
        ("q=yes or no or q=2", AnyOf((Filter("q", "=", ("1",)), Filter("q", "=", ("2",))))),
        ("q=Left, right", Filter("q", "=", ("2",))),
        ("q=missing", Filter("q", "=", ("3",))),
        ('q=5" pipe or role=1', AnyOf((Filter("q", "=", ("4",)), Filter("role", "=", ("1",))))),
        ('q="quoted"', Filter("q", "=", ("5",))),
        ("q=either,missing", Filter("q", "=", ("1", "2", "3"))),
        ("q=a=b", Filter("q", "=", ("6",))),
    ],
)
def test_a_label_may_hold_any_text(text: str, condition: Condition) -> None:
    """What is special elsewhere is a label where the codebook has it."""
    survey = asked("Yes or no", "Left, right", "Missing", '5" pipe', '"quoted"', "a=b")
    assert parse_condition(survey, text) == condition


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("role", "lacks an operator"),
        ("role=Sales", r"role has no answer 'Sales'; it has 1 \(Marketing\), 2 \(Technology\)"),
        ("role=Marketing or Sales", "role has no answer 'Marketing or Sales'"),
        ("role=Marketing or nothing=1", "no question 'nothing'"),
        ("role=Marketing or budget>=many", "budget>= takes a number, not 'many'"),
        ("budget=many", "budget takes numbers, not 'many'"),
        ("budget>nan", "takes a number"),
        ("channels=1", "channels is a grid: filter by one of its items"),
        ("role<2,3", "takes a number"),
        ("role= ", "role has no answer ''"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, says: str) -> None:
    """One line with what is there instead."""
    with pytest.raises(ViewError, match=says):
        parse_condition(PLAIN, text)


HOSTILE = st.text(alphabet='abOrR ",=<>!\\-.1\n[]é', min_size=1, max_size=8).filter(
    lambda text: text != NO_ANSWER
)
ENTRIES = st.lists(HOSTILE, min_size=2, max_size=5, unique=True)


@st.composite
def surveys_and_conditions(draw: st.DrawFn) -> tuple[Survey, Condition]:
    """Two questions with any ids, codes and labels, and a condition on them."""
    names = draw(st.lists(HOSTILE, min_size=2, max_size=2, unique=True))
    questions = []
    for name, column in zip(names, ("role", "goal"), strict=True):
        labels = draw(st.lists(HOSTILE, min_size=5, max_size=5))
        listed = tuple(
            Category(code, label) for code, label in zip(draw(ENTRIES), labels, strict=False)
        )
        questions.append(Question(name, name, Kind.SINGLE, (column,), listed))
    number = Question("number", "Number", Kind.NUMERIC, ("budget",), (Category("998", "No", True),))
    survey = survey_of([], (*questions, number), SCHEMA)

    def one() -> Filter:
        if draw(st.integers(0, 3)) == 0:
            sign = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
            values = ["998", NO_ANSWER] if sign in {"=", "!="} else []
            return Filter("number", sign, (draw(st.sampled_from(["5", "-2.5", "1e3", *values])),))
        question = draw(st.sampled_from(questions))
        codes = [*(each.code for each in question.categories), NO_ANSWER]
        chosen = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
        return Filter(question.id, draw(st.sampled_from(["=", "!="])), tuple(chosen))

    several = tuple(one() for _ in range(draw(st.integers(1, 3))))
    return survey, several[0] if len(several) == 1 else AnyOf(several)


@given(surveys_and_conditions())
def test_a_condition_is_read_back(case: tuple[Survey, Condition]) -> None:
    """Whatever ids, codes and labels hold."""
    survey, condition = case
    assert parse_condition(survey, str(condition)) == condition


@given(surveys_and_conditions())
def test_a_view_is_read_back(case: tuple[Survey, Condition]) -> None:
    """Through the quoting of the shell too; conditions keep their order."""
    survey, condition = case
    view = View("number", filters=(condition, Filter("number", ">", ("3",))))
    assert parse_view(survey, str(view)) == view


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Filter("role", "!=", ("Head of marketing", "Other: IT/data")), None),
        (Filter("wave", "=", ("2016",)), "wave=2016"),
        (Filter("budget_share", ">=", ("-30.5",)), "budget_share>=-30.5"),
        (Filter("channels.mobile", "=", ("1", "2")), "channels.mobile=1,2"),
        (Filter("goal", "=", ("4", NO_ANSWER)), 'goal=4,""'),
        (Filter("How old? (>=18)", "=", ("1",)), '"How old? (>=18)"=1'),
        (Filter("q", "=", ("Left, right", "a or b", 'c"d')), 'q="Left, right","a or b","c\\"d"'),
        (
            AnyOf((Filter("role", "=", ("1",)), Filter("goal", "!=", (NO_ANSWER,)))),
            'role=1 or goal!=""',
        ),
    ],
)
def test_text(condition: Condition, text: str | None) -> None:
    """Quotes stand only where something could be misread."""
    assert str(condition) == (text or "role!=Head of marketing,Other: IT/data")


def test_switching_a_role() -> None:
    """A role goes off and on by a `!=`, or by the `=` that names the roles to keep."""
    view = View("goal")
    off = view.toggled("role", "2")
    assert off.filters == (Filter("role", "!=", ("2",)),)
    assert off.toggled("role", "2") == view
    named = replace(view, filters=(Filter("role", "=", ("1",)), Filter("goal", "=", ("1",))))
    both = named.toggled("role", "2")
    assert both.filters == (Filter("role", "=", ("1", "2")), Filter("goal", "=", ("1",)))
    assert both.toggled("role", "2") == named
    nobody = named.toggled("role", "1")
    assert nobody.excludes(ROLE, "1") and nobody.excludes(ROLE, "2")
    assert nobody.toggled("role", "1") == named


def test_switching_a_wave_that_is_the_role_too() -> None:
    """All are on again: that is all waves, not the latest, which the text would stand for."""
    off = View("goal").toggled("wave", "2015", "wave")
    assert not off.all_waves
    assert off.toggled("wave", "2015", "wave") == View("goal", all_waves=True)


def test_filters_on_the_wave() -> None:
    """Without one, all waves were chosen; alternatives that mention it are one."""
    wave = Filter("wave", "=", ("2016",))
    view = View("goal", filters=(wave,))
    assert view.with_filters((), "wave").all_waves
    assert not view.with_filters((AnyOf((wave, Filter("role", "=", ("1",)))),), "wave").all_waves
    assert not view.with_filters((), "").all_waves
