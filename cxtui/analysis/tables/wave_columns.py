"""The columns of a trend: the waves of each role, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cxtui.analysis.query.cube import TOTAL, Cube, Step, nested_label
from cxtui.analysis.query.side_queries.wave_differences import wave_order
from cxtui.analysis.view.view import (
    Base,
)
from cxtui.survey.question import Kind, Question


@dataclass(frozen=True, slots=True)
class WaveColumns:
    """The columns of the waves of each role in `cube`, which has no others but the Total.

    `at` is the position of a column by role and wave, 0 if the role has no respondents in the wave.
    Role 0 is the Total. `waves` are the categories of the axis that have respondents, `empty` the
    labels of the others. `positions` are those of its columns in the cube that was counted.
    """

    cube: Cube
    waves: tuple[Step, ...]
    roles: tuple[str, ...]
    at: dict[tuple[int, int], int]
    empty: tuple[str, ...]
    positions: tuple[int, ...]

    @property
    def steps(self) -> list[tuple[int, int]]:
        """Every lift as (earlier, later): from the previous wave, then from the first."""
        later = range(1, len(self.waves))
        return [*((one - 1, one) for one in later), *((0, one) for one in later if one > 1)]


def wave_columns(cube: Cube, axis: Question) -> WaveColumns:
    """Return the columns of a trend over `axis`, the waves in the codebook's order."""
    everyone = cube.bases[Base.ALL].n[0]
    listed = [one.code for one in axis.categories]
    all_waves = [place for place, column in enumerate(cube.columns) if column.banner == 0]
    if axis.kind is not Kind.NUMERIC:  # the classes of a number are in order
        all_waves.sort(key=lambda place: wave_order(listed, cube.columns[place].code))
    waves = [place for place in all_waves if everyone[place] > 0]
    steps = [cube.columns[place].path[-1] for place in waves]
    roles = {TOTAL.path: TOTAL.label}
    found = {(TOTAL.path, wave): place for wave, place in enumerate(waves)}
    for place, column in enumerate(cube.columns):
        if column.banner > 0 and column.path[-1] in steps:
            *role, step = column.path
            roles[tuple(role)] = nested_label(role)
            found[tuple(role), steps.index(step)] = place
    positions = [0, *sorted(found.values())]
    place_of = {position: place for place, position in enumerate(positions)}
    return WaveColumns(
        cube=pick_columns(cube, positions, range(-1, len(found))),
        waves=tuple(steps),
        roles=tuple(roles.values()),
        at={
            (number, wave): place_of[found.get((role, wave), 0)]
            for number, role in enumerate(roles)
            for wave in range(len(waves))
        },
        empty=tuple(cube.columns[place].label for place in all_waves if place not in waves),
        positions=tuple(positions),
    )


def pick_columns(cube: Cube, positions: Sequence[int], banners: Iterable[int]) -> Cube:
    """Return the cube of some columns, each in its own of `banners`, without quantiles.

    Only columns of one banner are compared: the waves of a role, which never share respondents.
    """
    chosen = cube.at(positions)
    pairs = zip(chosen.columns, banners, strict=True)
    columns = tuple(replace(column, banner=banner) for column, banner in pairs)
    return replace(chosen, columns=columns, overlaps={}, quartiles=None, below=None)
