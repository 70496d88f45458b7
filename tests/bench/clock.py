"""How long something took, many times over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of every run."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half of the runs were quicker."""
        return float(np.median(self.runs))

    @property
    def p95(self) -> float:
        """Nineteen of twenty runs were quicker."""
        return float(np.quantile(self.runs, 0.95))

    @property
    def least(self) -> float:
        """The quickest run: what is left when nothing else disturbs."""
        return min(self.runs)


def timed(run: Callable[[], object]) -> float:
    """Return the milliseconds that one run takes."""
    begun = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - begun)


def in_turn(runs: Sequence[Callable[[], object]], times: int) -> list[Times]:
    """Time several ways in turn, so that what disturbs the machine disturbs all alike."""
    found: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for place, run in enumerate(runs):
            found[place].append(timed(run))
    return [Times(tuple(one)) for one in found]
