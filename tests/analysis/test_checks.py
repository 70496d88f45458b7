"""Checks find the faults that were planted, and no others."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import cxtui
from cxtui.analysis.checks.check import Check, CheckKind, Checks, Result
from cxtui.analysis.checks.check_survey import check_survey
from cxtui.analysis.checks.speeders import duration_of
from cxtui.analysis.checks.straightliners import expected_straight
from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.errors import ViewError
from cxtui.survey.model import Survey, required

ITEMS = [f"channel_{n}" for n in range(9)]
SINGLES = [f"q{n}" for n in range(16)]
CODES = ", ".join(f'{{ code = "{n}", label = "Step {n}" }}' for n in range(1, 6))
CODEBOOK = f"""
respondent = "id"
[[question]]
id = "duration"
kind = "numeric"
[[question]]
id = "age"
kind = "numeric"
range = [18, 99]
[[question]]
id = "user"
categories = [{{ code = "1", label = "Yes" }}, {{ code = "2", label = "No" }}]
[[question]]
id = "liking"
asked = "user=1"
categories = [{CODES}, {{ code = "9", label = "Don't know", missing = true }}]
[[question]]
id = "channels"
kind = "grid"
columns = {ITEMS}
items = [{", ".join(f'{{ code = "{one}" }}' for one in ITEMS)}]
categories = [{CODES}]
""" + "".join(f'[[question]]\nid = "{one}"\ncategories = [{CODES}]\n' for one in SINGLES)


@dataclass(frozen=True)
class Faulty:
    """A survey and the places of its planted faults, by the flag that has to find them."""

    survey: Survey
    planted: Mapping[str, set[int]]


def clean_respondent(random: Random, place: int) -> dict[str, Any]:
    items = [random.randint(1, 5) for _ in ITEMS]
    while len({*items}) == 1:
        items = [random.randint(1, 5) for _ in ITEMS]
    user = random.choice([1, 2, None])
    return {
        "id": f"r{place}",
        "duration": random.randint(300, 600),
        "age": random.choice([None, *range(18, 100)]),
        "user": user,
        "liking": random.choice([1, 2, 3, 4, 5, 9]) if user == 1 else None,
        **dict(zip(ITEMS, items, strict=True)),
        **{one: random.randint(1, 5) for one in SINGLES},
    }


def planted(seed: int, faults: int) -> Faulty:
    random = Random(seed)
    rows = [clean_respondent(random, place) for place in range(120)]
    places = random.sample(range(60, 120), 7 * faults)
    parts = [places[at::7] for at in range(7)]
    fast, flat, copies, twins, old, skipped, unasked = parts
    for at in fast:
        rows[at]["duration"] = random.randint(5, 110)
    for at in flat:
        rows[at] |= dict.fromkeys(ITEMS, random.randint(1, 5))
    for at in old:
        rows[at]["age"] = random.choice([-1, 17, 100, 1980])
    for at in skipped:
        rows[at] |= {"user": 1, "liking": None}
    for at in unasked:
        rows[at] |= {"user": 2, "liking": random.randint(1, 5)}
    for at in copies:
        own = {name: rows[at][name] for name in ("id", "duration")}
        rows[at] = {**rows[random.randrange(60)], **own}
    for at in twins:
        rows[at]["id"] = f"r{random.randrange(60)}"
    schema = {"id": pl.String, **dict.fromkeys([*rows[0]][1:], pl.Int64)}
    survey = cxtui.from_frame(pl.DataFrame(rows, schema=schema), CODEBOOK)._survey
    found = {
        "speeder": fast,
        "straight_channels": flat,
        "repeats_id": twins,
        "repeats_answers": copies,
        "age_outside": old,
        "liking_skipped": skipped,
        "liking_unasked": unasked,
    }
    return Faulty(survey, {name: {*at} for name, at in found.items()})


def flagged(survey: Survey, checks: Checks, flag: str, code: str = "1") -> set[int]:
    """The places of the respondents with a proposed flag."""
    derived = survey_with(survey, checks.lines)
    (column,) = required(derived, flag, "question").columns
    values = derived.frame.select(column).collect(backend="polars")[column].to_list()
    return {place for place, value in enumerate(values) if value == code}


def by_flag(checks: Checks) -> dict[str, Check]:
    return {one.flag: one for one in checks.checks if one.is_proposed}


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_planted_faults_are_found_and_no_others(seed: int, faults: int) -> None:
    faulty = planted(seed, faults)
    checks = check_survey(faulty.survey)
    found = by_flag(checks)
    assert {*found} == {*faulty.planted, "quality"}
    for name, places in faulty.planted.items():
        assert flagged(faulty.survey, checks, name) == places, name
        assert found[name].found == len(places)
    assert [one.result for one in checks.checks if one.kind is CheckKind.IDS] == [Result.ERROR]
    derived = survey_with(faulty.survey, checks.lines)
    ok = derived.frame.select("quality").collect(backend="polars")["quality"].to_list()
    every = set().union(*faulty.planted.values())
    assert {place for place, one in enumerate(ok) if one == "1"} == {*range(120)} - every
    assert found["quality"].found == 0  # each has one fault: that is no verdict
    assert derived.respondents == 120


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32))
def test_nothing_is_proposed_for_a_clean_survey(seed: int) -> None:
    checks = check_survey(planted(seed, 0).survey)
    assert checks.lines == ()
    assert {one.result for one in checks.checks} == {Result.CLEAR}


@given(st.lists(st.integers(1, 5000), min_size=30, max_size=60), st.sampled_from([1, 4]))
def test_the_bound_of_speeders_is_40_percent_of_the_median(
    durations: list[int], divisor: int
) -> None:
    """Exactly those under it are flagged, of whole and of broken numbers."""
    values = [one / divisor for one in durations]
    text = '[[question]]\nid = "LengthOfInterview"\nkind = "numeric"\n'
    survey = cxtui.from_frame(pl.DataFrame({"LengthOfInterview": values}), text)._survey
    fast = {at for at, one in enumerate(values) if one < 0.4 * statistics.median(values)}
    checks = check_survey(survey)
    assert checks.checks[0].found == len(fast)
    if fast:
        assert flagged(survey, checks, "speeder") == fast


def test_a_frozen_bound_stays_when_the_median_moves() -> None:
    """The codebook's flag is counted, and no other proposed."""
    faulty = planted(7, 3)
    bound = check_survey(faulty.survey).lines[0]
    later = faulty.survey.frame.to_native().with_columns(duration=pl.col("duration") * 3)
    survey = cxtui.from_frame(later, CODEBOOK).derive(bound)._survey
    first = check_survey(survey).checks[0]
    assert first.note == "derived already: speeder"
    assert (first.flag, first.is_proposed) == ("speeder", False)
    number = float(first.threshold.removeprefix("duration<"))
    durations = later.collect()["duration"].to_list()
    assert first.found == sum(one < number for one in durations)
    assert number < 300  # which 40% of the new median is not


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_chance_is_a_sum_of_products(seed: int) -> None:
    """Over the items that each respondent answered, five or more."""
    random = Random(seed)
    rows = [
        {item: random.choice([None, 1, 1, 2, 3]) for item in ITEMS}
        for _ in range(random.randint(1, 30))
    ]
    text = CODEBOOK[
        CODEBOOK.index('[[question]]\nid = "channels"') : CODEBOOK.index('[[question]]\nid = "q0"')
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(ITEMS, pl.Int64))
    survey = cxtui.from_frame(frame, text)._survey
    expected = 0.0
    for row in rows:
        answered = [item for item in ITEMS if row[item] is not None]
        if len(answered) < 5:
            continue
        for code in range(1, 6):
            product = 1.0
            for item in answered:
                given = [one[item] for one in rows if one[item] is not None]
                product *= given.count(code) / len(given)
            expected += product
    items = [required(survey, f"channels.{one}", "question") for one in ITEMS]
    assert expected_straight(survey, items) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "is_duration"),
    [
        ("duration", True),
        ("Duration (in seconds)", True),
        ("interviewtime", True),
        ("total_time", True),
        ("Interviewdauer", True),
        ("Durée de l'enquête", True),
        ("Время заполнения", True),
        ("所要時間（秒）", True),
        ("答题时长", True),
        ("응답시간", True),
        ("مدة المقابلة", True),
        ("employment_duration", False),
        ("time", False),
        ("screen_time", False),
        ("total", False),
        ("minutes", False),
        ("length", False),
    ],
)
def test_a_duration_is_known_by_its_name(name: str, is_duration: bool) -> None:
    text = f'[[question]]\nid = "x"\nkind = "numeric"\ncolumn = "{name}"\n'
    survey = cxtui.from_frame(pl.DataFrame({name: [1.0, 2.0]}), text)._survey
    assert (duration_of(survey) is not None) is is_duration


