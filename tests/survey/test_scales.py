"""Detection of scales: their steps, the scores, and the answers outside the scale."""

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.survey.inference.column_values import count_values
from cxtui.survey.inference.number_columns import describe_number
from cxtui.survey.inference.scales import find_scale
from cxtui.survey.question import Kind


@pytest.mark.parametrize(
    "falling",
    [
        "Strongly agree|Agree|Neither agree nor disagree|Disagree|Strongly disagree",
        "Always|Often|Sometimes|Rarely|Never",
        "Very satisfied|Satisfied|Dissatisfied|Very dissatisfied",
        "Extremely likely|Likely|Neutral|Unlikely|Extremely unlikely",
        "Very easy|Easy|Neutral|Difficult|Very difficult",
        "Much better|Better|About the same|Worse|Much worse",
        "Strongly favor|Somewhat favor|Somewhat oppose|Strongly oppose",
        "Definitely would|Probably would|Probably would not|Definitely would not",
        "Extremely familiar|Very familiar|Moderately familiar|Slightly familiar|Not familiar",
        "A lot|Somewhat|A little|Not at all",
        "Critical|Very Important|Somewhat important|Slightly Important|Not Important",
        "High|Medium|Low",
        "5 - Very much|4|3|2|1 - Not at all",
        "(3) Major.|(2) Minor.|(1) Trivial.|(0) Not a problem for me.",
        "5|4|3|2|1",
        "Yes|Maybe|No",
        "Extremely high value|High value|Average value|Low value|Extremely low value",
        "Very likely to increase|Likely to increase|Neutral|Likely to decrease",
        "Hourly|Daily|2+ times per week|Weekly|Monthly|Less than once a month",
        "Nearly every day|More than half the days|Several days|Not at all",
        "very_good|good|bad",
    ],
)
def test_scores_rise_from_the_lowest_grade(falling: str) -> None:
    texts = falling.split("|")
    scale = find_scale([*texts[1:], texts[0]])
    assert scale is not None
    assert sorted(texts, key=scale.scores.__getitem__, reverse=True) == texts
    assert sorted(scale.scores.values()) in (
        [float(place) for place in range(1, len(texts) + 1)],
        [float(place) for place in range(len(texts))],
    )


@pytest.mark.parametrize("beside", ["Don't know", "N/A", "Prefer not to say", "No answer"])
def test_dont_know_has_no_score_and_is_named_in_the_reason(beside: str) -> None:
    scale = find_scale(["Never", beside, "Rarely", "Often"])
    assert scale is not None and scale.apart == (beside,)
    assert beside in scale.reason and "stays in the base" in scale.reason


@pytest.mark.parametrize(
    "texts",
    [
        "Yes|No|No, but planning one",
        "Yes|No",
        "1. Marketing|2. Finance|3. IT",
        "1. Male|2. Female|3. Other",
        "18-29|30-44|45-59|60+",
        "1 year|2 years|3 years",
        "Bachelor degree|High school|Master degree",
        "Small|Medium|Large",
        "Often|Frequently|Never",
        "Very good|Never|Agree",
        "Good|Bad|Other (please specify)",
        "1|2|3",
        "Slack|E-mail|Phone",
    ],
)
def test_uncertain_scales_stay_single_choices(texts: str) -> None:
    assert find_scale(texts.split("|")) is None


def numbers(values: Sequence[float], label: str = "x") -> tuple[Kind | None, list[str], str]:
    column = count_values(nw.from_native(pl.Series("x", values), series_only=True))
    found = describe_number(column, label)
    missing = [category.code for category in found.categories if category.missing]
    return found.kind, missing, found.reason


def test_codes_far_off_all_other_numbers_are_missing_and_named_in_the_reason() -> None:
    hours = [*range(1, 41), *[98] * 4, 99]
    assert numbers(hours)[:2] == (Kind.NUMERIC, ["98", "99"])
    assert numbers([*range(18, 80), *[999] * 4])[:2] == (Kind.NUMERIC, ["999"])
    assert numbers([*range(18, 80), *[-99] * 4])[:2] == (Kind.NUMERIC, ["-99"])
    assert "98, 99 stand far off" in numbers(hours)[2]
    years = [*range(4, 26), *[77] * 3, *[88] * 2, 99]
    assert numbers(years)[:2] == (Kind.NUMERIC, ["77", "88", "99"])
    assert numbers([0.5, 1.25, 7.75, *[99.0] * 4])[1] == ["99"]


@pytest.mark.parametrize(
    "values",
    [
        [*range(18, 92), 99, 99, 99],
        [*range(0, 101)],
        [*range(1, 41), 98],
        [-3, -2, -1, 0, 1, 2, 3, 40, 50, 60, 70, 80],
        [*range(900, 1000)],
    ],
    ids=["an age", "per cent", "one alone", "a change", "a run"],
)
def test_a_plausible_number_is_never_missing(values: Sequence[float]) -> None:
    assert numbers(values)[1] == []


def test_a_code_that_may_be_a_number_is_undecided() -> None:
    assert "undecided: 99 may mean no answer" in numbers([*range(18, 92), 99, 99, 99])[2]


def test_a_wording_separates_ratings_from_codes_and_doubts_are_noted() -> None:
    steps = [1, 2, 3, 4, 5, 6, 7, 8]
    assert numbers(steps, "How would you rate us?")[0] is Kind.SCALE
    kind, _, reason = numbers(steps, "visit_1")
    assert kind is Kind.SINGLE and "undecided" in reason and 'kind = "scale"' in reason
    assert numbers([1, 2, 3, 4, 5], "q5_1")[0] is Kind.SCALE
    assert numbers([0, 1, 2, 3, 4, 5], "How many years have you used it?")[0] is Kind.NUMERIC
    asked = "How likely are you to recommend us?"
    assert "net promoter score" in numbers([*range(11)], asked)[2]
    assert "net promoter score" not in numbers([*range(11)], "How happy are you?")[2]
