"""Checks propose no flag for clean surveys of any shape, and count flags that are saved."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import cxtui
from cxtui.analysis.checks.check import Check, CheckKind, Checks, Result
from cxtui.analysis.checks.check_survey import check_survey
from cxtui.analysis.derive.derived_lines import survey_with
from tests.analysis.test_checks import planted


def codebook(grids: int, items: int, steps: int) -> str:
    """The codebook of grids of so many items with so many answers, and of two questions more."""
    codes = ", ".join(f'{{ code = "{n}", label = "Step {n}" }}' for n in range(1, steps + 1))
    text = 'respondent = "id"\n[[question]]\nid = "duration"\nkind = "numeric"\n'
    for grid in range(grids):
        columns = [f"g{grid}_{item}" for item in range(items)]
        named = ", ".join(f'{{ code = "{one}" }}' for one in columns)
        listed = ", ".join(f'"{one}"' for one in columns)
        text += f'[[question]]\nid = "g{grid}"\nkind = "grid"\ncolumns = [{listed}]\n'
        text += f"items = [{named}]\ncategories = [{codes}]\n"
    return text + f'[[question]]\nid = "q"\ncategories = [{codes}]\n'


def checked(rows: list[dict[str, Any]], text: str) -> Checks:
    return check_survey(cxtui.from_frame(pl.DataFrame(rows), text)._survey)


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(
    st.integers(0, 2**32),
    st.sampled_from([30, 60, 200]),
    st.integers(0, 6),
    st.integers(5, 9),
    st.sampled_from([3, 4, 5, 7, 11]),
    st.booleans(),
)
def test_no_flag_for_clean_grids(
    seed: int, people: int, grids: int, items: int, steps: int, is_skewed: bool
) -> None:
    """Few or many, of 30 respondents, on even and on skewed scales that chance answers alike."""
    random = Random(seed)
    odds = [3.0**-step if is_skewed else 1.0 for step in range(steps)]

    def respondent(place: int) -> dict[str, Any]:
        row: dict[str, Any] = {"id": place, "duration": random.randint(200, 480)}
        for grid in range(grids):
            answers = random.choices(range(1, steps + 1), odds, k=items)
            row |= {f"g{grid}_{item}": answer for item, answer in enumerate(answers)}
        return row | {"q": random.randint(1, steps)}

    rows = [respondent(place) for place in range(people)]
    assert checked(rows, codebook(grids, items, steps)).lines == ()


@pytest.mark.parametrize(("near", "is_flag"), [(2, True), (9, False)])
def test_items_that_measure_one_thing_are_answered_alike_in_earnest(
    near: int, is_flag: bool
) -> None:
    """Then more respondents differ in one item than in none; the reversed items are turned."""
    random = Random(near)
    rows: list[dict[str, Any]] = []
    for place in range(100):
        answers = [random.choice([1, 5]) for _ in range(6)]
        answers[:2] = [2, 4]
        if place < 5 + near:
            answers = [4] * 6
        if 5 <= place < 5 + near:
            answers[place % 6] = 3
        items = {f"g0_{item}": answer for item, answer in enumerate(answers)}
        rows.append({"id": place, "duration": 300, **items, "q": 1})
    (found,) = (
        one for one in checked(rows, codebook(1, 6, 5)).checks if one.kind is CheckKind.STRAIGHT
    )
    assert found.found == 5
    assert f"{near} differ in one item only" in found.note
    assert found.is_proposed is is_flag


def quality_of(checks: Checks) -> Check:
    (found,) = (one for one in checks.checks if one.kind is CheckKind.QUALITY)
    return found


def test_saved_flags_are_counted_by_what_flagged_them() -> None:
    """Their counts stay to be seen, and nothing is proposed again, not even of fewer flags."""
    faulty = planted(3, 2)
    checks = check_survey(faulty.survey)
    proposed = quality_of(checks)
    assert proposed.is_proposed
    saved = survey_with(faulty.survey, checks.lines)
    again = check_survey(saved)
    quality = quality_of(again)
    assert (again.lines, quality.lines) == ((), ())
    assert (quality.found, quality.of) == (proposed.found, proposed.of) == (0, 120)
    for flag, places in faulty.planted.items():
        assert f"{flag} {len(places)}" in quality.note or "and 1 more" in quality.note
    assert "derived already: quality" in quality.note
    assert quality.result is Result.CLEAR
    slow = survey_with(faulty.survey, tuple(one for one in checks.lines if "bands" not in one))
    assert [one.partition(",")[0] for one in check_survey(slow).lines] == ['id = "quality"']
