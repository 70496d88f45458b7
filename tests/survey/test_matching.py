"""Matching of the questions of several waves by id and wording, and of their answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.waves.match_questions import MatchedQuestion, match_questions
from cxtui.survey.waves.unite_answers import MergedAnswers, merge_answers, merge_orders
from cxtui.survey.wording import fold_wording, similarity, strip_copy_numbers

WAVES = ("2018", "2019")


def choice(
    identity: str, label: str, *answers: str, kind: Kind = Kind.SINGLE, guess: str = "guessed"
) -> Question:
    categories = tuple(Category(answer, answer) for answer in answers)
    return Question(identity, label, kind, (identity,), categories, guess=guess)


def matched(first: Sequence[Question], second: Sequence[Question]) -> list[MatchedQuestion]:
    return match_questions([Codebook(tuple(first)), Codebook(tuple(second))], WAVES)


def ids(found: Sequence[MatchedQuestion]) -> dict[str, tuple[str, ...]]:
    """The ids in each wave of every question."""
    return {one.id: tuple(q.id for _, q in sorted(one.asked.items())) for one in found}


def test_equal_wordings_match_under_any_id() -> None:
    """Another question under an old id stays separate; remarks name both."""
    found = matched(
        [choice("q1", "What is your role?", "A"), choice("q2", "Which tools?", "B")],
        [choice("q1", "Which tools?", "B"), choice("q2", "How old are you?", "C")],
    )
    assert ids(found) == {"q2": ("q2", "q1"), "q2_2019": ("q2",), "q1": ("q1",)}
    said = {one.id: "; ".join(one.remarks) for one in found}
    assert said["q2"] == "q1 in 2019, matched by its wording"
    assert said["q2_2019"] == "kept apart from q2, which asks “Which tools?” in 2019"
    assert said["q1"] == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Your role", "your\u00a0 role"),
        ("“Who”’s in – charge?", '"Who"\'s in - charge'),
        ("Satisfied in 2018?", "Satisfied in 2019?"),
        ("Why not?: Other (please specify)", "Why not?: Other (please specify)68"),
        ("Your role?", "Your role?: Response5"),
    ],
)
def test_typography_does_not_change_a_wording(before: str, after: str) -> None:
    """Blanks, capitals, quotes, dashes, the name of the wave and numbers of copied headers."""
    found = matched([choice("q1", before, "A")], [choice("q9", after, "A")])
    assert ids(found) == {"q1": ("q1", "q9")}
    assert not any("reworded" in text for text in found[0].remarks)


def test_a_similar_wording_needs_the_same_id_or_the_same_answers() -> None:
    many = "How many software installations have you done this year?"
    more = "How many package installations have you done this year?"
    assert len(matched([choice("q1", many, "1", "2")], [choice("q9", more, "x", "y")])) == 2
    for identity, answers in (("q9", ("1", "2", "3")), ("q1", ("x", "y"))):
        found = matched([choice("q1", many, "1", "2")], [choice(identity, more, *answers)])
        assert f"reworded in 2019, before it was “{many}”" in found[0].remarks


def test_a_number_in_the_wording_makes_another_question() -> None:
    assert similarity(fold_wording("Drop Python 2.6?"), fold_wording("Drop Python 2?")) == 0
    shared = "Rank these by importance: "
    assert similarity(fold_wording(shared + "GPU"), fold_wording(shared + "Windows support")) < 0.5
    assert strip_copy_numbers(fold_wording("Python 3")) == "python 3"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (choice("q", "Q", "A"), choice("q", "Q", "A", kind=Kind.MULTI), True),
        (choice("q", "Q", "A"), choice("q", "Q", kind=Kind.NUMERIC), True),
        (choice("q", "Q", "1", "2"), choice("q", "Q", kind=Kind.NUMERIC), False),
        (choice("q", "Q", "A"), choice("q", "Q", kind=Kind.TEXT), False),
        (choice("q", "Q", "A", guess=""), choice("q", "Q", kind=Kind.TEXT), True),
        (choice("q", "Q", kind=Kind.NUMERIC), choice("q", "Q", kind=Kind.TEXT), True),
        (choice("q", "Q", "1", kind=Kind.SCALE), choice("q", "Q", "1"), False),
    ],
)
def test_questions_of_incompatible_kinds_do_not_match(
    one: Question, other: Question, apart: bool
) -> None:
    """The remark names both kinds; a declared question never becomes open text."""
    for pair in ((one, other), (other, one)):
        found = matched(pair[:1], pair[1:])
        assert len(found) == (2 if apart else 1)
        assert any("kept apart" in text for text in found[0].remarks + found[-1].remarks) == apart


def test_a_column_without_a_wording_matches_by_its_name() -> None:
    found = matched([choice("age", "age", "A")], [choice("age", "How old are you?", "A")])
    assert ids(found) == {"age": ("age", "age")}
    assert found[0].remarks == []


def answers(*waves: Sequence[Category]) -> MergedAnswers:
    asked = {
        wave: Question("q", "Q", Kind.SINGLE, ("q",), tuple(one)) for wave, one in enumerate(waves)
    }
    return merge_answers(asked, ["2018", "2019", "2020"][: len(waves)])


def coded(**labels: str) -> list[Category]:
    return [Category(code.removeprefix("_"), label) for code, label in labels.items()]


def test_answers_with_equal_labels_are_merged() -> None:
    """The label is the latest wave's, with all spellings; a reworded answer stays separate."""
    found = answers(
        [
            Category(
                "Developer or Engineer",
                "Developer or Engineer",
                spellings=("Developer\u00a0or Engineer",),
            ),
            Category("1,000-10,000", "1,000-10,000"),
        ],
        [
            Category("developer or engineer", "developer or engineer"),
            Category("1,001-10,000", "1,001-10,000"),
        ],
    )
    assert [one.label for one in found.categories] == [
        "developer or engineer",
        "1,000-10,000",
        "1,001-10,000",
    ]
    assert set(found.categories[0].texts) == {
        "Developer or Engineer",
        "Developer\u00a0or Engineer",
        "developer or engineer",
    }
    assert not found.rewritten
    assert found.remarks == ("not in every wave: “1,000-10,000” (2018), “1,001-10,000” (2019)",)


