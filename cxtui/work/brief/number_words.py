"""Numbers of a brief: whole percentages and points, means in their own unit, plain fractions."""

from __future__ import annotations

from cxtui.analysis.ranking.ranked_lines import Answer
from cxtui.messages import tr
from cxtui.output.drawing.number_text import rounded, signed

_FRACTIONS = {
    10.0: "one in ten",
    12.5: "one in eight",
    100 / 6: "one in six",
    20.0: "one in five",
    25.0: "one in four",
    100 / 3: "one in three",
    50.0: "half",
    200 / 3: "two in three",
    75.0: "three in four",
    80.0: "four in five",
    90.0: "nine in ten",
}
"""Shares that have a name, to be translated."""


def percent_text(value: float | None) -> str:
    """Return a share in whole percent, in tenths where it is neither none nor 1%."""
    is_small = value is not None and 0 < value < 1
    return f"{rounded(value, 1 if is_small else 0)}%"


def percent_in_words(value: float | None) -> str:
    """Return a share as a fraction with its number, where it is less than a point from one.

    >>> percent_in_words(12.7), percent_in_words(55.9)
    ('one in eight (13%)', '56%')
    """
    said = percent_text(value)
    near = min(_FRACTIONS, key=lambda one: abs(one - (value or 0.0)))
    return tr("{} ({})", tr(_FRACTIONS[near]), said) if abs(near - (value or 0.0)) < 1 else said


def value_text(answer: Answer, value: float | None, *, in_words: bool = False) -> str:
    """Return a share in whole percent, or a mean in its own unit."""
    if answer.is_mean:
        return rounded(value, 2)
    return percent_in_words(value) if in_words else percent_text(value)


def gap_text(answer: Answer) -> str:
    """Return how far apart two values are: whole points, or a mean's own unit."""
    return apart_text(abs(answer.gap or 0.0), is_mean=answer.is_mean)


def apart_text(size: float, *, is_mean: bool) -> str:
    """Return a distance: whole points (tenths under 1), or a mean's own unit."""
    if is_mean:
        return rounded(size, 2)
    return tr("{} points", rounded(size, 0 if size >= 1 else 1))


def ends_text(answer: Answer, *, is_change: bool = False) -> str:
    """Return the interval of a gap; of a change with signs, else larger minus smaller."""
    low, high, digits = answer.low, answer.high, 2 if answer.is_mean else 0
    if low is None or high is None:
        return tr("unknown")
    if is_change:
        return tr("{} to {}", signed(low, digits), signed(high, digits))
    if (answer.gap or 0.0) < 0:
        low, high = -high, -low
    return tr("{} to {}", signed(low, digits).removeprefix("+"), rounded(high, digits))


def headed(question: str, answer: str) -> str:
    """Return an answer behind its question's wording, which may end in a sign of its own."""
    said = "{} {}" if question.endswith(("?", ":", "!", "…", ".")) else "{}: {}"
    return said.format(question, answer)


def ended(text: str) -> str:
    """Return a wording with a full stop, unless it ends in a sign of its own."""
    return text if text.endswith(("?", ":", "!", "…", ".")) else f"{text}."
