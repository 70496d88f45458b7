"""Inference of questions from columns that no codebook mentions."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis.strategies as st
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given

from cxtui.survey.codebook.complete_codebook import complete_codebook
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.edit_sets import split_set
from cxtui.survey.inference.answer_order import order_texts
from cxtui.survey.model import Codebook, ColumnLabel, ExcludedColumn
from cxtui.survey.question import Kind, Question


def guess(
    columns: Mapping[str, Any],
    declared: Codebook | None = None,
    labels: Mapping[str, ColumnLabel] | None = None,
    *,
    whole: bool = True,
) -> Codebook:
    frame = nw.from_native(pl.DataFrame(columns), eager_only=True)
    return complete_codebook(declared or Codebook(), frame, labels=labels or {}, whole=whole)


def question(codebook: Codebook, question_id: str) -> Question:
    found = codebook.find(question_id)
    assert found is not None, [one.id for one in codebook.questions]
    return found


def codes(one: Question) -> list[str]:
    return [category.code for category in one.categories]


def test_every_guess_has_a_reason() -> None:
    codebook = guess({"role": ["A", "B"] * 5, "weight": [0.5, 1.5] * 5, "wave": [1, 2] * 5})
    assert all(one.guess for one in codebook.questions)
    assert codebook.role_guess and codebook.wave_guess and codebook.weight_guess


def test_a_guess_from_a_sample_names_its_size() -> None:
    codebook = guess({"a": ["x", "y"] * 5}, whole=False)
    assert "among 10 respondents" in question(codebook, "a").guess


def test_a_declared_question_is_not_changed() -> None:
    declared = Codebook(questions=(Question("mine", "Mine", Kind.TEXT, ("a",)),))
    assert guess({"a": ["x", "y"]}, declared) == declared


def test_nothing_is_inferred_if_every_column_is_mentioned() -> None:
    declared = Codebook(excluded=(ExcludedColumn("role", "declared"),), weight="w", respondent="id")
    assert guess({"role": ["A"], "w": [1.0], "id": [1]}, declared) == declared


def test_a_declared_question_without_categories_gets_those_of_the_sample() -> None:
    declared = Codebook(questions=(Question("a", "A", Kind.SINGLE, ("a",)),))
    assert codes(guess({"a": ["No", "Yes", "No"]}, declared).questions[0]) == ["Yes", "No"]


def test_a_declared_role_needs_no_banner() -> None:
    declared = Codebook(role="job", questions=(Question("job", "Job", Kind.SINGLE, ("job",)),))
    codebook = guess({"job": ["A", "B"] * 40, "age": ["18-34", "35+"] * 40}, declared)
    assert (codebook.role, codebook.role_guess, codebook.banner) == ("job", "", "")


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([True, False, None], Kind.SINGLE, ["true", "false"]),
        ([1, 2, 3, 4, 5, 5], Kind.SCALE, ["1", "2", "3", "4", "5"]),
        ([1.0, 2.0, None, 2.0], Kind.SINGLE, ["1", "2"]),
        ([10, 20, 50, 10], Kind.SINGLE, ["10", "20", "50"]),
        ([0.25, 1.5, 3.75, 0.25], Kind.NUMERIC, []),
        ([*range(20, 40), 20], Kind.NUMERIC, []),
        (["B", "A", "B", "A"], Kind.SINGLE, ["B", "A"]),
        ([["x", "y"], [], None, ["y"]], Kind.MULTI, ["x", "y"]),
    ],
)
def test_the_kind_follows_type_and_values(
    values: Sequence[Any], kind: Kind, expected: list[str]
) -> None:
    one = question(guess({"a": values}), "a")
    assert (one.kind, codes(one)) == (kind, expected)


def test_numbers_that_are_codes_by_their_name_or_run_have_no_mean() -> None:
    """Twelve codes or more run from 1 without a gap; numbers named as an amount are one."""
    run = [*range(1, 13), 98] * 3
    kinds = {
        name: guess({name: values}).questions[0].kind
        for name, values in {
            "region": [1, 2, 3, 4, 5] * 8,
            "state": [*range(1, 57)] * 2,
            "q1": run,
            "party_size": run,
            "visits": run,
            "spent": [1, 3, 4, 5, 7, 8, 10, 11, 15, 16, 20, 31] * 3,
        }.items()
    }
    assert [name for name, kind in kinds.items() if kind is Kind.SINGLE] == [
        "region",
        "state",
        "q1",
    ]
    assert set(kinds.values()) == {Kind.SINGLE, Kind.NUMERIC}
    assert "undecided: codes of categories or an amount" in guess({"q1": run}).questions[0].guess
    rating = guess({f"party_{n}": [n, *[1, 2, 3, 4, 5] * 5] for n in (1, 2, 3)})
    assert [one.kind for one in rating.questions] == [Kind.GRID]


def test_codes_that_cannot_belong_to_a_scale_have_no_score_and_stay_in_the_base() -> None:
    one = question(guess({"nps": [0, 2, 5, 7, 10, 98, 99] * 2}), "nps")
    assert [category.code for category in one.categories if category.score is None] == ["98", "99"]
    assert not any(category.missing for category in one.categories)
    assert "98, 99" in one.guess and one.scores


def test_no_answer_is_valid_unless_a_codebook_declares_it_missing() -> None:
    one = question(guess({"a": ["No answer", "Yes", "No", "Yes"]}), "a")
    assert codes(one) == ["Yes", "No", "No answer"]
    assert not any(category.missing for category in one.categories)


def test_texts_that_are_mostly_different_are_free_text() -> None:
    assert question(guess({"why": [f"because of {n}" for n in range(9)]}), "why").kind is Kind.TEXT


def test_blank_texts_are_no_category() -> None:
    assert codes(question(guess({"a": ["Yes", "", " ", "Yes", "No"]}), "a")) == ["Yes", "No"]


def test_spellings_of_one_answer_are_merged_and_the_reason_names_them() -> None:
    texts = ["Very\u00a0well", "Very well", "Very well", "very well", "Poorly"]
    one = question(guess({"a": texts}), "a")
    assert codes(one) == ["Very well", "Poorly"]
    assert set(one.categories[0].spellings) == {"Very\u00a0well", "very well"}
    assert "'Very well'" in one.guess


def test_hostile_text_is_safe_in_codes_and_ids() -> None:
    codebook = guess({"q\x1b[31m": ["a\x07", "b"] * 3})
    shown = [codebook.questions[0].id, *codes(codebook.questions[0])]
    assert all(text.isprintable() for text in shown)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2024-05-01", "2024-05-03"], ["2024-05-01", "2024-05-03"]),
        (["2024-05-01", "2023-12-03"], ["2023-12", "2024-05"]),
        (["2016-05-01", "2020-05-03"], ["2016", "2020"]),
    ],
)
def test_dates_fall_into_few_periods(days: list[str], expected: list[str]) -> None:
    values = [datetime.date.fromisoformat(day) for day in days]
    one = question(guess({"day": values}), "day")
    assert (one.kind, codes(one)) == (Kind.DATE, expected)


def test_a_month_is_labelled_in_words() -> None:
    values = [datetime.datetime(2018, 5, 10, 8), datetime.datetime(2018, 7, 1, 9)]
    assert question(guess({"at": values}), "at").categories[0].label == "May 2018"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["65 and up", "18 - 34", "35 - 64"], ["18 - 34", "35 - 64", "65 and up"]),
        (
            ["1 year", "4+ years", "Less than one year"],
            ["Less than one year", "1 year", "4+ years"],
        ),
        (
            ["2+ years.", "6 - 12 months.", "1-2 years."],
            ["6 - 12 months.", "1-2 years.", "2+ years."],
        ),
        (["5,000+", "50-499", "1-49", "Not sure"], ["1-49", "50-499", "5,000+", "Not sure"]),
        (
            ["$25,000-$49,999", "$0-$9,999", "$200,000+"],
            ["$0-$9,999", "$25,000-$49,999", "$200,000+"],
        ),
        (
            ["Greater than 10,000", "1,000-10,000", "2-50"],
            ["2-50", "1,000-10,000", "Greater than 10,000"],
        ),
        (["> 60", "18-29", "30-44"], ["18-29", "30-44", "> 60"]),
        (["6'3\"", "5'11\"", "5'8\""], ["5'8\"", "5'11\"", "6'3\""]),
        (
            ["Neutral", "Very poorly", "Very well", "Somewhat poorly", "Somewhat well"],
            ["Very well", "Somewhat well", "Neutral", "Somewhat poorly", "Very poorly"],
        ),
        (["Poorly", "Very well", "Well"], ["Very well", "Well", "Poorly"]),
        (
            ["Not at all", "Somewhat", "I have not attended", "Very", "Not too"],
            ["Very", "Somewhat", "Not too", "Not at all", "I have not attended"],
        ),
        (
            ["Disagree", "Strongly agree", "Strongly disagree", "Agree", "Neutral"],
            ["Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree"],
        ),
        (
            ["Very unlikely", "Somewhat likely", "Very likely", "Somewhat unlikely"],
            ["Very likely", "Somewhat likely", "Somewhat unlikely", "Very unlikely"],
        ),
        (["Never", "Often", "Rarely", "Always"], ["Always", "Often", "Rarely", "Never"]),
        (["Some", "Nothing at all", "A lot"], ["A lot", "Some", "Nothing at all"]),
        (["High", "Low", "Medium", "Very high"], ["Low", "Medium", "High", "Very high"]),
        (["No", "Don't know", "Yes"], ["Yes", "No", "Don't know"]),
        (
            ["No, not at all rude", "Yes, very rude", "Yes, somewhat rude"],
            ["Yes, very rude", "Yes, somewhat rude", "No, not at all rude"],
        ),
        (
            ["Other (say)", "Zebra", "No answer", "Ape"],
            ["Zebra", "Ape", "Other (say)", "No answer"],
        ),
        (["White", "Asian", "Black"], ["White", "Asian", "Black"]),
    ],
    ids=lambda texts: texts[0],
)
def test_answers_are_in_the_order_of_the_questionnaire(
    texts: list[str], expected: list[str]
) -> None:
    assert [*order_texts(texts).texts] == expected


def test_an_enum_keeps_the_files_own_order_and_its_unused_answers() -> None:
    dtype = pl.Enum(["Low", "None", "High"])
    one = question(guess({"a": pl.Series(["High", "Low", "High"], dtype=dtype)}), "a")
    assert codes(one) == ["Low", "None", "High"]


def marked(*columns: str) -> dict[str, list[str | None]]:
    """Three options, each chosen by another respondent, and one respondent not asked."""
    texts = ["CRM", "CDP", "None of these"]
    return {
        name: [None, *(text if row == place else "Not selected" for row in range(3))]
        for place, (name, text) in enumerate(zip(columns, texts, strict=True))
    }


def test_columns_with_a_common_beginning_and_one_mark_each_are_a_set() -> None:
    one = question(guess(marked("tools_1", "tools_2", "tools_3")), "tools")
    assert (one.kind, one.columns) == (Kind.MULTI, ("tools_1", "tools_2", "tools_3"))
    assert codes(one) == ["1", "2", "3"]
    assert [category.label for category in one.categories] == ["CRM", "CDP", "None of these"]
    assert one.unchosen == ("Not selected",)


def test_scales_with_a_common_beginning_stay_separate_questions() -> None:
    codebook = guess({"q_1": ["Often", "Never", "Rarely"] * 2, "q_2": ["Never", "Often", None] * 2})
    assert [one.id for one in codebook.questions] == ["q_1", "q_2"]


def test_three_columns_of_zeros_and_ones_are_a_set_but_two_are_not() -> None:
    columns = {f"q_{n}": [0, 1, n % 2, 1] for n in range(3)}
    assert question(guess(columns), "q").unchosen == ("0",)
    columns.pop("q_2")
    assert [one.id for one in guess(columns).questions] == ["q_0", "q_1"]


def test_two_columns_of_truth_values_are_a_set() -> None:
    assert (
        question(guess({"has.a": [True, False], "has.b": [False, True]}), "has").kind is Kind.MULTI
    )


def test_questions_that_begin_with_the_same_words_are_no_set() -> None:
    columns = {name: ["Yes", "No"] * 3 for name in ("Do you ski?", "Do you swim?", "Do you run?")}
    assert len(guess(columns).questions) == len(columns)


def test_a_block_of_the_file_is_a_set_and_its_comment_box_a_text() -> None:
    labels = {
        "q1_1": ColumnLabel("q1", "Which?", "Blogs"),
        "q1_2": ColumnLabel("q1", "Which?", "Events"),
        "q1_3": ColumnLabel("q1", "Which?", "Nobody's choice"),
        "q1_4": ColumnLabel("q1", "Which?", "Other (please specify)"),
    }
    columns = {
        "q1_1": ["Blogs", None, "Blogs"],
        "q1_2": [None, "Events\u00a0", None],
        "q1_3": pl.Series([None, None, None], dtype=pl.String),
        "q1_4": ["a podcast", None, "hallway talk"],
    }
    codebook = guess(columns, labels=labels)
    one = question(codebook, "q1")
    assert [category.label for category in one.categories] == ["Blogs", "Events", "Nobody's choice"]
    assert one.columns == ("q1_1", "q1_2", "q1_3")
    comment = question(codebook, "q1_4")
    assert (comment.kind, comment.label) == (Kind.TEXT, "Which?: Other (please specify)")


def test_a_number_after_an_option_is_ignored_in_the_comparison_with_its_mark() -> None:
    labels = {f"q1_{n}": ColumnLabel("q1", "Which?", f"{text}{n}7") for n, text in enumerate("AB")}
    columns = {"q1_0": ["A", None], "q1_1": [None, "B"]}
    one = question(guess(columns, labels=labels), "q1")
    assert [category.label for category in one.categories] == ["A", "B"]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"id": [3, 1, 2]}, "named like an id"),
        ({"entry": list(range(30))}, "numbers every respondent"),
        ({"empty": pl.Series([None, None], dtype=pl.String)}, "no answers here"),
        ({"null": [None, None]}, "no answers here"),
        ({"nested": [{"a": 1}]}, "cannot be tabulated"),
        ({"numbers": [[1, 2]]}, "cannot be tabulated"),
        ({"raw": [b"x"]}, "cannot be tabulated"),
        ({"took": [datetime.timedelta(seconds=3)]}, "cannot be tabulated"),
        ({"at": [datetime.time(9)]}, "cannot be tabulated"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_excluded_columns_have_a_reason(columns: Mapping[str, Any], reason: str) -> None:
    codebook = guess(columns)
    assert not codebook.questions
    assert reason in codebook.excluded[0].reason


def test_an_age_with_distinct_values_is_no_id() -> None:
    assert question(guess({"age": [20, 34, 51]}), "age").kind is Kind.SINGLE


def test_the_respondents_id_is_detected() -> None:
    assert guess({"RespondentID": [11, 12], "a": ["x", "y"]}).respondent == "RespondentID"
    address = {"IPAddress": ["10.0.0.1", "10.0.0.2"], "ResponseId": ["R_1", "R_2"]}
    labels = {"IPAddress": ColumnLabel("IPAddress", "IP Address")}
    assert guess(address, labels=labels).respondent == "ResponseId"


def test_the_weight_is_the_first_without_gaps_and_all_are_listed() -> None:
    columns = {"weight": [None, None], "weight_b": [1.0, None], "wgt": [0.5, 1.5], "a": ["x", "y"]}
    codebook = guess({**columns, "weight": pl.Series([None, None], dtype=pl.Float64)})
    assert codebook.weight == "wgt"
    assert "weight" not in codebook.weights
    assert "wgt" not in [one.id for one in codebook.questions]


def test_a_constant_or_a_text_is_no_weight() -> None:
    codebook = guess({"weight": [1.0, 1.0], "your_weight": ["Yes", "No"]})
    assert codebook.weight == ""


def test_a_weight_may_have_nulls_and_infinities() -> None:
    values = [0.5, None, float("nan"), float("inf"), 1.5, -1.0]
    assert guess({"weight": values, "a": list("xyxyxy")}).weight == "weight"


def test_a_role_by_name_wins_over_one_by_wording() -> None:
    labels = {"Q1": ColumnLabel("Q1", "What is your role?")}
    codebook = guess({"Q1": ["CMO", "CIO"] * 2, "Role": ["M", "T"] * 2}, labels=labels)
    assert codebook.role == "Role"


def test_a_role_may_be_named_with_an_accent() -> None:
    assert guess({"rôle": ["M", "T"] * 2}).role == "rôle"


def test_yes_and_no_are_no_roles() -> None:
    assert guess({"role": ["Yes", "No"] * 2}).role == ""


def test_without_a_role_the_banner_is_a_variable_with_large_groups() -> None:
    codebook = guess({"q1": ["Yes", "No"] * 40, "age3": ["18 - 34", "35 +"] * 40})
    assert (codebook.role, codebook.banner, codebook.default_banner) == ("", "age3", "age3")
    assert "no role was found" in codebook.banner_guess


def test_a_year_of_birth_is_no_wave() -> None:
    codebook = guess({"birth_year": [1980, 1990] * 3, "year": [2015, 2016] * 3})
    assert codebook.wave == "year"


@pytest.mark.parametrize("rows", [0, 1])
def test_tiny_samples_are_inferred(rows: int) -> None:
    frame = pl.DataFrame(
        {
            "id": [1],
            "role": ["CMO"],
            "q_1": ["CRM"],
            "q_2": [True],
            "tags": [["x"]],
            "n": [1.5],
            "day": [datetime.date(2024, 1, 1)],
            "c": pl.Series(["x"], dtype=pl.Categorical),
        }
    ).head(rows)
    codebook = complete_codebook(
        Codebook(), nw.from_native(frame, eager_only=True), labels={}, whole=True
    )
    assert len(codebook.questions) + len(codebook.excluded) == len(frame.columns)


def test_ids_are_unique_for_any_names_of_columns() -> None:
    codebook = guess({"a": ["x", "y"] * 2, "a\u00a0": ["x", "y"] * 2, " ": ["x", "z"] * 2})
    ids = [one.id for one in codebook.questions]
    assert len(set(ids)) == len(ids) == 3 and all(ids)


def test_rare_open_answers_of_a_role_are_merged() -> None:
    own = ["chief of stuff", "a bit of all", "gardener", "both of these"]
    jobs = [*["Developer"] * 30, *["Researcher"] * 20, *["Manager"] * 9, *own]
    labels = {"Q1": ColumnLabel("Q1", "What kind of user are you?")}
    codebook = guess({"Q1": jobs}, labels=labels)
    role = question(codebook, codebook.role)
    assert codes(role) == ["Developer", "Researcher", "Manager", "Other answers"]
    assert role.categories[-1].spellings == tuple(own)
    assert "4 answers that one or two gave" in role.guess


def test_countries_are_never_merged() -> None:
    places = [*["France"] * 30, *["Italy"] * 20, "Malta", "Fiji", "Chad", "Peru"]
    assert len(codes(question(guess({"country": places}), "country"))) == 6


LIKERT = ["Always", "Often", "Sometimes", "Rarely", "Never"]


def rated(*names: str, texts: Sequence[str] = LIKERT) -> dict[str, list[str]]:
    """Columns that use a scale, each beginning with another step."""
    return {
        name: [*texts[place % len(texts) :], *texts[: place % len(texts)]] * 4
        for place, name in enumerate(names)
    }


@pytest.mark.parametrize(
    ("names", "label", "items"),
    [
        (["q5_1", "q5_2", "q5_3"], "q5", ["1", "2", "3"]),
        (["Rate these [Price]", "Rate these [Speed]"], "Rate these", ["Price", "Speed"]),
        (
            ["Writing - How often do you do it?", "Testing - How often do you do it?"],
            "How often do you do it?",
            ["Writing", "Testing"],
        ),
        (
            [
                f"Please rate how much you like the food of {one}."
                for one in ("Peru", "Cuba", "Iran")
            ],
            "Please rate how much you like the food of …",
            ["Peru", "Cuba", "Iran"],
        ),
        (["q14r01c01", "q14r02c01"], "q14c01", ["q14r01c01", "q14r02c01"]),
    ],
    ids=["short names", "brackets", "what stands before", "a sentence", "rows and columns"],
)
def test_columns_asked_together_on_one_scale_are_a_grid(
    names: list[str], label: str, items: list[str]
) -> None:
    labels = {name: ColumnLabel(f"q{n}", name) for n, name in enumerate(names, 1) if " " in name}
    codebook = guess(rated(*names), labels=labels)
    assert [one.kind for one in codebook.questions] == [Kind.GRID]
    grid = codebook.questions[0]
    assert (grid.label, [item.label for item in grid.items]) == (label, items)
    assert grid.scores and grid.guess.startswith(f"grid: {len(names)} columns")


@pytest.mark.parametrize(
    ("names", "texts"),
    [
        (["q5_1", "q5_2", "q5_3"], ["Badly", "OK", "Well"]),
        (
            ["A policy? [Use]", "A policy? [Release]", "A policy? [Talks]"],
            ["Yes", "No", "Not sure"],
        ),
        (["Is it ready? - Web", "Is it ready? - App", "Is it ready? - Shop"], ["Ready", "Broken"]),
        (["q9r1c1", "q9r2c1", "q9r3c1"], ["Bern", "Ulm", "Graz"]),
    ],
    ids=["names", "matrix", "two answers", "rows and columns"],
)
def test_columns_asked_together_with_one_list_of_answers_are_a_grid(
    names: list[str], texts: list[str]
) -> None:
    columns = {name: [texts[0], *cells] for name, cells in rated(*names, texts=texts).items()}
    (grid,) = guess(columns).questions
    assert (grid.kind, len(grid.items), grid.scores) == (Kind.GRID, 3, False)
    first = grid.categories[0].label
    assert f"the same {len(texts)} answers, which are no known scale" in grid.guess
    assert f"shows the share of {first!r}" in grid.guess


def test_a_possible_grid_stays_separate_questions_with_a_remark() -> None:
    """Two answers with similar labels, codes without labels, brands as mentions."""
    stem = "Thinking of last week, did you ever"
    alike = {f"{stem} {what}?": ["Ja", "Nein"] * 8 for what in ("ski", "swim", "run")}
    coded = {f"visit_{n}": [1, 2, 3, 4, 5, 6, 7, 8] * 3 for n in range(3)}
    for columns in (alike, coded):
        for one in guess(columns).questions:
            assert one.kind is Kind.SINGLE and "undecided: may be asked together" in one.guess
    brands = ["Ada", "Bea", "Cid"]
    named = {f"brand_{n}": [*brands[n:], *brands[:n]] * 8 for n in range(3)}
    assert [one.kind for one in guess(named).questions] == [Kind.SINGLE] * 3


@pytest.mark.parametrize(
    ("steps", "chosen", "scores"),
    [
        ("Never | Rarely | Often | Always", "Often | Always", {"Often": 3, "Always": 4}),
        (
            "1 = Não | 2 = Pouco | 3 = Mais | 4 = Muito",
            "2 = Pouco | 3 = Mais",
            {"2 = Pouco": 2, "3 = Mais": 3},
        ),
        ("1 = Nunca | 2 | 3 | 4 | 5 = Sempre", "2 | 3 | 4", {}),
        ("Yes | Maybe | No", "Yes | No", {}),
    ],
)
def test_some_steps_of_the_neighbours_scale_have_its_scores(
    steps: str, chosen: str, scores: dict[str, float]
) -> None:
    whole, part = steps.split(" | "), chosen.split(" | ")
    size = len(whole) * len(part) * 4
    columns = {
        "role": ["A", "B"] * (size // 2),
        "I like it": (whole * size)[:size],
        "Go on": (part * size)[:size],
    }
    found = question(guess(columns), "Go on")
    assert {one.code: one.score for one in found.categories if one.score} == scores


def test_an_enums_order_separates_steps_of_similar_wording() -> None:
    steps = ["Several times a month", "A few times a month", "Monthly", "Never"]
    often = pl.Series("often", steps * 4, dtype=pl.Enum(steps))
    one = question(guess({"often": often}), "often")
    assert [category.score for category in one.categories] == [4, 3, 2, 1]
    assert guess({"often": steps * 4}).questions[0].kind is Kind.SINGLE


def test_a_grid_has_the_answers_of_all_its_rows() -> None:
    columns = rated("q5_1", "q5_2") | {"q5_3": ["Never", "Don't know", "Rarely", "Often"] * 5}
    grid = question(guess(columns), "q5")
    assert codes(grid) == [*LIKERT, "Don't know"]
    assert [category.score for category in grid.categories] == [5, 4, 3, 2, 1, None]


@pytest.mark.parametrize(
    "columns",
    [
        rated("q_1", "q_2"),
        rated("pets_1") | rated("pets_2", texts=["Good", "Bad", "Fair", "Poor", "Excellent"]),
        rated("pets_1") | {"pets_2": ["Dog", "Cat", "Fish", "Bird"] * 5},
        rated("visit_1", "visit_2", texts=["Bern", "Ulm", "Graz"]),
        {f"visit_{n}": [1, 2, 3, 4, 5, 6, 7, 8] * 3 for n in range(3)},
        rated("Do you ski?", "Do you swim?", "Do you run?"),
    ],
    ids=["numbered", "two scales", "half a scale", "places", "codes", "questions"],
)
def test_an_uncertain_grid_stays_separate_questions(columns: Mapping[str, Any]) -> None:
    assert len(guess(columns).questions) == len(columns)


def test_a_declared_delimiter_needs_no_categories() -> None:
    declared = Codebook(questions=(Question("a", "A", Kind.MULTI, ("a",), delimiter="/"),))
    one = guess({"a": ["x/y", "y", None]}, declared).questions[0]
    assert codes(one) == ["x", "y"]


CELLS = st.lists(
    st.lists(
        st.sampled_from(["CRM", "Build, test", "E\u00a0S P", "crm", "a) b", "(", "1", "[red]x"]),
        max_size=4,
    ).map(", ".join)
    | st.none(),
    min_size=1,
    max_size=25,
)


@given(st.dictionaries(st.sampled_from(["q1_1", "q1_2", "x [a]", "x [b]", "role"]), CELLS))
def test_inferred_codebooks_are_written_and_read_back(
    columns: dict[str, list[str | None]],
) -> None:
    size = min(map(len, columns.values()), default=0)
    codebook = guess({name: cells[:size] for name, cells in columns.items()})
    assert read_codebook(write_codebook(codebook, keep_guesses=True), "again") == codebook
    named = [name for one in codebook.questions for name in one.columns]
    assert sorted([*named, *(one.column for one in codebook.excluded)]) == sorted(columns)


def test_a_multiple_response_on_roles_is_an_overlapping_banner() -> None:
    jobs = ["Data engineer.", "Scientist/ researcher.", "Teacher/ lecturer.", "Student."]
    ticks = {
        f"4. {job}": [job, None, job if place % 2 else None] * 4 for place, job in enumerate(jobs)
    }
    codebook = guess({**ticks, "plain": ["Yes", "No", "Yes"] * 4})
    assert (codebook.role, codebook.banner) == ("", "4")
    assert codebook.banner_guess == (
        "'4' has answers that are occupations, and several of them can be given"
    )


def test_a_multiple_response_on_tools_is_no_banner() -> None:
    tools = ["Pandas", "Data engineer toolkit", "Excel", "Word"]
    ticks = {f"4. {tool}": [tool, None, tool] * 4 for tool in tools}
    assert guess({**ticks, "plain": ["Yes", "No", "Yes"] * 4}).banner == "plain"


def test_a_panels_repeated_id_is_excluded() -> None:
    people = [place // 3 for place in range(300)]
    ages = [18 + place % 70 for place in range(300)]
    labels = {
        "pid": ColumnLabel("pid", "person id"),
        "age": ColumnLabel("age", "age of respondent"),
        "hhwt": ColumnLabel("hhwt", "household weight"),
        "kg": ColumnLabel("kg", "your weight"),
    }
    numbers = [0.5 + place % 7 / 4 for place in range(300)]
    codebook = guess({"pid": people, "age": ages, "hhwt": numbers, "kg": numbers}, labels=labels)
    assert [one.column for one in codebook.excluded] == ["pid"]
    assert codebook.excluded[0].reason.startswith("is named like an id; 100 different ones")
    assert codebook.weights == ("hhwt",)
    assert question(codebook, "age").kind is Kind.NUMERIC
    assert question(codebook, "kg").kind is not None


def test_an_option_may_precede_its_question_and_an_item_follow_a_full_stop() -> None:
    steps = ["Very bad", "Bad", "Good", "Very good"] * 5
    tools = {
        f"{tool}:Which tools do you use?": [tool, None, tool if place else None, None] * 5
        for place, tool in enumerate(["CRM", "CDP"])
    }
    rated = {f"How do you rate us on.{item}": steps for item in ("Price", "Speed")}
    codebook = guess({**tools, **rated, "Do you like Node.js?": ["Yes", "No"] * 10})
    found = {one.label: one.kind for one in codebook.questions}
    assert found == {
        "Which tools do you use?": Kind.MULTI,
        "How do you rate us on": Kind.GRID,
        "Do you like Node.js?": Kind.SINGLE,
    }
    assert [one.label for one in codebook.questions[0].categories] == ["CRM", "CDP"]


@pytest.mark.parametrize("sign", [" / ", " + ", "；", "、", "┋", "，"])
def test_answers_of_one_cell_stand_between_any_signs(sign: str) -> None:
    cells = ["CRM", sign.join(("CRM", "CDP")), sign.join(("CDP", "Mail")), "Mail", "CDP"] * 8
    cells += [sign.join(("CRM", "Mail")), sign.join(("CRM", "CDP", "Mail"))]
    found = guess({"tools": cells}).questions[0]
    assert found.kind is Kind.MULTI
    assert sorted(codes(found)) == ["CDP", "CRM", "Mail"]


@pytest.mark.parametrize(
    ("chosen", "unchosen"),
    [("Ja", "Nein"), ("Oui", "Non"), ("Да", "Нет"), ("はい", "いいえ"), ("Sí", "No")],
)
def test_ticks_are_known_in_any_language(chosen: str, unchosen: str) -> None:
    ticks = {
        f"Tools [{one}]": [chosen, unchosen, unchosen, chosen] for one in ("CRM", "CDP", "Mail")
    }
    never = {"Tools [Fax]": [unchosen] * 4}
    found = guess(ticks | never).questions[0]
    assert (found.kind, len(found.columns)) == (Kind.MULTI, 4)
    assert found.unchosen == (unchosen,)


def test_short_yes_or_no_columns_are_options_of_one_question_undecided() -> None:
    yes_no = ["Yes", "No"] * 20
    names = {"R": yes_no, "Stata": yes_no[::-1], "SPSS": yes_no}
    group, found = guess({"role": ["A", "B"] * 20} | names).questions
    assert (found.kind, found.columns, found.undecided) == (Kind.MULTI, tuple(names), True)
    assert (group.undecided, codes(found), found.unchosen) == (False, [*names], ("No",))
    apart = split_set(Codebook(questions=(group, found)), found.id)
    assert [(one.columns, one.label) for one in apart.questions[1:]] == [
        ((name,), name) for name in names
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {"R": ["Yes", "No"] * 20, "role": ["A", "B"] * 20, "SPSS": ["Yes", "No"] * 20},
        dict.fromkeys(("Member", "Married", "Has car"), ["Yes", "No"] * 20),
        dict.fromkeys(("Mitglied", "Verheiratet", "Raucher"), ["Ja", "Nein"] * 20),
        {"R": ["Yes", "No"] * 20, "S": ["Yes", "No"] * 20, "Q": ["Yes", "No", None, None] * 10},
    ],
    ids=["two, apart", "facts", "facts in German", "asked of others"],
)
def test_other_yes_or_no_columns_are_questions_of_their_own(columns: dict[str, Any]) -> None:
    found = guess(columns).questions
    assert [one.kind for one in found] == [Kind.SINGLE] * 3
    assert not any(one.undecided for one in found)


def test_words_for_no_answer_do_not_disturb_the_order_of_the_others() -> None:
    waits = ["2 to 4 hours", "under 2 hours", "over 4 hours", "#NULL!"] * 10
    found = guess({"wait": waits}).questions[0]
    assert codes(found) == ["under 2 hours", "2 to 4 hours", "over 4 hours", "#NULL!"]
    assert [one.missing for one in found.categories] == [False, False, False, True]
    assert not found.undecided
    assert "3 different answers" in found.guess and "10 answers count as missing" in found.guess
    declared = Question("wait", "Wait", Kind.SINGLE, ("wait",))
    filled = guess({"wait": waits}, Codebook(questions=(declared,))).questions[0]
    assert codes(filled) == codes(found)


def test_repeated_sentences_are_open_answers() -> None:
    sentences = [f"We lack {one} people for it." for one in ("some", "many", "good", "new", "old")]
    rare = [f"It is a matter of {n} things." for n in range(70)]
    words = [one.rstrip(".") for one in (*sentences * 80, *rare)]
    found = guess({"why": [*sentences * 80, *rare], "what": words}).questions
    assert [one.kind for one in found] == [Kind.TEXT, Kind.SINGLE]
    assert found[1].categories[-1].label == "Other answers (70)"
