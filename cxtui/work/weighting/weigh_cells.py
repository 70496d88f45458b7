"""From joint cells and targets to weights and their report: nothing is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxtui.errors import TargetsError
from cxtui.number_signs import short_number
from cxtui.work.weighting.describe_weights import Sample, describe_weights
from cxtui.work.weighting.joint_cells import JointCells
from cxtui.work.weighting.margins import MatchedMargin, MatchedTargets, code_of, match_targets
from cxtui.work.weighting.raking import (
    Floats,
    Goal,
    is_met,
    rake,
    rake_within,
    reached,
    trim,
)
from cxtui.work.weighting.targets import Targets
from cxtui.work.weighting.weight_options import Missing
from cxtui.work.weighting.weighting_report import WeightingReport


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weight of each row of `JointCells`, NaN for respondents left out, and its report."""

    by_row: Floats
    margins: tuple[MatchedMargin, ...]
    report: WeightingReport


def weigh_cells(cells: JointCells, targets: Targets, missing: Missing = Missing.REFUSE) -> Weights:
    """Return the weights that meet the targets.

    It takes milliseconds, so that a screen can call it at each key while `cells.can_weigh(targets)`
    holds. Raises `TargetsError` where the targets do not fit the answers, or no weights meet them.
    """
    matched = match_targets(cells, targets, missing)
    total = targets.total or targets.count_sum or float(matched.n.sum())
    factors, steps = _factors(matched, targets)
    sample = Sample(cells, matched)
    raked = sample.d * (factors * (total / matched.d.sum()))[sample.cell]
    weights = _trimmed(sample, targets, raked, total) if targets.trim else raked
    report = describe_weights(sample, targets, weights, raked, factors, steps)
    by_row = np.full(len(cells.n), np.nan)
    by_row[matched.rows] = weights
    return Weights(by_row, matched.margins, report)


def _factors(matched: MatchedTargets, targets: Targets) -> tuple[Floats, int]:
    """Return the factor of each joint cell (1 where it is empty), and the number of steps.

    The sums are in respondents, whatever the total is.
    """
    used = matched.n > 0
    n = matched.n.sum()
    base = matched.d[used] * (n / matched.d.sum())
    goals = [(one.at[used], one.shares * n) for one in matched.margins]
    if targets.bounds:
        found, steps = rake_within(base, goals, *targets.bounds)
    else:
        found, steps = rake(base, goals)
    plus = 1.0 if targets.bounds else 0.0
    if not is_met(base * found, goals, plus):
        raise _unmet(matched, targets, base * found, goals)
    factors = np.ones(len(used))
    factors[used] = found
    return factors, steps


def _unmet(
    matched: MatchedTargets, targets: Targets, sums: Floats, goals: Sequence[Goal]
) -> TargetsError:
    """Return the error about the target cell that lacks most of its target."""
    at, position, _ = max(
        ((at, *_shortfall(sums, goal)) for at, goal in enumerate(goals)), key=lambda one: one[2]
    )
    margin = matched.margins[at]
    share = reached(sums, goals[at])[position] / matched.n.sum()
    shares = (short_number(one, 3) for one in (share, margin.shares[position]))
    said = (margin.name_of(position), *shares)
    path = ("margin", at, "targets", code_of(margin.codes[position]))
    if targets.bounds:
        return targets.refused(
            path,
            "no weights within {:g} to {:g} meet the targets: {} reaches {} of {}; widen the "
            "bounds, or merge answers",
            *(*targets.bounds, *said),
        )
    return targets.refused(
        path,
        "no weights meet the targets: {} reaches {} of {}; too few of the combinations of answers "
        "have respondents: merge answers, or leave out a margin",
        *said,
    )


def _shortfall(sums: Floats, goal: Goal) -> tuple[int, float]:
    """Return the position of a margin that lacks most of its target, and the part that it lacks."""
    lacks = 1 - reached(sums, goal) / goal[1]
    return int(lacks.argmax()), float(lacks.max())


def _trimmed(sample: Sample, targets: Targets, raked: Floats, total: float) -> Floats:
    """Return the raked weights, trimmed; the limits are in units of the mean weight."""
    low, high = targets.trim or (0.0, np.inf)
    mean = total / sample.n.sum()
    found = trim(raked, sample.n, low * mean, high * mean)
    if found is None:
        raise targets.refused(
            ("trim",),
            "no weights are from {:g} to {:g} times the mean weight; widen trim, or take bounds",
            *(low, high),
        )
    return found
