"""Raking, bounded raking and trimming on sums of base weights; NumPy alone.

A margin is the position of each cell in it and the sum of weights that each position is to have.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxtui.cancellation import current_request

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Goal = tuple[Ints, Floats]

CLOSE = 1e-13
"""The misfit at which the iteration ends."""
CLOSE_ENOUGH = 1e-12
"""The misfit that is accepted where floating point allows no less: weights to a billionth."""

_MOST_SWEEPS = 20_000
_MOST_STEPS = 2_000
_STALL_SWEEPS = 500
_STALLED = 1 - 1e-6
_SMALLEST_STEP = 1e-6


def sums_at(at: Ints, weights: Floats, size: int) -> Floats:
    """Return the sum of the weights at each of `size` positions."""
    return np.asarray(np.bincount(at, weights, size), np.float64)


def reached(weights: Floats, goal: Goal) -> Floats:
    """Return the sum of weights at each position of a margin."""
    return sums_at(goal[0], weights, len(goal[1]))


def misfits(weights: Floats, goals: Sequence[Goal], plus: float = 0.0) -> list[Floats]:
    """Return |reached − wanted| / (wanted + plus) at each position of each margin."""
    return [np.abs(reached(weights, one) - one[1]) / (one[1] + plus) for one in goals]


def is_met(weights: Floats, goals: Sequence[Goal], plus: float = 0.0) -> bool:
    """Return whether the margins are met as closely as floating point allows."""
    return all(bool((one <= CLOSE_ENOUGH).all()) for one in misfits(weights, goals, plus))


def rake(base: Floats, goals: Sequence[Goal]) -> tuple[Floats, int]:
    """Return the factor of each cell, and the number of sweeps.

    Iterative proportional fitting: Deming and Stephan (1940), Annals of Mathematical Statistics
    11:427. The limit minimizes Σ w log(w/base), so the order of the margins does not matter. The
    iteration ends early where the misfit stays the same, since no weights meet the margins then.
    """
    weights, before, sweep = base.copy(), np.inf, 0
    for sweep in range(1, _MOST_SWEEPS + 1):
        for goal in goals:
            sums = reached(weights, goal)
            weights *= np.divide(goal[1], sums, out=np.zeros_like(sums), where=sums > 0)[goal[0]]
        left = max(float(one.max()) for one in misfits(weights, goals))
        if left <= CLOSE:
            break
        if sweep % _STALL_SWEEPS == 0:
            if left > before * _STALLED:
                break
            before = left
            if request := current_request():
                request.check()
    return weights / base, sweep


def rake_within(base: Floats, goals: Sequence[Goal], low: float, high: float) -> tuple[Floats, int]:
    """Return the factor of each cell, from `low` to `high`, and the number of Newton steps.

    g = min(max(exp(xᵀη), low), high): Deville and Särndal (1992), JASA 87:376, case 6. A step is
    halved while the misfit does not fall; the pseudo-inverse serves the redundant indicators.
    """
    sizes = np.cumsum([len(wanted) for _, wanted in goals])[:-1]
    wanted: Floats = np.concatenate([wanted for _, wanted in goals])

    def factors(eta: Floats) -> Floats:
        parts = np.split(eta, sizes)
        powers = np.zeros_like(base)
        for part, (at, _) in zip(parts, goals, strict=True):
            powers += part[at]
        return np.asarray(np.clip(np.exp(powers), low, high), np.float64)

    def missed(g: Floats) -> Floats:
        sums = [reached(base * g, goal) for goal in goals]
        return np.asarray(wanted - np.concatenate(sums), np.float64)

    eta, steps = np.zeros(len(wanted)), 0
    g = factors(eta)
    left = missed(g)
    with np.errstate(over="ignore"):
        while (np.abs(left) / (1 + wanted)).max() > CLOSE and steps < _MOST_STEPS:
            free = base * g * ((g > low) & (g < high))
            step, size = np.linalg.pinv(_cross_sums(free, goals)) @ left, 1.0
            while size >= _SMALLEST_STEP:
                tried = factors(eta + size * step)
                after = missed(tried)
                if np.abs(after).max() < np.abs(left).max():
                    break
                size /= 2
            else:
                break
            eta, g, left, steps = eta + size * step, tried, after, steps + 1
    return g, steps


def _cross_sums(weights: Floats, goals: Sequence[Goal]) -> Floats:
    """Return X diag(weights) Xᵀ of the indicators of all margins."""
    return np.block(
        [
            [
                np.bincount(at * len(b) + other, weights, len(a) * len(b)).reshape(len(a), len(b))
                for other, b in goals
            ]
            for at, a in goals
        ]
    )


def trim(weights: Floats, n: Ints, low: float, high: float) -> Floats | None:
    """Return weights from `low` to `high` with the same sum; `n` is how many have each.

    R's `trimWeights(strict = TRUE)`: what is cut off is spread evenly over those that were inside,
    until none is outside by more than rounding, which would go back and forth for ever. `None` if
    all are outside in a round.
    """
    for _ in range(_MOST_SWEEPS):
        outside = (weights < low * (1 - CLOSE_ENOUGH)) | (weights > high * (1 + CLOSE_ENOUGH))
        if not outside.any():
            return np.clip(weights, low, high)
        if outside.all():
            return None
        clamped = np.clip(weights, low, high)
        spread = float((n * (weights - clamped)).sum()) / int(n[~outside].sum())
        weights = np.where(outside, clamped, weights + spread)
    return None
