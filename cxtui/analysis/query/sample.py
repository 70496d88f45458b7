"""Sampling units of a file: strata, clusters, calibration cells and replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cxtui.survey.sampling import Lone

Numbers = NDArray[np.float64]
Positions = NDArray[np.intp]


class Rule(StrEnum):
    """How variances are computed.

    `textbook`: no weight and no design, so that shares have the textbook formulas; `kish`: the same
    on Kish's effective base, without the design; `linearized`: influence values; `replicates`.
    """

    TEXTBOOK = "textbook"
    KISH = "kish"
    LINEARIZED = "linearized"
    REPLICATES = "replicates"


@dataclass(frozen=True, slots=True)
class SecondStage:
    """Respondents drawn in each cluster, and the respondents that it has in the population."""

    drawn: Numbers
    population: Numbers


@dataclass(frozen=True, slots=True)
class MarginCells:
    """Margins of calibrated weights.

    `cells` is the joint margin cell of each unit, `margins` the indicators of each joint cell,
    (cells, margins), and `inverse` the pseudo-inverse of Σ d x xᵀ; `w` and `q` are Σw and Σw² of
    all respondents of the file in each unit.
    """

    cells: Positions
    margins: Numbers
    inverse: Numbers
    w: Numbers
    q: Numbers


@dataclass(frozen=True, slots=True)
class Replication:
    """Replicate weights of a file; `scales` and `mse` are those of `Replicates`.

    `factors` are w_r/w of the units, (units, replicates): respondents of one unit have the same.
    `None` where there are too many; then `rank` is that of the replicate weights of the file.
    """

    scales: Numbers
    mse: bool
    factors: Numbers | None = None
    rank: int = 0
    df: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """How the respondents of a file were drawn.

    `sizes` are the clusters (or respondents) of each stratum in the whole file: a filter is a
    subpopulation and no new sample. `fractions` are the parts of each stratum's population that
    were drawn, 0 if unknown. Units are sorted by stratum, cluster and calibration cell;
    `cluster_starts` is the first unit of each cluster, `None` unless clusters are divided;
    `stratum_starts` is the first cluster (or unit) of each stratum.
    `respondents` are all rows of the file, also those without a usable weight.
    With `present_clusters` many clusters are reduced to as few units as errors need: the units of a
    cube are rows whose products are the covariance of all totals, V = Σz², and its layer `present`
    has sets of bases, with the number of clusters that have respondents in them, or −1 for each
    stratum that has some.
    """

    rule: Rule
    sizes: Numbers
    fractions: Numbers
    stratum_starts: Positions
    cluster_starts: Positions | None = None
    is_clustered: bool = False
    lone: Lone = Lone.ADJUST
    second_stage: SecondStage | None = None
    calibration: MarginCells | None = None
    replication: Replication | None = None
    present_clusters: Numbers | None = None
    respondents: int = 0

    @property
    def factors(self) -> tuple[Numbers, Numbers]:
        """The factors a and c of V = Σ_h a_h (Σz² − c_h (Σz)²), by stratum.

        (1 − f_h)·k_h/(k_h − 1) and 1/k_h; a stratum of one unit contributes by the rule `lone`.
        All a are NaN if the variance is unknown by that rule.
        """
        return _factors(self)

    @property
    def needs_squares(self) -> bool:
        """Whether variances need Σw² of respondents, which are drawn themselves at some stage."""
        if self.replication:
            return False
        return not self.is_clustered or self.second_stage is not None

    def by_cluster(self, values: Numbers) -> Numbers:
        """Return sums of units, (units, …), as sums of clusters."""
        if self.cluster_starts is None:
            return values
        return np.asarray(np.add.reduceat(values, self.cluster_starts, axis=0))

    def by_stratum(self, values: Numbers) -> Numbers:
        """Return sums of clusters (or units), (clusters, …), as sums of strata."""
        return np.asarray(np.add.reduceat(values, self.stratum_starts, axis=0))

    @property
    def strata(self) -> Positions:
        """The stratum of each cluster, where clusters were drawn."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes.astype(np.intp))


@lru_cache(maxsize=16)
def _factors(sample: Sample) -> tuple[Numbers, Numbers]:
    left, sizes, is_lone = 1 - sample.fractions, sample.sizes, sample.sizes <= 1
    a = np.where(is_lone, 0.0, left * sizes / np.maximum(sizes - 1, 1))
    lone, strata = int(is_lone.sum()), len(sizes)
    if lone and sample.lone is Lone.ADJUST:
        a = np.where(is_lone, left, a)
    elif lone and sample.lone is Lone.AVERAGE and lone < strata:
        a *= strata / (strata - lone)
    elif lone and sample.lone is not Lone.CERTAINTY:
        a = np.full(strata, np.nan)
    return a, np.where(is_lone, 0.0, 1 / np.maximum(sizes, 1))


def simple_sample(rule: Rule, respondents: int) -> Sample:
    """Return the sample of respondents drawn without strata and clusters."""
    size = np.array([float(respondents)])
    start = np.zeros(1, dtype=np.intp)
    return Sample(rule, size, np.zeros(1), start, respondents=respondents)
