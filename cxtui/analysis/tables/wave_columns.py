"""Where the waves of each role stand among the columns of a cube."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxtui.analysis.query.cube import TOTAL, Cube, Step, nested_label
from cxtui.analysis.view.view import Base
from cxtui.survey.question import Kind, Question


@dataclass(frozen=True, slots=True)
class Places:
    """Where the waves of each role stand in a cube; 0 where a role has nobody in a wave.

    `waves` are the categories of the axis that have respondents, `empty` the labels of the others.
    """

    waves: tuple[Step, ...]
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
    steps = [cube.columns[place].path[-1] for place in waves]
    groups = {TOTAL.path: TOTAL.label}
    found = {(TOTAL.path, wave): place for wave, place in enumerate(waves)}
    for place, column in enumerate(cube.columns):
        if column.banner > 0 and column.path[-1] in steps:
            *role, step = column.path
            groups[tuple(role)] = nested_label(role)
            found[tuple(role), steps.index(step)] = place
    return Places(
        waves=tuple(steps),
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
    """Return the cube of some columns, each in its own of `banners`, without quantiles.

    Only columns of one banner are compared: the waves of a role, which never share respondents.
    """
    chosen = cube.at(positions)
    pairs = zip(chosen.columns, banners, strict=True)
    columns = tuple(replace(column, banner=banner) for column, banner in pairs)
    return replace(chosen, columns=columns, overlaps={}, quantiles={})
