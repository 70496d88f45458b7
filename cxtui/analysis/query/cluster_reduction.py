"""Reduction of many clusters to the few units that errors need.

Every error is the variance of a weighted sum of totals t, with weights g that all respondents
determine: V = gᵀMg, M = Σ_h a_h (Σ_u t_u t_uᵀ − c_h s_h s_hᵀ), s_h = Σ_u t_u over clusters u (see
`Sample.factors`). So the rows of a factor P of M = PᵀP stand for all clusters. Degrees of freedom
need to know in which bases a cluster has respondents: the clusters that have some in the same bases
are counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.banner_counts import AnswerGroups, BannerCounts
from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.sample import Numbers, Positions, Sample

_CELLS = 8_000_000
"""Numbers in memory at a time."""

_TOLERANCE = 1e-15

RowClass = Callable[[int | None], Hashable | None]
"""Returns what a row of answers is in the bases: rows of one class are always in them together."""

_Class = tuple[int, Hashable | None, int | None]
"""Item and class of rows, and the row of no class."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ClusterSpread:
    """What errors need to know of many clusters, instead of their sums.

    `covariance` is M of the groups' sums: Σw of each cell, then Σwx of each number's. `flags` are
    distinct sets of bases, (sets, bases), in the order of `Presence`; `clusters` of each are the
    clusters with respondents in them, or −1 for each stratum with respondents in them.
    """

    covariance: Numbers
    flags: Flags
    clusters: Numbers


@dataclass(frozen=True, slots=True)
class ReducedCounts:
    """Groups of each banner variable, with rows of P or sets of bases in place of clusters.

    `rank` is the number of rows of P, `clusters` those of `ClusterSpread`.
    """

    products: list[BannerCounts]
    rank: int
    present: list[BannerCounts]
    clusters: Numbers


def reduce_clusters(
    counted: Sequence[BannerCounts], spread: ClusterSpread, class_of: RowClass
) -> ReducedCounts:
    """Return the groups of a question without their clusters."""
    rows = _factor(spread.covariance)
    presence = Presence(counted, class_of)
    present = [
        replace(one, cells=list(presence.groups(banner, one, spread.flags)), powers=[])
        for banner, one in enumerate(counted)
    ]
    return ReducedCounts(_with_products(counted, rows), len(rows), present, spread.clusters)


def join_reduced(parts: Sequence[ReducedCounts]) -> ReducedCounts:
    """Return the groups of the items of a grid, whose clusters were reduced item by item."""
    first, *rest = parts
    for one in rest:
        first = ReducedCounts(
            _joined(first.products, one.products, first.rank),
            first.rank + one.rank,
            _joined(first.present, one.present, len(first.clusters)),
            np.append(first.clusters, one.clusters),
        )
    return first


def _joined(
    first: Sequence[BannerCounts], second: Sequence[BannerCounts], units: int
) -> list[BannerCounts]:
    """Return the groups of both; the units of the second come after those of the first."""
    return [
        replace(
            a,
            cells=[*a.cells, *(replace(group, units=group.units + units) for group in b.cells)],
            powers=[*a.powers, *(replace(group, units=group.units + units) for group in b.powers)],
        )
        for a, b in zip(first, second, strict=True)
    ]


def spread_of(
    counted: Sequence[BannerCounts], strata: Positions, sample: Sample, plan: QueryPlan
) -> ClusterSpread:
    """Return the spread of groups of a plan that were counted by cluster.

    `strata` is the stratum of each cluster. Rows of no class are in no base but that of their own.
    """
    weights, moments = plan.weighting.parts, plan.moments
    cells = [group for one in counted for group in one.cells]
    powers = [group for one in counted for group in one.powers]
    sums = [weights.total(group.totals.T, 1) for group in cells]
    sums += [moments.total(group.totals.T, 0) for group in powers]
    units = [group.units for group in (*cells, *powers)]
    flags = Presence(counted, plan.base_class).of_clusters(len(strata))
    return ClusterSpread(_covariance(sums, units, strata, sample), *_counted_sets(flags, strata))


def whole_of(counted: BannerCounts) -> BannerCounts:
    """Return the groups of all clusters together."""

    def summed(group: AnswerGroups) -> AnswerGroups:
        return replace(
            group,
            units=np.zeros(1, dtype=np.intp),
            totals=group.totals.sum(axis=0, keepdims=True),
        )

    cells, powers = (list(map(summed, part)) for part in (counted.cells, counted.powers))
    return replace(counted, cells=cells, powers=powers)


def merge_moments(counted: BannerCounts) -> BannerCounts:
    """Return the groups with one moment a column, whatever the classes of its numbers."""
    merged: dict[Any, AnswerGroups] = {}
    for group in counted.powers:
        known = merged.get(group.values)
        if known is not None:
            group = replace(  # noqa: PLW2901
                group,
                units=np.append(known.units, group.units),
                totals=np.vstack([known.totals, group.totals]),
            )
        merged[group.values] = group
    return replace(counted, powers=list(merged.values()))


def _with_products(counted: Sequence[BannerCounts], rows: Numbers) -> list[BannerCounts]:
    """Return the groups with the rows of P in place of clusters."""
    every = np.arange(len(rows))
    columns = iter(rows.T)

    def of_row(group: AnswerGroups, weighted: slice) -> AnswerGroups:
        totals = np.zeros((len(rows), group.totals.shape[1]))
        totals[:, weighted] = next(columns)[:, np.newaxis]
        return replace(group, units=every, totals=totals)

    first = [[of_row(group, slice(0, 2)) for group in one.cells] for one in counted]
    second = [[of_row(group, slice(0, 1)) for group in one.powers] for one in counted]
    return [
        replace(one, cells=own, powers=moments)
        for one, own, moments in zip(counted, first, second, strict=True)
    ]


