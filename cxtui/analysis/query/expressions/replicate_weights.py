"""Replicate weights: their values for the engine, and the patterns that respondents share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.engine import cached_per_survey, cancellable, query_rows
from cxtui.analysis.query.expressions.filters import is_usable_weight
from cxtui.survey.file_columns import file_column

if TYPE_CHECKING:
    from cxtui.analysis.query.sample import Numbers
    from cxtui.survey.model import Survey
    from cxtui.survey.sampling import Replicates

_MOST_PATTERNS = 2_000
"""Patterns up to which respondents are counted by pattern: fewer sums than one a replicate."""

_DIGITS = 9
_SEED = 1988


@dataclass(frozen=True, slots=True)
class ReplicatePatterns:
    """The distinct rows of w_r/w in a file, (patterns, replicates), by the key of each."""

    keys: tuple[float, ...]
    factors: Numbers


def replicates_of(survey: Survey, weight: str | None) -> Replicates | None:
    """Return the replicate weights of a weight, `None` without."""
    codebook = survey.codebook
    return codebook.replicates if (weight or "") == codebook.weight else None


def replicate_values(survey: Survey, replicates: Replicates) -> list[nw.Expr]:
    """Return each replicate weight of a respondent."""
    values = [file_column(name).cast(nw.Float64) for name in replicates.columns]
    return values if replicates.combined else [_weight(survey) * value for value in values]


def pattern_key(survey: Survey, replicates: Replicates) -> nw.Expr:
    """Return a number that tells patterns of w_r/w apart: a sum with fixed random coefficients."""
    coefficients = np.random.default_rng(_SEED).uniform(0.5, 1.5, len(replicates.columns))
    terms = [
        ratio * float(coefficient)
        for ratio, coefficient in zip(_ratios(survey, replicates), coefficients, strict=True)
    ]
    return nw.sum_horizontal(*terms).round(_DIGITS)


def pattern_columns(survey: Survey, replicates: Replicates) -> tuple[str, ...]:
    """Return the columns that `pattern_key` needs."""
    weight = survey.codebook.weight
    return (*((weight,) if weight else ()), *replicates.columns)


def _ratios(survey: Survey, replicates: Replicates) -> list[nw.Expr]:
    return [value / _weight(survey) for value in replicate_values(survey, replicates)]


def _weight(survey: Survey) -> nw.Expr:
    """Return the weight of a respondent, 1 without one."""
    weight = survey.codebook.weight
    return file_column(weight).cast(nw.Float64) if weight else nw.lit(1.0)


def _usable(survey: Survey) -> nw.LazyFrame[Any]:
    """Return the respondents with a usable weight."""
    weight = survey.codebook.weight
    if not weight:
        return survey.frame
    return survey.frame.filter(is_usable_weight(survey, weight))


@cached_per_survey
def replicate_patterns(survey: Survey, replicates: Replicates) -> ReplicatePatterns | None:
    """Return the patterns of the respondents with a usable weight, `None` if there are too many."""
    key = pattern_key(survey, replicates).alias("__key")
    names = [f"__f{place}" for place in range(len(replicates.columns))]
    ratios = [
        ratio.alias(name) for ratio, name in zip(_ratios(survey, replicates), names, strict=True)
    ]
    frame = cancellable(survey, _usable(survey).select(key, *ratios))
    ((count,),) = query_rows(survey, frame.select(nw.col("__key").n_unique()))
    if count > _MOST_PATTERNS:
        return None
    rows = sorted(query_rows(survey, frame.group_by("__key").agg(nw.col(*names).min())))
    keys, factors = tuple(row[0] for row in rows), np.array([row[1:] for row in rows])
    return ReplicatePatterns(keys, factors.astype(np.float64))


@cached_per_survey
def replicate_rank(survey: Survey, replicates: Replicates) -> int:
    """Return the rank of the replicate weights of the file, from the sums of their products."""
    names = [f"__r{place}" for place in range(len(replicates.columns))]
    values = zip(replicate_values(survey, replicates), names, strict=True)
    frame = cancellable(
        survey, _usable(survey).select(*(value.alias(name) for value, name in values))
    )
    places = [(a, b) for a in range(len(names)) for b in range(a, len(names))]
    sums: list[Any] = [
        (nw.col(names[a]) * nw.col(names[b])).sum().alias(f"__{a}_{b}") for a, b in places
    ]
    (row,) = query_rows(survey, frame.select(*sums))
    products = np.zeros((len(names), len(names)))
    for (a, b), value in zip(places, row, strict=True):
        products[a, b] = products[b, a] = value or 0.0
    sizes = np.linalg.eigvalsh(products)
    return int((sizes > 1e-10 * sizes.max()).sum())
