"""What a weight does, as values: its margins, its spread, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How weights were computed."""

    RAKED = "raked"
    BOUNDED = "raked within bounds"
    TRIMMED = "raked, then trimmed"


@dataclass(frozen=True, slots=True)
class TargetCell:
    """One cell of a margin; `codes` and `labels` are one a question, empty for no answer.

    `unweighted`, `base`, `target` and `weighted` are percentages; `factor` is weighted / base.
    """

    code: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    n: int
    unweighted: float
    base: float
    target: float
    weighted: float

    @property
    def factor(self) -> float:
        """Return by how much the cell's share grew."""
        return self.weighted / self.base

    @property
    def label(self) -> str:
        """Return the labels of the answers."""
        return " × ".join(self.labels)

    @property
    def shown(self) -> str:
        """Return the code with the label, where that says more."""
        says_more = any(self.codes) and self.labels != self.codes
        return f"{self.code} {self.label}" if says_more else self.code


@dataclass(frozen=True, slots=True)
class MarginReport:
    """One margin with its cells."""

    questions: tuple[str, ...]
    cells: tuple[TargetCell, ...]

    @property
    def name(self) -> str:
        """Return the questions, as a message names them."""
        return " × ".join(self.questions)


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, middle and largest of a number over respondents."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class WeightingReport:
    """The report on a weight.

    `ratio` is weight / base weight, and `scaled_ratio` the same with the base weights scaled to the
    sum of the weights. `deviation` is the largest gap to a target, in points. `heaviest_share` is
    the percentage of the weight that the heaviest 5% of respondents have. `at_low` and `at_high`
    count respondents at a bound; `trimmed` those whose raked weight was outside.
    """

    method: Method
    n: int
    left_out: int
    steps: int
    deviation: float
    total: float
    weight: Spread
    ratio: Spread
    scaled_ratio: Spread
    design_effect: float
    heaviest_share: float
    margins: tuple[MarginReport, ...]
    at_low: int = 0
    at_high: int = 0
    trimmed: int = 0
    raked_design_effect: float | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def max_over_min(self) -> float:
        """Return the largest weight over the smallest."""
        return self.weight.high / self.weight.low

    @property
    def effective_n(self) -> float:
        """Return Kish's effective number of respondents, (Σw)²/Σw²."""
        return self.n / self.design_effect

    @property
    def efficiency(self) -> float:
        """Return the effective number in per cent of the respondents used."""
        return 100 / self.design_effect
