"""Queries that reduce many clusters where the data are: two levels, so that little is returned.

The first level sums one column a total by cluster, the second the products of these columns by
stratum, and the clusters with respondents in the same bases.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations_with_replacement
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.banner_counts import (
    ROW_COUNT,
    AnswerGroups,
    BannerCounts,
    GroupTable,
    add_groups,
    banner_query,
)
from cxtui.analysis.query.cluster_reduction import ClusterSpread, Presence, merge_moments
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.groups.distinct_keys import Key
from cxtui.analysis.query.query_batching import BatchedCount
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.query.sample_units import SampleUnits

_MOST_TOTALS = 64
"""Maximum number of totals, whose products are summed: (n + 1)·n/2 of them."""

_MOST_BASES = 60
"""Maximum number of bases: each is a bit of one integer."""

_APART = 1000.0
"""Respondents outside a multiple response, so that those who were not asked stay a difference."""

_SET = "__set"
_STRATUM = "__u"


@dataclass(frozen=True, slots=True)
class ClusterQueries:
    """The two queries of one count's clusters: products by stratum, and sets of bases."""

    products: nw.LazyFrame[Any]
    sets: nw.LazyFrame[Any]
    units: SampleUnits
    totals: int
    bases: int

    def read(self, products: nw.DataFrame[Any], sets: nw.DataFrame[Any]) -> ClusterSpread:
        """Return what the results say of the clusters."""
        keys = products.columns[: self._depth]
        rows = products.select(*keys).rows() if keys else [()] * len(products)
        strata = [self.units.position(key) for key in rows]
        matrix = np.zeros((self.totals, self.totals))
        a, c = (factor[strata] for factor in self.units.sample.factors)
        sums = [_column(products, _total(one)) for one in range(self.totals)]
        for i, j in combinations_with_replacement(range(self.totals), 2):
            product = _column(products, _product(i, j))
            matrix[i, j] = matrix[j, i] = (a * (product - c * sums[i] * sums[j])).sum()
        of_strata = np.column_stack([_column(products, _base(one)) for one in range(self.bases)])
        masks = sets[_SET].cast(nw.Int64).to_numpy()[:, np.newaxis]
        of_clusters = masks >> np.arange(self.bases) & 1
        flags = np.vstack([of_clusters, of_strata]) > 0
        counts = np.append(_column(sets, ROW_COUNT), -np.ones(len(of_strata)))
        return ClusterSpread(matrix, flags, counts)

    @property
    def _depth(self) -> int:
        return len(self.units.keys) - 1


def cluster_queries(
    one: BatchedCount, table: GroupTable, units: SampleUnits
) -> ClusterQueries | None:
    """Return the queries of one count, whose groups `table` are known without clusters.

    `None` if they would have too many columns, or values that engines may compare differently.
    """
    plan = one.plan
    frame = banner_query(plan, one.respondents, one.banner, units.keys)
    names = frame.collect_schema().names()
    sums = names[names.index(ROW_COUNT) :]
    parts = [*plan.keys, *(f"__b{depth}" for depth in range(len(one.banner.variables)))]
    counted = _coefficients(one, table, len(sums))
    groups = _Groups(table, dict.fromkeys(parts), sums)
    if not groups.comparable:
        return None
    totals = list(groups.totals(counted, plan))
    bases = Presence([counted], plan.base_class).members
    if not totals or len(totals) > _MOST_TOTALS or len(bases) > _MOST_BASES:
        return None
    keys = [f"{_STRATUM}{depth}" for depth in range(len(units.keys))]
    flags = [groups.has_respondents(members) for members in bases]
    clusters = (
        frame.select(
            *keys,
            *(expr.alias(_total(at)) for at, expr in enumerate(totals)),
            *(flag.cast(nw.Int64).alias(_base(at)) for at, flag in enumerate(flags)),
        )
        .group_by(*keys)
        .agg(
            *(nw.col(_total(at)).sum() for at in range(len(totals))),
            *(nw.col(_base(at)).max() for at in range(len(flags))),
        )
    )
    return ClusterQueries(
        _products(clusters, keys[:-1], len(totals), len(flags)),
        _sets(clusters, len(flags)),
        *(units, len(totals), len(flags)),
    )


def _products(
    clusters: nw.LazyFrame[Any], strata: Sequence[str], totals: int, bases: int
) -> nw.LazyFrame[Any]:
    """Return the sums and products of clusters by stratum, and whether a base has respondents."""
    pairs = combinations_with_replacement(range(totals), 2)
    sums = [
        *(nw.col(_total(one)).sum() for one in range(totals)),
        *(nw.col(_base(one)).max() for one in range(bases)),
        *((nw.col(_total(i)) * nw.col(_total(j))).sum().alias(_product(i, j)) for i, j in pairs),
    ]
    return clusters.group_by(*strata).agg(*sums) if strata else clusters.select(*sums)


def _sets(clusters: nw.LazyFrame[Any], bases: int) -> nw.LazyFrame[Any]:
    """Return the number of clusters with each set of bases, a bit each."""
    bits = (nw.col(_base(one)) * nw.lit(2**one) for one in range(bases))
    whole = reduce(operator.add, bits)
    return clusters.select(whole.alias(_SET)).group_by(_SET).agg(nw.len().alias(ROW_COUNT))


