"""Protection: which counts to hide so that no small one can be worked out.

For each small count one linear program looks for other numbers of respondents that fit all that is
shown and let it be as large as the limit, at the least cost of counts that have to be hidden for
it. Source: Kelly, Golden and Assad (1992), Networks 22, 397–417; Fischetti and Salazar (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.disclosure.count_system import CountSystem, Row
from cxtui.analysis.disclosure.respondent_groups import Group

_CHANGED = 1e-6
"""How far a count has to differ, in respondents, to be another number."""

_MOST_UNKNOWNS = 4_000
"""Size of a system up to which counts are tried to be shown again; of larger ones it takes long."""

_REWARD = 0.1
"""What it is worth that all small counts reach the limit at once: less than to hide any count."""


@dataclass(frozen=True, slots=True)
class Target:
    """What has to be protected: a sum and difference of counts, by their positions.

    Targets of different questions hardly depend on each other.
    """

    counts: Mapping[int, float]
    question: str = ""


Spread = Callable[[Iterable[int]], set[int]]
"""Returns the counts that are hidden together with some."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts to publish: their groups and numbers, what hiding each costs, infinite if impossible.

    `none` are groups without respondents, `same` pairs of groups with the same respondents.
    """

    sums: Sequence[Sequence[Group]]
    numbers: NDArray[np.float64]
    costs: NDArray[np.float64]
    none: Sequence[Group] = ()
    same: Sequence[tuple[Group, Group]] = ()


class Unprotected(Exception):
    """A target that cannot be protected."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target


