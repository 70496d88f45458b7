"""Units of a survey's sample: how they are told apart in a query, and their sums in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.engine import cached_per_survey
from cxtui.analysis.query.expressions.exact_sums import weighting_of
from cxtui.analysis.query.expressions.replicate_weights import (
    pattern_columns,
    pattern_key,
    replicate_patterns,
    replicate_rank,
    replicates_of,
)
from cxtui.analysis.query.expressions.sample_sums import (
    ClusterCounts,
    Key,
    calibration_of,
    cluster_counts,
    plain_key,
    unit_columns,
    unit_sums,
    without_nan,
)
from cxtui.analysis.query.groups.distinct_keys import group_sort_key
from cxtui.analysis.query.sample import (
    MarginCells,
    Numbers,
    Positions,
    Replication,
    Rule,
    Sample,
    SecondStage,
    simple_sample,
)
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column

if TYPE_CHECKING:
    from cxtui.survey.model import Survey
    from cxtui.survey.sampling import Calibration, Replicates

MOST_LISTED = 2_000
"""Maximum number of clusters that are listed; the units of more are reduced."""


@dataclass(frozen=True, slots=True)
class SampleUnits:
    """The sample of a survey, and the expressions by which a query tells its units apart.

    `positions` are those of the units by their key, `columns` those that keys need; without `keys`
    there is one unit. Of `many` clusters the positions are those of their strata.
    """

    sample: Sample
    keys: tuple[nw.Expr, ...] = ()
    positions: Mapping[Key, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    many: bool = False

    def position(self, key: tuple[Any, ...]) -> int:
        """Return the position of the unit with this key.

        A unit without a usable weight is not in the sample: its totals are 0 in any other.
        """
        found = self.positions.get(tuple(key))
        return self.positions.get(plain_key(key), 0) if found is None else found


@cached_per_survey
def sample_units(survey: Survey, weight: str | None) -> SampleUnits:
    """Return the units of the sample of all respondents with a usable weight.

    Raises `ViewError` if a population is smaller than its sample, or a margin of calibrated weights
    is not known for all respondents.
    """
    codebook = survey.codebook
    if replicates := replicates_of(survey, weight):
        return _replicated(survey, replicates)
    calibrated = calibration_of(survey, weight)
    if not codebook.has_design and calibrated is None:
        return _undeclared(survey, weight)
    cluster = codebook.cluster
    if cluster:
        found = cluster_counts(survey, weight)
        if found.largest <= 1:
            cluster = ""
        elif found.clusters > MOST_LISTED and not calibrated and len(codebook.population) <= 1:
            return _many_clusters(survey, found)
    return _UnitReader(survey, weight, calibrated, cluster).units()


def _many_clusters(survey: Survey, counts: ClusterCounts) -> SampleUnits:
    """Return the units of a sample whose clusters are not listed."""
    codebook = survey.codebook
    keys = sorted(counts.strata, key=group_sort_key)
    sizes = np.array([float(counts.strata[key][0]) for key in keys])
    known = np.array([counts.strata[key][2] for key in keys])
    fractions = np.zeros(len(sizes))
    if codebook.population:
        fractions = _fractions(sizes, known, codebook.population[0])
    sample = Sample(
        rule=Rule.LINEARIZED,
        sizes=sizes,
        fractions=fractions,
        stratum_starts=np.arange(len(keys)),
        is_clustered=True,
        lone=codebook.lone,
        respondents=survey.respondents,
    )
    columns = (*codebook.strata, codebook.cluster)
    places = {key: at for at, key in enumerate(keys)}
    exprs = tuple(without_nan(survey, column) for column in columns)
    return SampleUnits(sample, exprs, places, columns, many=True)


def _replicated(survey: Survey, replicates: Replicates) -> SampleUnits:
    """Return the sample of a survey with replicate weights; its units are their patterns."""
    patterns = replicate_patterns(survey, replicates)
    replication = Replication(
        scales=np.array(replicates.scales),
        mse=replicates.mse,
        factors=patterns.factors if patterns else None,
        rank=0 if patterns or replicates.df else replicate_rank(survey, replicates),
        df=replicates.df,
    )
    sample = replace(simple_sample(Rule.REPLICATES, survey.respondents), replication=replication)
    if patterns is None:
        return SampleUnits(sample)
    keys: dict[Key, int] = {(key,): place for place, key in enumerate(patterns.keys)}
    key, columns = pattern_key(survey, replicates), pattern_columns(survey, replicates)
    return SampleUnits(sample, (key,), keys, columns)


def _undeclared(survey: Survey, weight: str | None) -> SampleUnits:
    """Return the sample of a survey without a design: weights that differ need linearization."""
    weighting = weighting_of(survey, weight)
    if weighting.varies:
        return SampleUnits(simple_sample(Rule.LINEARIZED, weighting.usable))
    return SampleUnits(simple_sample(Rule.TEXTBOOK, survey.respondents))


class _UnitReader:
    """Reader of a declared sample: one row a unit of the file, sorted."""

    def __init__(
        self,
        survey: Survey,
        weight: str | None,
        calibrated: Calibration | None,
        cluster: str,
    ) -> None:
        codebook = survey.codebook
        self.survey = survey
        self.strata = codebook.strata
        self.cluster = cluster
        self.population = codebook.population
        self.calibrated = calibrated
        self.depth = len(self.strata) + bool(cluster)
        self.columns = unit_columns(survey, weight, cluster)
        self.margin_columns = self.columns[self.depth :]
        self.sums = unit_sums(survey, weight, cluster).units
        self.keys = sorted(self.sums, key=group_sort_key)

    def units(self) -> SampleUnits:
        """Return the units with the sample that they are drawn in."""
        clusters = self._starts([key[: self.depth] for key in self.keys])
        by_stratum = [self.keys[start][: len(self.strata)] for start in clusters]
        strata = (
            self._starts(by_stratum)
            if self.cluster
            else self._starts([key[: len(self.strata)] for key in self.keys])
        )
        n = np.array([self.sums[key][0] for key in self.keys])
        drawn = np.add.reduceat(n, clusters)
        ends = np.append(strata, len(clusters) if self.cluster else len(self.keys))
        respondents = np.add.reduceat(drawn if self.cluster else n, strata)
        sizes = np.diff(ends).astype(np.float64) if self.cluster else respondents
        sample = Sample(
            rule=Rule.LINEARIZED,
            sizes=sizes,
            fractions=self._fractions(sizes, clusters if self.cluster else None, strata),
            stratum_starts=strata,
            cluster_starts=clusters if self.cluster and self.margin_columns else None,
            is_clustered=bool(self.cluster),
            lone=self.survey.codebook.lone,
            second_stage=self._second_stage(clusters, drawn),
            calibration=self._calibration() if self.calibrated else None,
            respondents=self.survey.respondents,
        )
        places = {key: at for at, key in enumerate(self.keys)}
        return SampleUnits(sample, tuple(map(file_column, self.columns)), places, self.columns)

    @staticmethod
    def _starts(keys: Sequence[Key]) -> Positions:
        """Return where each run of equal keys starts."""
        starts = [at for at, key in enumerate(keys) if at == 0 or key != keys[at - 1]]
        return np.array(starts, dtype=np.intp)

    def _fractions(self, sizes: Numbers, clusters: Positions | None, strata: Positions) -> Numbers:
        """Return the sampling fraction of each stratum, 0 if its population is unknown."""
        if not self.population:
            return np.zeros(len(sizes))
        each = np.array([self.sums[key][4] for key in self.keys])
        if clusters is not None:
            each = np.maximum.reduceat(each, clusters)
        known = np.maximum.reduceat(each, strata)
        return _fractions(sizes, known, self.population[0])

    def _second_stage(self, clusters: Positions, drawn: Numbers) -> SecondStage | None:
        if len(self.population) < 2 or not self.cluster:  # noqa: PLR2004
            return None
        each = np.array([self.sums[key][5] for key in self.keys])
        population = np.maximum.reduceat(each, clusters)
        _fractions(drawn, population, self.population[1])
        return SecondStage(drawn, np.where(population > 0, population, np.inf))

    def _calibration(self) -> MarginCells:
        """Return the margins of the units, from the sums of the whole file."""
        calibrated = self.calibrated
        if calibrated is None:
            raise ValueError("only calibrated weights have margins")
        sums = np.array([self.sums[key] for key in self.keys])
        joint = [key[self.depth :] for key in self.keys]
        self._require_known(joint, sums[:, 0])
        cells = {key: at for at, key in enumerate(dict.fromkeys(joint))}
        blocks = []
        for margin in calibrated.margins:
            places = [self.margin_columns.index(name) for name in margin]
            values = [tuple(key[at] for at in places) for key in cells]
            levels = {value: at for at, value in enumerate(dict.fromkeys(values))}
            blocks.append(np.eye(len(levels))[[levels[value] for value in values]])
        margins = np.hstack(blocks)
        of_unit = np.array([cells[key] for key in joint], dtype=np.intp)
        d = np.bincount(of_unit, sums[:, 3], len(cells))
        inverse: Numbers = np.asarray(np.linalg.pinv(margins.T @ (margins * d[:, np.newaxis])))
        return MarginCells(of_unit, margins, inverse, sums[:, 1], sums[:, 2])

    def _require_known(self, joint: Sequence[Key], n: Numbers) -> None:
        for at, name in enumerate(self.margin_columns):
            missing = sum(
                int(count) for key, count in zip(joint, n, strict=True) if key[at] is None
            )
            if missing:
                raise ViewError(
                    "the codebook's calibrated margin {!r} is empty for {:,} respondents with a "
                    "weight: fill it, or leave them without a weight",
                    *(name, missing),
                )


def _fractions(drawn: Numbers, population: Numbers, column: str) -> Numbers:
    """Return the parts of each population that were drawn, 0 where it is not known."""
    for size, known in zip(drawn, population, strict=True):
        if 0 < known < size:
            raise ViewError(
                "the codebook's population {!r} says {:g} where {:,} were drawn",
                *(column, known, int(size)),
            )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(population > 0, drawn / population, 0.0)
