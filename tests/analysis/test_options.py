"""Options mean what they say, and a view's text form asks for the same view again."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from cxtui.analysis.view.hidden_parts import Hidden
from cxtui.analysis.view.view import Base, Correction, Measure, Sort, View, measure_of, measures_of
from cxtui.analysis.view.view_option_table import VIEW_OPTIONS, ViewOptions
from cxtui.analysis.view.view_options import default_view, parse_view, view_of
from cxtui.errors import ViewError
from cxtui.options import read_options, values_from
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import OPERATORS, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.where_text import parse_filter
from tests.making import BUDGET, CHANNELS, GOAL, QUESTIONS, ROLE, SCHEMA, TOOLS, made, survey_of

ODD = Question(
    "a>b=c",
    "An id that looks like options",
    Kind.SINGLE,
    ("odd",),
    (
        Category("x", "Yes, often"),
        Category("y", "Yes"),
        Category("z", "often", spellings=("OFT",)),
        Category("Yes", "A code that is another's label"),
        Category("OFTEN", "Another spelling, another answer"),
        Category("often", "Not the one above"),
        Category('o\'clock "now"', "Quotes"),
    ),
)
WAVE = Question(
    "wave", "Wave", Kind.SINGLE, ("wave",), (Category("2015", "2015"), Category("2016", "Now"))
)


def survey() -> Survey:
    schema = {**SCHEMA, "odd": SCHEMA["role"], "wave": SCHEMA["goal"]}
    codebook = Codebook(role="role", weight="w", wave="wave")
    return survey_of([{"role": 1}], (*QUESTIONS, ODD, WAVE), schema, codebook)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("role=1", Filter("role", "=", ("1",))),
        ("role=Marketing", Filter("role", "=", ("1",))),
        ("role = technology ", Filter("role", "=", ("2",))),
        ("role!=Technology,1", Filter("role", "!=", ("2", "1"))),
        ("goal=Don't know", Filter("goal", "=", ("4",))),
        ("tools=Tool 2", Filter("tools", "=", ("2",))),
        ("channels.web=Strong", Filter("channels.web", "=", ("3",))),
        ("budget<=30", Filter("budget", "<=", ("30",))),
        ("budget< 1e2", Filter("budget", "<", ("1e2",))),
        ("budget>=-1.5", Filter("budget", ">=", ("-1.5",))),
        ("budget=30,40", Filter("budget", "=", ("30", "40"))),
        ("goal>1", Filter("goal", ">", ("1",))),
        ("a>b=c=Yes, often", Filter("a>b=c", "=", ("x",))),
        ("a>b=c=Yes,oft", Filter("a>b=c", "=", ("Yes", "z"))),
        ("a>b=c!=oft", Filter("a>b=c", "!=", ("z",))),
        ("a>b=c=Yes", Filter("a>b=c", "=", ("Yes",))),
        ("a>b=c=OFTEN,often", Filter("a>b=c", "=", ("OFTEN", "often"))),
    ],
)
def test_a_filter_takes_codes_and_labels(text: str, expected: Filter) -> None:
    """In any case; a label may hold commas; a code wins over a label."""
    assert parse_filter(survey(), text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("role", "--where role lacks an operator"),
        ("nothing=1", "no question 'nothing'; `cxtui questions` lists"),
        ("role=Sales", r"role has no answer 'Sales'; it has 1 \(Marketing\), 2 \(Technology\)"),
        ("role=1,Sales", "role has no answer 'Sales'"),
        ("role=", "role has no answer ''"),
        ("channels=3", "channels is a grid: filter by one of its items, channels.web"),
        ("budget<much", "budget< takes a number, not 'much'"),
        ("=1", "lacks an operator|cannot be read|no question"),
    ],
)
def test_a_filter_that_does_not_fit_says_why(text: str, says: str) -> None:
    """In one line."""
    with pytest.raises(ViewError, match=says) as caught:
        parse_filter(survey(), text)
    assert "\n" not in str(caught.value)


def test_text_cannot_be_compared_as_a_number(tmp_path: Path) -> None:
    file = tmp_path / "text.csv"
    file.write_text("role,goal\n" + "Marketing,Yes\nTechnology,No\n" * 5)
    with pytest.raises(ViewError, match="role is single: < compares numbers"):
        parse_filter(open_survey(str(file)), "role<3")


def test_a_view_that_says_nothing_has_the_survey_s_defaults() -> None:
    """Its role, weight and latest wave; the first closed question that is neither."""
    assert default_view(survey()) == View(
        "goal", (("role",),), (Filter("wave", "=", ("2016",)),), weight="w"
    )


@pytest.mark.parametrize(
    ("options", "filters", "all_waves"),
    [
        ("--wave 2015", (Filter("wave", "=", ("2015",)),), False),
        ("--wave now", (Filter("wave", "=", ("2016",)),), False),
        ("--wave all", (), True),
        ("--where wave=2015", (Filter("wave", "=", ("2015",)),), False),
        (
            "--where role=1",
            (Filter("role", "=", ("1",)), Filter("wave", "=", ("2016",))),
            False,
        ),
    ],
)
def test_a_wave_that_is_chosen_replaces_the_latest(
    options: str, filters: tuple[Filter, ...], all_waves: bool
) -> None:
    view = parse_view(survey(), options)
    assert (view.filters, view.all_waves) == (filters, all_waves)


@pytest.mark.parametrize(
    ("options", "banner"),
    [
        ("--by goal", (("goal",),)),
        ("--by goal --by role", (("goal",), ("role",))),
        ("--by 'role>goal'", (("role", "goal"),)),
        ("--by 'a>b=c'", (("a>b=c",),)),
        ("""--by '"a>b=c">role'""", (("a>b=c", "role"),)),
    ],
)
def test_banner_variables_are_side_by_side_or_nested(
    options: str, banner: tuple[tuple[str, ...], ...]
) -> None:
    assert parse_view(survey(), options).banner == banner


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--question nothing", "no question 'nothing'"),
        ("--by nothing", "no banner variable 'nothing'"),
        ("--by 'role>nothing'", "no banner variable 'nothing'"),
        ("--wave 1999", "wave has no answer '1999'; it has 2015, 2016"),
        ("--show mean --question tools", "--show mean does not fit tools, which is multi"),
        ("--show sum", "--show takes column, row, .*, not 'sum'"),
        ("--weight nothing", "'nothing' cannot be a weight: .* has no such number column"),
        ("--level 100", "--level takes per cent from 50 to 99.99, not '100'"),
        ("--level much", "99.99, not 'much'"),
        ("--level nan", "99.99, not 'nan'"),
        ("--weight w --no-weight", "take --no-weight or --weight, not both"),
        ("--nothing", "'--nothing' is no option of a view"),
        ("--question 'goal", "not closed properly"),
        ("goal", "'goal' belongs to no option"),
        ("--by --full", r"--by needs a value: --by ID\[>ID\]"),
        ("--by", "--by needs a value"),
        ("--full=yes", "--full takes no value"),
        ("--questoin goal", "did you mean --question?"),
    ],
)
def test_an_option_that_does_not_fit_says_why(options: str, says: str) -> None:
    with pytest.raises(ViewError, match=says):
        parse_view(survey(), options)


def test_a_survey_without_waves_takes_no_wave() -> None:
    with pytest.raises(ViewError, match="has no wave variable"):
        parse_view(made([{"role": 1}]), "--wave 2016")
    assert parse_view(made([{"role": 1}]), "").filters == ()


FILTERS = st.one_of(
    st.builds(
        Filter,
        st.just("role"),
        st.sampled_from(["=", "!="]),
        st.sampled_from([("1",), ("2",), ("1", "2")]),
    ),
    st.builds(
        Filter,
        st.just(ODD.id),
        st.sampled_from(["=", "!="]),
        st.lists(
            st.sampled_from([one.code for one in ODD.categories]), min_size=1, unique=True
        ).map(tuple),
    ),
    st.builds(
        Filter, st.just("budget"), st.sampled_from(OPERATORS), st.sampled_from([("3",), ("-2.5",)])
    ),
)


HIDDEN = [
    Hidden((("goal", "1"),)),
    Hidden((("role", "2"), (ODD.id, 'o\'clock "now"'))),
    Hidden(((ODD.id, "a > b = -c"),)),
    Hidden((("goal", "an answer that no codebook lists"),)),
]


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any view that fits the survey."""
    question = draw(st.sampled_from([GOAL, TOOLS, CHANNELS, BUDGET, ODD, ROLE]))
    waves = draw(st.sampled_from(["all", "2015", "2016"]))
    wave = () if waves == "all" else (Filter("wave", "=", (waves,)),)
    banners = [
        ("role",),
        ("goal",),
        ("role", "goal"),
        (ODD.id,),
        ("role", ODD.id),
        ("channels.web",),
    ]
    return View(
        question=question.id,
        banner=tuple(draw(st.lists(st.sampled_from(banners), min_size=1, max_size=3))),
        filters=(*draw(st.lists(FILTERS, max_size=3)), *wave),
        weight=draw(st.sampled_from([None, "w"])),
        all_waves=waves == "all",
        show=draw(st.sampled_from([None, *measures_of(question)])),
        base=draw(st.sampled_from(list(Base))),
        level=draw(st.sampled_from([80.0, 90.0, 95.0, 97.5, 99.0])),
        correction=draw(st.sampled_from(list(Correction))),
        sort=draw(st.sampled_from(list(Sort))),
        hidden=tuple(draw(st.lists(st.sampled_from(HIDDEN), max_size=2))),
        hide_empty=draw(st.booleans()),
        most_rows=draw(st.sampled_from([0, 1, 12])),
    )


