"""Units of a survey's sample: how they are told apart in a query, and their sums in the file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner_counts import group_sort_key
from cxtui.analysis.query.engine import cached_per_survey, cancellable, query_rows
from cxtui.analysis.query.expressions.filters import SMALLEST_WEIGHT, is_countable
from cxtui.analysis.query.expressions.replicate_weights import (
    pattern_key,
    replicate_patterns,
    replicate_rank,
    replicates_of,
)
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
from cxtui.survey.model import Survey
from cxtui.survey.sampling import Calibration, Replicates

Key = tuple[Hashable, ...]
"""Stratum, cluster and calibration cell of a respondent: the values of the unit's columns."""


@dataclass(frozen=True, slots=True)
class SampleUnits:
    """The sample of a survey, and the expressions by which a query tells its units apart.

    `positions` are those of the units by their key; without `keys` there is one unit.
    """

    sample: Sample
    keys: tuple[nw.Expr, ...] = ()
    positions: Mapping[Key, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of units."""
        return max(len(self.positions), 1)

    def position(self, key: tuple[Any, ...]) -> int:
        """Return the position of the unit with this key."""
        if not self.keys:
            return 0
        found = self.positions.get(tuple(key))
        return self.positions[_plain(key)] if found is None else found


@cached_per_survey
def sample_units(survey: Survey, weight: str | None) -> SampleUnits:
    """Return the units of the sample of all respondents with a usable weight.

    Raises `ViewError` if a population is smaller than its sample, or a margin of calibrated weights
    is not known for all respondents.
    """
    codebook = survey.codebook
    if replicates := replicates_of(survey, weight):
        return _replicated(survey, replicates)
    calibrated = codebook.calibrated if weight and weight == codebook.weight else None
    if not codebook.has_design and calibrated is None:
        return _undeclared(survey, weight)
    reader = _UnitReader(survey, weight, calibrated)
    if reader.has_one_respondent_a_cluster:
        reader = _UnitReader(survey, weight, calibrated, cluster="")
    return reader.units()


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
    sample = simple_sample(Rule.REPLICATES, survey.respondents)
    sample = replace(sample, replication=replication)
    if patterns is None:
        return SampleUnits(sample)
    keys: dict[Key, int] = {(key,): place for place, key in enumerate(patterns.keys)}
    return SampleUnits(sample, (pattern_key(survey, replicates),), keys)


def _undeclared(survey: Survey, weight: str | None) -> SampleUnits:
    """Return the sample of a survey without a design: weights that differ need linearization."""
    if weight is None:
        return SampleUnits(simple_sample(Rule.TEXTBOOK, survey.respondents))
    w = nw.col("__w")
    counted = _usable(survey, weight).select(
        nw.len().alias("__n"), w.min().alias("__least"), w.max().alias("__most")
    )
    ((count, least, most),) = query_rows(survey, counted)
    if least == most:
        return SampleUnits(simple_sample(Rule.TEXTBOOK, survey.respondents))
    return SampleUnits(simple_sample(Rule.LINEARIZED, int(count)))


def _usable(survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Return the respondents with a usable weight, and the weight as `__w`."""
    if weight is None:
        return cancellable(survey, survey.frame.with_columns(nw.lit(1.0).alias("__w")))
    usable = survey.frame.filter(is_countable(survey, weight, SMALLEST_WEIGHT))
    return cancellable(
        survey, usable.with_columns(file_column(weight).cast(nw.Float64).alias("__w"))
    )


class _UnitReader:
    """Reader of a declared sample: one row a unit of the file, sorted."""

    def __init__(
        self,
        survey: Survey,
        weight: str | None,
        calibrated: Calibration | None,
        *,
        cluster: str | None = None,
    ) -> None:
        codebook = survey.codebook
        self.survey = survey
        self.strata = codebook.strata
        self.cluster = codebook.cluster if cluster is None else cluster
        self.population = codebook.population
        self.calibrated = calibrated
        margins = calibrated.margins if calibrated else ()
        self.margin_columns = tuple(dict.fromkeys(name for margin in margins for name in margin))
        own = (*self.strata, *((self.cluster,) if self.cluster else ()))
        self.depth = len(own)
        self.columns = (*own, *self.margin_columns)
        self.sums = self._read(weight)
        self.keys = sorted(self.sums, key=group_sort_key)

    def _read(self, weight: str | None) -> dict[Key, list[float]]:
        """Return n, Σw, Σw², Σd and the populations of each unit."""
        names = [f"__u{depth}" for depth in range(len(self.columns))]
        w, d = nw.col("__w"), nw.lit(1.0)
        if self.calibrated and self.calibrated.base:
            d = file_column(self.calibrated.base).cast(nw.Float64)
        parts = {"__n": nw.lit(1.0), "__sum_w": w, "__sum_q": w * w, "__sum_d": d}
        populations = {
            f"__population{at}": file_column(name).cast(nw.Float64)
            for at, name in enumerate(self.population)
        }
        units = {
            name: file_column(column) for name, column in zip(names, self.columns, strict=True)
        }
        every = {**units, **parts, **populations}
        rows = _usable(self.survey, weight).select(*(e.alias(name) for name, e in every.items()))
        sums = [nw.col(*parts).sum(), *([nw.col(*populations).max()] if populations else [])]
        counted = rows.group_by(*names).agg(*sums) if names else rows.select(*sums)
        found: dict[Key, list[float]] = {}
        for values in query_rows(self.survey, counted):
            key = _plain(values[: len(names)])
            own = [float(value or 0.0) for value in values[len(names) :]]
            known = found.setdefault(key, [0.0] * len(own))
            added = [a + b for a, b in zip(known[: len(parts)], own, strict=False)]
            found[key] = [*added, *map(max, known[len(parts) :], own[len(parts) :])]
        return found

    @property
    def has_one_respondent_a_cluster(self) -> bool:
        """Whether clusters change nothing, since each is one respondent."""
        return bool(self.cluster) and all(own[0] <= 1 for own in self.sums.values())

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
        positions = {key: at for at, key in enumerate(self.keys)}
        return SampleUnits(sample, tuple(map(file_column, self.columns)), positions)

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
        return self._fraction(sizes, known, self.population[0])

    def _fraction(self, drawn: Numbers, population: Numbers, column: str) -> Numbers:
        for size, known in zip(drawn, population, strict=True):
            if 0 < known < size:
                raise ViewError(
                    "the codebook's population {!r} says {:g} where {:,} were drawn",
                    *(column, known, int(size)),
                )
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(population > 0, drawn / population, 0.0)

    def _second_stage(self, clusters: Positions, drawn: Numbers) -> SecondStage | None:
        if len(self.population) < 2 or not self.cluster:  # noqa: PLR2004
            return None
        each = np.array([self.sums[key][5] for key in self.keys])
        population = np.maximum.reduceat(each, clusters)
        self._fraction(drawn, population, self.population[1])
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
        d = np.zeros(len(cells))
        np.add.at(d, of_unit, sums[:, 3])
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


def _plain(key: Iterable[Any]) -> Key:
    """Return the key with `None` for NaN, which does not equal itself."""
    return tuple(None if value != value else value for value in key)  # noqa: PLR0124 -- NaN
