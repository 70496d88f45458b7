"""Coverage and type I errors of tables of drawn samples, each near its nominal size.

The seeds of rates are fixed. Their bounds are over four standard errors away from the rate, and
from what normal quantiles, other degrees of freedom, or a missing rule of small bases would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.simulations import rates
from tests.simulations.populations import (
    Columns,
    Population,
    Values,
    clustered,
    independent,
    lognormal,
    lone_clusters,
    unlike_strata,
    weight_five,
)


@dataclass(frozen=True)
class Check:
    """A rate, or mean width in points, that is between two bounds, in tables of `draws` draws."""

    population: Population
    measure: rates.Measure
    rate: str
    least: float
    most: float
    draws: int
    tables: int = 1


CHECKS = {
    "a share by the df of its domain": Check(
        clustered(0.5, (16,), (20,), 0.1, strata=8), rates.share_rates, "covers", 0.87, 1.0, 100, 2
    ),
    "a share where few heavy respondents decide": Check(
        independent((200,), 1.5, 0.05), rates.share_rates, "covers", 0.9, 1.0, 100, 2
    ),
    "a share in strata that differ": Check(
        unlike_strata(0.4), rates.share_rates, "width", 16.2, 17.5, 50
    ),
    "a gap in few clusters": Check(
        clustered(0.4, (3,), (12, 12), 0.1), rates.gap_rates, "rejects", 0.0, 0.08, 40, 4
    ),
    "a gap of columns in separate clusters": Check(
        clustered(0.4, (2, 20), (10,), 0.1), rates.gap_rates, "rejects", 0.0, 0.08, 40, 3
    ),
    "a gap of a rare answer": Check(
        independent((60, 300), 0.4, 0.02), rates.gap_rates, "rejects", 0.0, 0.06, 40, 3
    ),
    "a gap whose weights go with the answer": Check(
        weight_five((300, 300), 0.05, 0.5), rates.gap_rates, "width", 14.5, 15.5, 20
    ),
    "strata of a lone cluster": Check(
        lone_clusters(10, 6, 1.0), rates.mean_rates, "adjust", 0.94, 1.0, 25, 2
    ),
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_errors_have_the_size_that_they_say(check: Check) -> None:
    random = np.random.default_rng(1)
    draws = (check.population.draw(random, check.draws) for _ in range(check.tables))
    found = np.concatenate([check.measure(check.population, one)[check.rate] for one in draws])
    assert check.least <= np.nanmean(found) <= check.most, np.nanmean(found)


@pytest.mark.parametrize(
    "population",
    [
        independent((40, 70), 0.6, 0.1),
        clustered(0.3, (4, 6), (8,), 0.1),
        clustered(0.3, (5,), (4, 9), 0.1),
        clustered(0.3, (6,), (9,), 0.1, strata=2),
        lognormal(30, 0.5),
        lone_clusters(6, 3, 1.0),
    ],
)
def test_a_draw_among_others_has_the_numbers_of_its_own_survey(
    population: Population, seed: int
) -> None:
    """One table answers for many draws."""
    drawn = population.draw(np.random.default_rng(seed), 3)
    together = numbers_of(population, drawn)
    for draw in range(3):
        alone = numbers_of(population, rates.only(drawn, draw))
        np.testing.assert_allclose(alone[0], together[draw], rtol=1e-9, atol=1e-12)


def numbers_of(population: Population, drawn: Columns) -> Values:
    """Return the numbers of each draw, (draws, numbers)."""
    draws = len(drawn["w"])
    (row, *_) = rates.table_of(population, drawn).rows
    cells = rates.numbers(row.cells[1:], "low", "high", "se", "df", "kish_base", "effective_base")
    found = [part.reshape(draws, -1) for part in cells]
    if "group" in drawn:
        pairs = rates.pairs_of(population, drawn)
        tests = rates.numbers(pairs, "gap", "se", "df", "p_used", "low", "high")
        found += [part[:, None] for part in tests]
    return np.hstack(found)
