"""What a statistics file, or the metadata of another, says of one column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxtui.messages import tr
from cxtui.survey.question import Category, code_of
from cxtui.text import clean

Value = float | int | str

_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class MissingRange:
    """A user-missing value, or a range of them if `low` is not `high`."""

    low: Value
    high: Value

    def contains(self, value: Value) -> bool:
        """Return whether a value is in the range."""
        if isinstance(value, str) or isinstance(self.low, str) or isinstance(self.high, str):
            return value == self.low
        return self.low <= value <= self.high

    @property
    def code(self) -> str:
        """Return the code of the values of the range that share a category."""
        return "{} to {}".format(*self._ends("lowest", "highest"))

    @property
    def label(self) -> str:
        """Return the range in words."""
        return tr("{} to {}", *self._ends(tr("lowest"), tr("highest")))

    def _ends(self, lowest: str, highest: str) -> tuple[str, str]:
        low, high = self.low, self.high
        return (
            lowest if isinstance(low, float) and low < -_LARGEST else code_of(low),
            highest if isinstance(high, float) and high > _LARGEST else code_of(high),
        )


@dataclass(frozen=True, slots=True)
class Variable:
    """A statistics file's dictionary entry of one column.

    `level` is `nominal`, `ordinal`, `scale` or `unknown`. `tags` are the tagged missing values
    (`a` for Stata's `.a`) with the numbers that represent them in the column; `missing_dates` are
    the missing categories of a date, with their dates in the column as spellings.
    """

    name: str
    label: str = ""
    labels: Mapping[Value, str] = field(default_factory=dict)
    missing: tuple[MissingRange, ...] = ()
    level: str = "unknown"
    tags: Mapping[str, int] = field(default_factory=dict)
    missing_dates: tuple[Category, ...] = ()

    def is_missing(self, value: Value) -> bool:
        """Return whether a value is user-missing."""
        return value in self.tags.values() or any(span.contains(value) for span in self.missing)

    @property
    def valid_labels(self) -> dict[Value, str]:
        """Return the cleaned labels of the values that are not user-missing."""
        valid = (value for value in self.labels if not self.is_missing(value))
        return {value: clean(self.labels[value]) for value in valid}
