"""Rounding, signs, and what a spreadsheet must not run."""

from __future__ import annotations

import pytest

from cxtui.output.drawing.number_text import exact, neutral, rounded, signed


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.05, 1, "0.1"),
        (0.15, 1, "0.2"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.001, 1, "0.0"),
        (1.005, 2, "1.01"),
        (66.65, 1, "66.7"),
        (1615.0, 0, "1,615"),
        (1e-9, 1, "0.0"),
        (-1e-9, 1, "0.0"),
        (1e40, 0, f"{10**40:,}"),
        (None, 1, "–"),
    ],
)
def test_halves_are_rounded_away_from_zero_on_the_decimal(
    value: float | None, digits: int, text: str
) -> None:
    """1.005 becomes 1.01, although its binary value is slightly smaller."""
    assert rounded(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(43.2, "+43.2"), (-7.35, "−7.4"), (0.04, "0.0"), (-0.04, "0.0"), (0.0, "0.0"), (None, "–")],
)
def test_a_gap_has_a_sign_unless_it_rounds_to_nothing(value: float | None, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 3, repr(1 / 3)), (12.0, "12"), (-0.0, "0"), (1e22, str(10**22)), (None, "")],
)
def test_an_exported_number_is_unrounded(value: float | None, text: str) -> None:
    assert exact(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1 x",
        "-1+2",
        "@a",
        "\tx",
        "\rx",
        "＝1",
        "＋1x",
        "－x",
        "＠x",
        "﹦1",
        "﹢1",
        "﹣1",
        "﹫a",
        "-",
        "+",
        "=",
        " =1",
        "\n@a",
        "\u00a0+x",
    ],
)
def test_a_formula_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("separator", list(";,|"))
def test_a_formula_behind_a_separator_of_another_locale_is_neutralised(separator: str) -> None:
    """The cell may be split there."""
    assert neutral(f"x{separator}=1+1") == f"x{separator}'=1+1"
    assert neutral(f'x{separator} "@a{separator}-b') == f"x{separator}' \"@a{separator}'-b"
    assert neutral(f"x{separator}-1.5") == f"x{separator}-1.5"


@pytest.mark.parametrize("text", ["", "-1.5", "-1e-9", "+3", "a=1", " 5", "−5", "1-2", "–"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text