def test_a_label_that_asks_is_no_duration() -> None:
    text = (
        '[[question]]\nid = "duration"\nlabel = "How long was your last stay?"\nkind = "numeric"\n'
    )
    survey = cxtui.from_frame(pl.DataFrame({"duration": [1.0, 2.0]}), text)._survey
    assert duration_of(survey) is None
    assert duration_of(survey, "duration") is not None
    with pytest.raises(ViewError):
        duration_of(survey, "gone")


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from([None, 2015, 2016]), st.integers(0, 900)), max_size=90))
def test_each_wave_has_its_own_median(people: list[tuple[int | None, int]]) -> None:
    """Of 30 durations or more; respondents without a wave are never fast."""
    text = (
        'wave = "wave"\n[[question]]\nid = "wave"\n'
        'categories = [{ code = "2015" }, { code = "2016" }]\n'
        '[[question]]\nid = "duration"\nkind = "numeric"\n'
    )
    people = [*people, *((2016, 400 + at) for at in range(30)), (2015, 5)]
    frame = pl.DataFrame(people, schema={"wave": pl.Int64, "duration": pl.Int64}, orient="row")
    survey = cxtui.from_frame(frame, text)._survey
    medians = {}
    for wave in (2015, 2016):
        own = [duration for each, duration in people if each == wave]
        if len(own) >= 30:
            medians[wave] = statistics.median(own)
    fast = {
        at
        for at, (wave, duration) in enumerate(people)
        if wave in medians and duration < 0.4 * medians[wave]
    }
    checks = check_survey(survey)
    assert checks.checks[0].found == len(fast)
    if fast:
        assert flagged(survey, checks, "speeder") == fast
        taken = survey_with(survey, checks.lines[:1])
        assert check_survey(taken).checks[0].note == "derived already: speeder"
