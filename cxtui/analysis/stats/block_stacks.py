"""Blocks of several tables as one, with their rows one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain

import numpy as np

from cxtui.analysis.query.cube import Moments, Sums
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.stats.row_sums import Answers, Layer, Layers, RowBlock, RowSums

_MOST_SUMS = 2**21
"""Limit of the sums by unit, row and pair of columns that are measured at a time."""


def stack_blocks(blocks: Sequence[RowBlock]) -> RowBlock:
    """Return blocks that are alike but for their rows as one, with the rows of all.

    They are all shares or all means, in the same columns and of the same sample, and have their
    `answers` or lack them.
    """
    first = blocks[0]
    if len(blocks) == 1:
        return first
    answers = [one.answers for one in blocks if one.answers is not None]
    return replace(
        first,
        heads=tuple(chain.from_iterable(one.heads for one in blocks)),
        layers=_joined_layers([one.layers for one in blocks]),
        centre=np.concatenate([_centres(one) for one in blocks]) if first.is_mean else 0.0,
        answers=_joined_answers(answers) if answers else None,
    )


def fitting(blocks: Sequence[RowBlock], pairs: int) -> list[slice]:
    """Return the runs of blocks whose sums fit in memory together, each of at least one block."""
    runs: list[slice] = []
    start = size = 0
    for place, one in enumerate(blocks):
        units = len(one.layers.units.columns.cells.n)
        own = units * len(one.heads) * max(len(one.banners), pairs)
        if size + own > _MOST_SUMS and place > start:
            runs.append(slice(start, place))
            start, size = place, 0
        size += own
    return [*runs, slice(start, len(blocks))]


def _centres(block: RowBlock) -> Numbers:
    """Return the number from which each row is counted, (rows, 1)."""
    return np.broadcast_to(np.asarray(block.centre, dtype=np.float64), (len(block.heads), 1))


def _joined_answers(parts: Sequence[Answers]) -> Answers:
    """Return the answers of all blocks, with the questions of a block behind those before it."""
    starts = [0, *accumulate(one.size for one in parts)][:-1]
    numbered = list(zip(starts, parts, strict=True))
    return Answers(
        _joined_layers([one.layers for one in parts]),
        np.concatenate([start + one.groups for start, one in numbered]),
        np.concatenate([start + one.of_row for start, one in numbered]),
    )


def _joined_layers(parts: Sequence[Layers[Layer]]) -> Layers[Layer]:
    others = [one.others for one in parts if one.others is not None]
    present = [one.present for one in parts if one.present is not None]
    return Layers(
        _joined_layer([one.whole for one in parts]),
        _joined_layer([one.units for one in parts]),
        _joined_layer(others) if others else None,
        _joined_layer(present) if present else None,
    )


def _joined_layer(parts: Sequence[Layer]) -> Layer:
    return Layer(_joined([one.columns for one in parts]), _joined([one.shared for one in parts]))


def _joined(parts: Sequence[RowSums]) -> RowSums:
    def together(of: Callable[[RowSums], Iterable[Numbers]]) -> list[Numbers]:
        return [np.concatenate(each, axis=-2) for each in zip(*map(of, parts), strict=True)]

    return RowSums(
        Sums(*together(lambda one: one.cells)),
        Sums(*together(lambda one: one.base)),
        Moments(*together(lambda one: one.moments)),
    )
