"""Shares of the items of a multiple response, chosen and not chosen, with their influence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxtui.analysis.query.cube import Counts, Cube, Sums
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.stats.variance import Vector
from cxtui.analysis.view.view import Base


def base_of_items(counts: Counts, columns: Sequence[int]) -> Sums:
    """Return the sums of the respondents in some columns of a multiple response."""
    return counts.bases[Base.ANSWERED].pick(..., 0, list(columns)).over(-1)


def _cells(counts: Counts, rows: Sequence[int], columns: Sequence[int]) -> Sums:
    """Return the sums of the cells of a multiple response, (…, cells), item by item.

    Each has the rows "chosen" and "not chosen".
    """
    chosen = counts.cells.each(
        lambda part: part[..., 0, :, :][..., list(rows), :][..., list(columns)]
    )
    base = counts.bases[Base.ANSWERED].pick(..., [0], slice(None)).pick(..., list(columns))
    other = base - chosen
    both = (np.stack(each, axis=-2) for each in zip(chosen, other, strict=True))
    return Sums(*(part.reshape(*part.shape[:-3], -1) for part in both))


def item_shares(cube: Cube, rows: Sequence[int], columns: Sequence[int]) -> Vector:
    """Return the shares of chosen and not chosen items in some columns, and their influence."""
    whole, units = cube.whole.columns, cube.units.columns
    cells, total = _cells(whole, rows, columns), float(base_of_items(whole, columns).w)
    p = cells.w / total
    own, base = _cells(units, rows, columns), base_of_items(units, columns)
    if cube.sample.replication and cube.others:
        each = cube.others.columns
        shares = _cells(each, rows, columns).w / base_of_items(each, columns).w[:, np.newaxis]
        return Vector(p, shares, shares)
    squares = before = None
    if cube.sample.needs_squares and cube.joint is not None:
        q = own.q[:, :, np.newaxis] * p
        squares = (
            _products(cube.joint[..., list(columns)][:, list(rows)][:, :, list(rows)], own)
            - q
            - q.transpose(0, 2, 1)
        )
        squares += base.q[:, np.newaxis, np.newaxis] * np.outer(p, p)
        squares /= total**2
    if cube.others:
        first = cube.others.columns
        before = _cells(first, rows, columns).w - p * base_of_items(first, columns).w[:, np.newaxis]
    return Vector(
        p,
        w=(own.w - p * base.w[:, np.newaxis]) / total,
        q=(own.q - p * base.q[:, np.newaxis]) / total,
        qq=squares,
        d=None if before is None else before / total,
    )


def _products(joint: Numbers, own: Sums) -> Numbers:
    """Return Σw² of the respondents in both of two cells, (units, cells, cells).

    `joint` is that of two chosen items, (units, items, items, columns).
    """
    cells = own.q.shape[-1]
    products = np.zeros((len(own.q), cells, cells))
    _, items, _, columns = joint.shape
    q = own.q.reshape(len(own.q), items, 2, columns)
    chosen, base = q[:, :, 0], q.sum(2)[:, :1, np.newaxis]
    first = np.broadcast_to(chosen[:, :, np.newaxis], joint.shape)
    second = np.broadcast_to(chosen[:, np.newaxis], joint.shape)
    parts = [[joint, first - joint], [second - joint, base - first - second + joint]]
    shaped = products.reshape(len(own.q), items, 2, columns, items, 2, columns)
    for column in range(columns):
        for a in range(2):
            for b in range(2):
                shaped[:, :, a, column, :, b, column] = parts[a][b][..., column]
    return products
