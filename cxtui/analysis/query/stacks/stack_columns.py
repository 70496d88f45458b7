"""Columns of a stack of questions, and the sums of their groups in these."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from cxtui.analysis.query.banner import Banner, BannerColumns
from cxtui.analysis.query.banner_counts import GroupTable
from cxtui.analysis.query.cube import TOTAL, Column
from cxtui.analysis.query.groups.distinct_keys import Key
from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.survey.conditions import Condition, Filter


class StackColumns:
    """The Total and the columns of all banner variables, with the overlaps of two columns.

    `tables` are the groups of one question, whose respondents are those of all.
    """

    def __init__(
        self,
        banners: Sequence[Banner],
        settled: Sequence[Filter],
        filters: Sequence[Condition],
        tables: Sequence[GroupTable],
    ) -> None:
        self.columns: list[Column] = [TOTAL]
        self.overlaps: dict[tuple[int, int], int] = {}
        self.left_out = 0
        self._banners = banners
        self._settled = settled
        self._own: list[BannerColumns] = []
        self._places: list[dict[Key, tuple[list[int], list[int]]]] = [{} for _ in banners]
        for number, (banner, table) in enumerate(zip(banners, tables, strict=True)):
            keys, values = table.values
            passes = np.array([banner.keeps(one, settled) for one in keys], dtype=bool)[values]
            if not number:
                kept, weighed = table.sizes[passes].sum(), table.totals[passes, 0].sum()
                self.left_out = round(float(kept) - float(weighed))
            seen = [keys[place] for place in dict.fromkeys(values[passes].tolist())]
            own = banner.add_columns(self.columns, seen, filters, number)
            for (one, a), (other, b) in combinations(own.positions.items(), 2):
                if banner.can_share(one, other):
                    self.overlaps[a, b] = len(self.overlaps)
            self._own.append(own)

    def places(self, number: int, keys: Sequence[Key]) -> tuple[Positions, Positions]:
        """Return the columns and the overlaps of keys of a banner variable.

        One row a key, with −1 behind its last place.
        """
        found = [self._places_of(number, key) for key in keys]
        return _padded([columns for columns, _ in found]), _padded([pairs for _, pairs in found])

    def _places_of(self, number: int, key: Key) -> tuple[list[int], list[int]]:
        known = self._places[number]
        if key not in known:
            columns: list[int] = []
            pairs: list[int] = []
            if self._banners[number].keeps(key, self._settled):
                columns = self._own[number].of(key)
                both = combinations(columns, 2) if self.overlaps else ()
                pairs = [self.overlaps[pair] for pair in both if pair in self.overlaps]
                columns = columns if number else [0, *columns]
            known[key] = columns, pairs
        return known[key]


def _padded(places: Sequence[Sequence[int]]) -> Positions:
    """Return lists of places as rows of one array, −1 behind the last of each."""
    widest = max(map(len, places), default=0)
    return np.array([[*one, *[-1] * (widest - len(one))] for one in places], dtype=np.intp).reshape(
        len(places), widest
    )


def add_up(sums: Numbers, rows: Positions, places: Positions, totals: Numbers) -> None:
    """Add groups to sums, (parts, rows, places), one after the other.

    `rows` is the row of each group, `places` are its places, (groups, most places), −1 for none;
    `totals` have the shape (groups, parts).
    """
    group, slot = np.nonzero(places >= 0)
    if not group.size:
        return
    at = rows[group] * sums.shape[2] + places[group, slot]
    for part, total in enumerate(totals.T):
        own = sums[part]
        sums[part] += np.bincount(at, total[group], own.size).reshape(own.shape)
