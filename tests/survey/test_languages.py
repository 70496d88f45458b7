"""Questionnaires in many languages: their answers are ordered and scored as in English."""

from __future__ import annotations

import tomllib
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.survey.inference.answer_order import order_texts, says_no_answer
from cxtui.survey.inference.column_values import Column, count_values
from cxtui.survey.inference.number_columns import describe_number
from cxtui.survey.inference.scales import find_scale
from cxtui.survey.inference.special_columns import find_role, find_weights, is_wave_column
from cxtui.survey.question import Category, Kind, Question

WORDS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "languages.toml").read_text(encoding="utf-8")
)
LANGUAGES = pytest.mark.parametrize("code", WORDS)


def phrases(code: str, what: str) -> list[str]:
    return str(WORDS[code][what]).split(" | ")


def shuffled(texts: list[str]) -> list[str]:
    return Random().sample(texts, len(texts))


@pytest.mark.parametrize(
    ("code", "steps"),
    [(code, one.split(" | ")) for code, words in WORDS.items() for one in words["scales"]],
)
def test_a_scale_in_any_language_is_scored(code: str, steps: list[str]) -> None:
    apart = phrases(code, "apart")
    scale = find_scale(shuffled([*steps, *apart]))
    assert scale is not None
    assert {text: scale.scores[text] for text in steps} == {
        text: float(len(steps) - place) for place, text in enumerate(steps)
    }
    assert set(scale.apart) == set(apart)


@LANGUAGES
def test_classes_of_age_are_in_order_with_open_ends_outside(code: str) -> None:
    classes, apart = phrases(code, "ages"), phrases(code, "apart")
    order = order_texts(shuffled([*classes, *apart]))
    assert [*order.texts[: len(classes)]] == classes
    assert not order.doubt


@LANGUAGES
def test_yes_comes_before_no(code: str) -> None:
    answers = phrases(code, "yes_no")
    assert [*order_texts(shuffled(answers)).texts] == answers


@LANGUAGES
def test_refusals_are_no_answers(code: str) -> None:
    assert all(map(says_no_answer, phrases(code, "apart")))


@LANGUAGES
def test_the_question_for_the_role_is_found(code: str) -> None:
    answers = tuple(Category(one, one) for one in ("Alpha", "Beta", "Gamma"))
    asked = Question("q1", WORDS[code]["role"], Kind.SINGLE, ("q1",), answers)
    other = Question("q2", "Omega", Kind.SINGLE, ("q2",), answers)
    bases = {one: {"Alpha": 40, "Beta": 40, "Gamma": 40} for one in ("q1", "q2")}
    assert find_role([other, asked], bases)[0] == "q1"


def numbers(name: str, *values: float) -> Column:
    """Return a column of 60 respondents with these numbers."""
    frame = nw.from_native(pl.DataFrame({name: list(islice(cycle(values), 60))}), eager_only=True)
    return count_values(frame[name])


@LANGUAGES
def test_names_of_weights_waves_codes_and_amounts_are_known(code: str) -> None:
    weight, body, wave, codes, amount = phrases(code, "names")
    weights = [numbers(one, 0.7, 1.1, 1.2) for one in (weight, body, wave)]
    assert [name for name, _ in find_weights(weights)] == [weight]
    assert is_wave_column(numbers(wave, 2016, 2019))
    assert not is_wave_column(numbers(codes, 2016, 2019))
    assert describe_number(numbers(codes, *range(1, 41)), codes).kind is Kind.SINGLE
    assert describe_number(numbers("q7", *range(11)), amount).kind is Kind.NUMERIC


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Sehr gut | Gut | Schlecht | Keine Angabe", "Sehr gut | Gut | Schlecht | Keine Angabe"),
        ("Kino | Theater | Keines", "Kino | Theater | Keines"),
        ("oltre i 50K | da 10 a 20K | meno di 10K", "meno di 10K | da 10 a 20K | oltre i 50K"),
        ("10 to 20K | over 20K | under 5,000", "under 5,000 | 10 to 20K | over 20K"),
        ("1.000 - 1.999 | 2.000 - 5.000 | 500 - 999", "500 - 999 | 1.000 - 1.999 | 2.000 - 5.000"),
        ("10 000 - 20 000 zł | do 2 000 zł", "do 2 000 zł | 10 000 - 20 000 zł"),
        ("3천만원 이상 | 500만원 미만", "500만원 미만 | 3천만원 이상"),
        ("Under 18 | 18-24 years | Over 24", "Under 18 | 18-24 years | Over 24"),
    ],
)
def test_numbers_and_last_answers_are_ordered(given: str, expected: str) -> None:
    assert [*order_texts(given.split(" | ")).texts] == expected.split(" | ")


@pytest.mark.parametrize(
    ("given", "best_first"),
    [
        ("1 (Never) | 2 | 3 | 4 | 5 (Always)", "5 (Always) | 4 | 3 | 2 | 1 (Never)"),
        ("Poor (1) | Fair (2) | Good (3)", "Good (3) | Fair (2) | Poor (1)"),
        (
            "1 - sehr schlecht | 2 | 3 | 4 | 5 - sehr gut",
            "5 - sehr gut | 4 | 3 | 2 | 1 - sehr schlecht",
        ),
        ("😡 1 | 😐 2 | 🙂 3 | 😀 4 | 🤩 5", "🤩 5 | 😀 4 | 🙂 3 | 😐 2 | 😡 1"),
        ("★ | ★★ | ★★★", "★★★ | ★★ | ★"),
        ("★☆☆ | ★★☆ | ★★★", "★★★ | ★★☆ | ★☆☆"),
        ("None | Basic | Intermediate | Expert", "Expert | Intermediate | Basic | None"),
        ("Essential | Important | Not important", "Essential | Important | Not important"),
        (
            "Relevant | Of little relevance | Not relevant",
            "Relevant | Of little relevance | Not relevant",
        ),
    ],
)
def test_scales_by_numbers_signs_and_strangers(given: str, best_first: str) -> None:
    scale = find_scale(shuffled(given.split(" | ")))
    assert scale is not None
    assert sorted(scale.scores, key=lambda one: -scale.scores[one]) == best_first.split(" | ")


def test_an_order_that_is_not_known_is_undecided() -> None:
    assert order_texts(["Important", "Very important", "Of essence", "Not important"]).doubt
    assert order_texts(["Always", "Often", "Never", "Whenever"]).doubt
    assert not order_texts(["Paris", "London", "Rome"]).doubt


@pytest.mark.parametrize(
    "names",
    [
        "Monday | Wednesday | Thursday | Sunday",
        "Mo | Di | Mi | Do",
        "poniedziałek | środa | niedziela",
        "月曜日 | 火曜日 | 日曜日",
        "Ocak | Şubat | Ağustos | Aralık",
        "gen | feb | mag | dic",
        "December 2025 | January 2026",
        "Q4 2025 | Q1 2026 | Q2 2026",
    ],
)
def test_weekdays_months_and_quarters_are_in_the_order_of_the_calendar(names: str) -> None:
    answers = names.split(" | ")
    assert [*order_texts(shuffled(answers)).texts] == answers


def test_words_that_only_begin_like_a_month_keep_their_order() -> None:
    assert [*order_texts(["Sun", "Mars", "Venus"]).texts] == ["Sun", "Mars", "Venus"]
