"""Sampling design of a survey: strata, clusters and sampling fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.once_per_survey import cached_per_survey
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """Strata of the whole file, with their sizes (respondents or clusters) and fractions.

    `columns` are the design columns to group by; `strata` are the names of the strata in order.
    `declared` says that the codebook has strata, clusters or a population.
    """

    columns: tuple[str, ...]
    strata: tuple[Hashable, ...]
    sizes: tuple[int, ...]
    fractions: tuple[float, ...]
    clustered: bool
    declared: bool

    def stratum_of(self, unit: tuple[Any, ...]) -> int:
        """Return the position of a unit's stratum."""
        return self.strata.index(_name(unit[0])) if len(self.strata) > 1 else 0


@cached_per_survey
def read_design(survey: Survey) -> SampleDesign:
    """Return the sampling design; a cluster belongs to the stratum of its respondents.

    Raises `ViewError` if a population is smaller than its sample.
    """
    codebook = survey.codebook
    columns = tuple(name for name in (codebook.strata, codebook.cluster) if name)
    if not columns and not codebook.population:
        size = (survey.respondents,)
        return SampleDesign((), (None,), size, (0.0,), clustered=False, declared=False)
    sums = [nw.len().alias("__n")]
    if codebook.population:
        sums.append(nw.col("__population").max())
    sizes: dict[Hashable, int] = defaultdict(int)
    populations: dict[Hashable, float] = {}
    names = [f"__u{depth}" for depth in range(len(columns))]
    units = [file_column(one).alias(name) for one, name in zip(columns, names, strict=True)]
    counts = [file_column(codebook.population).alias("__population")] if codebook.population else []
    frame = survey.frame.select(*units, *counts)
    counted = frame.group_by(*names).agg(*sums) if columns else frame.select(*sums)
    for values in query_rows(survey, counted):
        stratum = _name(values[0]) if codebook.strata else None
        sizes[stratum] += 1 if codebook.cluster else values[len(columns)]
        if codebook.population:
            known = populations.get(stratum, 0.0)
            populations[stratum] = max(known, float(values[-1] or 0.0))
    fractions = (
        _fraction(size, populations.get(stratum, 0.0), codebook.population)
        for stratum, size in sizes.items()
    )
    return SampleDesign(
        columns=columns,
        strata=tuple(sizes),
        sizes=tuple(sizes.values()),
        fractions=tuple(fractions),
        clustered=bool(codebook.cluster),
        declared=True,
    )


def _fraction(size: int, population: float, column: str) -> float:
    """Return the sampling fraction of a stratum, 0 if the population is unknown."""
    if 0 < population < size:
        raise ViewError(
            "the codebook's population {!r} says {:g} where {:,} were drawn",
            column,
            population,
            size,
        )
    return size / population if population > 0 else 0.0


def _name(value: Any) -> Hashable:
    """Return the name of a stratum, `None` for NaN, which does not equal itself."""
    return None if value != value else value  # noqa: PLR0124 -- NaN