def _covariance(
    sums: Sequence[Numbers], units: Sequence[Positions], strata: Positions, sample: Sample
) -> Numbers:
    """Return M of the groups' sums."""
    a, c = sample.factors
    groups = list(zip(sums, units, strict=True))
    by_stratum = np.column_stack(
        [np.bincount(strata[where], own, minlength=len(a)) for own, where in groups]
    )
    matrix = -(by_stratum * (a * c)[:, np.newaxis]).T @ by_stratum
    step = min(max(_CELLS // len(groups), 1), max(len(strata), 1))
    for start in range(0, len(strata), step):
        rows = np.column_stack([_part(own, where, start, step) for own, where in groups])
        factors = a[strata[start : start + step]]
        matrix += (rows[: len(factors)] * factors[:, np.newaxis]).T @ rows[: len(factors)]
    return np.asarray(matrix)


def _part(sums: Numbers, units: Positions, start: int, size: int) -> Numbers:
    """Return the sums of the units from `start`."""
    here = (units >= start) & (units < start + size)
    return np.asarray(np.bincount(units[here] - start, sums[here], size), dtype=np.float64)


def _factor(matrix: Numbers) -> Numbers:
    """Return P with PᵀP = matrix, at least one row; NaN if the matrix is not known."""
    if not np.isfinite(matrix).all():
        return np.full((1, len(matrix)), np.nan)
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    divisor = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(divisor, divisor))
    kept = values > _TOLERANCE * values.max(initial=0.0)
    rows = (vectors[:, kept] * np.sqrt(values[kept])).T * scale
    return rows if len(rows) else np.zeros((1, len(matrix)))


class Presence:
    """The bases that clusters have respondents in: of a class in a column, and of a row.

    `members` are the groups of each base.
    """

    def __init__(self, counted: Sequence[BannerCounts], class_of: RowClass) -> None:
        self._class_of = class_of
        self._bases: dict[Hashable, int] = {}
        self.members: list[list[AnswerGroups]] = []
        for banner, one in enumerate(counted):
            for group in one.cells:
                self._add(("row", group.item, group.row), group)
                if class_of(group.row) is not None:
                    self._add(self._base(banner, group), group)

    def _add(self, base: Hashable, group: AnswerGroups) -> None:
        place = self._bases.setdefault(base, len(self._bases))
        if place == len(self.members):
            self.members.append([])
        self.members[place].append(group)

    def _base(self, banner: int, group: AnswerGroups) -> Hashable:
        return ("base", banner, group.item, self._class_of(group.row), group.values)

    def of_clusters(self, clusters: int) -> Flags:
        """Return the bases of each cluster, (clusters, bases)."""
        flags = np.zeros((clusters, len(self.members)), dtype=bool)
        for base, groups in enumerate(self.members):
            for group in groups:
                flags[group.units[group.totals[:, 0] > 0], base] = True
        return flags

    def groups(self, banner: int, counted: BannerCounts, flags: Flags) -> Iterator[AnswerGroups]:
        """Yield one respondent in each base and row of each set of bases.

        Those of a class are in its first row in each column, and in its first column in each row.
        """
        classes: dict[_Class, dict[int | None, AnswerGroups]] = {}
        columns: dict[_Class, dict[Any, Flags]] = {}
        for group in counted.cells:
            own = self._class_of(group.row)
            name = (group.item, own, group.row if own is None else None)
            classes.setdefault(name, {}).setdefault(group.row, group)
            key = self._row(group) if own is None else self._base(banner, group)
            columns.setdefault(name, {}).setdefault(group.values, flags[:, self._bases[key]])
        for name, rows in classes.items():
            of_row = np.column_stack(
                [flags[:, self._bases[self._row(one)]] for one in rows.values()]
            )
            of_column = np.column_stack(list(columns[name].values()))
            first_row, first_column = of_row.argmax(axis=1), of_column.argmax(axis=1)
            some = of_row.any(axis=1) & of_column.any(axis=1)
            for r, group in enumerate(rows.values()):
                for b, values in enumerate(columns[name]):
                    here = (first_row == r) & of_column[:, b] | (first_column == b) & of_row[:, r]
                    yield self._respondents(group, values, np.flatnonzero(here & some))

    @staticmethod
    def _row(group: AnswerGroups) -> Hashable:
        return ("row", group.item, group.row)

    @staticmethod
    def _respondents(group: AnswerGroups, values: Any, sets: Positions) -> AnswerGroups:
        totals = np.zeros((len(sets), group.totals.shape[1]))
        totals[:, 0] = 1.0
        return replace(group, values=values, units=sets, totals=totals)


def _counted_sets(flags: Flags, strata: Positions) -> tuple[Flags, Numbers]:
    """Return the distinct sets of clusters, then those of strata, and how often each occurs."""
    of_strata = np.zeros((int(strata.max(initial=-1)) + 1, flags.shape[1]), dtype=bool)
    np.logical_or.at(of_strata, strata, flags)
    (sets, clusters), (others, number) = _distinct(flags), _distinct(of_strata)
    return np.vstack([sets, others]), np.append(clusters, -number)


def _distinct(flags: Flags) -> tuple[Flags, Numbers]:
    """Return the distinct rows, at least one, and how often each occurs."""
    if not len(flags):
        return np.zeros((1, flags.shape[1]), dtype=bool), np.zeros(1)
    packed = np.packbits(flags, axis=1)
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, counts = np.unique(rows, return_index=True, return_counts=True)
    return flags[first], counts.astype(np.float64)
