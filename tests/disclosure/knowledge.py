"""What an attacker knows about the respondents, as linear equations, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tests.disclosure.codebooks import Asked, Value

Row = NDArray[np.float64]
Test = Callable[[Mapping[str, Value]], bool]

_NEAR = 1e-6


@dataclass(frozen=True)
class Hidden:
    """A hidden or implied number, and the least and the largest that it can be."""

    place: str
    low: float
    high: float

    def is_known(self, least: int) -> bool:
        """Return whether it is known to be from 1 to `least` − 1, or to be one such number."""
        return self.high < least - _NEAR and self.high > _NEAR


@dataclass
class Knowledge:
    """All equations about one question; `hidden` are the numbers to find."""

    questions: Sequence[Asked]
    conditions: Sequence[str] = ()
    known: list[tuple[Row, float]] = field(default_factory=list)
    hidden: dict[str, Row] = field(default_factory=dict)

    @cached_property
    def worlds(self) -> list[dict[str, Value]]:
        """All combinations of answers that a respondent can have."""
        names = [*(one.name for one in self.questions), *self.conditions]
        values: list[list[Value]] = [one.values for one in self.questions]
        values += [["yes", ""] for _ in self.conditions]
        return [dict(zip(names, one, strict=True)) for one in product(*values)]

    def row(self, *tests: Test) -> Row:
        """Return the coefficients of the number of respondents who pass all tests."""
        return np.array([all(test(one) for test in tests) for one in self.worlds], dtype=float)

    def interval(self, row: Row) -> tuple[float, float]:
        """Return the least and the largest number that fits all that is known."""
        from scipy.optimize import linprog

        if not self.known:
            return 0.0, np.inf
        equal, values = np.array([one for one, _ in self.known]), [n for _, n in self.known]
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * row, A_eq=equal, b_eq=values, method="highs")
            if found.status == 2:
                raise ValueError("the numbers shown contradict each other")
            ends.append(sign * found.fun if found.status == 0 else np.inf)
        return ends[0], ends[1]

    def can_be(self, row: Row, least: int) -> bool:
        """Return whether whole numbers of respondents fit with at least so many in `row`."""
        from scipy.optimize import LinearConstraint, milp

        equal, values = np.array([one for one, _ in self.known]), [n for _, n in self.known]
        found = milp(
            np.zeros(len(row)),
            integrality=np.ones(len(row)),
            constraints=[
                LinearConstraint(equal, values, values),
                LinearConstraint(row[np.newaxis], least, np.inf),
            ],
            options={"time_limit": 20},
        )
        return bool(found.status == 0)
