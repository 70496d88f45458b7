"""Detection of texts that are lists of answers, and of texts that only resemble them."""

from collections.abc import Sequence

import pytest

from cxtui.survey.inference.column_values import Description
from cxtui.survey.inference.lists.multiple_answers import (
    OTHER_ANSWERS,
    describe_lost_zeros,
    find_delimited_answers,
)

TOOLS = ["CRM", "CDP", "CRM, CDP", "CDP, ESP", "CRM, ESP", "ESP", "CRM, CDP, ESP"] * 4


def found(texts: Sequence[str]) -> Description | None:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return find_delimited_answers(counts)


def codes(pieces: Description | None) -> list[str]:
    return [one.code for one in pieces.categories] if pieces else []


@pytest.mark.parametrize("delimiter", [", ", "; ", ";", "|", "\n", "\u060c ", "\u061b"])
def test_answers_in_one_cell_are_options_in_the_order_of_the_cells(delimiter: str) -> None:
    pieces = found([text.replace(", ", delimiter) for text in TOOLS])
    assert pieces is not None and pieces.delimiter in {delimiter, delimiter.strip(" ")}
    assert codes(pieces) == ["CRM", "CDP", "ESP"]
    assert "in the order that the cells keep" in pieces.reason


def test_codes_are_sorted_as_numbers_with_any_delimiter() -> None:
    texts = ["1", "2", "1 2", "2 10", "1 10", "10"] * 4
    for delimiter in (" ", ",", ";"):
        assert codes(found([one.replace(" ", delimiter) for one in texts])) == ["1", "2", "10"]


def test_answers_that_are_only_given_alone_do_not_hide_lists_with_bare_commas() -> None:
    alone = ["hair", "craft", "wood", "other"] * 5
    texts = ["food", "cloth", "food,cloth", "cloth,food", "food,cell", "cell"] * 4
    assert sorted(codes(found([*texts, *alone]))) == sorted({*alone, "food", "cloth", "cell"})
    assert found([*alone, *["Paris,France", "Rome,Italy", "Lyon,France"] * 8]) is None


def test_an_option_that_contains_the_delimiter_stays_one_option() -> None:
    option = "Yes, of course"
    pieces = found([text.replace("CDP", option) for text in TOOLS])
    assert codes(pieces) == ["CRM", option, "ESP"]
    assert pieces is not None and repr(option) in pieces.reason


def test_a_list_in_brackets_is_part_of_its_option() -> None:
    pieces = found([text.replace("ESP", "Others (e.g. mail, chat)") for text in TOOLS])
    assert codes(pieces) == ["CRM", "CDP", "Others (e.g. mail, chat)"]


def test_rare_answers_of_a_list_are_merged() -> None:
    own = [f"CRM, something of my own number {n}, and more of it {n}" for n in range(14)]
    pieces = found([*TOOLS, *own])
    assert codes(pieces) == ["CRM", "CDP", "ESP", OTHER_ANSWERS]
    assert pieces is not None and pieces.others == OTHER_ANSWERS and "own answers" in pieces.reason


def test_spellings_of_one_option_are_one_option() -> None:
    pieces = found([*TOOLS, "crm, CDP", "CRM,\u00a0ESP", "E\u00a0S P, CRM", "E S P"] * 2)
    assert pieces is not None
    crm = next(one for one in pieces.categories if one.code == "CRM")
    spaced = next(one for one in pieces.categories if one.code == "E S P")
    assert (crm.spellings, spaced.spellings) == (("crm",), ("E\u00a0S P",))


@pytest.mark.parametrize(
    "texts",
    [
        ["Yes, I'd attend", "No", "Maybe", "No"] * 9,
        ["Yes, always", "Yes, sometimes", "No, never", "No, but I want to", "Maybe"] * 9,
        ["Austin, Texas", "Dallas, Texas", "Reno, Nevada", "Boise, Idaho", "Waco, Texas"] * 9,
        ["Male, 18-34", "Female, 18-34", "Male, 35+", "Female, 35+"] * 9,
        ["Smith, Ann", "Smith, Bob", "Jones, Ann", "Jones, Bob", "Smith, Eve"] * 9,
        ["$1,000-$4,999", "$5,000-$9,999", "$10,000 or more", "Less than $1,000"] * 9,
        ["very good", "good", "very bad", "bad", "fair"] * 9,
        ["Monday, May 6, 2024", "Tuesday, May 7, 2024", "Monday, May 13, 2024"] * 9,
        ["1,000", "2,000", "1,500", "12,000"] * 9,
        ["Korea, Republic of", "France", "Congo, Republic of", "Italy"] * 9,
        [f"Well, it works, but slowly in place {n}, I think, and so on {n}" for n in range(40)],
        ["White", "Black", "Asian", "White, Hispanic"] * 9,
    ],
    ids=lambda texts: texts[0],
)
def test_an_answer_with_a_comma_is_not_split(texts: list[str]) -> None:
    assert found(texts) is None


def test_a_version_without_its_zero_has_a_remark_and_is_not_changed() -> None:
    assert "'3.1' may be '3.10': spreadsheets" in describe_lost_zeros(["3.8", "3.9", "3.10", "3.1"])
    assert "'3.1' may be '3.10'" in describe_lost_zeros(["3.1", "3.9", "3.11"])
    assert describe_lost_zeros(["3.1", "3.2", "3.3"]) == ""
    assert describe_lost_zeros(["3.1", "3.10"]) == ""
