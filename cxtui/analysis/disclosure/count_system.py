"""Equations between counts: what a reader of the tables can work out from those that are shown.

The unknowns are the respondents in each combination of classes of some variables (a margin). A
published count is a sum of unknowns; a margin of fewer variables sums one of more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import permutations, product
from math import prod
from typing import overload

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.disclosure.margin_cycles import Margin, cycles_closed, order, sorted_margin
from cxtui.analysis.disclosure.respondent_groups import (
    ANSWERED,
    NO,
    OTHER,
    YES,
    Group,
    Values,
    Variable,
)

Row = tuple[NDArray[np.intp], NDArray[np.float64]]
"""One equation: the positions of its unknowns, and their coefficients."""


class CountSystem:
    """The unknowns behind some groups of respondents, and the equations between them.

    `sums` are tuples of groups that are counted together. The values of a variable that every group
    has alike are one class.
    """

    def __init__(self, sums: Iterable[Sequence[Group]], others: Iterable[Group] = ()) -> None:
        groups = {*(group for one in sums for group in one), *others}
        self._classes = _classes_of(groups)
        margins = {margin_of(group) for group in groups}
        sizes = {variable: len(values) for variable, values in self._classes.items()}
        margins = _with_common(margins | set(cycles_closed(margins, sizes)))
        self._margins: dict[Margin, int] = {}
        self.unknowns = 0
        for margin in sorted(margins, key=lambda one: list(map(order, one))):
            self._margins[margin] = self.unknowns
            self.unknowns += prod(self._shape(margin))

    def positions(self, group: Group) -> NDArray[np.intp]:
        """Return the unknowns that a group is the sum of."""
        margin = margin_of(group)
        inside = [np.ones(size, dtype=bool) for size in self._shape(margin)]
        for variable, values in group:
            inside[margin.index(variable)] &= self._has(variable, values)
        places = [np.flatnonzero(one) for one in inside]
        return self._numbers(margin)[np.ix_(*places)].ravel()

    def links(self) -> Iterator[Row]:
        """Yield the equations: a margin is the sum of one with further or finer variables."""
        for fine in self._margins:
            for coarse, axes in _coarser(fine):
                if coarse in self._margins:
                    yield from self._link(fine, coarse, axes)

    @cached_property
    def any_of(self) -> list[Row]:
        """What is at most 0: an option beyond any of several, and any of several beyond their sum.

        Source: inclusion and exclusion, first term.
        """
        return [row for margin in self._margins for row in self._bounds(margin)]

    def impossible(self) -> Iterator[NDArray[np.intp]]:
        """Yield the unknowns that are 0.

        An option without any of several that it is one of, and any of several without one of them.
        """
        for margin in self._margins:
            yield from self._without_parts(margin)
            for (axis, one), (other_axis, other) in permutations(enumerate(margin), 2):
                if one.question == other.question and one.codes and other.codes:
                    numbers = np.moveaxis(self._numbers(margin), [axis, other_axis], [0, 1])
                    marks = [self._classes[each].marks() for each in (one, other)]
                    is_part = one.codes < other.codes
                    where = [_contradict(a, b, is_part=is_part) for a, b in product(*marks)]
                    yield numbers[np.reshape(where, numbers.shape[:2])].ravel()

    def _without_parts(self, margin: Margin) -> Iterator[NDArray[np.intp]]:
        """Yield the unknowns with any of several options, where the margin has all, and none."""
        for whole in margin:
            parts = [
                one
                for one in margin
                if one.question == whole.question and one.codes and one.codes < whole.codes
            ]
            if parts and whole.codes == frozenset().union(*(one.codes for one in parts)):
                numbers = self._numbers(margin)
                for axis, variable in enumerate(margin):
                    is_yes = np.array(self._classes[variable].marks()) == "yes"
                    if variable == whole:
                        numbers = numbers.compress(is_yes, axis)
                    elif variable in parts:
                        numbers = numbers.compress(~is_yes, axis)
                yield numbers.ravel()

    def _shape(self, margin: Margin) -> tuple[int, ...]:
        return tuple(len(self._classes[variable]) for variable in margin)

    def _numbers(self, margin: Margin) -> NDArray[np.intp]:
        shape = self._shape(margin)
        return self._margins[margin] + np.arange(prod(shape)).reshape(shape)

    def _has(self, variable: Variable, values: Values) -> NDArray[np.bool_]:
        """Return which classes of a variable a group with these values has."""
        values = _as_of(variable, values)
        return np.array([one in values for one in self._classes[variable]], dtype=bool)

    def _link(self, fine: Margin, coarse: Margin, axes: Sequence[int | None]) -> Iterator[Row]:
        """Yield an equation for each unknown of the coarse margin."""
        mapped = [self._mapping(fine[axis], coarse, at) for axis, at in enumerate(axes)]
        numbers = self._numbers(fine)
        for cell in product(*map(range, self._shape(coarse))):
            places = [
                np.arange(numbers.shape[axis]) if at is None else np.flatnonzero(to == cell[at])
                for axis, (at, to) in enumerate(zip(axes, mapped, strict=True))
            ]
            parts = numbers[np.ix_(*places)].ravel()
            whole = self._numbers(coarse)[cell]
            signs = np.concatenate([[1.0], np.full(len(parts), -1.0)])
            yield np.concatenate([[whole], parts]).astype(np.intp), signs

    def _mapping(self, variable: Variable, coarse: Margin, at: int | None) -> NDArray[np.intp]:
        """Return the class of the coarser variable for each class of a variable."""
        values = self._classes[variable]
        if at is None or coarse[at] == variable:
            return np.arange(len(values))
        classes = self._classes[coarse[at]]
        whole = (ANSWERED if value in {YES, NO} else value for value in values)
        return np.array([classes.index_of(value) for value in whole], dtype=np.intp)

    def _bounds(self, margin: Margin) -> Iterator[Row]:
        for axis, variable in enumerate(margin):
            if len(variable.codes) > 1:
                yield from self._bounds_of(margin, axis, variable)

    def _bounds_of(self, margin: Margin, axis: int, variable: Variable) -> Iterator[Row]:
        whole = self._yes(margin, axis)
        parts = {}
        for other in self._classes:
            swapped = _swapped(margin, axis, other)
            is_part = other.question == variable.question and other.codes < variable.codes
            if other.codes and is_part and other not in margin and swapped in self._margins:
                parts[other] = self._yes(swapped, swapped.index(other))
        for part in parts.values():
            for inner, outer in zip(part, whole, strict=True):
                yield np.array([inner, outer]), np.array([1.0, -1.0])
        single = [parts[one] for one in parts if len(one.codes) == 1]
        if len(single) == len(variable.codes):
            for outer, *inner in zip(whole, *single, strict=True):
                yield np.array([outer, *inner]), np.array([1.0, *(-1.0 for _ in inner)])

    def _yes(self, margin: Margin, axis: int) -> NDArray[np.intp]:
        """Return the unknowns of a margin with any of the options, by the other variables."""
        place = self._classes[margin[axis]].index_of(YES)
        return np.asarray(np.moveaxis(self._numbers(margin), axis, 0)[place].ravel())


def margin_of(group: Group) -> Margin:
    """Return the variables of a group, sorted."""
    return sorted_margin({variable for variable, _ in group})


def _contradict(one: str, other: str, *, is_part: bool) -> bool:
    """Return whether a respondent cannot have one mark of an option and another of others."""
    if is_part and one == "yes" and other != "yes":
        return True
    return "yes" in {one, other} and "" in {one, other}


def _swapped(margin: Margin, axis: int, other: Variable) -> Margin:
    return sorted_margin({*margin[:axis], *margin[axis + 1 :], other})


def _as_of(variable: Variable, values: Values) -> Values:
    return values.of_option if variable.codes else values


class _Classes(Sequence[str]):
    """One value of each class of a variable: values that no group tells apart."""

    def __init__(self, sets: Iterable[Values]) -> None:
        self._sets = tuple(sets)
        self._firsts: dict[tuple[bool, ...], str] = {}
        for value in sorted({value for one in self._sets for value in one.values} | {OTHER}):
            self._firsts.setdefault(self._pattern(value), value)
        self._values = list(self._firsts.values())
        self._places = {pattern: place for place, pattern in enumerate(self._firsts)}

    def index_of(self, value: str) -> int:
        """Return the class of any value."""
        return self._places[self._pattern(value)]

    def marks(self) -> list[str]:
        """Return what each class of an option is: yes, no (or perhaps), or not answered."""
        yes, no = self.index_of(YES), self.index_of(NO)
        return ["yes" if at == yes else "no" if at == no else "" for at in range(len(self))]

    def _pattern(self, value: str) -> tuple[bool, ...]:
        return tuple(value in one for one in self._sets)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self._values[place]


def _classes_of(groups: Iterable[Group]) -> Mapping[Variable, _Classes]:
    """Return the classes of each variable, in an order that is the same in each process."""
    used: dict[Variable, set[Values]] = {}
    for group in groups:
        for variable, values in group:
            used.setdefault(variable, set()).add(_as_of(variable, values))
    for variable in [one for one in used if one.codes]:
        used[variable] |= {one.of_option for one in used.get(Variable(variable.question), ())}
    return {variable: _Classes(used[variable]) for variable in sorted(used, key=order)}


_MOST_MARGINS = 1_000
"""Margins whose common variables are looked for, pair by pair."""


def _with_common(margins: set[Margin]) -> set[Margin]:
    """Return the margins, and the variables that two of them have in common."""
    if len(margins) > _MOST_MARGINS:
        return margins
    known = [frozenset(one) for one in margins]
    return margins | {sorted_margin(one) for one in {a & b for a in known for b in known}}


def _coarser(margin: Margin) -> Iterator[tuple[Margin, tuple[int | None, ...]]]:
    """Yield each margin that this one can be summed to, with the place of each variable in it."""
    ways: list[list[Variable | None]] = []
    for variable in margin:
        coarser = variable.coarser
        ways.append([variable, None, *([coarser] if coarser else [])])
    for chosen in product(*ways):
        kept = [one for one in chosen if one is not None]
        if tuple(chosen) != margin and len(set(kept)) == len(kept):
            coarse = sorted_margin(kept)
            yield coarse, tuple(None if one is None else coarse.index(one) for one in chosen)