class Protection:
    """Counts to publish and the equations between them; hides counts one by one.

    The columns of the program are the unknowns, then for each count how far it rises and falls.
    """

    def __init__(self, shown: Shown, least: int, spread: Spread, *, bounded: bool = True) -> None:
        self._shown, self._least, self._spread = shown, least, spread
        alike = (one for pair in shown.same for one in pair)
        self._system = CountSystem(shown.sums, [*shown.none, *alike])
        self._rows = [self._row(groups) for groups in shown.sums]
        links = [*self._system.links(), *(self._difference(*pair) for pair in shown.same)]
        none = (*map(self._system.positions, shown.none), *self._system.impossible())
        zeros = [(places, np.ones(len(places))) for places in none if len(places)]
        self._bounds = self._system.any_of if bounded else []
        self._equal = self._equations([*links, *zeros])
        fixed = np.zeros(len(links) + len(zeros))
        self._values = np.concatenate([fixed, shown.numbers])
        self.hidden: set[int] = set()
        self._small: set[int] = set()
        self._chosen: set[int] = set()
        self._others: list[NDArray[np.float64]] = []

    def fits(self) -> bool:
        """Return whether the numbers shown fit the equations."""
        costs = np.ones(len(self._shown.sums))
        found = self._solved(costs, np.zeros(len(costs), dtype=bool))
        return found is not None and self._changed(found).max(initial=0.0) < _CHANGED

    def hide_small(self, counts: Iterable[int]) -> None:
        """Hide counts that are never shown, and what is hidden with them."""
        self._small |= set(counts)
        self._hide(self._small)

    def _hide(self, counts: set[int]) -> None:
        self.hidden |= self._spread(counts - self.hidden)

    def protect(self, targets: Sequence[Target]) -> None:
        """Hide further counts until each target can be as large as the limit.

        One of each question at once. Raises `Unprotected` with a target that cannot.
        """
        open_ones = list(targets)
        while open_ones:
            found = self._widened(open_ones)
            changed = set(np.flatnonzero(self._changed(found) > _CHANGED).tolist())
            self._chosen |= changed - self.hidden
            self._hide(changed)
            self._others.append(found)
            open_ones = [one for one in open_ones if not self._reaches(one, found)]
        self._show_needless(targets)

    def _show_needless(self, targets: Sequence[Target]) -> None:
        """Show again, one by one, counts that the targets do not need hidden, the dearest first."""
        if self._system.unknowns > _MOST_UNKNOWNS:
            return
        for count in sorted(self._chosen, key=lambda one: (-self._shown.costs[one], one)):
            left = self._spread(self._small | self._chosen - {count})
            found = self._other_numbers(targets, left)
            if found is not None:
                self._chosen -= {count}
                self.hidden, self._others = left, found

    def _other_numbers(
        self, targets: Sequence[Target], hidden: set[int]
    ) -> list[NDArray[np.float64]] | None:
        """Return unknowns with which each target reaches the limit; `None` if one cannot.

        Only the `hidden` counts differ from what is shown.
        """
        shown = np.ones(len(self._shown.sums), dtype=bool)
        shown[list(hidden)] = False
        found = [
            one for one in self._others if self._changed(one)[shown].max(initial=0.0) < _CHANGED
        ]
        open_ones = [one for one in targets if not any(self._reaches(one, each) for each in found)]
        while open_ones:
            further = self._solved(np.zeros(len(shown)), shown, open_ones, [0])
            if further is None:
                return None
            found.append(further)
            open_ones = [one for one in open_ones if not self._reaches(one, further)]
        return found

    def _widened(self, targets: Sequence[Target]) -> NDArray[np.float64]:
        """Return unknowns with which the first of each question reaches the limit.

        If they cannot all do so at once, the first alone. The counts that change have the least
        cost; at the same cost, as many other targets as can reach the limit too.
        """
        fixed = np.isinf(self._shown.costs)
        costs = np.where(fixed, 0.0, self._shown.costs)
        costs[list(self.hidden)] = 0.0
        firsts = {one.question: place for place, one in reversed([*enumerate(targets)])}
        for needed in (sorted(firsts.values()), [0]):
            found = self._solved(costs, fixed, targets, needed)
            if found is not None:
                return found
        raise Unprotected(targets[0])

    def _reaches(self, target: Target, unknowns: NDArray[np.float64]) -> bool:
        places, signs = self._combined(target)
        return bool(unknowns[places] @ signs >= self._least - _CHANGED)

    def _changed(self, unknowns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each count differs from what is shown."""
        numbers = [unknowns[places] @ signs for places, signs in self._rows]
        return np.asarray(np.abs(np.array(numbers) - self._shown.numbers))

    def _solved(
        self,
        costs: NDArray[np.float64],
        fixed: NDArray[np.bool_],
        targets: Sequence[Target] = (),
        needed: Sequence[int] = (),
    ) -> NDArray[np.float64] | None:
        """Return the cheapest unknowns, the needed targets at the limit; `None` without any.

        `fixed` counts cannot change.
        """
        from scipy.optimize import linprog
        from scipy.sparse import block_array, coo_array, eye_array

        counts, others = len(costs), len(targets)
        shape = len(self._values), others
        rises = np.where(fixed, 0.0, np.inf)
        upper = [np.full(self._system.unknowns, np.inf), rises, rises]
        reward = _REWARD / (self._least * max(others, 1))
        lowest = np.zeros(self._system.unknowns + 2 * counts + others)
        lowest[[len(lowest) - others + place for place in needed]] = self._least
        reached = self._matrix([*map(self._combined, targets)])
        limits = [[self._matrix(self._bounds), None], [-reached, eye_array(others)]]
        at_most = block_array(limits if others else [[self._matrix(self._bounds)]]).tocsr()
        equal = block_array([[self._equal, coo_array(shape)]]) if others else self._equal
        found = linprog(
            np.concatenate(
                [np.zeros(self._system.unknowns), costs, costs, np.full(others, -reward)]
            ),
            A_ub=at_most if at_most.shape[0] else None,
            b_ub=np.zeros(at_most.shape[0]) if at_most.shape[0] else None,
            A_eq=equal.tocsr(),
            b_eq=self._values,
            bounds=np.column_stack(
                [lowest, np.concatenate([*upper, np.full(others, self._least)])]
            ),
            method="highs",
        )
        return np.asarray(found.x[: self._system.unknowns]) if found.status == 0 else None

    def _combined(self, target: Target) -> Row:
        """Return a target as a sum of unknowns."""
        parts = [(self._rows[count], sign) for count, sign in target.counts.items()]
        places = np.concatenate([places for (places, _), _ in parts])
        return places, np.concatenate([sign * signs for (_, signs), sign in parts])

    def _difference(self, one: Group, other: Group) -> Row:
        """Return the equation that two groups have as many respondents."""
        ours, theirs = self._system.positions(one), self._system.positions(other)
        signs = np.concatenate([np.ones(len(ours)), -np.ones(len(theirs))])
        return np.concatenate([ours, theirs]), signs

    def _row(self, groups: Sequence[Group]) -> Row:
        places = np.concatenate([self._system.positions(one) for one in groups])
        return places.astype(np.intp), np.ones(len(places))

    def _equations(self, fixed: Sequence[Row]) -> Any:
        """Return the matrix of all equations: those between unknowns, and one a count."""
        from scipy.sparse import eye_array, hstack, vstack

        counts = len(self._rows)
        unit = eye_array(counts)
        top = self._matrix(fixed)
        below = hstack([self._matrix(self._rows, width=self._system.unknowns), -unit, unit])
        return vstack([top, below]).tocsr()

    def _matrix(self, rows: Sequence[Row], *, width: int = 0) -> Any:
        from scipy.sparse import csr_array

        width = width or self._system.unknowns + 2 * len(self._rows)
        lengths = [len(places) for places, _ in rows]
        ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.intp)]) if rows else np.zeros(1)
        places = np.concatenate([one for one, _ in rows]) if rows else np.zeros(0)
        signs = np.concatenate([one for _, one in rows]) if rows else np.zeros(0)
        return csr_array((signs, places, ends), shape=(len(rows), width))
