"""Compare simulated type I errors and coverage with those of the study that chose the rules.

`python -m tests.simulations.variance_simulations [--table A] [--draws 400] [--seed 1]` prints a
line for each rate: case, rate of the study, rate and standard error of the product, draws. `!`
marks a rate that is over three standard errors away from the study's.
"""

from __future__ import annotations

import argparse
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from tests.shared import FOLDER
from tests.simulations import rates
from tests.simulations.populations import (
    Population,
    Values,
    clustered,
    correlated_items,
    independent,
    lognormal,
    lone_clusters,
    means,
    towns,
    unlike_strata,
    weight_five,
    weights_with_answers,
)

STUDY = FOLDER / "golden/variance/simulate.txt"
STUDY_DRAWS = 2000
"""The study does not say how many it had; its repeated cases agree about as well as that."""
FIGURE = re.compile(r"\d+\.\d+")
Cases = Mapping[str, Population]
Places = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Simulation:
    """Cases by their label in a table of the study, and the places of its figures by rate."""

    letter: str
    cases: Cases
    measure: rates.Measure
    places: Places
    at_once: int = 25

    def run(self, label: str, draws: int, random: Generator) -> dict[str, Values]:
        """Return the numbers of all draws of a case."""
        population = self.cases[label]
        parts = [min(self.at_once, draws - at) for at in range(0, draws, self.at_once)]
        found = [self.measure(population, population.draw(random, part)) for part in parts]
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    def reference(self, label: str, name: str) -> tuple[float, ...]:
        """Return the study's figure of a case, or two between which it lies; none without study."""
        figures = study_figures(self.letter, label)
        return tuple(sorted({figures[place] for place in self.places[name]})) if figures else ()


def study_text() -> str:
    """Return what the study printed, empty where it is missing."""
    return STUDY.read_text("utf-8") if STUDY.exists() else ""


def study_figures(letter: str, label: str) -> list[float]:
    """Return the figures after the label of a case in a table of the study."""
    table = re.search(rf"^{letter}\. .*?(?=^[A-Z]\. |\Z)", study_text(), re.MULTILINE | re.DOTALL)
    pattern = rf"(?:^|\s){re.escape(label)}[:\s](.*)$"
    line = re.search(pattern, table[0], re.MULTILINE) if table else None
    return [float(one) for one in FIGURE.findall(line[1])] if line else []


SHARES: Cases = {
    **{
        f"weight 5 for 20 % who say yes more, n={n}": weight_five((n,), 0.7, 0.3)
        for n in (60, 150, 400)
    },
    **{
        f"lognormal .8 goes with the answer, n={n}": weights_with_answers(n, 0.8)
        for n in (150, 400)
    },
    **{
        f"extreme weights (lognormal 1.5), n=200, p={p}": independent((200,), 1.5, p)
        for p in (0.05, 0.3)
    },
    **{
        f"mild weights, n={n}, p={p}": independent((n,), 0.2, p)
        for n in (50, 200)
        for p in (0.02, 0.1, 0.5)
    },
    **{
        f"{k} clusters of 20, ICC .1, p={p}": clustered(p, (k,), (20,), 0.1)
        for k in (3, 5, 10, 30)
        for p in (0.03, 0.1, 0.5)
    },
    **{
        f"domain of 3 clusters; 'z' column has t of 16, p={p}": clustered(
            p, (24,), (30,), 0.1, strata=8
        )
        for p in (0.1, 0.5)
    },
}
STRATA: Cases = {f"10 strata that differ, 10 each, p={p}": unlike_strata(p) for p in (0.1, 0.4)}
TOWNS: Cases = {
    f"{k} towns with both roles, town sd 0.12, gap sd {spread}, gap {gap}": towns(k, spread, gap)
    for k, spread, gap in ((8, 0, 0), (8, 0, 0.12), (8, 0.1, 0), (20, 0, 0))
}
HEAVY_ANSWERS = {"yes": (0.7, 0.3), "no": (0.02, 0.6), "a rare yes": (0.1, 0.02)}
"""Shares of yes of heavy and of light respondents, by the answer that weight 5 goes with."""

