"""Comparisons: unions of a cube's columns, and the contrast of their shares or means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from cxtui.analysis.query.cube import Column, CountLayer, Counts, Moments, Sums
from cxtui.analysis.query.sample import Numbers, Positions
from cxtui.analysis.query.stacks.cube_stack import CubeStack

TOTAL_PLACE = 0
"""The position of the Total among the columns of a cube."""


@dataclass(frozen=True, slots=True)
class Union:
    """A compared column: the respondents in the columns `plus`, without those in `minus`.

    Both are positions in a cube. The columns in `plus` share no respondents, those in `minus` are
    among them. `waves` are the positions of the waves that its respondents come from, empty if
    waves are not compared.
    """

    label: str
    plus: tuple[int, ...]
    minus: tuple[int, ...] = ()
    waves: tuple[int, ...] = ()

    @property
    def signs(self) -> dict[int, float]:
        """How often each column of the cube is counted: 1 or −1."""
        found = dict.fromkeys(self.plus, 1.0)
        for place in self.minus:
            found[place] = found.get(place, 0.0) - 1.0
        return {place: sign for place, sign in found.items() if sign}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A contrast Σ c·m of the shares or means m of several columns, shown as a minus b.

    `coefficients` are the c, `of_a` and `of_b` those of the two numbers that are shown: of a
    difference in differences each is a change. `group` names the comparison in a list of many;
    `groups` are the codes of the banner columns in it, without their wave. `in_banner` are the
    positions of the two sides in the banner, from 0, which give their colours; the Total is −1.
    """

    a: str
    b: str
    unions: tuple[Union, ...]
    coefficients: tuple[float, ...] = (1.0, -1.0)
    of_a: tuple[float, ...] = (1.0, 0.0)
    of_b: tuple[float, ...] = (0.0, 1.0)
    group: str = ""
    groups: tuple[str, ...] = ()
    in_banner: tuple[int, int] = (0, 1)

    @property
    def is_pair(self) -> bool:
        """Whether it is the difference of two columns."""
        return self.coefficients == (1.0, -1.0)

    @property
    def waves(self) -> tuple[int, ...]:
        """The waves whose answers must be comparable; empty if its columns are of the same."""
        if len({frozenset(one.waves) for one in self.unions}) < 2:  # noqa: PLR2004 -- two sides
            return ()
        return tuple(sorted({wave for one in self.unions for wave in one.waves}))


def compared_stack(stack: CubeStack, comparisons: Sequence[Comparison]) -> CubeStack:
    """Return the counts in the compared columns; each comparison is a banner of its own.

    Column 0 is the Total.
    """
    unions = [(number, one) for number, each in enumerate(comparisons) for one in each.unions]
    columns = [stack.columns[TOTAL_PLACE]]
    columns += [Column((), name=one.label, banner=number) for number, one in unions]
    signs = [{TOTAL_PLACE: 1.0}, *(one.signs for _, one in unions)]
    own = _matrix(stack, signs)
    pairs = (pair for each in places_of(comparisons) for pair in combinations(each.tolist(), 2))
    shared = {pair: both for pair in pairs if (both := _both(stack, *(signs[one] for one in pair)))}
    overlaps = _matrix(stack, list(shared.values()))

    def layer(part: CountLayer) -> CountLayer:
        return CountLayer(_summed(part, own), _summed(part, overlaps))

    places = {pair: place for place, pair in enumerate(shared)}
    return replace(stack.each(layer), columns=tuple(columns), overlaps=places)


def places_of(comparisons: Sequence[Comparison]) -> Positions:
    """Return the positions of the compared columns, (comparisons, columns).

    All comparisons of a list have as many columns.
    """
    widest = max((len(one.unions) for one in comparisons), default=0)
    return np.arange(1, 1 + len(comparisons) * widest, dtype=np.intp).reshape(-1, widest)


def _both(stack: CubeStack, first: dict[int, float], second: dict[int, float]) -> dict[int, float]:
    """Return the respondents in both of two unions: columns, then overlaps behind them."""
    found: dict[int, float] = {}
    for a, sign in first.items():
        for b, other in second.items():
            place = _common(stack, a, b)
            if place is not None:
                found[place] = found.get(place, 0.0) + sign * other
    return {place: sign for place, sign in found.items() if sign}


def _common(stack: CubeStack, a: int, b: int) -> int | None:
    """Return the place of the respondents in both of two columns, `None` if there are none."""
    if b in {a, TOTAL_PLACE}:
        return a
    if a == TOTAL_PLACE:
        return b
    place = stack.overlaps.get((min(a, b), max(a, b)))
    return None if place is None else len(stack.columns) + place


def _matrix(stack: CubeStack, signs: Sequence[dict[int, float]]) -> Numbers:
    """Return how often each column and overlap of a cube counts, (columns + overlaps, unions)."""
    matrix = np.zeros((len(stack.columns) + len(stack.overlaps), len(signs)))
    for union, one in enumerate(signs):
        for place, sign in one.items():
            matrix[place, union] = sign
    return matrix


def _summed(layer: CountLayer, matrix: Numbers) -> Counts:
    """Return the counts of unions of columns."""
    plus, minus = np.maximum(matrix, 0.0), np.maximum(-matrix, 0.0)

    def summed(columns: Numbers, shared: Numbers, signs: Numbers) -> Numbers:
        return np.asarray(np.concatenate([columns, shared], axis=-1) @ signs)

    def sums(own: Sums, shared: Sums) -> Sums:
        parts = [
            Sums(*(summed(a, b, signs) for a, b in zip(own, shared, strict=True)))
            for signs in (plus, minus)
        ]
        return parts[0] - parts[1]

    def moments(own: Moments, shared: Moments) -> Moments:
        return Moments(*(summed(a, b, matrix) for a, b in zip(own, shared, strict=True)))

    own, shared = layer.columns, layer.shared
    return Counts(
        sums(own.cells, shared.cells),
        {base: sums(part, shared.bases[base]) for base, part in own.bases.items()},
        moments(own.moments, shared.moments) if own.moments and shared.moments else None,
    )
