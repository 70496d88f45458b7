"""Sampling design of a survey: strata, clusters and sampling fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.cube import Design
from cxtui.analysis.query.engine import cached_per_survey, query_rows
from cxtui.errors import ViewError
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey


@cached_per_survey
def read_design(survey: Survey) -> Design:
    """Return the sampling design without units; a cluster is in the stratum of its respondents.

    Raises `ViewError` if a population is smaller than its sample.
    """
    codebook = survey.codebook
    columns = tuple(name for name in (codebook.strata, codebook.cluster) if name)
    if not columns and not codebook.population:
        return Design(sizes=(survey.respondents,), fractions=(0.0,))
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
        stratum = stratum_name(values[0]) if codebook.strata else None
        sizes[stratum] += 1 if codebook.cluster else values[len(columns)]
        if codebook.population:
            known = populations.get(stratum, 0.0)
            populations[stratum] = max(known, float(values[-1] or 0.0))
    fractions = []
    for stratum, size in sizes.items():
        population = populations.get(stratum, 0.0)
        if 0 < population < size:
            raise ViewError(
                "the codebook's population {!r} says {:g} where {:,} were drawn",
                *(codebook.population, population, size),
            )
        fractions.append(size / population if population > 0 else 0.0)
    return Design(
        sizes=tuple(sizes.values()),
        fractions=tuple(fractions),
        clustered=bool(codebook.cluster),
        declared=True,
        columns=columns,
        strata=tuple(sizes),
    )


def stratum_name(value: Any) -> Hashable:
    """Return the name of a stratum, `None` for NaN, which does not equal itself."""
    return None if value != value else value  # noqa: PLR0124 -- NaN
