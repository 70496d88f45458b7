"""All ways in which the hidden numbers of a small table could be, by plain enumeration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

Numbers = list[list[int | None]]
"""A table with its totals: the last column is the sum of the others, the last row that of the rows
above; `None` is hidden."""


def worlds(shown: Numbers) -> Iterator[list[list[int]]]:
    """Yield all tables of whole numbers from 0 that have the numbers shown.

    Column by column: those that fit the column's numbers, then the sums of each row.
    """
    columns = [[row[at] for row in shown] for at in range(len(shown[0]))]
    most = sum(value or 0 for value in columns[-1])
    whole = columns[-1][-1] if columns[-1][-1] is not None else most
    choices = [list(_columns(one, whole)) for one in columns[:-1]]
    for chosen in _fitting(choices, columns[-1], [0] * len(shown)):
        rows = [list(one) for one in zip(*chosen, strict=True)]
        yield [[*row, sum(row)] for row in rows]


def _columns(shown: Sequence[int | None], most: int) -> Iterator[tuple[int, ...]]:
    """Yield the columns of numbers up to `most` whose last is the sum of the others."""
    ranges = [range(most + 1) if one is None else (one,) for one in shown[:-1]]
    for found in product(*ranges):
        total = sum(found)
        if total <= most and shown[-1] in {None, total}:
            yield (*found, total)


def _fitting(
    choices: Sequence[Sequence[tuple[int, ...]]], totals: Sequence[int | None], so_far: list[int]
) -> Iterator[list[tuple[int, ...]]]:
    """Yield one choice for each column so that the rows sum to their totals."""
    if not choices:
        if all(total in {None, found} for total, found in zip(totals, so_far, strict=True)):
            yield []
        return
    for column in choices[0]:
        sums = [a + b for a, b in zip(so_far, column, strict=True)]
        if all(total is None or found <= total for total, found in zip(totals, sums, strict=True)):
            for rest in _fitting(choices[1:], totals, sums):
                yield [column, *rest]
