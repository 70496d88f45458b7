"""Sums of the units of a survey's sample, and the sizes of its weights, found in one query.

They are those of all respondents of the file with a usable weight, whatever a view filters.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import cached_per_survey, cancellable, query_rows
from cxtui.analysis.query.expressions.filters import is_usable_weight
from cxtui.analysis.query.expressions.number_sizes import (
    Sizes,
    SizeSums,
    merge_sizes,
    size_columns,
    size_sums,
    sizes_in,
)
from cxtui.analysis.query.expressions.replicate_weights import replicates_of
from cxtui.survey.file_columns import file_column

if TYPE_CHECKING:
    from cxtui.survey.model import Survey
    from cxtui.survey.sampling import Calibration

Key = tuple[Hashable, ...]
"""Stratum, cluster and calibration cell of a respondent: the values of the unit's columns."""

_PARTS = ("__n", "__sum_w", "__sum_q", "__sum_d")
_POPULATION = "__population"


@dataclass(frozen=True, slots=True)
class ClusterCounts:
    """Clusters, respondents of the largest cluster and population of each stratum.

    `sizes` are those of the weights.
    """

    strata: Mapping[Key, tuple[int, int, float]]
    sizes: Sizes

    @property
    def clusters(self) -> int:
        """Number of clusters of the file."""
        return sum(clusters for clusters, _, _ in self.strata.values())

    @property
    def largest(self) -> int:
        """Respondents of the largest cluster."""
        return max((largest for _, largest, _ in self.strata.values()), default=0)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """n, Σw, Σw², Σd and the populations of each unit by its key; the sizes of the weights."""

    units: Mapping[Key, Sequence[float]]
    sizes: Sizes


def calibration_of(survey: Survey, weight: str | None) -> Calibration | None:
    """Return the calibration of a weight, `None` without."""
    codebook = survey.codebook
    return codebook.calibrated if weight and weight == codebook.weight else None


@cached_per_survey
def weight_sizes(survey: Survey, weight: str) -> Sizes:
    """Return the sizes of the usable weights; of a declared sample they come with its units."""
    codebook, calibrated = survey.codebook, calibration_of(survey, weight)
    if not replicates_of(survey, weight):
        if codebook.cluster:
            return cluster_counts(survey, weight).sizes
        if codebook.has_design or calibrated:
            return unit_sums(survey, weight, "").sizes
    return sizes_in(survey, _usable(survey, weight).select(*_sized(weight)))


def weight_columns(survey: Survey, weight: str | None) -> tuple[str, ...]:
    """Return the columns of a weight, and of that before calibration."""
    calibrated = calibration_of(survey, weight)
    base = (calibrated.base,) if calibrated and calibrated.base else ()
    return base if weight is None else (weight, *base)


def sample_columns(survey: Survey, weight: str | None) -> tuple[str, ...]:
    """Return the columns that tell of a weight and of the sample, but for replicate weights."""
    codebook = survey.codebook
    units = unit_columns(survey, weight, codebook.cluster)
    return (*weight_columns(survey, weight), *units, *codebook.population)


def without_nan(survey: Survey, column: str) -> nw.Expr:
    """Return a column with null for NaN, which does not equal itself."""
    values = file_column(column)
    return values.fill_nan(None) if survey.schema[column].is_float() else values


def plain_key(key: Iterable[Any]) -> Key:
    """Return the key with `None` for NaN, which does not equal itself."""
    return tuple(None if value != value else value for value in key)  # noqa: PLR0124 -- NaN


