"""Counts that no table shows, but that are the difference of counts that tables show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from cxtui.analysis.disclosure.published_counts import Count
from cxtui.analysis.disclosure.respondent_groups import Group, Values, Variable, is_within
from cxtui.analysis.disclosure.row_groups import Sum

Combination = dict[int, float]
_Uses = Mapping[Sum, Mapping[Group, int]]


def implied_counts(counts: Sequence[Count], least: int) -> list[Combination]:
    """Return the differences of counts that are small, as sums and differences of positions.

    Respondents in a column or filter without those in narrower ones (in the Total without the
    columns), and in a base without those in a row.
    """
    found: dict[frozenset[tuple[int, float]], Combination] = {}
    for one in (*_without_narrower(_by_rows(counts)), *_without_row(counts)):
        number = sum(sign * counts[at].n for at, sign in one.items())
        if 0 < number < least:
            found.setdefault(frozenset(one.items()), one)
    return list(found.values())


def _by_rows(counts: Sequence[Count]) -> _Uses:
    """Return the counts by their rows, then by column and filters."""
    uses: dict[Sum, dict[Group, int]] = {}
    for at, count in enumerate(counts):
        for rows, context in count.uses:
            uses.setdefault(rows, {})[context] = at
    return uses


def _without_narrower(uses: _Uses) -> Iterator[Combination]:
    """Yield each count less one in a narrower column or filter, and less all that are disjoint."""
    for contexts in uses.values():
        for outer, whole in contexts.items():
            inner = [one for one in contexts if one != outer and is_within(one, outer)]
            for one in inner:
                if contexts[one] != whole:
                    yield {whole: 1.0, contexts[one]: -1.0}
            for family in _families(outer, inner):
                places = {contexts[one] for one in family} - {whole}
                if len(places) == len(family):
                    yield {whole: 1.0} | dict.fromkeys(places, -1.0)


def _families(outer: Group, inner: Sequence[Group]) -> Iterator[list[Group]]:
    """Yield groups that differ from `outer` in the same variables, without common respondents."""
    more = sorted(inner, key=lambda one: repr(sorted(_variables(one - outer))))
    for _, alike in groupby(more, key=lambda one: sorted(_variables(one - outer))):
        family: list[Group] = []
        for one in alike:
            if all(_are_apart(one, other) for other in family):
                family.append(one)
        if len(family) > 1:
            yield family


def _variables(group: Group) -> list[str]:
    return [repr((one.question, sorted(one.codes), one.condition)) for one, _ in group]


def _are_apart(one: Group, other: Group) -> bool:
    """Return whether no respondent can be in both groups."""
    values: dict[Variable, list[Values]] = {}
    for variable, own in other:
        values.setdefault(variable, []).append(own)
    return any(own.apart_from(those) for variable, own in one for those in values.get(variable, ()))


def _without_row(counts: Sequence[Count]) -> Iterator[Combination]:
    """Yield each base less a row, of rows that need not add up to it."""
    at = {place: number for number, count in enumerate(counts) for place in count.places}
    for number, count in enumerate(counts):
        for place in count.places:
            bases = {at[one] for one in place.bases_of_cell if one in at}
            yield from ({one: 1.0, number: -1.0} for one in bases - {number})
