"""Groups of respondents: the counts of a table as conditions on what respondents answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

YES, NO, ANSWERED, OTHER = (f"\ufdd0{name}" for name in ("yes", "no", "answered", "other"))
"""Values that no file has: of a multiple response's option, of the whole, and of what is unnamed.

The sign U+FDD0 is in no text.
"""


class Variable(NamedTuple):
    """Something that each respondent has one value of.

    The answer to a question of one answer; whether any of `codes` of a multiple response was
    chosen; how a multiple response was answered at all (no `codes`); or whether a `condition`
    holds.
    """

    question: str
    codes: frozenset[str] = frozenset()
    condition: str = ""

    @property
    def coarser(self) -> Variable | None:
        """Whether the multiple response of an option was answered at all; `None` of others."""
        return Variable(self.question) if self.codes else None


@dataclass(frozen=True, slots=True)
class Values:
    """Some values of a variable, or all `but` these."""

    values: frozenset[str]
    but: bool = False

    def __contains__(self, value: str) -> bool:
        return (value in self.values) is not self.but

    def within(self, other: Values) -> bool:
        """Return whether `other` has all of these values."""
        if self.but:
            return other.but and other.values <= self.values
        return all(value in other for value in self.values)

    def apart_from(self, other: Values) -> bool:
        """Return whether `other` has none of these values."""
        if self.but:
            return not other.but and other.values <= self.values
        return not any(value in other for value in self.values)

    @property
    def of_option(self) -> Values:
        """These values of a multiple response as values of one of its options."""
        spread = {YES, NO} if ANSWERED in self.values else set()
        return Values((self.values - {ANSWERED}) | spread, self.but)


Group = frozenset[tuple[Variable, Values]]
"""The respondents for whom each variable has one of its values; all, if it is empty."""


def only(variable: Variable, *values: str) -> Group:
    """Return the respondents with one of these values."""
    return frozenset({(variable, Values(frozenset(values)))})


def all_but(variable: Variable, *values: str) -> Group:
    """Return the respondents with another value than these."""
    return frozenset({(variable, Values(frozenset(values), but=True))})


def is_within(inner: Group, outer: Group) -> bool:
    """Return whether each condition of `outer` follows from one of `inner`."""
    return all(
        any(variable == one and values.within(wider) for variable, values in inner)
        for one, wider in outer
    )
