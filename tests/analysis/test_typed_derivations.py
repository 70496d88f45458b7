"""Derived questions that a few words ask for: bands, merges, and nets as answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.derive.typed_derivations import (
    declared_alike,
    joined_label,
    merge_of,
    nets_as_answers,
    typed_derivations,
)
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.derive.derivation_text import derivation_line, parse_derivation
from cxtui.survey.model import Codebook
from cxtui.survey.question import Net, Question
from tests.analysis.test_derived import (
    QUESTIONS,
    REGION,
    RESPONDENTS,
    TOOLS,
    age_of,
    labels_of,
    region_of,
    surveyed,
    tools_of,
)
from tests.making import Respondent

CODEBOOK = Codebook(QUESTIONS)


def containing(among: Sequence[Question], letters: str) -> list[Question]:
    return [one for one in among if letters.strip().casefold() in f"{one.id} {one.label}".lower()]


def typed(text: str, codebook: Codebook = CODEBOOK) -> list[Derivation]:
    return typed_derivations(codebook, text, containing)


@given(RESPONDENTS, st.lists(st.integers(-5, 99), min_size=1, max_size=4, unique=True))
def test_bounds_behind_a_number_are_bands(respondents: list[Respondent], bounds: list[int]) -> None:
    """Each respondent is in the last band whose bound is not above the age."""
    bounds.sort()
    (one,) = typed(f"age {','.join(map(str, bounds))}")
    assert (one.id, one.verb, one.sources) == (f"age{len(bounds) + 1}", Verb.BANDS, ("age",))
    survey = derive_questions(surveyed(respondents), [one])
    question = survey.codebook.find(one.id)
    assert question
    valid = [each.label for each in question.categories if not each.missing]
    expected = [
        ("Refused" if person["age"] == 999.0 else None)
        if (age := age_of(person)) is None
        else valid[sum(age >= bound for bound in bounds)]
        for person in respondents
    ]
    assert labels_of(survey, one.id) == expected


@given(RESPONDENTS, st.lists(st.sampled_from("12345"), min_size=2, max_size=4, unique=True))
def test_answers_joined_by_a_plus_are_merged(
    respondents: list[Respondent], codes: list[str]
) -> None:
    """By code, or by what their labels begin with."""
    pieces = [code if at % 2 else f"region, {code}" for at, code in enumerate(codes)]
    if any("," in piece for piece in pieces):
        pieces = codes  # a comma parts two groups
    (one,) = typed(f"region {'+'.join(pieces)}")
    assert one.id == f"region{5 - len(codes) + 1}"
    survey = derive_questions(surveyed(respondents), [one])
    merged = " + ".join(f"Region, {code}" for code in codes)
    expected = [
        None
        if (region := region_of(person)) is None
        else merged
        if str(region) in codes
        else {7: "7", 98: "Refused"}.get(region, f"Region, {region}")
        for person in respondents
    ]
    assert labels_of(survey, one.id) == expected


@given(RESPONDENTS)
def test_nets_are_answers_beside_the_others(respondents: list[Respondent]) -> None:
    """Nets that share no answer merge them; nets that do make a question of several answers."""
    apart = nets_as_answers(CODEBOOK, REGION)
    assert apart
    assert apart.verb is Verb.MERGE
    survey = derive_questions(surveyed(respondents), [apart])
    names: dict[int | None, str | None] = {None: None, 7: "7", 98: "Refused"}
    names |= {1: "Coast", 4: "Coast", **{code: f"Region, {code}" for code in (2, 3, 5)}}
    assert labels_of(survey, "region_nets") == [names[region_of(one)] for one in respondents]
    shared = (Net("ab", "A or B", ("a", "b")), Net("bc", "B or C", ("b", "c")))
    tools = replace(TOOLS, nets=shared)
    codebook = Codebook(tuple(tools if one.id == "tools" else one for one in QUESTIONS))
    overlapping = nets_as_answers(codebook, tools)
    assert overlapping
    assert overlapping.overlap
    survey = derive_questions(surveyed(respondents), [overlapping])

    def nets_of(person: Respondent) -> set[str] | None:
        chosen = (tools_of(person) or set()) - {"99"}
        found = {
            label for label, codes in (("A or B", "ab"), ("B or C", "bc")) if chosen & {*codes}
        }
        return found or None

    assert labels_of(survey, "tools_nets") == [nets_of(one) for one in respondents]


@given(RESPONDENTS.filter(bool))
def test_a_net_as_a_column_is_the_filter_by_its_members(respondents: list[Respondent]) -> None:
    """In every number of the column, and of the tests of the others with it."""
    one = nets_as_answers(CODEBOOK, REGION)
    assert one
    survey = derive_questions(surveyed(respondents), [one])
    table = tabulate(survey, View("tools", (("region_nets",),)))
    merged = merge_of(CODEBOOK, REGION, [["1", "4"]], "Coast")
    again = derive_questions(surveyed(respondents), [merged])
    other = tabulate(again, View("tools", ((merged.id,),)))
    places = [column.label for column in table.columns].index("Coast"), 1
    for row, same in zip(table.rows, other.rows, strict=True):
        assert row.cells[places[0]] == same.cells[places[1]]
        given = sum(
            region_of(person) in {1, 4} and row.code in (tools_of(person) or set())
            for person in respondents
        )
        assert row.cells[places[0]].n == given


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("age 35", ["age2"]),
        ("age 35, 55 ,", ["age3"]),
        ("age -1,2.5", ["age3"]),
        ("age 55,35", []),
        ("age 35,35", []),
        ("age35,55", []),
        ("age", []),
        ("region 35,55", []),
        ("region 1+2, 3+4", ["region3"]),
        ("region 1+2, 2+3", []),
        ("region 1+1", []),
        ("region 1+x", []),
        ("region 1", []),
        ("region 1+", []),
        ("region 1+Refused", []),
        ("tools tool a+tool b", ["tools2"]),
        ("tools b+c", ["tools2"]),
        ("agree_ No+half", ["agree_a3", "agree_b3", "agree_c3"]),
        ("comment 1+2", []),
        ("age 1+2", []),
    ],
)
def test_what_words_ask_for(text: str, ids: list[str]) -> None:
    """Bounds rise, and every piece of a merge is one valid answer of one group."""
    assert [one.id for one in typed(text)] == ids


def test_a_question_is_not_derived_twice() -> None:
    """An id that is taken gets a number; the same bands are known again."""
    survey = surveyed([], 'id = "age3", from = "age", bands = [1, 2]')
    (other,) = typed("age 35,55", survey.codebook)
    assert other.id == "age3_2"
    assert declared_alike(survey.codebook, other) == ""
    (same,) = [one for one in typed("age 1,2", survey.codebook) if one.sources == ("age",)]
    assert declared_alike(survey.codebook, same) == "age3"


def test_a_line_says_the_whole_question() -> None:
    """What was typed is read again from its line, whatever its labels hold."""
    odd = replace(REGION, label='Where "exactly", in, {one} line?\u2028')
    for one in (
        *typed("age 35,55.5"),
        merge_of(CODEBOOK, odd, [["1", "2"]], 'a "b", {c} = [d]'),
        nets_as_answers(CODEBOOK, odd),
    ):
        assert one
        assert parse_derivation(derivation_line(one), "x").answers == one.answers
    many = [f"Answer {n}" for n in range(50)]
    assert joined_label(many) == "Answer 0 + Answer 1 + Answer 2 + Answer 3 + Answer 4 + 45 more"