@cached_per_survey
def cluster_counts(survey: Survey, weight: str | None) -> ClusterCounts:
    """Return the clusters of each stratum, counted by the engine (one query)."""
    codebook = survey.codebook
    population = nw.lit(0.0)
    if codebook.population:
        population = file_column(codebook.population[0]).cast(nw.Float64)
    columns = (*codebook.strata, codebook.cluster)
    names = [f"__u{depth}" for depth in range(len(columns))]
    rows = _usable(survey, weight).select(
        *(without_nan(survey, one).alias(name) for name, one in zip(names, columns, strict=True)),
        population.alias(_POPULATION),
        *_sized(weight),
    )
    most, n = nw.col(_POPULATION).max(), nw.col("__n")
    sized = size_sums() if weight is not None else []
    clusters = rows.group_by(*names).agg(nw.len().alias("__n"), most, *sized)
    of_stratum = nw.len().alias("__clusters"), n.max(), most, n.sum().alias("__respondents")
    sums = *of_stratum, *sized
    strata = clusters.group_by(*names[:-1]).agg(*sums) if names[1:] else clusters.select(*sums)
    depth, end = len(names) - 1, len(names) - 1 + len(of_stratum)
    rows_of = query_rows(survey, strata)
    found = {
        row[:depth]: (int(clusters), int(largest or 0), float(known or 0.0))
        for row in rows_of
        for clusters, largest, known, _ in [row[depth:end]]
    }
    sizes = [row[end:] for row in rows_of] if weight is not None else []
    return ClusterCounts(found, merge_sizes(sum(row[end - 1] or 0 for row in rows_of), sizes))


@cached_per_survey
def unit_sums(survey: Survey, weight: str | None, cluster: str) -> UnitSums:
    """Return the sums of each unit of a declared sample (one query).

    Units are told apart by the strata, `cluster` unless empty, and the margins of calibration.
    """
    names = [f"__u{depth}" for depth in range(len(unit_columns(survey, weight, cluster)))]
    populations = [f"{_POPULATION}{at}" for at in range(len(survey.codebook.population))]
    rows = _unit_rows(survey, weight, cluster)
    most = [nw.col(*populations).max()] if populations else []
    sums = [nw.col(*_PARTS).sum(), *most, *(size_sums() if weight is not None else [])]
    counted = rows.group_by(*names).agg(*sums) if names else rows.select(*sums)
    found: dict[Key, list[float]] = {}
    sizes: list[SizeSums] = []
    end = len(names) + len(_PARTS) + len(populations)
    for values in query_rows(survey, counted):
        key = plain_key(values[: len(names)])
        own = [float(value or 0.0) for value in values[len(names) : end]]
        known = found.setdefault(key, [0.0] * len(own))
        added = [a + b for a, b in zip(known[: len(_PARTS)], own, strict=False)]
        found[key] = [*added, *map(max, known[len(_PARTS) :], own[len(_PARTS) :])]
        sizes += [values[end:]] if weight is not None else []
    return UnitSums(found, merge_sizes(sum(one[0] for one in found.values()), sizes))


def unit_columns(survey: Survey, weight: str | None, cluster: str) -> tuple[str, ...]:
    """Return the columns that tell units apart: strata, `cluster` unless empty, and margins."""
    calibrated = calibration_of(survey, weight)
    margins = calibrated.margins if calibrated else ()
    of_margins = dict.fromkeys(name for margin in margins for name in margin)
    return (*survey.codebook.strata, *((cluster,) if cluster else ()), *of_margins)


def _unit_rows(survey: Survey, weight: str | None, cluster: str) -> nw.LazyFrame[Any]:
    """Return the respondents with the columns of their unit, and those to sum."""
    calibrated = calibration_of(survey, weight)
    w, d = _weight_of(weight), nw.lit(1.0)
    if calibrated and calibrated.base:
        d = file_column(calibrated.base).cast(nw.Float64)
    every = {
        f"__u{depth}": file_column(column)
        for depth, column in enumerate(unit_columns(survey, weight, cluster))
    }
    every |= dict(zip(_PARTS, (nw.lit(1.0), w, w * w, d), strict=True))
    every |= {
        f"{_POPULATION}{at}": file_column(name).cast(nw.Float64)
        for at, name in enumerate(survey.codebook.population)
    }
    columns = (expr.alias(name) for name, expr in every.items())
    return _usable(survey, weight).select(*columns, *_sized(weight))


def _usable(survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Return the respondents with a usable weight."""
    every = survey.frame
    usable = every if weight is None else every.filter(is_usable_weight(survey, weight))
    return cancellable(survey, usable)


def _sized(weight: str | None) -> list[nw.Expr]:
    """Return the columns of the sizes of a weight, none without one."""
    return [] if weight is None else size_columns(_weight_of(weight))


def _weight_of(weight: str | None) -> nw.Expr:
    """Return the weight of a respondent, without a name, which a column of the file may have."""
    return nw.lit(1.0) if weight is None else file_column(weight).cast(nw.Float64)
