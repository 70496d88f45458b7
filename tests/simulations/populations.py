"""Populations whose shares, gaps and quantiles are known, and draws of samples from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cxtui.survey.question import Kind

Values = NDArray[Any]
Columns = dict[str, Values]
"""Columns by name, of the shape (draws, respondents), or (respondents,) if the same in all draws:
weights `w`, answers `y` or items `y0`, `y1` …, `group`, `stratum`, `cluster`.
"""

HEAVY, HEAVY_WEIGHT = 0.2, 5.0
"""Share and weight of the respondents who count for more; the others count once."""


@dataclass(frozen=True)
class Population:
    """A population to draw from; `truth` is a share (0–1), a mean, or the quartile `place` (0–2).

    `gap` is the first group minus the second, in points. Views keep only respondents `where`.
    """

    truth: float
    draw: Callable[[Generator, int], Columns]
    gap: float = 0.0
    kind: Kind = Kind.SINGLE
    place: int = 1
    where: tuple[str, ...] = ()


def independent(sizes: tuple[int, ...], deviation: float, *shares: float) -> Population:
    """Groups with these shares of yes, and lognormal weights that do not depend on the answer."""
    group = groups_of(sizes)

    def draw(random: Generator, draws: int) -> Columns:
        w = random.lognormal(0, deviation, (draws, len(group)))
        of_each = np.resize(shares, len(sizes))[group - 1]
        return {"w": w, "y": random.random(w.shape) < of_each} | grouped(sizes, group)

    return Population(shares[0], draw, 100 * (shares[0] - shares[-1]))


def weight_five(sizes: tuple[int, ...], heavy: float, light: float) -> Population:
    """A fifth of the respondents have weight 5, and `heavy` of them say yes; of others, `light`."""
    group, weight = groups_of(sizes), HEAVY * HEAVY_WEIGHT

    def draw(random: Generator, draws: int) -> Columns:
        is_heavy = random.random((draws, len(group))) < HEAVY
        y = random.random(is_heavy.shape) < np.where(is_heavy, heavy, light)
        return {"w": np.where(is_heavy, HEAVY_WEIGHT, 1.0), "y": y} | grouped(sizes, group)

    return Population((weight * heavy + (1 - HEAVY) * light) / (weight + 1 - HEAVY), draw)


def weights_with_answers(size: int, deviation: float) -> Population:
    """Weights exp(σz) of respondents who say yes with probability Φ(z/2 − .6)."""

    def draw(random: Generator, draws: int) -> Columns:
        z = random.standard_normal((draws, size))
        y = random.standard_normal(z.shape) < z / 2 - 0.6
        return {"w": np.exp(deviation * z), "y": y}

    middle = (deviation / 2 - 0.6) / sqrt(1 + 1 / 4)  # weighted, z has the mean σ
    return Population(NormalDist().cdf(middle), draw)


def clustered(
    share: float, clusters: tuple[int, ...], sizes: tuple[int, ...], icc: float, strata: int = 1
) -> Population:
    """Clusters whose shares have a beta distribution with intraclass correlation `icc`.

    Each group has `clusters` of its own, or all have `sizes` respondents in every cluster. Of
    several `strata` with equally many clusters, the view keeps the first.
    """
    total, each, spread = sum(clusters), sum(sizes), (1 - icc) / icc
    cluster = np.repeat(np.arange(total), each)
    group = np.tile(groups_of(sizes), total)
    if len(clusters) > 1:
        group = np.repeat(groups_of(clusters), each)

    def draw(random: Generator, draws: int) -> Columns:
        shares = random.beta(share * spread, (1 - share) * spread, (draws, total))
        y = random.random((draws, len(cluster))) < np.repeat(shares, each, axis=1)
        fixed = {"w": np.ones(y.shape), "y": y, "cluster": cluster}
        return fixed | stratified(cluster, total, strata) | grouped(clusters[1:] + sizes, group)

    return Population(share, draw, where=("stratum=0",) if strata > 1 else ())


def towns(count: int, spread: float, gap: float) -> Population:
    """Towns with 25 respondents of each of two groups; shares .4 ± .12 and a `gap` ± `spread`."""
    cluster, group = np.repeat(np.arange(count), 50), np.tile(groups_of((25, 25)), count)

    def draw(random: Generator, draws: int) -> Columns:
        middle = 0.4 + random.normal(0, 0.12, (draws, count, 1))
        own = gap + random.normal(0, spread, middle.shape)
        shares = np.concatenate([middle + own / 2, middle - own / 2], axis=2).repeat(25, axis=2)
        y = random.random((draws, len(group))) < shares.reshape(draws, -1)
        return {"w": np.ones(y.shape), "y": y, "group": group, "cluster": cluster}

    return Population(0.4, draw, 100 * gap)


def unlike_strata(share: float) -> Population:
    """Ten strata of ten; shares of yes rise from a tenth of the whole share to nearly twice it."""
    stratum = np.repeat(np.arange(10), 10)

    def draw(random: Generator, draws: int) -> Columns:
        y = random.random((draws, 100)) < share * np.linspace(0.1, 1.9, 10)[stratum]
        return {"w": np.ones(y.shape), "y": y, "stratum": stratum}

    return Population(share, draw)


def means(clusters: int, size: int, icc: float, strata: int = 1, groups: int = 1) -> Population:
    """Clusters of a normal number with mean 0, as `clustered`; respondents take turns in groups."""
    cluster = np.repeat(np.arange(clusters), size)
    group = 1 + np.arange(len(cluster)) % groups

    def draw(random: Generator, draws: int) -> Columns:
        y = in_clusters(random, draws, cluster, icc)
        fixed = {"w": np.ones(y.shape), "y": y, "cluster": cluster}
        return fixed | stratified(cluster, clusters, strata) | grouped((1,) * groups, group)

    where = ("stratum=0",) if strata > 1 else ()
    return Population(0.0, draw, kind=Kind.NUMERIC, where=where)


def lognormal(
    size: int, deviation: float, place: int = 1, clusters: int = 0, icc: float = 0.0
) -> Population:
    """Exp of a standard normal number, of which a quartile is asked, in `clusters` if there are."""
    cluster = np.arange(size) // (size // clusters) if clusters else np.arange(size)

    def draw(random: Generator, draws: int) -> Columns:
        y = np.exp(in_clusters(random, draws, cluster, icc))
        w = random.lognormal(0, deviation, y.shape)
        return {"w": w, "y": y} | ({"cluster": cluster} if clusters else {})

    truth = exp(NormalDist().inv_cdf((place + 1) / 4))
    return Population(truth, draw, kind=Kind.NUMERIC, place=place)


def lone_clusters(strata: int, lone: int, between: float) -> Population:
    """Strata of unlike size, `lone` of them with one respondent, the others with two; the clusters.

    The means of the strata differ by the standard deviation `between`, those in a stratum by 1.
    """
    number = np.where(np.arange(strata) < lone, 1, 2)
    stratum = np.repeat(np.arange(strata), number)
    shuffled = np.random.default_rng(0).permutation
    sizes = shuffled(np.linspace(0.5, 1.5, strata))
    ranks = [NormalDist().inv_cdf((one + 0.5) / strata) for one in range(strata)]
    middle = shuffled(np.array(ranks) / np.std(ranks)) * between
    middle = middle - np.average(middle, weights=sizes)

    def draw(random: Generator, draws: int) -> Columns:
        y = middle[stratum] + random.standard_normal((draws, len(stratum)))
        w = np.tile((sizes / number)[stratum], (draws, 1))
        return {"w": w, "y": y, "stratum": stratum, "cluster": np.arange(len(stratum))}

    return Population(0.0, draw, kind=Kind.NUMERIC)


def correlated_items(size: int) -> Population:
    """Respondents in three groups who choose any of five items that go together."""
    sizes = tuple(len(part) for part in np.array_split(np.arange(size), 3))
    limits = [NormalDist().inv_cdf(share) for share in np.linspace(0.2, 0.6, 5)]

    def draw(random: Generator, draws: int) -> Columns:
        common = random.standard_normal((draws, size))
        w = random.lognormal(0, 0.5, common.shape)
        items = {
            f"y{item}": sqrt(0.5) * (common + random.standard_normal(w.shape)) < limit
            for item, limit in enumerate(limits)
        }
        return {"w": w, "group": groups_of(sizes), **items}

    return Population(0.0, draw, kind=Kind.MULTI)


def in_clusters(random: Generator, draws: int, cluster: Values, icc: float) -> Values:
    """Return standard normal numbers with a correlation in clusters."""
    common = random.standard_normal((draws, len(cluster)))[:, cluster]
    found: Values = sqrt(icc) * common + sqrt(1 - icc) * random.standard_normal(common.shape)
    return found


def groups_of(sizes: tuple[int, ...]) -> Values:
    """Return the group of each respondent, from 1 on."""
    return np.repeat(np.arange(1, len(sizes) + 1), sizes)


def grouped(sizes: tuple[int, ...], group: Values) -> Columns:
    """Return the column of groups, if there are several."""
    return {"group": group} if len(sizes) > 1 else {}


def stratified(cluster: Values, clusters: int, strata: int) -> Columns:
    """Return the column of strata with equally many clusters, if there are several."""
    return {"stratum": cluster // (clusters // strata)} if strata > 1 else {}