def test_codes_with_changed_meaning_are_rewritten() -> None:
    """Each wave's texts keep their meaning; no text means two answers."""
    found = answers(coded(_1="Yes", _2="No", _3="Maybe"), coded(_1="No", _2="Yes", _3="Perhaps"))
    assert found.rewritten
    assert [(one.code, one.label) for one in found.categories] == [
        ("2", "No"),
        ("3", "Maybe"),
        ("1", "Yes"),
        ("3_2019", "Perhaps"),
    ]
    assert found.texts[1] == {"1": "2", "2": "1", "3": "3_2019"}


def test_a_code_without_a_label_matches_the_answer_of_that_code() -> None:
    """A wave without labels does not contradict the labels of another."""
    found = answers(coded(_1="1", _2="2"), coded(_1="Yes", _2="No"))
    assert [(one.code, one.label) for one in found.categories] == [("1", "Yes"), ("2", "No")]
    assert (found.rewritten, found.remarks) == (False, ())


def test_an_answer_missing_in_one_wave_only_has_a_remark() -> None:
    found = answers([Category("9", "Don't know", missing=True)], [Category("9", "Don't know")])
    assert found.categories[0].missing
    assert "counts as missing" in found.remarks[0]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=4))
def test_a_merged_order_keeps_the_latest_list_and_has_no_repeats(lists: list[list[str]]) -> None:
    merged = merge_orders(lists)
    assert sorted(merged) == sorted({name for one in lists for name in one})
    assert [name for name in merged if name in lists[-1]] == lists[-1]
