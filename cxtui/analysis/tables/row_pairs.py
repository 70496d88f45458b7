"""The pairs of a row, each made when somebody looks at it: a large table has very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from cxtui.analysis.query.cube import Numbers
from cxtui.analysis.stats.column_tests import Tests
from cxtui.analysis.tables.table import Pair


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The tests of all rows, and the labels of the two columns of each of their pairs."""

    column_a: tuple[str, ...]
    column_b: tuple[str, ...]
    tests: Tests


class RowPairs(Sequence[Pair]):
    """The pairs of one row, equal to any other sequence of the same pairs."""

    __slots__ = ("_of", "_row")

    def __init__(self, row: int, of: Compared) -> None:
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
        of, row, tests = self._of, self._row, self._of.tests
        intervals, values = (tests.gap, tests.se, tests.low, tests.high), (tests.t, tests.df)
        numbered = (*intervals, *values, tests.p, tests.p_adjusted, tests.p_fisher)
        *tested, fisher = (existing(one[row, places]) for one in numbered)
        reasons = tests.why_not[row, places].tolist()
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
