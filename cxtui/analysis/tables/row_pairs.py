"""Pairs of a row, built on access, since a large table has very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from cxtui.analysis.stats.column_tests import Tests
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.tables.table import Pair


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTests:
    """The tests of all rows, and the labels of the two columns of each pair."""

    column_a: tuple[str, ...]
    column_b: tuple[str, ...]
    tests: Tests


class RowPairs(Sequence[Pair]):
    """The pairs of one row, equal to any other sequence of the same pairs."""

    __slots__ = ("_labelled", "_row")

    def __init__(self, row: int, labelled: LabelledTests) -> None:
        self._row = row
        self._labelled = labelled

    def __len__(self) -> int:
        return len(self._labelled.column_a)

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
        """Yield some pairs, from plain lists, which is faster than number by number."""
        row, tests = self._row, self._labelled.tests
        gaps, values = (tests.gap, tests.se, tests.low, tests.high), (tests.t, tests.df)
        arrays = (*gaps, *values, tests.p, tests.p_adjusted, tests.p_fisher)
        *numbers, fisher = (none_for_nan(one[row, places]) for one in arrays)
        reasons = tests.why_not[row, places].tolist()
        labels = self._labelled.column_a[places], self._labelled.column_b[places]
        for a, b, why_not, p_fisher, *tested in zip(
            *labels, reasons, fisher, *numbers, strict=True
        ):
            yield Pair(*(a, b, *tested, not why_not, why_not, p_fisher))
