"""Reduction of many clusters to the few units that errors need.

Every error is the variance of a weighted sum of totals t, with weights g that all respondents
determine: V = gᵀMg, M = Σ_h a_h (Σ_u t_u t_uᵀ − c_h s_h s_hᵀ), s_h = Σ_u t_u over clusters u (see
`Sample.factors`). So the rows of a factor P of M = PᵀP stand for all clusters. Degrees of freedom
need to know in which bases a cluster has respondents: the clusters of a stratum that have some in
the same bases are counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.banner_counts import AnswerGroups, BannerCounts
from cxtui.analysis.query.sample import Numbers, Positions, Reduction, Sample

_CELLS = 8_000_000
"""Numbers in memory at a time."""

_TOLERANCE = 1e-15

RowClass = Callable[[int | None], Hashable | None]
"""Returns what a row of answers is in the bases: rows of one class are always in them together."""

_Class = tuple[int, Hashable | None, int | None]
"""Item and class of rows, and the row of no class."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReducedCounts:
    """Groups of each banner variable: of all respondents, by row of P, and by pattern of bases.

    `rank` is the number of rows of P.
    """

    whole: list[BannerCounts]
    products: list[BannerCounts]
    rank: int
    present: list[BannerCounts]
    reduction: Reduction


def reduce_clusters(
    counted: Sequence[BannerCounts], strata: Positions, sample: Sample, class_of: RowClass
) -> ReducedCounts:
    """Return the groups of a question, counted by cluster, without their clusters.

    `strata` is the stratum of each cluster. Rows of no class are in no base but that of their own.
    """
    products, rank = _with_products(counted, strata, sample)
    present, reduction = _Presence(counted, strata, class_of).reduced()
    return ReducedCounts([_summed(one) for one in counted], products, rank, present, reduction)


def _summed(counted: BannerCounts) -> BannerCounts:
    """Return the groups of all clusters together."""

    def summed(group: AnswerGroups) -> AnswerGroups:
        return replace(
            group,
            units=np.zeros(1, dtype=np.intp),
            totals=group.totals.sum(axis=0, keepdims=True),
        )

    return replace(
        counted,
        cells=list(map(summed, counted.cells)),
        powers=list(map(summed, counted.powers)),
    )


def _with_products(
    counted: Sequence[BannerCounts], strata: Positions, sample: Sample
) -> tuple[list[BannerCounts], int]:
    """Return the groups with the columns of P in place of clusters, and the number of its rows."""
    cells = [group for one in counted for group in one.cells]
    powers = [group for one in counted for group in one.powers]
    sums = [group.totals[:, 1] for group in cells] + [group.totals[:, 0] for group in powers]
    units = [group.units for group in (*cells, *powers)]
    rows = _factor(_covariance(sums, units, strata, sample))
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
    ], len(rows)


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


class _Presence:
    """The bases that clusters have respondents in: of a class in a column, and of a row."""

    def __init__(
        self, counted: Sequence[BannerCounts], strata: Positions, class_of: RowClass
    ) -> None:
        self._counted = counted
        self._strata = strata
        self._class_of = class_of
        self._columns: dict[Hashable, int] = {}
        marked: list[tuple[int, Positions]] = []
        for banner, one in enumerate(counted):
            for group in one.cells:
                units = group.units[group.totals[:, 0] > 0]
                keys: list[Hashable] = [("row", group.item, group.row)]
                if class_of(group.row) is not None:
                    keys.append(self._base(banner, group))
                marked += (
                    (self._columns.setdefault(key, len(self._columns)), units) for key in keys
                )
        flags = np.zeros((len(strata), len(self._columns)), dtype=bool)
        for column, units in marked:
            flags[units, column] = True
        self._flags, self._clusters, self._starts = _distinct(flags, strata)

    def _base(self, banner: int, group: AnswerGroups) -> Hashable:
        return ("base", banner, group.item, self._class_of(group.row), group.values)

    def reduced(self) -> tuple[list[BannerCounts], Reduction]:
        """Return one respondent in each base and row that the clusters of a pattern have some in.

        Those of a class are in its first row in each column, and in its first column in each row.
        """
        present = [
            replace(one, cells=list(self._groups(banner, one)), powers=[])
            for banner, one in enumerate(self._counted)
        ]
        return present, Reduction(self._clusters, self._starts)

    def _groups(self, banner: int, counted: BannerCounts) -> Iterator[AnswerGroups]:
        classes: dict[_Class, dict[int | None, AnswerGroups]] = {}
        columns: dict[_Class, dict[Any, Flags]] = {}
        for group in counted.cells:
            own = self._class_of(group.row)
            name = (group.item, own, group.row if own is None else None)
            classes.setdefault(name, {}).setdefault(group.row, group)
            base = self._row(group) if own is None else self._in_base(banner, group)
            columns.setdefault(name, {}).setdefault(group.values, base)
        for name, rows in classes.items():
            of_row = np.column_stack([self._row(group) for group in rows.values()])
            of_column = np.column_stack(list(columns[name].values()))
            first_row, first_column = of_row.argmax(axis=1), of_column.argmax(axis=1)
            some = of_row.any(axis=1) & of_column.any(axis=1)
            for r, group in enumerate(rows.values()):
                for b, values in enumerate(columns[name]):
                    here = (first_row == r) & of_column[:, b] | (first_column == b) & of_row[:, r]
                    yield self._respondents(group, values, np.flatnonzero(here & some))

    def _in_base(self, banner: int, group: AnswerGroups) -> Flags:
        return np.asarray(self._flags[:, self._columns[self._base(banner, group)]])

    def _row(self, group: AnswerGroups) -> Flags:
        return np.asarray(self._flags[:, self._columns["row", group.item, group.row]])

    @staticmethod
    def _respondents(group: AnswerGroups, values: Any, patterns: Positions) -> AnswerGroups:
        totals = np.zeros((len(patterns), group.totals.shape[1]))
        totals[:, 0] = 1.0
        return replace(group, values=values, units=patterns, totals=totals)


def _distinct(flags: Flags, strata: Positions) -> tuple[Flags, Numbers, Positions]:
    """Return the distinct rows within strata, how often each occurs, and where strata start."""
    if not len(flags):
        return np.zeros((1, flags.shape[1]), dtype=bool), np.zeros(1), np.zeros(1, dtype=np.intp)
    stratum = strata.astype(">u4")[:, np.newaxis].view(np.uint8)
    packed = np.ascontiguousarray(np.hstack([stratum, np.packbits(flags, axis=1)]))
    rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, clusters = np.unique(rows, return_index=True, return_counts=True)
    own = strata[first]
    starts = np.flatnonzero(np.append(True, own[1:] != own[:-1]))
    return flags[first], clusters.astype(np.float64), starts