GAPS: Cases = {
    **{
        f"weight 5 goes with {word}, undeclared, {a} v {b}": weight_five(
            (a, b), *HEAVY_ANSWERS[word]
        )
        for a, b in ((100, 100), (40, 160), (500, 500))
        for word in ("yes", "no")
    },
    **{
        f"weights sd {deviation} unrelated, {a} v {b}, p={p}": independent((a, b), deviation, p)
        for deviation in (0.4, 1.0)
        for a, b in ((129, 69), (40, 160))
        for p in (0.03, 0.1, 0.5)
    },
}
SEPARATE_CLUSTERS: Cases = {
    f"{a} v {b}": clustered(0.4, (a, b), (20,), 0.1)
    for a, b in ((2, 20), (3, 12), (5, 5), (4, 30), (10, 10))
}
GUARDED_GAPS: Cases = {
    **{
        f"weights sd {deviation}, {a} v {b}, p={p}": independent((a, b), deviation, p)
        for deviation in (0.4, 0.7)
        for a, b in ((129, 69), (60, 300), (100, 1000), (400, 400))
        for p in (0.02, 0.05, 0.1, 0.5)
    },
    **{
        f"weight 5 goes with {word}, {a} v {b}": weight_five((a, b), *shares)
        for a, b in ((70, 200), (100, 100), (500, 500))
        for word, shares in HEAVY_ANSWERS.items()
    },
    "power: weights sd .4, 129 v 69, .2 v .4": independent((129, 69), 0.4, 0.2, 0.4),
    "power: weights sd .4, 129 v 69, .02 v .1": independent((129, 69), 0.4, 0.02, 0.1),
}
UNEQUAL_TOWNS: Cases = {
    f"{k} towns with both roles 5+20 each, ICC .08, p={p}": clustered(p, (k,), (5, 20), 0.08)
    for k in (8, 20)
    for p in (0.03, 0.1, 0.4)
}
"""The study has these towns without the limit of the design's base."""

CAPPED_SHARES: Cases = {
    f"{word} weights sd {deviation}, n={n}, p={p}": independent((n,), deviation, p)
    for word, deviation, n, p in (
        *(("extreme", 1.5, 200, 0.05), ("extreme", 1.5, 200, 0.3), ("extreme", 1.5, 1000, 0.05)),
        *(("strong", 1.0, 200, 0.05), ("strong", 1.0, 200, 0.3)),
        *(("mild", 0.4, 100, 0.03), ("mild", 0.4, 400, 0.1)),
    )
}
QUARTILES: Cases = {
    "weights sd .5, n=50, quantile 0.5": lognormal(50, 0.5),
    "weights sd .5, n=200, quantile 0.5": lognormal(200, 0.5),
    "weights sd .5, n=200, quantile 0.25": lognormal(200, 0.5, place=0),
    "weights sd 1, n=200, quantile 0.5": lognormal(200, 1.0),
    "10 clusters of 20, ICC .1, n=200, quantile 0.5": lognormal(200, 0, clusters=10, icc=0.1),
    "5 clusters of 20, ICC .1, n=100, quantile 0.5": lognormal(100, 0, clusters=5, icc=0.1),
}
LONE_CLUSTERS: Cases = {
    f"{n} strata, {lone} lone, strata differ by sd {between}": lone_clusters(n, lone, between)
    for n, lone, between in ((10, 6, 0.0), (10, 6, 1.0), (20, 4, 0.0), (20, 4, 1.0), (20, 4, 3.0))
}
DOMAIN: Cases = {"t of the domain (2)": means(24, 20, 0.1, strata=8)}
SETS: Cases = {f"n={n}": correlated_items(n) for n in (100, 300, 1000)}

SHARE_PLACES: Places = {
    **{"kish covers": (0,), "kish width": (1,)},
    **{"covers": (4, 8), "width": (5, 9)},
}
STRATA_PLACES: Places = {"covers": (2, 4), "width": (3, 5)}
TOWN_PLACES: Places = {"alone rejects": (1,), "alone covers": (4,)}
GAP_PLACES: Places = TOWN_PLACES | {"kish rejects": (0,), "kish covers": (3,)}
UNEQUAL_PLACES: Places = {
    **{"kish rejects": (2,), "alone rejects": (3,), "rejects": (5,)},
    **{"alone covers": (7,), "covers": (8,), "width": (11,)},
}
GUARDED_PLACES: Places = {"tested": (0,), **UNEQUAL_PLACES}
CAPPED_PLACES: Places = {
    **{"kish covers": (0,), "kish covers, of 30": (1,)},
    **{"covers": (6,), "covers, of 30": (7,), "under 30": (10,)},
}
LONE_PLACES: Places = {"certainty": (0,), "adjust": (1,), "average": (2,)}

