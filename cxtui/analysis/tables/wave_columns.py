"""Where the waves of each role stand among the columns of a cube."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import TOTAL, Column, Counts, Cube
from cxtui.analysis.view.view import Base
from cxtui.survey.model import Kind, Question


@dataclass(frozen=True, slots=True)
class Places:
    """Where the waves of each role stand in a cube; 0 where a role has nobody in a wave.

    `waves` are the columns of all respondents; `empty` are labels of waves without any.
    """

    waves: tuple[Column, ...]
    groups: tuple[str, ...]
    at: dict[tuple[int, int], int]
    empty: tuple[str, ...]

    @property
    def steps(self) -> list[tuple[int, int]]:
        """Every lift as (earlier, later): against the wave before, then against the first."""
        later = range(1, len(self.waves))
        return [
            *((one - 1, one) for one in later),
            *((0, one) for one in later if one > 1),
        ]

    def both(self, group: int, earlier: int, later: int) -> bool:
        """Whether a role has somebody in both waves."""
        return bool(self.at[group, earlier] and self.at[group, later])


def placed(cube: Cube, axis: Question) -> Places:
    """Find the columns of a trend, the waves in the codebook's order."""
    everyone = cube.bases[Base.ALL].n[0]
    listed = [one.code for one in axis.categories]
    all_waves = [place for place, column in enumerate(cube.columns) if column.banner == 0]
    if axis.kind is not Kind.NUMERIC:  # the classes of a number are in order
        all_waves.sort(key=lambda place: _order(listed, cube.columns[place].code))
    waves = [place for place in all_waves if everyone[place] > 0]
    codes = {cube.columns[place].code: wave for wave, place in enumerate(waves)}
    groups: dict[str, str] = {TOTAL.code: TOTAL.label}
    found = {(TOTAL.code, wave): place for wave, place in enumerate(waves)}
    for place, column in enumerate(cube.columns):
        if column.banner < 1:
            continue
        # A role's code may hold a > itself: the longest wave that ends a column's code is its.
        ends = [code for code in codes if column.code.endswith(f">{code}")]
        if ends:
            wave = codes[max(ends, key=len)]
            role = column.code.removesuffix(f">{max(ends, key=len)}")
            groups.setdefault(
                role, column.label.removesuffix(f" > {cube.columns[waves[wave]].label}")
            )
            found[role, wave] = place
    return Places(
        waves=tuple(cube.columns[place] for place in waves),
        groups=tuple(groups.values()),
        at={
            (group, wave): found.get((role, wave), 0)
            for group, role in enumerate(groups)
            for wave in range(len(waves))
        },
        empty=tuple(cube.columns[place].label for place in all_waves if place not in waves),
    )


def _order(listed: Sequence[str], code: str) -> tuple[int, float, str]:
    """Put waves that the codebook lists first, the others by number or text after them."""
    if code in listed:
        return listed.index(code), 0.0, ""
    try:
        return len(listed), float(code), code
    except ValueError:
        return len(listed), float("inf"), code


def picked(cube: Cube, positions: Sequence[int], banners: Sequence[int]) -> Cube:
    """Return a cube of some columns, each in a banner: only columns of one are compared.

    Those of one banner are waves of one role, which share no respondents even where roles do.
    """
    index = np.array(positions)
    units = tuple(
        replace(unit, columns=_columns(unit.columns, index)) for unit in cube.design.units
    )
    return replace(
        cube,
        columns=tuple(
            replace(cube.columns[position], banner=banner)
            for position, banner in zip(positions, banners, strict=True)
        ),
        counts=_columns(cube.counts, index),
        overlaps={},
        design=replace(cube.design, units=units),
        quantiles={},
    )


def _columns(counts: Counts, index: NDArray[np.intp]) -> Counts:
    return Counts(
        cells=counts.cells.pick(slice(None), slice(None), index),
        bases={base: sums.pick(slice(None), index) for base, sums in counts.bases.items()},
        moments=counts.moments.pick(slice(None), index) if counts.moments else None,
    )
