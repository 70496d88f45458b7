"""Margins that hold several others together, where these form a cycle.

Counts of goal by role, goal by size and role by size can each be possible with those beside it, but
all three together with no survey. Where margins form no cycle, numbers that agree in what they have
in common always belong to a survey. Source: Dobra and Fienberg (2000), PNAS 97, 11885–11892.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import prod

from cxtui.analysis.disclosure.respondent_groups import Variable

Margin = tuple[Variable, ...]
"""Variables whose combinations of classes are counted, sorted."""

MOST_CELLS = 5_000
"""Limit of the combinations of one margin that is added; a larger one is left out."""

MOST_ADDED = 1_500
"""Limit of all combinations of the margins with variables that no table has together."""


def sorted_margin(variables: Iterable[Variable]) -> Margin:
    """Return variables as a margin."""
    return tuple(sorted(variables, key=order))


def order(variable: Variable) -> tuple[str, list[str], str]:
    """Return what variables are sorted by."""
    return variable.question, sorted(variable.codes), variable.condition


def cycles_closed(margins: Iterable[Margin], sizes: Mapping[Variable, int]) -> Iterator[Margin]:
    """Yield the margins to add: the cliques of a chordal graph of the variables.

    Variables are left out one by one, those with the fewest neighbours first; their neighbours are
    connected. `sizes` are the classes of each variable.
    """
    own = set(margins)
    together = {pair for margin in own for pair in combinations(margin, 2)}
    left = MOST_ADDED
    for clique in _cliques(_neighbours(own)):
        cells = prod(sizes[one] for one in clique)
        is_filled = not together.issuperset(combinations(clique, 2))
        if clique not in own and cells <= (left if is_filled else MOST_CELLS):
            left -= cells if is_filled else 0
            yield clique


def _neighbours(margins: Iterable[Margin]) -> dict[Variable, set[Variable]]:
    """Return the variables that each variable is together with in any margin."""
    near: dict[Variable, set[Variable]] = {}
    for margin in margins:
        for variable in margin:
            near.setdefault(variable, set()).update(set(margin) - {variable})
    return near


def _cliques(near: dict[Variable, set[Variable]]) -> Iterator[Margin]:
    """Yield each variable with its neighbours, and leave it out; its neighbours are connected."""
    while near:
        least = min(near, key=lambda one: (len(near[one]), order(one)))
        yield sorted_margin({least, *near[least]})
        for a, b in combinations(near.pop(least), 2):
            near[a].add(b)
            near[b].add(a)
        for others in near.values():
            others.discard(least)
