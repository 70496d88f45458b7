"""Derived flags equal what a reader finds, one respondent after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.errors import CodebookError
from cxtui.survey.conditions import Filter
from cxtui.survey.derive.derivation_text import (
    derivation_line,
    made_in_words,
    parse_derivation,
)
from tests.analysis.test_derived import (
    RESPONDENTS,
    age_of,
    derived,
    region_of,
    surveyed,
    tools_of,
    values_of,
)
from tests.making import Respondent

ITEMS = ("agree_a", "agree_b", "agree_c")


def answer_to(one: Respondent, item: str) -> object:
    """A valid answer to an item, `None` without one."""
    return None if one[item] in {None, -1} else one[item]


@given(RESPONDENTS, st.integers(1, 3))
def test_straight(respondents: list[Respondent], least: int) -> None:
    """All valid answers are alike; who answered fewer than the least has no answer."""
    survey = surveyed(
        respondents,
        f'id = "flat", straight = ["agree_a", "agree_b", "agree_c"], least = {least}',
        'id = "all", straight = ["agree_a", "agree_b", "agree_c"]',
    )

    def expected(one: Respondent, at_least: int) -> str | None:
        given = [answer_to(one, item) for item in ITEMS if answer_to(one, item) is not None]
        if len(given) < at_least:
            return None
        return "1" if len({*given}) == 1 else "2"

    assert values_of(survey, "flat") == [expected(one, least) for one in respondents]
    assert values_of(survey, "all") == [expected(one, 3) for one in respondents]


@given(RESPONDENTS)
def test_straight_takes_numbers_and_answers(respondents: list[Respondent]) -> None:
    """An answer is its code; that of a number is the number."""
    survey = surveyed(respondents, 'id = "flat", straight = ["age", "agree_a"], least = 2')

    def expected(one: Respondent) -> str | None:
        age, answer = age_of(one), answer_to(one, "agree_a")
        return None if age is None or answer is None else "1" if age == answer else "2"

    assert values_of(survey, "flat") == [expected(one) for one in respondents]


def key_of(one: Respondent) -> tuple[object, ...]:
    """What a respondent has in region, age and the three columns of tools."""
    age = one["age"]
    return region_of(one), age, *(one[name] for name in ("t1", "t2", "t3"))


def answered_in(one: Respondent) -> int:
    tools = tools_of(one)
    return sum(
        (
            region_of(one) not in {None, 98},
            age_of(one) is not None,
            tools is not None and tools != {"99"},
        )
    )


@given(RESPONDENTS, st.integers(1, 4), st.data())
def test_repeats(respondents: list[Respondent], least: int, data: st.DataObject) -> None:
    """An earlier one is the same in all, no answer like no answer, if enough were answered."""
    copies = data.draw(st.lists(st.sampled_from(respondents), max_size=9)) if respondents else []
    people = data.draw(st.permutations([*respondents, *copies]))
    named = '["region", "age", "tools"]' if least < 4 else '["region"]'
    survey = surveyed(
        people,
        f'id = "again", repeats = {named}, least = {min(least, 3) if least < 4 else 1}',
    )

    def expected() -> list[str | None]:
        seen: set[tuple[object, ...]] = set()
        found: list[str | None] = []
        for one in people:
            key = key_of(one) if least < 4 else (region_of(one),)
            enough = answered_in(one) >= least if least < 4 else region_of(one) not in {None, 98}
            found.append(None if not enough else "1" if key in seen else "2")
            if enough:
                seen.add(key)
        return found

    assert values_of(survey, "again") == expected()


@given(RESPONDENTS.filter(lambda them: any(one["role"] == 1 for one in them)))
def test_a_filter_leaves_the_earlier_ones_in_the_file(respondents: list[Respondent]) -> None:
    """A respondent repeats one whom a filter excludes, and a second flag counts from the first."""
    people = [*respondents, *respondents]
    survey = surveyed(
        people,
        'id = "again", repeats = ["role", "m1"], least = 1',
        'id = "flags", count = ["again"], of = ["1"]',
    )
    table = tabulate(survey, View("again", filters=(Filter("role", "=", ("1",)),), all_waves=True))
    of_role = [one for one in people if one["role"] == 1]
    distinct = {one["m1"] for one in of_role}
    counts = {row.code: row.cells[0].n for row in table.rows}
    assert counts.get("1", 0) == len(of_role) - len(distinct)
    assert counts.get("2", 0) == len(distinct)
    assert sum(one == 1 for one in values_of(survey, "flags")) == sum(
        one == "1" for one in values_of(survey, "again")
    )


def test_columns_and_open_answers_can_repeat() -> None:
    """A column that is no question is compared by its text; blank ones never repeat."""
    texts = ["a", "a", "b", "", " ", None, None, "b"]
    people: list[Respondent] = [
        {**dict.fromkeys(("role", "region", "t1", "t2", "t3", "m2", "m3", *ITEMS, "age")), "w": 1.0}
        | {"m1": text}
        for text in texts
    ]
    survey = derived(surveyed(people), 'id = "again", repeats = ["m1"]')
    assert values_of(survey, "again") == ["2", "1", "2", None, None, None, None, "1"]
    assert survey.codebook.questions[-1].id == "again"


def test_flags_are_written_and_said() -> None:
    """A line is read back, and says in words what it flags."""
    survey = surveyed(
        [],
        'id = "flat", straight = ["agree_a", "agree_b"], least = 1',
        'id = "again", repeats = ["n", "comment", "region"]',
    )
    for one in survey.codebook.derived:
        assert parse_derivation(derivation_line(one), "line") == one
    said = [made_in_words(one) for one in survey.codebook.questions if one.made]
    assert "same answer to all items of agree_a, agree_b, at least 1 answered" in said
    assert "an earlier respondent is alike in n, comment, region" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('id="x", straight=["tools", "region"]', "tools is multi: leave it out"),
        ('id="x", straight=["region"], least=2', "least is 2, and there are 1 items"),
        ('id="x", straight=["comment"]', "comment is text"),
        ('id="x", straight=[]', "straight takes one id"),
        ('id="x", repeats=["regionn"]', "there is no question 'regionn'; did you mean 'region'?"),
        ('id="x", repeats=["n", "n"]', "names 'n' twice"),
        ('id="x", repeats=["n"], rest="a"', "rest goes with merge, cases, not with repeats"),
    ],
)
def test_what_cannot_be_flagged_is_one_line(line: str, said: str) -> None:
    with pytest.raises(CodebookError) as caught:
        surveyed([], line)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