SHARES_AND_KISH, GAPS_AND_KISH = map(rates.with_kish, (rates.share_rates, rates.gap_rates))
SIMULATIONS = (
    Simulation("A", SHARES, SHARES_AND_KISH, SHARE_PLACES, 100),
    Simulation("A", STRATA, rates.share_rates, STRATA_PLACES, 100),
    Simulation("B", TOWNS, rates.gap_rates, TOWN_PLACES),
    Simulation("B", GAPS, GAPS_AND_KISH, GAP_PLACES),
    Simulation("C", SEPARATE_CLUSTERS, rates.gap_rates, {"rejects": (1,)}),
    Simulation("D", DOMAIN, rates.mean_rates, {"adjust": (0,)}),
    Simulation("E", GUARDED_GAPS, rates.tested_gap_rates, GUARDED_PLACES),
    Simulation("E", UNEQUAL_TOWNS, GAPS_AND_KISH, UNEQUAL_PLACES),
    Simulation("F", CAPPED_SHARES, SHARES_AND_KISH, CAPPED_PLACES, 50),
    Simulation("G", SETS, rates.overall_rates, {"rejects": (0,)}),
    Simulation("H", QUARTILES, rates.quartile_rates, {"covers": (0,)}),
    Simulation("I", LONE_CLUSTERS, rates.lone_rates, LONE_PLACES),
)


@dataclass(frozen=True)
class Rate:
    """A rate or a mean width, its standard error, and the study's figures around it."""

    mean: float
    error: float
    draws: int
    study: tuple[float, ...]
    is_share: bool

    @property
    def differs(self) -> bool:
        """Whether it is over three standard errors away from the study's rounded figures."""
        near = min(max(self.mean, self.study[0]), self.study[-1])
        variance = near * (1 - near) if self.is_share else self.draws * self.error**2
        error = math.hypot(
            max(self.error, math.sqrt(variance / self.draws)), math.sqrt(variance / STUDY_DRAWS)
        )
        return abs(self.mean - near) > 3 * error + (0.0005 if self.is_share else 0.05)

    def __str__(self) -> str:
        study = "–".join(f"{one:.3f}" for one in self.study)
        mark = "!" if self.study and self.differs else ""
        return f"{study:>13} {self.mean:7.3f} ±{self.error:.4f} {self.draws:6}{mark}"


def rate_of(values: Values, study: tuple[float, ...], *, is_share: bool) -> Rate:
    """Return the mean of the draws that have a number."""
    known = values[~np.isnan(values)]
    mean, error = (float(known.mean()), float(known.std())) if known.size else (math.nan, math.nan)
    return Rate(mean, error / math.sqrt(max(known.size, 1)), known.size, study, is_share)


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", help="one table only")
    parser.add_argument("--draws", type=int, default=400, help="draws of each case")
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    random, differing = np.random.default_rng(asked.seed), []
    print(f"{'case':<64} {'rate':<17} {'study':>13}   cxtui  error    draws")
    for simulation in SIMULATIONS:
        if asked.table not in {None, simulation.letter}:
            continue
        for label in simulation.cases:
            found = simulation.run(label, asked.draws, random)
            for name in simulation.places:
                study = simulation.reference(label, name)
                rate = rate_of(found[name], study, is_share="width" not in name)
                print(f"{simulation.letter} {label:<62} {name:<17} {rate}", flush=True)
                if study:
                    differing.append(rate.differs)
    lines = len(re.findall(r"^.*\b[01]\.\d{3}\b.*$", study_text(), re.MULTILINE))
    cases = sum(len(simulation.cases) for simulation in SIMULATIONS)
    print(f"{cases} cases, {lines} lines of the study, {time.process_time():.0f} s of processor")
    print(f"{sum(differing)} of {len(differing)} rates over three standard errors from the study's")


if __name__ == "__main__":
    main()
