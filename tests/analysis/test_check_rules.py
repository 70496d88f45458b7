"""Routing equals a reader's, addresses are known by their values, and likeness may be chance."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxtui
from cxtui.analysis.checks.check import Check, Result
from cxtui.analysis.checks.check_survey import check_survey

Answers = Mapping[str, int | None]
ROUTED: Mapping[str, Callable[[Answers], bool]] = {
    "user=1": lambda one: one["user"] == 1,
    "user!=1": lambda one: one["user"] != 1,
    "user=1 or q=2": lambda one: one["user"] == 1 or one["q"] == 2,
    "q!=1,2": lambda one: one["q"] not in {1, 2},
    "age>=40": lambda one: one["age"] not in {None, 999} and (one["age"] or 0) >= 40,
    "age<40 or user=2": lambda one: (
        (one["age"] not in {None, 999} and (one["age"] or 0) < 40) or one["user"] == 2
    ),
    "age!=missing": lambda one: one["age"] not in {None, 999},
}
ROUTERS = """
[[question]]
id = "user"
categories = [{ code = "1" }, { code = "2" }]
[[question]]
id = "q"
categories = [{ code = "1" }, { code = "2" }, { code = "3" }]
[[question]]
id = "age"
kind = "numeric"
categories = [{ code = "999", label = "Refused", missing = true }]
[[question]]
id = "then"
categories = [
  { code = "1" },
  { code = "8", label = "Don't know", missing = true },
  { code = "9", label = "Not asked", missing = true },
]
asked = """


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "user": st.sampled_from([None, 1, 2]),
                "q": st.sampled_from([None, 1, 2, 3]),
                "age": st.sampled_from([None, 30, 40, 50, 999]),
                "then": st.sampled_from([None, 1, 8, 9]),
            }
        ),
        min_size=1,
        max_size=25,
    ),
    st.lists(st.sampled_from(sorted(ROUTED)), min_size=1, max_size=3, unique=True),
)
def test_routing_is_that_of_a_reader(people: list[Answers], asked: list[str]) -> None:
    """Who answered no question of the conditions is not judged, as in all cases."""
    schema = dict.fromkeys(("user", "q", "age", "then"), pl.Int64)
    frame = pl.DataFrame(people, schema=schema)
    survey = cxtui.from_frame(frame, f"{ROUTERS}{json.dumps(asked)}")._survey
    found = {one.threshold.split(",")[0]: one for one in check_survey(survey).checks}

    def is_asked(one: Answers) -> bool:
        return all(ROUTED[text](one) for text in asked)

    named = {name for name in ("user", "q", "age") if any(name in text for text in asked)}
    judged = [
        one
        for one in people
        if any(one[name] not in {None, 999} for name in named) or one["then"] in {1, 9}
    ]
    skipped = sum(is_asked(one) and one["then"] in {None, 9} for one in judged)
    unasked = sum(not is_asked(one) and one["then"] == 1 for one in people)
    assert (found["no answer"].found or 0) == skipped
    assert (found["answered"].found or 0) == unasked


@pytest.mark.parametrize(
    ("values", "is_address"),
    [
        ([f"10.0.{n}.7" for n in range(40)], True),
        ([f"2001:db8::{n:x}" for n in range(40)], True),
        ([f"a{n}@example.org" for n in range(40)], True),
        ([f"10:{n:02}:05" for n in range(40)], False),
        ([f"word{n}" for n in range(40)], False),
        (["a@b.org", "c@d.org"] * 20, False),
    ],
)
def test_addresses_are_known_by_their_values(values: list[str], is_address: bool) -> None:
    """A domain that many share is no address of one respondent, a time of the day none at all."""
    frame = pl.DataFrame({"where": [*values, values[0]]})
    text = '[[question]]\nid = "where"\nkind = "text"\n'
    checks = check_survey(cxtui.from_frame(frame, text)._survey)
    assert ("where" in {one.about for one in checks.checks}) is is_address
    if is_address:
        assert {one.found for one in checks.checks if one.about == "where"} == {1}


def alike(frame: pl.DataFrame, text: str) -> Check:
    checks = check_survey(cxtui.from_frame(frame, text)._survey).checks
    return next(one for one in checks if one.about == "all answers")


def test_straightliners_alike_are_no_copies() -> None:
    """With one answer to a whole grid and common answers otherwise, they are alike by chance."""
    random, items = Random(), [f"i{n}" for n in range(20)]
    listed = ", ".join(f'{{ code = "{one}" }}' for one in items)
    codes = ", ".join(f'{{ code = "{one}" }}' for one in range(1, 6))
    text = (
        f'[[question]]\nid = "grid"\nkind = "grid"\ncolumns = {items}\nitems = [{listed}]\n'
        f'categories = [{codes}]\n[[question]]\nid = "user"\ncategories = [{codes}]\n'
    )
    rows = [{one: random.randint(1, 5) for one in (*items, "user")} for _ in range(200)]
    rows[20] = rows[90] = {**dict.fromkeys(items, 3), "user": 1}
    found = alike(pl.DataFrame(rows), text)
    assert (found.found, found.result, found.is_proposed) == (1, Result.CLEAR, False)
    assert "by chance" in found.note
