"""The pairs of a row, each made when somebody looks at it: a large table has very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.counts import Numbers
from cxtui.analysis.table import Pair

PAIR_NUMBERS = ("gap", "se", "low", "high", "t", "df", "p", "p_adjusted", "p_fisher")
"""The numbers of a pair that its tests have by the same name."""


@dataclass(frozen=True, slots=True, eq=False)
class PairNumbers:
    """The pairs of all rows: labels a pair, arrays of the shape (rows, pairs); see `Pair`.

    NaN stands for a number that does not exist.
    """

    column_a: tuple[str, ...]
    column_b: tuple[str, ...]
    gap: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    t: Numbers
    df: Numbers
    p: Numbers
    p_adjusted: Numbers
    p_fisher: Numbers
    why_not: NDArray[np.str_]


class RowPairs(Sequence[Pair]):
    """The pairs of one row, equal to any other sequence of the same pairs."""

    __slots__ = ("_of", "_row")

    def __init__(self, row: int, of: PairNumbers) -> None:
        self._row = row
        self._of = of

    def __len__(self) -> int:
        return len(self._of.column_a)

    @overload
    def __getitem__(self, place: int) -> Pair: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Pair, ...]: ...

    def __getitem__(self, place: int | slice) -> Pair | tuple[Pair, ...]:
        if isinstance(place, slice):
            return tuple(self._made(place))
        (pair,) = self._made(slice(range(len(self))[place], range(len(self))[place] + 1))
        return pair

    def __iter__(self) -> Iterator[Pair]:
        return self._made(slice(None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _made(self, places: slice) -> Iterator[Pair]:
        """Yield some pairs, from plain lists: that is quicker than number by number."""
        of, row = self._of, self._row
        *tested, fisher = (existing(getattr(of, name)[row, places]) for name in PAIR_NUMBERS)
        reasons = of.why_not[row, places].tolist()
        for a, b, numbers, why_not, p_fisher in zip(
            of.column_a[places],
            of.column_b[places],
            zip(*tested, strict=True),
            reasons,
            fisher,
            strict=True,
        ):
            gap, se, low, high, t, df, p, p_adjusted = numbers
            yield Pair(
                a, b, gap, se, low, high, t, df, p, p_adjusted, not why_not, why_not, p_fisher
            )


def existing(values: Numbers) -> list[float | None]:
    """Return numbers as a list, `None` where one does not exist."""
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124 -- NaN
