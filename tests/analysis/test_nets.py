"""Nets made on the fly: their text and back, their codes, and what is left when one goes."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.typed_nets import make_net, member_nets, parse_net, parse_nets, remove_net
from cxtui.analysis.view.view import View, text_of_net
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ViewError
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Net, Question
from cxtui.text import clean
from tests.making import BUDGET, CHANNELS, GOAL, QUESTIONS, SCHEMA, TOOLS, categories, survey_of

ASKED = Question(
    "q",
    "Q",
    Kind.SINGLE,
    ("goal",),
    categories("Low", "Left, right", "10 minus 5", 'A "quote"', "either"),
    nets=(
        Net("either", "Low or left", ("1", "2")),
        Net("gap", "Low minus left", ("1",), minus=("2",)),
    ),
)


@pytest.mark.parametrize(
    ("text", "net"),
    [
        ("Bottom=1,2", Net("Bottom", "Bottom", ("1", "2"))),
        (" Bottom = low, 2 ", Net("Bottom", "Bottom", ("1", "2"))),
        ("Gap=1 minus 2", Net("Gap", "Gap", ("1",), minus=("2",))),
        ("Odd=Low,Left, right", Net("Odd", "Odd", ("1", "2"))),
        ("Ten=10 minus 5", Net("Ten", "Ten", ("3",))),
        ("Ten=10 minus 5 minus Low", Net("Ten", "Ten", ("3",), minus=("1",))),
        ('Ten="10 minus 5",1', Net("Ten", "Ten", ("3", "1"))),
        ("Nested=either,3", Net("Nested", "Nested", ("either", "3"))),
        ('"a=b"=1', Net("a=b", "a=b", ("1",))),
        ('"a \\"b\\""=1', Net('a "b"', 'a "b"', ("1",))),
        ('5" pipe=1', Net('5" pipe', '5" pipe', ("1",))),
        ("1=1,2", Net("net 1", "1", ("1", "2"))),
        ("gap=1,2", Net("net gap", "gap", ("1", "2"))),
        ("gap+=1,2", Net("net gap+", "gap+", ("1", "2"))),
    ],
)
def test_meaning(text: str, net: Net) -> None:
    """Codes and labels, quotes where something could be misread, and a code of its own."""
    assert parse_net(ASKED, text) == net


@pytest.mark.parametrize(
    ("question", "text", "says"),
    [
        (ASKED, "Bottom", "not of the form LABEL=VALUE,VALUE"),
        (ASKED, "=1", "not of the form"),
        (ASKED, '""=1', "not of the form"),
        (ASKED, "Bottom=", "not of the form"),
        (ASKED, "Bottom=1,9", "q has no answer '9'"),
        (ASKED, "Bottom=1 minus 9", "q has no answer '9'"),
        (ASKED, "Bottom=gap,1", "q has no answer 'gap'"),
        (BUDGET, "Bottom=1", "budget is numeric: it has no answers to count together"),
        (
            CHANNELS,
            "Bottom=1",
            "channels is grid: count answers to one of its rows together, as channels.web",
        ),
        (replace(ASKED, categories=()), "Bottom=1", "q has no answers listed"),
    ],
)
def test_what_cannot_be_read_says_why(question: Question, text: str, says: str) -> None:
    """In one line."""
    with pytest.raises(ViewError, match=says):
        parse_net(question, text)


def test_a_net_may_name_those_before_it() -> None:
    """By code; a label that stands twice gets another code."""
    nets = parse_nets(ASKED, ["A=1,2", "B=A,3", "A=3,4"])
    assert [net.code for net in nets] == ["A", "B", "net A"]
    assert nets[1].members == ("A", "3")


HOSTILE = st.text(alphabet='abOrR ",=<>+\\-.1\n[]é', min_size=1, max_size=8)
LABELS = st.one_of(HOSTILE, st.sampled_from(["a minus b", "gap", "-x", "a or b", '"', " "])).filter(
    lambda text: bool(clean(text))
)


@st.composite
def surveys_and_views(draw: st.DrawFn) -> tuple[Survey, View]:
    """A question with any codes, labels and nets, and nets made on the fly, also of each other."""
    codes = draw(st.lists(LABELS, min_size=2, max_size=4, unique=True))
    kind = draw(st.sampled_from([Kind.SINGLE, Kind.SCALE, Kind.DATE]))
    listed = tuple(Category(code, draw(LABELS)) for code in codes)
    declared: list[Net] = []
    question = Question("q", "Q", kind, ("goal",), listed)
    for _ in range(draw(st.integers(0, 2))):
        minus = tuple(draw(st.lists(st.sampled_from(codes), max_size=2, unique=True)))
        net = make_net(question, declared, draw(LABELS), (draw(st.sampled_from(codes)),), minus)
        declared.append(net)
    question = replace(question, nets=tuple(declared))
    made: list[Net] = []
    for _ in range(draw(st.integers(1, 4))):
        known = [*codes, *(net.code for net in member_nets(question, made))]
        some = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
        minus = tuple(draw(st.one_of(st.just([]), some)))
        made.append(make_net(question, made, draw(LABELS), draw(some), minus))
    return survey_of([], (question,), SCHEMA), View("q", nets=tuple(made))


@given(surveys_and_views())
def test_a_view_with_nets_is_read_back(case: tuple[Survey, View]) -> None:
    """Whatever codes and labels hold, through the quoting of the shell too."""
    survey, view = case
    assert parse_view(survey, str(view)) == view


@given(surveys_and_views(), st.data())
def test_a_net_goes(case: tuple[Survey, View], data: st.DataObject) -> None:
    """The others mean the same answers as before, and are read back."""
    survey, view = case
    (question,) = survey.codebook.questions
    gone = data.draw(st.sampled_from(view.nets))
    left = remove_net(question, view.nets, gone)
    assert parse_view(survey, str(replace(view, nets=left))).nets == left
    before = replace(question, nets=(*question.nets, *view.nets))
    after = replace(question, nets=(*question.nets, *left))
    others = [one for one in view.nets if one is not gone]
    for old, new in zip(others, left, strict=True):
        assert new.label == old.label
        for one, other in ((old.members, new.members), (old.minus, new.minus)):
            assert set(before.category_codes(one)) == set(after.category_codes(other))


@pytest.mark.parametrize(
    ("net", "text"),
    [
        (Net("x", "Low or middle", ("1", "2")), "Low or middle=1,2"),
        (Net("x", "a=b", ("1",), ("2", "3")), '"a=b"=1 minus 2,3'),
        (Net("x", "-1 to 1", ("a, b",)), '"-1 to 1"="a, b"'),
        (Net("x", "x", ("10 minus 5",)), 'x="10 minus 5"'),
    ],
)
def test_text(net: Net, text: str) -> None:
    """Quotes stand only where something could be misread."""
    assert text_of_net(net) == text


@pytest.mark.parametrize("question", [GOAL, TOOLS], ids=lambda one: one.id)
def test_nested_nets_are_recounted(question: Question) -> None:
    """A net of a net and an answer counts each respondent once."""
    respondents = [
        {"role": 1, "goal": code, "tools_1": a, "tools_2": b, "tools_3": c}
        for code, a, b, c in ((1, 1, 1, 0), (2, 0, 1, 1), (3, 0, 0, 1), (1, 1, 0, 0))
    ]
    survey = survey_of(respondents, QUESTIONS, SCHEMA, Codebook(role="role"))
    view = View(question.id, nets=parse_nets(question, ["A=1", "B=A,2", "C=B minus 3"]))
    rows = {row.label: row.cells[0] for row in tabulate(survey, view).rows}
    assert (rows["A"].n, rows["B"].n) == (2, 3)
    difference = 50.0 if question is GOAL else 25.0
    assert rows["C"].mean == pytest.approx(difference)