class _Groups:
    """Expressions of the groups of a query, from the numbers that its result has."""

    def __init__(self, table: GroupTable, names: Mapping[str, None], sums: Sequence[str]) -> None:
        self._names, self._sums = list(names), sums
        self._keys: list[Key] = [
            (*table.answers[0][answer], *table.values[0][value])
            for answer, value in zip(table.answers[1], table.values[1], strict=True)
        ]
        self.comparable = all(
            value is None or (isinstance(value, str | int | float) and not _is_nan(value))
            for key in self._keys
            for value in key
        )

    def totals(self, counted: BannerCounts, plan: QueryPlan) -> Iterator[nw.Expr]:
        """Yield the sum that each cell and each number's moment is, in the groups that have it."""
        weights, moments = plan.weighting.parts.spans[1], plan.moments.spans[0]
        for group in counted.cells:
            yield self._sum(group, weights)
        for group in counted.powers:
            yield self._sum(group, moments)

    def has_respondents(self, members: Sequence[AnswerGroups]) -> nw.Expr:
        """Return whether any of some groups has respondents."""
        n = slice(0, 1)
        return reduce(operator.or_, (self._sum(one, n) > 0 for one in members))

    def _sum(self, group: AnswerGroups, total: slice) -> nw.Expr:
        """Return a total of a group from its parts, 0 in the rows of others."""
        parts: dict[int, list[nw.Expr]] = {}
        factors = group.totals[:, total].sum(axis=1)
        for unit, factor in zip(group.units, factors, strict=True):
            if factor:
                place, at = divmod(int(unit), len(self._sums))
                part = nw.col(self._sums[at]) * nw.lit(float(factor))
                parts.setdefault(place, []).append(part)
        whole = nw.lit(0.0)
        for place, own in parts.items():
            is_here = self._is(self._keys[place])
            whole = nw.when(is_here).then(reduce(operator.add, own)).otherwise(whole)
        return whole

    def _is(self, key: Key) -> nw.Expr:
        """Return whether a row is of the group with this key."""
        known = (
            nw.col(name).is_null()
            if value is None
            else (nw.col(name) == nw.lit(value)) & ~nw.col(name).is_null()
            for name, value in zip(self._names, key, strict=True)
        )
        parts = list(known)
        return reduce(operator.and_, parts) if parts else nw.lit(value=True)


def _is_nan(value: str | float) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _coefficients(one: BatchedCount, table: GroupTable, sums: int) -> BannerCounts:
    """Return the groups of a count with the factors of the sums that each of their totals is.

    Its units are the groups, each with its sums: unit g·sums + k is sum k of group g. A cell
    without respondents, such as one that is the difference of two sums, is no sum at all.
    """
    groups = len(table.sizes)
    base = np.zeros(sums)
    base[0] = _APART
    if not one.plan.weighting.everyone:
        base[1] = _APART
    known = _tallied(one, table, np.tile(base, (groups * sums, 1)), sums)
    changed = _tallied(one, table, np.tile(base + np.eye(sums), (groups, 1)), sums)
    whole = add_groups([one.plan], [table], one.banner, (), lambda _: 0)
    cells = [
        group if group_sum.totals[0, 0] else replace(group, totals=np.zeros_like(group.totals))
        for group, group_sum in zip(_less(changed.cells, known.cells), whole.cells, strict=True)
    ]
    powers = _less(changed.powers, known.powers)
    return merge_moments(replace(changed, cells=cells, powers=powers))


def _less(first: Sequence[AnswerGroups], second: Sequence[AnswerGroups]) -> list[AnswerGroups]:
    return [replace(a, totals=a.totals - b.totals) for a, b in zip(first, second, strict=True)]


def _tallied(one: BatchedCount, table: GroupTable, numbers: Numbers, sums: int) -> BannerCounts:
    """Return the groups of a table in which each sum of each group is a unit with its numbers."""
    plan, weights = one.plan, len(one.plan.weighting.columns)
    places = np.repeat(np.arange(len(table.sizes)), sums)
    units = tuple((unit,) for unit in range(len(places)))
    sizes = numbers[:, 0]
    spread = GroupTable(
        (table.answers[0], table.answers[1][places]),
        (table.values[0], table.values[1][places]),
        (units, np.arange(len(places))),
        sizes,
        plan.weighting.totals(sizes, list(numbers[:, 1 : 1 + weights].T)),
        numbers[:, 1 + weights :],
    )
    return add_groups([plan], [spread], one.banner, (), lambda key: int(key[0]))


def _column(found: nw.DataFrame[Any], name: str) -> Numbers:
    values = found[name].cast(nw.Float64).fill_null(0.0).to_numpy()
    return np.asarray(values, dtype=np.float64)


def _total(place: int) -> str:
    return f"__t{place}"


def _base(place: int) -> str:
    return f"__f{place}"


def _product(first: int, second: int) -> str:
    return f"__p{first}_{second}"