@given(views())
def test_the_text_form_asks_for_the_same_view(view: View) -> None:
    assert parse_view(survey(), str(view)) == view


def test_the_text_form_is_the_command_line() -> None:
    """The same options, read by the parser of the command line."""
    view = View(
        "goal", (("role", "goal"),), (Filter("role", "=", ("1",)),), "w", True, Measure.MEAN
    )
    text = "--question goal --by 'role>goal' --where role=1 --weight w --wave all --show mean"
    assert str(view) == text
    found, arguments = read_options(VIEW_OPTIONS, view.options(), "a view")
    assert (view_of(survey(), values_from(ViewOptions, found)), arguments) == (view, [])


def test_a_category_is_switched_off_and_on() -> None:
    view = View("goal")
    off = view.toggled("role", "2")
    assert off.filters == (Filter("role", "!=", ("2",)),)
    assert off.toggled("role", "1").excluded_codes("role") == ("2", "1")
    assert off.toggled("role", "2") == view
    assert off.without_filters_on("role") == view
    assert off.with_question("tools").filters == off.filters


@pytest.mark.parametrize("question", [*QUESTIONS, ODD], ids=lambda one: one.id)
def test_a_measure_that_does_not_apply_gives_way_to_the_question_s_own(question: Question) -> None:
    own = measures_of(question)[0]
    assert measure_of(question, View(question.id)) is own
    for measure in Measure:
        shown = measure_of(question, View(question.id, show=measure))
        assert shown is (measure if measure in measures_of(question) else own)


def test_a_survey_opens_on_the_first_question_that_the_latest_wave_asked() -> None:
    wave = Question(
        "wave", "Wave", Kind.SINGLE, ("wave",), (Category("1", "1"), Category("2", "2"))
    )
    respondents = [{"wave": 1, "role": 1, "goal": 2}, {"wave": 2, "role": 1, "goal": 4, "web": 1}]
    survey = survey_of(
        respondents,
        (*QUESTIONS, wave),
        {**SCHEMA, "wave": pl.Int8},
        Codebook(role="role", wave="wave"),
    )
    assert default_view(survey).question == "channels"  # of the goals, 4 is "Don't know"
    assert parse_view(survey, "--wave 1").question == "goal"
    assert parse_view(survey, "--wave all").question == "goal"
    assert parse_view(survey, "--where role=2").question == "goal"  # nobody answered anything
