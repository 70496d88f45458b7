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
    near: dict[Variable, set[Variable]] = {}
    for margin in own:
        for variable in margin:
            near.setdefault(variable, set()).update(set(margin) - {variable})
    while near:
        least = min(near, key=lambda one: (len(near[one]), order(one)))
        clique = sorted_margin({least, *near[least]})
        if clique not in own and prod(sizes[one] for one in clique) <= MOST_CELLS:
            yield clique
        for a, b in combinations(near.pop(least), 2):
            near[a].add(b)
            near[b].add(a)
        for others in near.values():
            others.discard(least)
