"""Drafts of derived questions: what each verb makes of ticks and texts, against plain Python."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.analysis.derive.derive_draft import DeriveDraft, draft_of, verbs_of
from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.errors import CodebookError
from cxtui.survey.derive.derivation import Verb
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind
from tests.analysis.test_derived import (
    QUESTIONS,
    REGION,
    RESPONDENTS,
    TOOLS,
    labels_of,
    region_of,
    surveyed,
)
from tests.making import Respondent

CODEBOOK = Codebook(QUESTIONS)


def drafted(verb: Verb, source: str = "region") -> DeriveDraft:
    question = CODEBOOK.find(source)
    assert question
    draft = draft_of(CODEBOOK, question)
    assert isinstance(draft, DeriveDraft)
    while draft.verb is not verb:
        draft = draft.with_verb(1)
    return draft


@given(RESPONDENTS, st.lists(st.sampled_from(["1", "2", "3", "4", "5", "next"]), max_size=9))
def test_ticks_merge_each_answer_at_most_once(
    respondents: list[Respondent], keys: list[str]
) -> None:
    """The last tick of an answer counts, a second one in the same group takes it off."""
    draft, place, groups = drafted(Verb.MERGE), 0, {0: set[str]()}
    for key in keys:
        if key == "next":
            draft = draft.next_group()
            place = place + 1 if place + 1 in groups or groups[place] else 0
            groups.setdefault(place, set())
            continue
        draft = draft.toggled(key)
        was_here = key in groups[place]
        for members in groups.values():
            members.discard(key)
        if not was_here:
            groups[place].add(key)
    for at, members in groups.items():
        assert set(draft.groups[at].of) == members
    if not any(groups.values()):
        assert draft.lacks
        return
    labels = {
        code: " + ".join(f"Region, {one}" for one in sorted(members))
        for members in groups.values()
        for code in members
    }
    survey = derive_questions(surveyed(respondents), [draft.derivation])
    others = {7: "7", 98: "Refused"}
    expected = [
        None
        if (region := region_of(person)) is None
        else labels.get(str(region), others.get(region, f"Region, {region}"))
        for person in respondents
    ]
    assert labels_of(survey, draft.derivation.id) == expected


def test_each_verb_that_fits_a_question_can_be_declared() -> None:
    """With the fewest ticks; ids and labels are proposed, and those typed win."""
    fewest = {Verb.BANDS: "30 40"}
    for source in CODEBOOK.table_questions:
        for verb in verbs_of(source):
            draft = replace(drafted(verb, source.id), typed=fewest.get(verb, ""))
            if verb is Verb.MERGE:
                draft = draft.toggled(draft.answers[0].code)
            if verb is Verb.CROSS:
                draft = draft.toggled(draft.questions[0].id)
            if verb is Verb.CASES:
                continue
            one = draft.derivation
            assert (one.verb, CODEBOOK.find(one.id)) == (verb, None)
            named = replace(draft, id="mine", label="Mine").derivation
            assert (named.id, named.label) == ("mine", "Mine")
            derive_questions(surveyed([]), [one])
    assert {one.kind for one in QUESTIONS if not verbs_of(one)} <= {Kind.TEXT}


def test_what_is_typed_wrong_is_said() -> None:
    """In the words of a codebook's own errors."""
    draft = replace(drafted(Verb.BANDS, "age"), typed="40 30")
    with pytest.raises(CodebookError, match="bands takes a list of rising numbers"):
        _ = draft.derivation
    with pytest.raises(CodebookError, match="'3O' is not a number"):
        _ = replace(draft, typed="20 3O").derivation
    summed = replace(drafted(Verb.SUM, "age"), typed="1.5")
    with pytest.raises(CodebookError, match=r"a whole number of questions, not 1\.5"):
        _ = summed.derivation
    assert verbs_of(replace(REGION, kind=Kind.TEXT)) == []
    assert Verb.FIRST not in verbs_of(TOOLS)
